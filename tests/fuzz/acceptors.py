"""Banknote and coin acceptors: how each finds its frames, and what it reads out of them."""

from collections.abc import Callable

from onecard.devices.acceptors.ccnet import frames as ccnet
from onecard.devices.acceptors.ccnet import meaning as ccnet_meaning
from onecard.devices.acceptors.cctalk import frames as cctalk
from onecard.devices.acceptors.cctalk import meaning as cctalk_meaning
from onecard.devices.acceptors.ebds import frames as ebds
from onecard.devices.acceptors.ebds import meaning as ebds_meaning
from onecard.devices.acceptors.ict import frames as ict
from onecard.devices.acceptors.id003 import frames as id003
from onecard.devices.acceptors.id003 import meaning as id003_meaning
from onecard.devices.acceptors.mdb import adaptor as mdb
from onecard.devices.acceptors.mdb import frames as mdb_frames
from onecard.devices.acceptors.ssp import frames as ssp
from onecard.devices.acceptors.ssp import meaning as ssp_meaning
from onecard.devices.acceptors.ssp import secret
from onecard.ids import SeededEntropy
from tests.fuzz.target import Feed, Target, stream

_DATA = (b"", b"\x01", b"\x61", b"\x7f\x7f", b"\x02\x03", b"\xfc\x05\x11", bytes(11), b"\x84\x01\x01\x00\x05")
_SEVEN = tuple(bytes(byte & 0x7F for byte in data) for data in _DATA)
_CODES = (0x11, 0x13, 0x15, 0x1A, 0x40, 0x50, 0x80, 0x81)
_LONG = bytes(range(1, 60))
_KEY = bytes(range(16))
#: More than this in fen is no banknote.
_LARGEST_FEN = 10**9

_TABLE = tuple(
    id003_meaning.Denomination(0x61 + at, 0x86, fen) for at, fen in enumerate((100, 500, 1_000, 10_000))
)
_SETUP = ssp_meaning.encode_setup({1: 100, 2: 500, 3: 10_000}, 8)
_BLOCK = mdb_frames.encode_setup((100, 500, 1_000))
_BILLS = ccnet_meaning.encode_table((100, 500, 1_000, 2_000))
_RING = bytes((7, 1, 0, 2, 1, 0, 1, 0, 2, 3, 0))


def _pairs(data: tuple[bytes, ...]) -> list[tuple[int, bytes]]:
    return [*zip(_CODES, data, strict=True), (0x8A, _LONG)]


def _worth(values: dict[int, int]) -> bool:
    assert all(0 < fen <= _LARGEST_FEN for fen in values.values()), values
    return bool(values)


def _id003_table() -> Feed:
    def feed(data: bytes) -> bool:
        rows = id003_meaning.currency_table(data)
        assert all(0 < row.value_fen <= _LARGEST_FEN for row in rows), rows
        again = id003_meaning.currency_table(id003_meaning.encode_table(rows) or b"\0\0\0\0")
        assert again == rows, "the table comes back as it was"
        return bool(rows)

    return feed


def _ccnet_table() -> Feed:
    def feed(data: bytes) -> bool:
        rows = ccnet_meaning.bill_table(data)
        assert all(0 <= row.place < 24 and 0 < row.value_fen <= _LARGEST_FEN for row in rows), rows
        return bool(rows)

    return feed


def _ssp_happenings() -> Feed:
    def feed(data: bytes) -> bool:
        found, unread = ssp_meaning.happenings(data)
        told = b"".join(bytes((kind,)) + more for kind, more in found)
        assert data.startswith(told)
        assert (unread is None) == (told == data), "all was read, or the byte where reading ended is named"
        return bool(found)

    return feed


def _ssp_setup() -> Feed:
    return lambda data: _worth(ssp_meaning.read_setup(data).values_fen)


def _essp() -> Feed:
    def feed(data: bytes) -> bool:
        opened = secret.unseal(_KEY, data)
        return opened is not None and len(opened[1]) < len(data)

    return feed


def _news() -> Feed:
    before = 0

    def feed(data: bytes) -> bool:
        nonlocal before
        news = cctalk_meaning.news(before, data)
        assert len(news.events) <= cctalk_meaning.RING
        before = data[0]
        return bool(news.events)

    return feed


def _cctalk_names() -> Feed:
    def feed(data: bytes) -> bool:
        worth = cctalk_meaning.bill_value(data[:7], 1, 0), cctalk_meaning.coin_value(data[:6], 1)
        assert all(fen is None or 0 < fen <= _LARGEST_FEN for fen in worth), worth
        return worth != (None, None)

    return feed


def _ebds_status() -> Feed:
    def feed(data: bytes) -> bool:
        status = ebds_meaning.read(data)
        if status is None:
            return False
        ebds_meaning.fault(status)
        assert ebds_meaning.read(ebds_meaning.encode(status)) == status
        return True

    return feed


def _mdb_poll() -> Feed:
    def feed(data: bytes) -> bool:
        reports = [mdb_frames.report(byte) for byte in data]
        return any(report.kind is not mdb_frames.Kind.UNKNOWN for report in reports)

    return feed


def _mdb_setup() -> Feed:
    return lambda data: _worth(mdb_frames.read_setup(data).values_fen)


def _mdb(make: Callable[[], mdb.Adaptor], *, expire_every: int = 8) -> Callable[[], Feed]:
    return stream(make, lambda block: make().encode(block), expire_every=expire_every)  # type: ignore[arg-type]


def _ict_words(token: object) -> bytes:
    unit = isinstance(token, ict.Unit)
    return bytes((token,)) if unit else bytes((ict.Unit.NOTE, ict.FIRST_CHANNEL + token - 1))  # type: ignore[arg-type,operator]


def _ict() -> Feed:
    tokens = ict.Tokens()

    def feed(data: bytes) -> int:
        found = tokens.feed(data)
        for token in found:
            if not isinstance(token, ict.Unit):
                assert ict.Tokens().feed(_ict_words(token))[-1] == token
        return len(found)

    return feed


_WRONG = (ValueError,)
TARGETS = (
    Target(
        "id003 frames",
        [id003.encode(id003.Frame(code, data)) for code, data in _pairs(_DATA)],
        stream(id003.Parser, id003.encode),  # type: ignore[arg-type]
    ),
    Target("id003 currency table", [id003_meaning.encode_table(_TABLE)], _id003_table, _WRONG),
    Target(
        "ssp frames",
        [ssp.encode(ssp.Frame(bool(code & 1), bytes((code,)) + data)) for code, data in _pairs(_DATA)],
        stream(ssp.Parser, ssp.encode),  # type: ignore[arg-type]
    ),
    Target(
        "ssp events",
        [bytes.fromhex(text) for text in ("EF01", "EE03", "CCEB", "E101E202", "E7B5", "CA6400000000434E59")],
        _ssp_happenings,
    ),
    Target("ssp setup", [_SETUP], _ssp_setup, _WRONG),
    Target(
        "essp packets",
        [
            secret.seal(_KEY, number, data, SeededEntropy(1))
            for number, data in enumerate((b"\x07", b"\xf0\xee\x01", bytes(range(20))))
        ],
        _essp,
    ),
    Target(
        "ccnet frames",
        [ccnet.encode(ccnet.Frame(code, data)) for code, data in _pairs(_DATA)],
        stream(ccnet.Parser, ccnet.encode),  # type: ignore[arg-type]
    ),
    Target("ccnet bill table", [_BILLS], _ccnet_table, _WRONG),
    Target(
        "cctalk frames, sum",
        [cctalk.encode(cctalk.Frame(1, 0, data, 40), "sum") for data in (*_DATA, _RING)],
        stream(lambda: cctalk.Parser(1, "sum"), lambda frame: cctalk.encode(frame, "sum")),  # type: ignore[arg-type]
    ),
    Target(
        "cctalk frames, crc",
        [cctalk.encode(cctalk.Frame(1, 0, data), "crc") for data in (*_DATA, _RING)],
        stream(lambda: cctalk.Parser(1, "crc"), lambda frame: cctalk.encode(frame, "crc")),  # type: ignore[arg-type]
    ),
    Target("cctalk event ring", [_RING, bytes((255,)) + _RING[1:], bytes((1,)) + _RING[1:]], _news, _WRONG),
    Target(
        "cctalk bill and coin names",
        [b"CN0010A", b"CN0100B", b"CN100A", b"CN.50A", b"CN1K0A", b"CN5m0A"],
        _cctalk_names,
    ),
    Target(
        "ebds frames",
        [ebds.encode(ebds.Frame(2, code & 1, data)) for code, data in _pairs(_SEVEN)],
        stream(ebds.Parser, ebds.encode),  # type: ignore[arg-type]
    ),
    Target("ebds status", [bytes.fromhex(text) for text in ("011000000203", "041008000203")], _ebds_status),
    Target(
        "mdb blocks, hex", [mdb.Hex().encode(data[:36]) for data in (*_DATA, _BLOCK) if data], _mdb(mdb.Hex)
    ),
    Target(
        "mdb blocks, raw",
        [mdb.Raw().encode(data[:36]) for data in (*_DATA, _BLOCK) if data],
        _mdb(mdb.Raw, expire_every=1),
    ),
    Target("mdb poll", [bytes.fromhex(text) for text in ("80", "9190", "06", "0A41")], _mdb_poll),
    Target("mdb setup", [_BLOCK], _mdb_setup, _WRONG),
    Target(
        "ict words",
        [bytes.fromhex(text) for text in ("808F", "8140", "8144", "10", "11", "813E", "5E29")],
        lambda: _ict(),
    ),
)
