"""Goal: "why is my balance X" adds up line by line, and says so when it does not. F: A11 G6

Method: made-up statuses with gaps, loads, open taps, debt; then a real card of the day.
"""

from onecard.text import Translator
from onecard.wire.messages import CardStatus, Explained
from server.console import story
from tests.server.console.day import Day
from tests.server.office import Office


def status(books: int, waiting: int, *explained: Explained) -> CardStatus:
    return CardStatus(
        card=10_001,
        issue=1,
        state="active",
        member=1,
        number="",
        name="",
        type=1,
        books_fen=books,
        waiting_fen=waiting,
        explained=explained,
    )


def lines(told: story.Story) -> list[tuple[str, int]]:
    return [(line.what, line.fen) for line in told.lines]


def test_books_plus_what_is_missing_is_what_the_card_says() -> None:
    told = story.tell(
        status(
            1_650,
            5_000,
            Explained(what="chain_balance", fen=950, since=5, detail="1001-1-47 #6"),
            Explained(what="gap", fen=-700, detail="1005-1-1"),
            Explained(what="waiting_load", fen=5_000, detail="#1 recharge waiting"),
        )
    )
    assert lines(told) == [
        ("books", 1_650),
        ("gap", -700),
        ("on_card", 950),
        ("waiting_load", 5_000),
        ("total", 5_950),
    ]
    assert (told.spendable_fen, told.missing) == (950, 1)


def test_what_does_not_add_up_is_a_line_of_its_own() -> None:
    told = story.tell(status(1_000, 0, Explained(what="chain_balance", fen=900)))
    assert lines(told) == [("books", 1_000), ("difference", -100), ("on_card", 900)]


def test_an_account_card_has_its_books_and_nothing_else() -> None:
    told = story.tell(status(1_000, 0, Explained(what="account_balance", fen=1_000)))
    assert lines(told) == [("books", 1_000)]
    assert told.spendable_fen == 1_000


def test_open_taps_and_debt_are_told_but_not_summed() -> None:
    told = story.tell(
        status(
            0,
            0,
            Explained(what="open_tap", fen=300, detail="sale 1001-1-9 unresolved"),
            Explained(what="debt", fen=-50),
        )
    )
    assert [(line.what, line.counts) for line in told.lines[1:]] == [("open_tap", False), ("debt", False)]


def test_small_print_is_in_words_in_both_languages() -> None:
    tap = story.Line(what="open_tap", fen=1, detail="sale 1001-1-9 unresolved")
    assert story.detail(Translator("zh"), tap) == "消费 1001-1-9，已挂起"
    assert story.detail(Translator("en"), tap) == "Sale 1001-1-9, set aside"
    load = story.Line(what="waiting_load", fen=1, detail="#3 recharge published")
    assert story.detail(Translator("zh"), load) == "第 3 号，充值，已下发"
    odd = story.Line(what="gap", fen=1, detail="something new entirely")
    assert story.detail(Translator("en"), odd) == "something new entirely"


def test_a_real_card_with_a_missing_record_tells_which(office: Office) -> None:
    day, browser = Day(office), office.administrator()
    page = browser.get(f"/cards/{day.cards[0].card}/1").text
    assert str(day.hidden) in page
    assert f"{day.cards[0].main / 100:.2f}" in page  # what the plastic itself would say
    assert "对不上" not in page
