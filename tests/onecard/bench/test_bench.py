"""Goal: hands on the bench do what hands do: lay a card, pull it half-way, feed a note, take the paper out.

Method: the bench by code and by its page, on slots that need no pcscd; cards are tapped through the driver's
own commands.
"""

import pytest
from litestar.testing import TestClient

from onecard.bench.bench import Bench, Nonsense
from onecard.bench.drawer import TEARS, BenchCard, Drawer
from onecard.bench.web import application
from onecard.cards.image import Identity, Purse
from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.devices.printers.escpos.simulator import PrinterSimulator
from onecard.devices.readers.virtual import DirectStorage
from onecard.errors import CardGone
from tests.onecard.bench.laid import laid

UNIT = 1
IDENTITY = Identity(unit=UNIT, card=10001, issue=1, type=1, key_version=1, until_day=4000)


class Hand:
    """A slot that only remembers."""

    def __init__(self) -> None:
        self.lies: BenchCard | None = None

    def insert(self, card: BenchCard) -> None:
        self.lies = card

    def remove(self) -> None:
        self.lies = None


@pytest.fixture
def bench(tmp_path):
    printer = PrinterSimulator()
    bench = laid(tmp_path, slots={"pos": Hand(), "kiosk": Hand()}, printers={"pos": printer})
    yield bench
    bench.cable.close()
    printer.close()


def issued(bench: Bench) -> BenchCard:
    card = bench.drawer.cards[bench.blank_card("王芳")]
    M1Card(DirectStorage(card), make_test_keys(), UNIT).personalise(IDENTITY, Purse(main_fen=5000))
    card.pull()
    return card


def where(bench: Bench) -> dict[str, str | None]:
    return {reader.id: reader.card for reader in bench.state().readers}


# F: P1
def test_a_card_lies_on_one_reader_only(bench) -> None:
    uid = bench.blank_card()
    bench.put("pos", uid)
    bench.put("kiosk", uid)
    assert where(bench) == {"pos": None, "kiosk": uid}
    bench.take("kiosk")
    bench.take("kiosk")
    assert where(bench) == {"pos": None, "kiosk": None}


# F: P1
@pytest.mark.parametrize("moment", TEARS)
def test_a_card_leaves_at_the_moment_that_was_chosen_and_then_behaves(bench, moment) -> None:
    card = issued(bench)
    bench.tear("pos", moment)
    bench.put("pos", card.uid.hex())
    with pytest.raises(CardGone):
        tap(card)
    assert where(bench)["pos"] is None
    before_the_retap = M1Card(DirectStorage(card), make_test_keys(), UNIT).read().newest.main_fen
    assert before_the_retap == (4000 if moment == "after" else 5000)
    if moment != "after":
        assert tap(card) == 4000


def tap(card: BenchCard) -> int:
    """One sale of 10 yuan as a station writes it."""
    session = M1Card(DirectStorage(card), make_test_keys(), UNIT)
    purse = session.read().newest
    after = Purse(main_fen=purse.main_fen - 1000, counter=purse.counter + 1)
    return session.write(after).newest.main_fen


# F: P1
def test_the_drawer_comes_back_as_it_was(bench, tmp_path) -> None:
    card = issued(bench)
    tap(card)
    card.pull()
    bench.drawer.save()
    again = Drawer(tmp_path / "drawer.json").cards[card.uid.hex()]
    assert (again.label, again.blocks) == ("王芳", card.blocks)


# F: P1
@pytest.mark.parametrize(
    "hand",
    [
        lambda b: b.put("pos", "00"),
        lambda b: b.put("nowhere", b.blank_card()),
        lambda b: b.tear("pos", "sometime"),
        lambda b: b.feed(1000),
        lambda b: b.set_printer("pos", "on fire"),
        lambda b: b.set_printer("nowhere", "ok"),
    ],
)
def test_what_hands_cannot_do_is_refused_with_a_sentence(bench, hand) -> None:
    with pytest.raises(Nonsense, match=r"\w+ \w+"):
        hand(bench)


# F: P1
def test_the_page_shows_the_state_and_carries_out_actions(bench) -> None:
    with TestClient(application(bench), base_url="http://127.0.0.1:8410") as client:
        assert "OneCard" in client.get("/").text
        uid = bench.blank_card()
        state = client.post("/do", json={"action": "put", "reader": "pos", "card": uid}).json()
        assert state["readers"][0]["card"] == uid
        assert (
            client.post("/do", json={"action": "printer", "printer": "pos", "state": "paper_out"}).json()[
                "printers"
            ][0]["state"]
            == "paper_out"
        )
        assert client.post("/do", json={"action": "dance"}).status_code == 400
        assert client.post("/do", json={"action": "put", "card": "x", "reader": "pos"}).status_code == 400
        assert client.get("/receipt/pos/0").status_code == 404
        assert client.get("/texts/fr").status_code == 404


# F: H5
def test_a_page_from_elsewhere_cannot_reach_the_bench(bench) -> None:
    with TestClient(application(bench), base_url="http://evil.example") as client:
        assert client.get("/state").status_code == 403
        assert client.post("/do", json={"action": "blank"}).status_code == 403
    assert bench.state().cards == ()


# F: P1
def test_both_languages_word_everything_that_the_page_asks_for(bench) -> None:
    with TestClient(application(bench), base_url="http://127.0.0.1:8410") as client:
        zh, en = (client.get(f"/texts/{language}").json() for language in ("zh", "en"))
    assert zh.keys() == en.keys()
    assert {f"tear_{moment}" for moment in TEARS} <= zh.keys()
