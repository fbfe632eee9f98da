"""A server full of account cards with money, and tills that make the bytes of their requests beforehand.

What every bar of the posting engine needs; knows no bar.
"""

import asyncio
import os
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec import Raw
from sqlalchemy import Connection

from onecard.clock import SystemClock, business_day, card_day
from onecard.ids import SERVER_TERMINAL, RecordId, SystemEntropy
from onecard.wire.messages import AccountSale, CardType, Enrol, Line, Pay, Sale, SessionGrant, decode, encode
from onecard.wire.session import MAC_HEADER, NUMBER_HEADER, TICKET_HEADER, Offer, SessionKeys, request_mac
from onecard.wire.signing import SigningKey
from server.books.office.recharge_account import RechargeAccount, Terms
from server.books.tables import key_of
from server.bootstrap import opened
from server.cards.service import open_account_card
from server.catalogue.service import put_card_type
from server.terminals import service as terminals
from tests.bench import load
from tests.server.process import ServerProcess

UNIT, FIRST_TILL = 1, 1001
CARDS, MONEY_FEN = 2_000, 1_000_000
CREATED = b'"created"'
_PATH = "/t/sale"
_TYPE = CardType(type=2, name="账户卡", purse_on_card=False)
_TICKS = os.sysconf("SC_CLK_TCK")


class Till:
    """One enrolled terminal with a session."""

    def __init__(self, url: str, number: int, key: SigningKey, server_key: bytes) -> None:
        offer = Offer(UNIT, number, key, SystemEntropy())
        question = urllib.request.Request(url + "/t/session", data=encode(offer.request), method="POST")
        with urllib.request.urlopen(question, timeout=5) as answer:
            grant = decode(answer.read(), SessionGrant)
        self._keys: SessionKeys = offer.accept(grant, server_key)
        self._ticket = grant.ticket
        self.number = number
        self.key = key
        self._seq = self._asked = 0

    def sale(self, card: int, at: int, outlet: int) -> bytes:
        """The body of the next sale: a new id."""
        self._seq += 1
        line = Line(price_fen=100, total_fen=100)
        body = Sale(
            unit=UNIT, id=RecordId(self.number, 1, self._seq), at=at, day=card_day(business_day(at)),
            outlet=outlet, owner=1, card=card, issue=1, lines=(line,), due_fen=100, pays=(Pay("main", 100),),
        )  # fmt: skip
        return encode(body)

    def sell(self, sale: bytes) -> bytes:
        """The next request, about this sale, as it goes over the wire."""
        return self.request(_PATH, encode(AccountSale(body=Raw(sale))))

    def request(self, path: str, message: bytes) -> bytes:
        """Any question, with its MAC."""
        self._asked += 1
        mac = request_mac(self._keys, self._ticket, self._asked, "POST", path, message)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(message)}\r\n{TICKET_HEADER}: {self._ticket}\r\n"
            f"{NUMBER_HEADER}: {self._asked}\r\n{MAC_HEADER}: {mac}\r\n\r\n"
        )
        return head.encode() + message


@dataclass
class Load(load.Load):
    """With the processor time of it all per request, which other work on the machine does not change."""

    server_us: float = 0.0
    client_us: float = 0.0


@dataclass
class Shop:
    """A running server and everybody who asks it."""

    server: ServerProcess
    tills: list[Till]
    cards: list[int]

    def now(self) -> int:
        """Wall time, as tills put it into what they send."""
        return SystemClock().now()

    def sales(
        self, clients: int, each: int, *, cards: Sequence[int] = (), outlets: int = 1
    ) -> list[list[bytes]]:
        """For each client its sales, all from one till of its own, over distinct cards in turn."""
        now, cards = self.now(), cards or self.cards
        made: list[list[bytes]] = [[] for _ in range(clients)]
        for turn in range(each):
            for client in range(clients):
                place, till = turn * clients + client, self.tills[client]
                sale = till.sale(cards[place % len(cards)], now, 1 + place % outlets)
                made[client].append(till.sell(sale))
        return made

    def run(self, requests: list[list[bytes]], wanted: bytes = CREATED, otherwise: bytes = b"") -> Load:
        """Ask them all; every answer must hold ``wanted``, or ``otherwise`` if that may happen too."""
        process = self.server.process
        assert process is not None
        before, mine = _cpu_s(process.pid), sum(os.times()[:2])
        found = load.run(self.server.port, requests, wanted)
        count = len(found.latencies)
        server_us = (_cpu_s(process.pid) - before) / count * 1e6
        client_us = (sum(os.times()[:2]) - mine) / count * 1e6
        bad = [answer for answer in found.wrong if not otherwise or otherwise not in answer]
        assert not bad, bad[0]
        return Load(found.seconds, found.latencies, found.wrong, found.answers, server_us, client_us)


def _cpu_s(pid: int) -> float:
    """Processor time of a process so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@contextmanager
def shop(
    folder: Path, tills: int, db: str | None = None, cards: int = CARDS, *, ties: bool = True
) -> Iterator[Shop]:
    """A shop on SQLite in ``folder``, or on ``db``; afterwards its books must tie out (``ties``)."""
    keys = {FIRST_TILL + n: SigningKey.make(SystemEntropy()) for n in range(tills)}
    numbers, server_key = asyncio.run(_fill(folder, db, keys, cards))
    server = ServerProcess(folder, db=db).start()
    try:
        yield Shop(server, [Till(server.url, n, key, server_key) for n, key in keys.items()], numbers)
    finally:
        server.stop()
    said = server.run("reconcile") if ties else "books tie out"
    assert "books tie out" in said, said


async def _fill(
    folder: Path, db: str | None, keys: dict[int, SigningKey], cards: int
) -> tuple[list[int], bytes]:
    clock = SystemClock()
    runtime, _ = await opened(folder, db, clock, SystemEntropy())
    server_key, now = runtime.keys.signing.public, clock.now()

    def write(c: Connection) -> list[int]:
        put_card_type(c, UNIT, _TYPE, now)
        for number, key in keys.items():
            terminals.add_terminal(c, UNIT, now, kind="pos", name="测速", outlet_no=1, number=number)
            code = terminals.make_code(c, UNIT, number, now, runtime.code_secret, SystemEntropy())
            question = Enrol(code=code, terminal=number, public_key=key.public.hex())
            terminals.enrol(c, UNIT, question, now, runtime.code_secret, server_key)
        return [open_account_card(c, UNIT, 1, f"{n:08x}", _TYPE, now)[0] for n in range(cards)]

    numbers = await runtime.db.write(write)
    first = key_of(RecordId(SERVER_TERMINAL, 1, 1))
    await runtime.lane.post(
        [
            RechargeAccount(UNIT, first + n, Terms(FIRST_TILL, card, 1, MONEY_FEN), 1)
            for n, card in enumerate(numbers)
        ]
    )
    await runtime.db.close()
    return numbers, server_key
