"""A real station on a virtual card, with an office that signs documents. For tests; knows no assertion."""

from pathlib import Path

from onecard.cards.image import Identity, Purse
from onecard.cards.keys import make_test_keys
from onecard.cards.m1 import M1Card
from onecard.clock import CARD_EPOCH_UNIX, FalseClock
from onecard.devices.readers.virtual import DirectStorage, VirtualM1
from onecard.ids import SeededEntropy
from onecard.journal.facts import Facts
from onecard.journal.journal import Journal
from onecard.terminal.station import Station, StationConfig
from onecard.wire import messages as m
from onecard.wire.message import encode
from onecard.wire.signing import SigningKey, sign_document

UNIT = 7
TERMINAL = 1001
CARD = 500_001
UID = bytes.fromhex("04A1B2C3")
CASHIER, BOSS = 11, 12
#: 2026-05-04 12:00 in China.
NOON = CARD_EPOCH_UNIX + 2315 * 86_400 + 4 * 3600
TODAY = 2315
KEYS = make_test_keys()
CASHIER_RIGHTS = ("pos.sell", "pos.void", "pos.shift", "desk.issue", "desk.recharge")

CARD_TYPE = m.CardType(type=1, name="职工卡", cap_fen=100_000, sale_limit_fen=50_000)


class Office:
    """Signs what terminals hold; versions count up by themselves."""

    def __init__(self, clock: FalseClock) -> None:
        self.key = SigningKey.make(SeededEntropy(1))
        self.clock = clock
        self.versions: dict[str, int] = {}
        self.books_epoch = 1

    def document(self, name: str, body: m.DocumentBody, *, effective_from: int = 0, version: int = 0):
        self.versions[name] = version or self.versions.get(name, 0) + 1
        return sign_document(self.key, name, self.versions[name], effective_from, encode(body))

    def fetched(self, *documents: m.Document, received: int = 0) -> m.Fetched:
        return m.Fetched(
            documents=documents,
            now=self.clock.now(),
            books_epoch=self.books_epoch,
            epoch=1,
            received=received,
            head="00" * 32,
        )

    def place(self, terminal: int = TERMINAL, **settings: str) -> m.Document:
        body = m.TerminalDocument(
            unit=UNIT,
            unit_name="测试单位",
            terminal=terminal,
            name="1 号机",
            kind="pos",
            branch=1,
            branch_name="总部",
            outlet=31,
            outlet_name="一食堂",
            owner=41,
            settings=settings,
        )
        return self.document("terminal", body)

    def types(self, *types: m.CardType) -> m.Document:
        return self.document("types", m.TypesDocument(types=types or (CARD_TYPE,)))

    def operators(self, *operators: m.Operator) -> m.Document:
        default = (
            m.Operator(
                operator=CASHIER,
                login="zhang",
                name="张敏",
                verifier="",
                until=NOON + 10**7,
                permissions=CASHIER_RIGHTS,
            ),
            m.Operator(
                operator=BOSS,
                login="li",
                name="李伟",
                verifier="",
                until=NOON + 10**7,
                permissions=(*CASHIER_RIGHTS, "supervisor"),
            ),
        )
        return self.document("operators", m.OperatorsDocument(operators=operators or default))

    def stops(self, *stops: tuple[int, int, str], base: int = 0) -> m.Document:
        rows = tuple(m.Stop(card, issue, reason, 1) for card, issue, reason in stops)
        return self.document("stops", m.StopsDocument(base=base, stops=rows))

    def loads(self, *loads: m.Load, base: int = 0) -> m.Document:
        return self.document("loads", m.LoadsDocument(base=base, loads=loads))

    def open_taps(self, *taps: m.OpenTap) -> m.Document:
        return self.document("open_taps", m.OpenTapsDocument(taps=taps))

    def members(self, *members: m.Snapshot) -> m.Document:
        return self.document("members", m.MembersDocument(base=0, members=members))


def load(number: int, fen: int, **more: object) -> m.Load:
    return m.Load(card=CARD, issue=1, number=number, fen=fen, digest=f"{number:02x}", **more)  # type: ignore[arg-type]


def make_plastic(
    main_fen: int = 10_000,
    *,
    uid: bytes = UID,
    card: int = CARD,
    keys=KEYS,
    blank: bool = False,
    **identity: int,
) -> VirtualM1:
    """A card as it came from the front desk, or a blank one."""
    plastic = VirtualM1(uid)
    if not blank:
        fields: dict[str, int] = {
            "unit": UNIT,
            "card": card,
            "issue": 1,
            "type": 1,
            "key_version": keys.version,
            "until_day": TODAY + 1000,
            "from_day": TODAY - 100,
        } | identity
        session = M1Card(DirectStorage(plastic), keys, fields["unit"])
        session.personalise(Identity(**fields), Purse(main_fen=main_fen))
        plastic.pull()
    return plastic


def read_plastic(plastic: VirtualM1, keys=KEYS):
    return M1Card(DirectStorage(plastic), keys, UNIT).read()


class Stand:
    """A station in a folder; ``restart`` is what a power cut leaves."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: FalseClock | None = None,
        office: Office | None = None,
        terminal: int = TERMINAL,
        kind: str = "pos",
        keys=KEYS,
    ) -> None:
        self.folder = folder
        self.clock = clock or FalseClock(NOON)
        self.office = office or Office(self.clock)
        self.keys = keys
        self.config = StationConfig(unit=UNIT, terminal=terminal, kind=kind)
        self.start()
        self.receive(self.office.place(terminal), self.office.types(), self.office.operators())

    def start(self) -> None:
        self.journal = Journal(self.folder / "journal.db", self.config.terminal, 1, self.clock)
        # Nothing here cuts the power: waiting for the disk thousands of times would prove nothing.
        # ``test_kill.py`` runs on the journal as it is.
        self.journal._db.execute("PRAGMA synchronous = OFF")
        self.facts = Facts(self.folder / "facts.db", self.office.key.public, self.clock)
        self.station = Station(self.config, self.journal, self.facts, self.keys, self.clock)

    def restart(self) -> None:
        self.close()
        self.start()

    def close(self) -> None:
        self.journal.close()
        self.facts.close()

    def receive(self, *documents: m.Document) -> None:
        fetched = self.office.fetched(*documents)
        problems = self.facts.receive(fetched)
        self.journal.set_contact(fetched.now)
        assert problems == [], problems

    def bodies(self, *kinds: type) -> list[m.Body]:
        """What is journaled, of these kinds or all."""
        records = self.journal.records(self.journal.epoch, 0, 10**6)
        bodies = [m.decode_body(record.body) for record in records]
        return [body for body in bodies if not kinds or isinstance(body, kinds)]
