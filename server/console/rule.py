"""Rows of the office's rules as a form has them: where and when each holds, prices, discounts, wallets.

A row that is left empty is no row; what is wrong with one is said by the rules themselves.
"""

from typing import Any

import msgspec

from onecard import money
from onecard.errors import Refused
from onecard.wire.messages import Condition, Discount, Period, PointsTerms, Price, WalletTerms
from onecard.wire.terms import EVERY_DAY
from server.console import field

#: Empty rows behind those that are there.
SPARE = 2
#: Rows a form may have.
ROWS_MOST = 40
LIST_MOST = 40


def words(fields: field.Fields, name: str) -> tuple[str, ...]:
    """Words with commas between. Raises ``Refused("request.malformed")``."""
    text = fields.get(name, "").replace("，", ",").replace("、", ",")
    found = tuple(one.strip() for one in text.split(",") if one.strip())
    if len(found) > LIST_MOST or any(len(one) > 64 for one in found):
        raise Refused("request.malformed")
    return found


def numbers(fields: field.Fields, name: str, known: set[int]) -> tuple[int, ...]:
    """Outlets by number, with commas or blanks between. Raises ``Refused("outlet.unknown")``."""
    found = []
    for one in fields.get(name, "").replace(",", " ").replace("，", " ").split():
        if not (one.isascii() and one.isdigit() and len(one) < 8 and int(one) in known):
            raise Refused("outlet.unknown")
        found.append(int(one))
    return tuple(found)


def _days(fields: field.Fields, at: str) -> int:
    bits = sum(1 << day for day in range(8) if fields.get(f"{at}day{day}") == "1")
    return bits or EVERY_DAY


def condition(fields: field.Fields, at: str, known: set[int]) -> dict[str, Any]:
    """What every row may say, whose fields begin with ``at``. Raises ``Refused``."""
    return {
        "outlets": numbers(fields, at + "outlets", known),
        "categories": words(fields, at + "categories"),
        "periods": words(fields, at + "periods"),
        "days": _days(fields, at),
        "since": field.day(fields, at + "since"),
        "until": field.day(fields, at + "until"),
    }


def _rows(fields: field.Fields, name: str, filled: tuple[str, ...]) -> list[str]:
    """Beginnings of the rows that have anything in one of ``filled``."""
    starts = [f"{name}{at}." for at in range(ROWS_MOST)]
    return [at for at in starts if any(fields.get(at + one, "").strip() for one in filled)]


def discounts(fields: field.Fields, known: set[int]) -> tuple[Discount, ...]:
    """A share off, or a fixed price. Raises ``Refused``."""
    return tuple(
        Discount(
            off=field.percent(fields, at + "off"),
            price_fen=field.fen(fields, at + "price") if fields.get(at + "price", "").strip() else None,
            most_fen=field.fen(fields, at + "most", needed=False),
            first_n=field.number(fields, at + "first", 16),
            **condition(fields, at, known),
        )
        for at in _rows(fields, "discount", ("off", "price"))
    )


def points(fields: field.Fields, known: set[int]) -> PointsTerms | None:
    """``None`` when nothing is earned and nothing can be paid with points. Raises ``Refused``."""
    at = "points."
    earned = field.number(fields, at + "per_100_yuan", 1_000_001)
    worth = field.fen(fields, at + "redeem", needed=False)
    if not earned and not worth:
        return None
    wallets = words(fields, at + "wallets") or ("main", "cash")
    return PointsTerms(per_100_yuan=earned, redeem_fen=worth, wallets=wallets, **condition(fields, at, known))


def wallets(fields: field.Fields, known: set[int]) -> tuple[WalletTerms, ...]:
    """In the order in which they pay. Raises ``Refused``."""
    return tuple(
        WalletTerms(
            wallet=fields[at + "wallet"],
            outlets=numbers(fields, at + "outlets", known),
            categories=words(fields, at + "categories"),
            limit_fen=field.fen(fields, at + "limit", needed=False),
        )
        for at in _rows(fields, "wallet", ("wallet",))
    )


def prices(fields: field.Fields, known: set[int]) -> tuple[Price, ...]:
    """Other prices of a product. Raises ``Refused``."""
    return tuple(
        Price(
            fen=field.fen(fields, at + "fen"),
            level=field.number(fields, at + "level", 100),
            **condition(fields, at, known),
        )
        for at in _rows(fields, "price", ("fen",))
    )


def menu(fields: field.Fields, known: set[int]) -> tuple[Condition, ...]:
    """When a product is offered. Raises ``Refused``."""
    rows = (condition(fields, f"menu{at}.", known) for at in range(ROWS_MOST))
    return tuple(one for one in (Condition(**row) for row in rows) if one != Condition())


def periods(fields: field.Fields) -> tuple[Period, ...]:
    """The meals of a day. Raises ``Refused``."""
    return tuple(
        Period(
            name=fields.get(at + "name", "").strip()[:64],
            name_en=fields.get(at + "name_en", "").strip()[:64],
            start=minute(fields, at + "start"),
            end=minute(fields, at + "end"),
            days=_days(fields, at),
        )
        for at in _rows(fields, "period", ("name", "start"))
    )


def special(fields: field.Fields) -> tuple[tuple[int, int], ...]:
    """Days that are not what the week says. Raises ``Refused``."""
    return tuple(
        (field.day(fields, at + "day"), field.number(fields, at + "kind", 8))
        for at in _rows(fields, "special", ("day",))
    )


def minute(fields: field.Fields, name: str) -> int:
    """``HH:MM`` in minutes. Raises ``Refused("calendar.hours")``."""
    hours, colon, minutes = fields.get(name, "").strip()[:5].partition(":")
    digits = colon and hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()
    found = int(hours) * 60 + int(minutes) if digits and int(minutes) < 60 else -1
    if not 0 <= found <= 24 * 60:
        raise Refused("calendar.hours")
    return found


def clock(minutes: int) -> str:
    """``90`` → ``01:30``."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def shown(row: msgspec.Struct | None, *names: str) -> dict[str, Any]:
    """A row as the form's fields want it; of a row that is not there everything is empty."""
    found = {"outlets": "", "categories": "", "periods": "", "days": EVERY_DAY, "since": 0, "until": 0}
    found |= dict.fromkeys(names, 0)
    if row is None:
        return found
    for name, value in msgspec.structs.asdict(row).items():
        found[name] = ", ".join(str(one) for one in value) if isinstance(value, tuple) else value
    return found


def spare(rows: tuple[Any, ...], *names: str, more: int = SPARE) -> list[dict[str, Any]]:
    """The rows of a form: those there are, and some empty ones."""
    return [shown(row, *names) for row in (*rows, *((None,) * more))]


def yuan(fields: field.Fields, name: str) -> int:
    """An amount that may be empty: 0, no limit. Raises ``Refused`` of the amount."""
    text = fields.get(name, "").strip()
    return int(money.parse(text)) if text and text.strip("0.") else 0
