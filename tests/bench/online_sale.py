"""Bar ``online_sale_sqlite``: authenticated sales over HTTP on the embedded database ÷ TPC-B in the same run.

64 clients, distinct cards, all checks on; every answer must be ``created``, and the books must tie out.
"""

import asyncio
import shutil
import statistics
import tempfile
import urllib.request
from pathlib import Path

from msgspec import Raw
from sqlalchemy import Connection

from onecard.clock import SystemClock, business_day, card_day
from onecard.ids import SERVER_TERMINAL, RecordId, SystemEntropy
from onecard.wire.messages import (
    AccountSale,
    CardType,
    Enrol,
    Line,
    Pay,
    Sale,
    SessionGrant,
    decode,
    encode,
)
from onecard.wire.session import MAC_HEADER, NUMBER_HEADER, TICKET_HEADER, Offer, SessionKeys, request_mac
from onecard.wire.signing import SigningKey
from server.books.office.recharge_account import RechargeAccount, Terms
from server.books.tables import key_of
from server.bootstrap import opened
from server.cards.service import open_account_card
from server.catalogue.service import put_card_type
from server.terminals import service as terminals
from tests.bench import load
from tests.bench.bar import Bar, at_least, figure, percentile
from tests.bench.yardstick import postgres
from tests.server.process import ServerProcess

UNIT, CARDS, TERMINALS = 1, 2_000, 64
CLIENTS, SALES_EACH, WARM_UP_EACH = 64, 300, 20
_PATH = "/t/sale"
_TYPE = CardType(type=2, name="账户卡", purse_on_card=False)


class Office:
    """An empty server filled with account cards that have money, and terminals that may sell."""

    def __init__(self, data: Path) -> None:
        self.keys = {1001 + n: SigningKey(SystemEntropy().bytes(32)) for n in range(TERMINALS)}
        self.cards: list[int] = []
        self.server_key = b""
        asyncio.run(self._fill(data))

    async def _fill(self, data: Path) -> None:
        clock = SystemClock()
        runtime, _ = await opened(data, None, clock, SystemEntropy())
        self.server_key = runtime.keys.signing.public
        now = clock.now()

        def write(c: Connection) -> None:
            put_card_type(c, UNIT, _TYPE, now)
            for number, key in self.keys.items():
                terminals.add_terminal(c, UNIT, now, kind="pos", name="测速", outlet_no=1, number=number)
                code = terminals.make_code(c, UNIT, number, now, runtime.code_secret, SystemEntropy())
                question = Enrol(code=code, terminal=number, public_key=key.public.hex())
                terminals.enrol(c, UNIT, question, now, runtime.code_secret, self.server_key)
            self.cards = [open_account_card(c, UNIT, 1, f"{n:08x}", _TYPE, now)[0] for n in range(CARDS)]

        await runtime.db.write(write)
        first = key_of(RecordId(SERVER_TERMINAL, 1, 1))
        await runtime.lane.post(
            [
                RechargeAccount(UNIT, first + n, Terms(1001, card, 1, 1_000_000), 1)
                for n, card in enumerate(self.cards)
            ]
        )
        await runtime.db.close()


class _Till:
    """One enrolled terminal with a session: makes the bytes of its requests."""

    def __init__(self, url: str, number: int, key: SigningKey, server_key: bytes) -> None:
        offer = Offer(UNIT, number, key, SystemEntropy())
        question = urllib.request.Request(url + "/t/session", data=encode(offer.request), method="POST")
        with urllib.request.urlopen(question, timeout=5) as answer:
            grant = decode(answer.read(), SessionGrant)
        self._keys: SessionKeys = offer.accept(grant, server_key)
        self._ticket = grant.ticket
        self._number = number
        self._seq = self._asked = 0

    def sale(self, card: int, at: int) -> bytes:
        """The next sale as it goes over the wire."""
        self._seq += 1
        self._asked += 1
        line = Line(price_fen=100, total_fen=100)
        body = Sale(
            unit=UNIT, id=RecordId(self._number, 1, self._seq), at=at, day=card_day(business_day(at)),
            outlet=1, owner=1, card=card, issue=1, lines=(line,), due_fen=100, pays=(Pay("main", 100),),
        )  # fmt: skip
        message = encode(AccountSale(body=Raw(encode(body))))
        mac = request_mac(self._keys, self._ticket, self._asked, "POST", _PATH, message)
        head = (
            f"POST {_PATH} HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(message)}\r\n{TICKET_HEADER}: {self._ticket}\r\n"
            f"{NUMBER_HEADER}: {self._asked}\r\n{MAC_HEADER}: {mac}\r\n\r\n"
        )
        return head.encode() + message


def _requests(tills: list[_Till], cards: list[int], each: int) -> list[list[bytes]]:
    """For each client its requests, all from one till of its own."""
    now = SystemClock().now()
    made: list[list[bytes]] = [[] for _ in range(CLIENTS)]
    for turn in range(each):
        for client in range(CLIENTS):
            card = cards[(turn * CLIENTS + client) % len(cards)]
            made[client].append(tills[client % len(tills)].sale(card, now))
    return made


def measure(folder: Path) -> load.Load:
    """Sales at 64 clients on SQLite; raises when an answer was wrong or the books do not tie out."""
    office = Office(folder / "server")
    server = ServerProcess(folder / "server").start()
    try:
        tills = [_Till(server.url, number, key, office.server_key) for number, key in office.keys.items()]
        warm = load.run(server.port, _requests(tills, office.cards, WARM_UP_EACH), b'"created"')
        measured = load.run(server.port, _requests(tills, office.cards, SALES_EACH), b'"created"')
    finally:
        server.stop()
    wrong = warm.wrong + measured.wrong
    assert not wrong, wrong[0]
    said = server.run("reconcile")
    assert "books tie out" in said, said
    return measured


def run() -> list[Bar]:
    """The yardstick just before, on the same disk."""
    folder = Path(tempfile.mkdtemp(prefix="onecard-bench-"))
    try:
        with postgres(folder) as yardstick:
            tpcb = yardstick.tpcb(CLIENTS)
        sales = measure(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [
        at_least("online_sale_sqlite", sales.per_second / tpcb, "x TPC-B", 1.5),
        figure("  sales per second", sales.per_second, "/s"),
        figure("  TPC-B at 64 clients", tpcb, "/s"),
        figure("  median", statistics.median(sales.latencies) * 1000, "ms"),
        figure("  p99", percentile(sales.latencies, 0.99) * 1000, "ms"),
    ]
