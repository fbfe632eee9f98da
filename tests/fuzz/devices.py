"""Everything else on a cable: scales, printers, pads, displays, wedges, encoders, terminals, captures."""

import json
from collections.abc import Callable

from onecard.devices import capture, fields
from onecard.devices.bank_terminals import Approved, Order, Totals
from onecard.devices.bank_terminals.plain import frames as bank
from onecard.devices.city_terminals import CardLeft, CardSeen, CityCard, Debit, Debited, Record, Records
from onecard.devices.city_terminals.plain import frames as city
from onecard.devices.displays.vfd import frames as vfd
from onecard.devices.encoders.msr import frames as msr
from onecard.devices.pinpads.plain import frames as pad
from onecard.devices.power.sysfs import frames as sysfs
from onecard.devices.printers import DrawerState, PrinterState
from onecard.devices.printers.escpos import answers, encode
from onecard.devices.printers.escpos import frames as escpos
from onecard.devices.printers.escpos.encode import Paper
from onecard.devices.scales import Reading, State
from onecard.devices.scales.adam import frames as adam
from onecard.devices.scales.ascii import frames as plain
from onecard.devices.scales.cas import frames as cas
from onecard.devices.scales.dibal import frames as dibal
from onecard.devices.scales.number import grams
from onecard.devices.scales.text import Lines
from onecard.devices.scales.toledo import frames as toledo
from onecard.devices.wedges import LONGEST, Scanned, track
from onecard.devices.wedges.keyboard import frames as evdev
from onecard.devices.wedges.keyboard import keys
from onecard.devices.wedges.keyboard.decoder import Decoder
from onecard.devices.wedges.scanner import frames as scanner
from onecard.devices.wedges.typed import Typed
from tests.devices.printers.escpos.rig import receipt
from tests.fuzz.target import Feed, Target, held, stream

_WEIGHTS = (0, 5, 316, 1_234, 14_995)


def _scale(
    make: Callable[[], object], again: Callable[[int], bytes], *, twice: bool = False
) -> Callable[[], Feed]:
    """A stable weight that its own format can carry comes back as it was."""

    def fresh() -> Feed:
        parser = make()
        feed, reset, fed, seen = parser.feed, parser.reset, 0, set[int]()  # type: ignore[attr-defined]

        def take(data: bytes) -> object:
            nonlocal fed
            fed += 1
            if not fed % 32:
                assert held(parser) <= 256
                reset()
            found: list[Reading] = feed(data)
            for reading in found:
                weight_g = reading.weight_g
                if reading.state is not State.STABLE or weight_g is None or weight_g in seen:
                    continue
                assert 0 <= weight_g <= 10**10, weight_g
                if weight_g < 100_000:
                    told = make().feed(again(weight_g) * (1 + twice))  # type: ignore[attr-defined]
                    assert told[-1] == reading, (reading, told)
                seen.add(weight_g)
                if len(seen) > 10_000:
                    seen.clear()
            return found

        return take

    return fresh


def _grams() -> Feed:
    def feed(data: bytes) -> bool:
        text = data.decode("latin-1")
        worth = grams(text[:12], text[12:]), grams(text, "kg"), grams(text, "g")
        assert all(one is None or 0 <= one < 10**10 for one in worth), worth
        return worth != (None, None, None)

    return feed


def _printer_answers() -> Feed:
    sorter = answers.Sorter()

    def feed(data: bytes) -> bool:
        heard = sorter.feed(data)
        assert len(heard.realtime) + 4 * len(heard.automatic) + len(heard.done) <= len(data) + 3
        assert held(sorter) < 4
        for group in heard.automatic:
            assert isinstance(answers.automatic_state(group), PrinterState)
        if len(heard.realtime) >= 4:
            assert isinstance(answers.state(*heard.realtime[:4]), PrinterState)
            assert isinstance(answers.drawer(heard.realtime[0], "high"), DrawerState)
        return bool(heard.realtime or heard.automatic or heard.done)

    return feed


def _printer_commands() -> Feed:
    def feed(data: bytes) -> bool:
        found, end = escpos.tokens(data)
        assert end <= len(data)
        at = 0
        for token in found:
            assert at < token.end <= len(data)
            assert data[at : token.end] == token.code + token.data
            at = token.end
        return bool(found)

    return feed


def _display() -> Feed:
    parser = vfd.Parser()

    def feed(data: bytes) -> bool:
        found = parser.feed(data)
        assert held(parser) <= vfd.LONGEST + len(data)
        return bool(found)

    return feed


def _stripes() -> Feed:
    def feed(data: bytes) -> bool:
        swipe = track.parse(data.decode("latin-1"))
        if swipe is None:
            return False
        assert swipe.tracks or swipe.failed
        assert set(swipe.tracks) | swipe.failed <= {1, 2, 3}
        assert not (swipe.is_bank_card and swipe.number)
        return True

    return feed


def _strokes() -> Feed:
    parser, decoder = evdev.Parser(), Decoder()

    def feed(data: bytes) -> bool:
        scans = decoder.feed(parser.feed(data))
        assert held(parser) < evdev.LENGTH
        assert held(decoder) <= LONGEST
        assert all(len(scan.text) <= LONGEST for scan in scans if isinstance(scan, Scanned))
        return bool(scans)

    return feed


def _typed() -> Feed:
    typed, at = Typed(), 0

    def feed(data: bytes) -> bool:
        nonlocal at
        at += len(data) * (1 + (data[:1] > b"\x80") * 20)
        for letter in data[:2].decode("latin-1"):
            typed.key(letter, at)
        typed.text(data.decode("latin-1"), at)
        assert held(typed) <= LONGEST
        scan = typed.enter()
        typed.look(at)
        return scan is not None or bool(typed.look(at + 100))

    return feed


def _stripe_encoder() -> Callable[[], Feed]:
    def again(answer: msr.Answer) -> None:
        if answer.tracks:
            assert msr.read_block(msr.block(answer.tracks)) == answer.tracks

    def fresh() -> Feed:
        parser = msr.Parser()

        def feed(data: bytes) -> object:
            found = parser.feed(data)
            assert held(parser) <= msr.LONGEST + len(data)
            for answer in found:
                again(answer)
            return found

        return feed

    return fresh


def _fields() -> Feed:
    parser = fields.Parser()
    fed = 0

    def feed(data: bytes) -> bool:
        nonlocal fed
        fed += 1
        found = parser.feed(data)
        assert held(parser) <= fields.LONGEST + len(data)
        for told in found:
            assert fields.Parser().feed(fields.encode(told)) == [told]
        if not fed % 16:
            parser.reset()
        return bool(found)

    return feed


def _read_fields(*readers: Callable[[dict[str, str]], object]) -> Callable[[], Feed]:
    """What stands in fields, behind their frame: a meaning, or ``None``."""

    def fresh() -> Feed:
        split = fields._fields

        def feed(data: bytes) -> bool:
            told = split(data)
            return told is not None and any(read(told) is not None for read in readers)

        return feed

    return fresh


def _captures() -> Feed:
    def feed(data: bytes) -> bool:
        return bool(capture.moments(data.decode("utf-8")))

    return feed


def _supply() -> Feed:
    names = sysfs.FILES

    def feed(data: bytes) -> bool:
        texts = data.decode("latin-1").split("\n")
        told = sysfs.entry(dict(zip(names, texts, strict=False)))
        assert told.percent is None or 0 <= told.percent <= 100
        assert told.minutes_left is None or told.minutes_left >= 0
        return told.percent is not None

    return feed


_RECORD = Record(7, "ref-1", "C100", 250, 1_000, 750, 1_790_000_000, "ab")
_BANK = (
    bank.said(Approved("r1", 1_250, "A1", "000017", "3", "1234")),
    bank.said(bank.Declined("r2", "05")),
    bank.said(bank.NotFound("r3")),
    bank.totals_said(Totals("3", 2, 2_500, 1, 100)),
    bank.order(Order("sale", "r1", 1_250)),
    bank.order(Order("refund", "r2", 1_250, "r1")),
)
_CITY = (
    city.said(CardSeen(CityCard("C100", 1_000))),
    city.said(CardLeft()),
    city.said(Debited(_RECORD)),
    city.said(Records((_RECORD, _RECORD), True)),
    city.said(city.Declined("r2", "short")),
    city.debit(Debit("r1", 250, "C100")),
)
_MOMENTS = b"\n".join(
    json.dumps(said).encode()
    for said in (
        {"at": 0.0, "open": "serial:/dev/ttyS0"},
        {"at": 0.5, "from": "host", "hex": "57"},
        {"at": 0.7, "from": "device", "hex": "0230312e3233340d"},
        {"at": 9, "gone": "unplugged"},
    )
)
_SCAN_KEYS = [next(iter(keys.CHARACTERS)), *list(keys.CHARACTERS)[3:9], *sorted(keys.ENTERS)[:1]]
_EVENTS = b"".join(
    evdev.encode(evdev.EV_KEY, code, value, 1_000_000 + 2_000 * at)
    for at, code in enumerate(_SCAN_KEYS)
    for value in (1, 0)
)
_NUMBERS = (b"0", b"9", b"99999999999999999999", b"-1", b".", b"\x1c", b"=", b"kg", b" ", b"\xb2")
_JSON = (b'"', b"{", b"[", b"1e999", b"-1", b"9" * 400, b"null", b"NaN", b"\n", b"Infinity", b"\xff")
_SUPPLY = b"\n".join(
    value.encode()
    for value in ("Battery", "System", "1", "1", "Discharging", "87", "3600", "100", "10", "50", "-5")
)

TARGETS = (
    Target(
        "scale cas",
        [cas.encode(cas.body(State.STABLE, weight)) for weight in _WEIGHTS]
        + [cas.encode(cas.body(state, 5)) for state in (State.MOVING, State.OVER)],
        _scale(cas.Parser, lambda weight: cas.encode(cas.body(State.STABLE, weight)), twice=True),
    ),
    Target(
        "scale pinnacle",
        [cas.encode(cas.body(State.STABLE, weight), "whole") for weight in _WEIGHTS],
        _scale(cas.Parser, lambda weight: cas.encode(cas.body(State.STABLE, weight), "whole"), twice=True),
    ),
    Target(
        "scale toledo",
        [toledo.weight(weight) for weight in _WEIGHTS] + [toledo.status(1), toledo.status(6)],
        _scale(lambda: Lines(toledo.CR, toledo.line_of), toledo.weight),
        words=_NUMBERS,
    ),
    Target(
        "scale adam",
        [adam.encode(weight) for weight in _WEIGHTS],
        _scale(lambda: Lines(adam.END, adam.line_of), adam.encode),
        words=_NUMBERS,
    ),
    Target(
        "scale dibal",
        [dibal.encode(weight) for weight in _WEIGHTS],
        _scale(lambda: Lines(dibal.END, dibal.line_of), dibal.encode),
        words=_NUMBERS,
    ),
    Target(
        "scale ascii, lines",
        [plain.line(state, weight) for state in (State.STABLE, State.MOVING) for weight in _WEIGHTS],
        _scale(lambda: Lines(plain.END, plain.line_of), lambda weight: plain.line(State.STABLE, weight)),
        words=_NUMBERS,
    ),
    Target(
        "scale ascii, boxed",
        [plain.box(weight) for weight in _WEIGHTS],
        _scale(plain.Boxes, plain.box),
        words=_NUMBERS,
    ),
    Target("scale digits", [b"01.234kg", b" 1.234kg", b"1234g"], _grams, words=_NUMBERS),
    Target(
        "printer answers",
        [bytes.fromhex(text) for text in ("12161A72", "18000F00", "1200", "10080300", "03", "12")],
        _printer_answers,
    ),
    Target(
        "printer commands",
        [
            b"\x1b@\x1c&" + "合计 12.50".encode("gb18030") + b"\n\x1dV\x42\x03",
            encode.encode(receipt(), Paper())[:400],
        ],
        _printer_commands,
    ),
    Target(
        "pin pad keys", [b"123456\r", b"12\x08\x1b"], lambda: lambda data: len(pad.keys(data)) <= len(data)
    ),
    Target(
        "display commands",
        [vfd.INIT + vfd.line("upper", "TOTAL 12.50") + vfd.line("lower", "THANKS"), vfd.brightness(3) + b"A"],
        _display,
    ),
    Target(
        "wedge stripe tracks",
        [b"%B4111111111111111^LI/LEI^2512101?;4111111111111111=2512101?", b";0001234567?", b"%E?;E?+E?"],
        _stripes,
        words=(b"?", b";", b"%", b"+", b"=", b"^", b"E", b"0" * 40),
    ),
    Target("wedge key events", [_EVENTS, _EVENTS[:48], _EVENTS[-48:]], _strokes),
    Target("wedge typed text", [b"6901234567892", b";0001234?"], _typed),
    Target(
        "scanner",
        [scanner.encode(text) for text in ("6901234567892", "OC1:饭卡:42", "x" * 600)],
        stream(scanner.Parser, lambda scan: scanner.encode(scan.text) if isinstance(scan, Scanned) else b""),
    ),
    Target(
        "stripe encoder answers",
        [b"\x1b0", b"\x1by", msr.block({1: "ABC", 2: "0001234567"}) + b"\x1b0", b"\x1b9"],
        _stripe_encoder(),
    ),
    Target("terminal fields", [*_BANK, *_CITY], _fields),
    Target(
        "bank terminal",
        [raw[1:-2] for raw in _BANK],
        _read_fields(bank.outcome, bank.totals, bank.read_order),
        words=_NUMBERS,
    ),
    Target(
        "city terminal",
        [raw[1:-2] for raw in _CITY],
        _read_fields(city.event, city.read_debit),
        words=_NUMBERS,
    ),
    Target("capture file", [_MOMENTS], _captures, (ValueError,), words=_JSON),
    Target("power supply", [_SUPPLY], _supply, words=_NUMBERS),
)
