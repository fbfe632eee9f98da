"""Opening the server's parts; and the first start: a unit with one branch, outlet, owner and card type.

Its administrator's one-time password is printed once, kept nowhere in clear, and must be changed at once.
"""

from pathlib import Path

from sqlalchemy import Connection

from onecard.clock import Clock, business_day, card_day
from onecard.ids import Entropy, one_time_code
from onecard.wire.messages import CardType
from server import keys
from server.books.lane import Lane
from server.books.partition import keep_months, month_of, next_month
from server.cards import keyroom
from server.catalogue.service import put_card_type
from server.db import Database
from server.members.service import catch_up
from server.migrations import migrate
from server.operators import permission, secret, service
from server.organisation.service import add_branch, add_outlet, add_owner, add_unit, first_unit
from server.runtime import Runtime
from server.terminals import version

UNIT = 1
ADMINISTRATOR = "admin"
ONE_TIME_S = 7 * 86_400


class FirstStart:
    """What the person who started the server has to know."""

    def __init__(self, login: str, password: str) -> None:
        self.login = login
        self.password = password


def make(connection: Connection, now: int, entropy: Entropy) -> FirstStart | None:
    """Fill an empty database (writes); ``None`` when there is a unit already."""
    if first_unit(connection) is not None:
        return None
    add_unit(connection, UNIT, "一卡通 OneCard", now)
    branch = add_branch(connection, UNIT, "总部")
    owner = add_owner(connection, UNIT, "本单位")
    add_outlet(connection, UNIT, "一号网点", branch, owner)
    put_card_type(
        connection,
        UNIT,
        CardType(type=1, name="普通卡", name_en="Standard", deposit_fen=1_000),
        now,
    )
    # Nothing is on sale yet, and terminals are told so: an empty catalogue is a catalogue.
    version.touch(connection, UNIT, version.CATALOGUE, now)
    numbers = [
        service.add_role(connection, UNIT, name, permissions) for name, permissions in permission.FIRST_ROLES
    ]
    password = one_time_code(entropy, 12)
    service.add_operator(
        connection,
        UNIT,
        now,
        login=ADMINISTRATOR,
        name="管理员",
        grants=((numbers[0], 0),),
        password=secret.verifier(password),
        one_time_until=now + ONE_TIME_S,
    )
    return FirstStart(ADMINISTRATOR, password)


def database_url(data: Path, url: str | None) -> str:
    """The database to use: the given one, else an SQLite file in ``data``."""
    return url or f"sqlite:///{(data / 'onecard.db').resolve()}"


async def opened(
    data: Path, url: str | None, clock: Clock, entropy: Entropy
) -> tuple[Runtime, FirstStart | None]:
    """The parts, with the database made or brought up to date; what a first start has to tell."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    secrets = keys.load(data / "keys", entropy)
    db = Database.open(database_url(data, url))
    await migrate(db)
    now = clock.now()
    first = await db.write(lambda connection: make(connection, now, entropy))
    unit = await db.read(first_unit)
    assert unit is not None
    await db.write(lambda connection: catch_up(connection, unit, now))
    this = month_of(card_day(business_day(now)))
    # Ahead of the first posting of a month, which would have to wait until nobody reads the others.
    await db.write(lambda connection: keep_months(connection, (this, next_month(this))))
    runtime = Runtime(db, Lane(db, clock), clock, entropy, secrets, unit, data)
    runtime.card_keys = keyroom.load(data / "keys", unit)
    return runtime, first
