"""Goal: each month's postings lie in a table of their own on PostgreSQL, guarded like the whole.

Method: sales of several months through the lane; then what the database says about its tables. F: P2
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from server.books.partition import keep_months, month_of, next_month
from tests.server.books.engine import Books, Cluster
from tests.server.books.station import DAY, Plastic, Station


@pytest.fixture
def divided(postgres: Cluster) -> Iterator[Books]:
    made = Books(postgres.new())
    made.create()
    yield made
    made.close()


def test_each_month_has_its_table_and_its_guard(divided: Books) -> None:
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 10_000).done()
    days = (DAY, DAY + 31, DAY + 62, DAY)
    for day in days:
        station.day = day
        station.sale(card, 100).done()
    divided.upload(station)
    for day in set(days):
        month = month_of(day)
        found = divided.read(
            lambda c, month=month: c.execute(text(f"SELECT count(*) FROM posting_{month}")).scalar_one()
        )
        assert found == sum(month_of(one) == month for one in (DAY, *days))
        with pytest.raises(DBAPIError, match="append-only"):
            divided.write(lambda c, month=month: c.execute(text(f"DELETE FROM posting_{month}")))
    assert divided.balance("card:20001:1:main:purse") == card.main
    divided.tie_out()


def test_a_batch_that_fails_takes_its_month_back_with_it(divided: Books) -> None:
    """The month is made again by the next batch: nothing remembers a table that is not there."""
    station, card = Station(1001), Plastic(20_001)
    station.issue(card, 10_000).done()

    def fails(connection: Connection) -> None:
        keep_months(connection, [month_of(DAY)])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        divided.run(divided.db.post(fails))
    divided.upload(station)
    divided.tie_out()


@pytest.mark.parametrize(("month", "after"), [(202611, 202612), (202612, 202701), (202512, 202601)])
def test_a_year_has_twelve(month: int, after: int) -> None:
    assert next_month(month) == after
