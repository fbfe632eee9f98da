"""One parser as the fuzzer sees it, and the run: damaged bytes in, a value or a documented refusal out.

Knows no protocol. A run counts what came of it; whatever else a parser does is a ``Broken`` with the input.
"""

import os
import resource
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from onecard.errors import OneCardError
from tests.fuzz.mutator import mutants

#: What each parser gets where nothing else is said, and what the environment says instead.
INPUTS = 100_000
ASKED = int(os.environ.get("ONECARD_FUZZ_INPUTS") or 0)
SEED = int(os.environ.get("ONECARD_FUZZ_SEED") or 20_261_122)
#: A parser that needs more than this for what it was fed has no bound.
_MEMORY_KIB = 192 * 1024
#: Processor time that one input may take before it counts as a hang.
_HANGS_S = 15
#: What a stream parser may hold between two inputs.
HELD = 16 * 1024

Feed = Callable[[bytes], object]


class Broken(AssertionError):
    """A parser did something else than it says."""


@dataclass(frozen=True)
class Target:
    """``make`` gives a fresh ``feed``; it returns whether the input had a meaning, or raises ``refusals``.

    ``share`` is the part of the usual number of inputs that it gets, with the reason in ``why``.
    """

    name: str
    truths: Sequence[bytes]
    make: Callable[[], Feed]
    refusals: tuple[type[Exception], ...] = (OneCardError,)
    words: Sequence[bytes] = ()
    share: float = 1.0
    why: str = ""
    #: At least this part of the inputs still has a meaning: otherwise the fuzz proves nothing.
    least: float = 0.01


@dataclass
class Count:
    """What came of a run."""

    name: str
    inputs: int = 0
    meanings: int = 0
    refused: int = 0
    seconds: float = 0.0
    why: str = field(default="", repr=False)

    def __str__(self) -> str:
        rate = self.inputs / self.seconds if self.seconds else 0
        row = f"{self.name:28}{self.inputs:>11,}{self.meanings:>11,}{self.refused:>11,}{self.seconds:>8.2f} s"
        return f"{row}{rate:>11,.0f}/s  {self.why}".rstrip()


def run(target: Target, inputs: int = 0, seed: int = SEED) -> Count:
    """Feed it; raises ``Broken``. ``inputs`` 0: as many as the environment says, or the usual number."""
    count = Count(target.name, max(100, int((inputs or ASKED or INPUTS) * target.share)), why=target.why)
    feed, refusals = target.make(), target.refusals
    before, began = _memory_kib(), time.process_time()
    meanings = refused = fed = seen = 0
    data = b""

    def watch(*_: object) -> None:
        nonlocal seen
        if seen == fed:
            raise TimeoutError(f"hangs: {_HANGS_S} s of processor time for one input")
        seen = fed

    old = signal.signal(signal.SIGVTALRM, watch)
    signal.setitimer(signal.ITIMER_VIRTUAL, _HANGS_S, _HANGS_S)
    try:
        for data in mutants(target.truths, count.inputs, seed, target.words):
            fed += 1
            try:
                if feed(data):
                    meanings += 1
            except refusals:
                refused += 1
        if settle := getattr(feed, "settle", None):
            settle(target.truths)
    except Exception as error:
        raise Broken(f"{target.name}: {type(error).__name__}: {error} after {data.hex()}") from error
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, old)
    grown = _memory_kib() - before
    if grown > _MEMORY_KIB:
        raise Broken(f"{target.name}: {grown} KiB more than before")
    if meanings < target.least * count.inputs:
        raise Broken(f"{target.name}: only {meanings} of {count.inputs} inputs had a meaning")
    count.meanings, count.refused = meanings, refused
    count.seconds = time.process_time() - began
    return count


def _memory_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def stream(
    make: Callable[[], object], again: Callable[[object], object] | None = None, *, expire_every: int = 8
) -> Callable[[], Feed]:
    """A stream parser: fed piece by piece, now and then told that the rest will not come.

    ``again``: the wire's bytes of a frame; a fresh parser has to read that very frame out of them. ``b""``:
    there are none.
    """

    def fresh() -> Feed:
        parser = make()
        feed, fed = parser.feed, 0  # type: ignore[attr-defined]
        expire = getattr(parser, "expire", None) or getattr(parser, "reset", None)
        seen: set[object] = set()

        def check(frames: Sequence[object]) -> None:
            if again is None:
                return
            for frame in frames:
                if frame in seen or not (raw := again(frame)):
                    continue
                reread = make()
                told = list(reread.feed(raw))  # type: ignore[attr-defined]
                if not told and hasattr(reread, "expire"):
                    told = list(reread.expire())
                assert told == [frame], f"{frame!r} comes back as {told!r}"
                if len(seen) > 10_000:
                    seen.clear()
                seen.add(frame)

        def take(data: bytes) -> int:
            nonlocal fed
            frames = feed(data)
            fed += 1
            if expire is not None and not fed % expire_every:
                frames = [*frames, *(expire() or ())]
            if not fed & 0x3FF:
                assert held(parser) <= HELD, f"{held(parser)} bytes are held back"
            if frames:
                check(frames)
            return len(frames)

        def settle(truths: Sequence[bytes]) -> None:
            """Behind all that noise each true frame is read as a fresh parser reads it."""
            if expire is not None:
                expire()
            for truth in truths:
                expected = _all_of(make(), truth)
                assert _all_of(parser, truth) == expected, f"{truth.hex()} is not read any more"

        take.settle = settle  # type: ignore[attr-defined]
        return take

    return fresh


def _all_of(parser: object, data: bytes) -> list[object]:
    expire = getattr(parser, "expire", None)
    return [*parser.feed(data), *(expire() if expire else ())]  # type: ignore[attr-defined]


def held(parser: object) -> int:
    """Bytes that a parser keeps for later."""
    return sum(
        len(kept) for kept in vars(parser).values() if isinstance(kept, bytes | bytearray | str | list)
    )
