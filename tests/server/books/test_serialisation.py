"""Goal: a deadlock or a serialisation failure of PostgreSQL loses no sale and books none twice.

Method: triggers raise the server's own codes, in a statement or at the commit, once or at every try, while a
till uploads; a sequence counts, since it is not rolled back with the rest. F: reliability
"""

from collections.abc import Iterator

import pytest

from onecard.errors import StoreError
from server.books.lane import TRIES
from tests.server.books.engine import Books, Cluster
from tests.server.books.station import Plastic, Station

DEADLOCK, SERIALISATION = "40P01", "40001"
SQL = """
CREATE SEQUENCE injected;
CREATE FUNCTION inject() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF nextval('injected') <= {times} THEN RAISE EXCEPTION 'injected' USING ERRCODE = '{code}'; END IF;
  RETURN NULL; END $$;
"""
WHEN = {
    "statement": "CREATE TRIGGER injected AFTER INSERT ON entry FOR EACH STATEMENT EXECUTE FUNCTION inject()",
    "commit": "CREATE CONSTRAINT TRIGGER injected AFTER INSERT ON batch DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION inject()",
}
TABLE = {"statement": "entry", "commit": "batch"}


@pytest.fixture(scope="module")
def kept(postgres: Cluster) -> Iterator[Books]:
    made = Books(postgres.new())
    made.create()
    yield made
    made.close()


def inject(books: Books, code: str, moment: str, times: int) -> None:
    def write(connection) -> None:  # type: ignore[no-untyped-def]
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS injected ON {TABLE[moment]}")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS inject CASCADE")
        connection.exec_driver_sql("DROP SEQUENCE IF EXISTS injected")
        for statement in SQL.format(code=code, times=times).strip().split(";\n", 1):
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql(WHEN[moment])

    books.write(write)


def happened(books: Books) -> int:
    return int(books.read(lambda c: c.exec_driver_sql("SELECT last_value FROM injected").scalar()))


@pytest.mark.parametrize("moment", ["statement", "commit"])
@pytest.mark.parametrize("code", [DEADLOCK, SERIALISATION])
def test_once_is_tried_again_and_at_every_try_is_said_and_asked_again(
    kept: Books, code: str, moment: str
) -> None:
    number = 1001 + sum(map(ord, code + moment)) % 5_000
    till, card = Station(number), Plastic(number * 10)
    till.issue(card, 10_000).done()
    kept.upload(till)
    purse = f"card:{card.card}:1:main:purse"
    till.sale(card, 700).done()
    inject(kept, code, moment, 1)
    assert kept.upload(till).results == ()
    assert (kept.balance(purse), happened(kept)) == (9_300, 2)
    till.sale(card, 300).done()
    before = till.sent
    inject(kept, code, moment, TRIES)
    with pytest.raises(StoreError):
        kept.upload(till)
    assert (kept.balance(purse), till.sent) == (9_300, before), "nothing of it is half there"
    assert "quarantined" not in kept.kinds(), "no record is to blame"
    assert kept.upload(till).results == ()
    assert kept.balance(purse) == card.main == 9_000
    kept.upload(till, 0, len(till.records))
    assert kept.balance(purse) == 9_000
    kept.tie_out()
