"""Goal: whatever bytes come, a parser gives a value or its documented refusal, soon and in bounded memory.

Method: a seeded mutator of true bytes, 100,000 inputs for each parser of the table; what has an encoder comes
back as it was. ``ONECARD_FUZZ_INPUTS`` makes it long, ``python -m tests.fuzz`` prints the counts. F: E4, C6
"""

import time

import pytest

from tests.fuzz.mutator import mutants
from tests.fuzz.table import TARGETS
from tests.fuzz.target import HELD, Broken, Target, run, stream


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.timeout(0)
def test_damaged_bytes_are_a_value_or_a_documented_refusal(name):
    count = run(TARGETS[name])
    print(count)
    assert count.meanings >= TARGETS[name].least * count.inputs
    assert count.meanings + count.refused <= count.inputs


def test_the_same_seed_damages_the_same_way_and_hardly_twice():
    truths = [b"\xfc\x05\x11\x27\x56", b"\xfc\x06\x13\x61\xb0\xfb"]
    inputs = list(mutants(truths, 20_000, 7))
    assert inputs == list(mutants(truths, 20_000, 7))
    assert inputs != list(mutants(truths, 20_000, 8))
    assert len(set(inputs)) > 8_000, "of two frames of five and six bytes"
    assert sum(data in truths for data in inputs) > 500
    assert max(map(len, inputs)) < 100


class Careless:
    """A parser as nobody should write one."""

    def __init__(self, how: str) -> None:
        self.how, self.pending = how, b""

    def feed(self, data: bytes) -> list[bytes]:
        match self.how:
            case "raises" if len(data) > 5 and data[1] > 5:
                raise IndexError(data[1])
            case "keeps all":
                self.pending += data
            case "misreads":
                return [data + b"x"]
            case "says nothing":
                return []
            case "hangs" if data == b"":
                began = time.process_time()
                while time.process_time() - began < 1:
                    pass
        return [data]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("raises", "IndexError"),
        ("keeps all", "bytes are held back"),
        ("misreads", "comes back as"),
        ("says nothing", "had a meaning"),
        ("hangs", "hangs"),
    ],
)
def test_a_careless_parser_is_caught_and_its_input_named(how, said, monkeypatch):
    monkeypatch.setattr("tests.fuzz.target._HANGS_S", 0.2)
    careless = Target(how, [b"\x01\x02\x03\x04\x05"], stream(lambda: Careless(how), lambda frame: frame))
    assert HELD < 20_000 * 5
    with pytest.raises(Broken, match=said):
        run(careless, 20_000)
