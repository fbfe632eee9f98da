"""Goal: a chip's transaction without the chip's own proof is seen. F: A7. Method: on both engines."""

from onecard.cards.cpu import FIRST_CHIP
from server.exceptions.tables import exception
from tests.server.books.engine import Books
from tests.server.books.station import Plastic, Station


def test_what_a_chip_moved_without_proof_is_for_a_person_and_stands(books: Books) -> None:
    till, chip, plain = Station(1001), Plastic(FIRST_CHIP + 7), Plastic(20_001)
    for card in (chip, plain):
        till.issue(card, 0).done()  # it moves nothing
        till.recharge(card, 5_000).done()
        till.sale(card, 1_200).done()
    lost = till.sale(chip, 300)
    till.not_written(lost.id)
    books.upload(till)
    found = [row for row in books.rows(exception) if row.kind == "tac_missing"]
    assert [(row.card, row.fen) for row in found] == [(chip.card, 5_000), (chip.card, -1_200)]
    assert books.balance(f"card:{chip.card}:1:main:purse") == 3_800
