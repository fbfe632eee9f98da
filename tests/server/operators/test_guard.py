"""Goal: guessing costs time, forgetting does not. Method: attempts on a false clock, and the table itself."""

import pytest
import sqlalchemy as sa

from onecard.errors import Refused
from server.operators import guard
from server.operators.tables import attempt
from tests.server.office import NOW, Office

#: The office of these tests, one after the other.
ENGINES = ("sqlite", "postgresql")


def begin(office: Office, target: str, now: int = NOW) -> None:
    office.write(lambda c: guard.begin(c, 1, target, now))


def test_each_target_is_counted_for_itself(office: Office) -> None:
    for _ in range(guard.ALLOWED):
        begin(office, "login:1")
    with pytest.raises(Refused) as no:
        begin(office, "login:1")
    assert no.value.params == {"seconds": 60}
    begin(office, "login:2")


def test_success_forgives_and_a_quiet_day_forgets(office: Office) -> None:
    for _ in range(guard.ALLOWED - 1):
        begin(office, "login:1")
    office.write(lambda c: guard.forgive(c, 1, "login:1"))
    for _ in range(guard.ALLOWED - 1):
        begin(office, "login:1")
    later = NOW + guard.FORGET_S + 1
    for _ in range(guard.ALLOWED):
        begin(office, "login:1", later)
    with pytest.raises(Refused):
        begin(office, "login:1", later)


def test_old_targets_are_swept_away(office: Office) -> None:
    for address in range(20):
        begin(office, f"from:10.0.0.{address}")
    begin(office, "from:10.0.1.1", NOW + guard.FORGET_S + 1)
    rows = office.read(lambda c: c.execute(sa.select(attempt.c.target)).scalars().all())
    assert rows == ["from:10.0.1.1"]
