"""A technician's test of one device, a kind each: what to do with its driver, and when it has passed.

Knows the contracts only, so that it tests every driver of a kind. Moves no money and writes no stripe.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec

from onecard.devices import acceptors, encoders, pinpads, scales, wedges
from onecard.devices import bank_terminals as banks
from onecard.devices import city_terminals as cities
from onecard.devices.displays import Face, Row
from onecard.devices.power import PowerState
from onecard.devices.printers import Code, Document, Line, PrinterState, Rule
from onecard.devices.wedges import track
from onecard.errors import DeviceGone

Verdict = Literal["passed", "look", "waiting", "failed"]


class Said(msgspec.Struct, frozen=True):
    """One line of the test: the sentence ``device_test.<key>`` and what it names."""

    key: str
    params: dict[str, Any] = {}
    #: What is known now; the last one stands.
    verdict: Verdict = "waiting"


Step = Callable[[], Iterator[Said]]


def begin(kind: str, driver: Any) -> Step:
    """Start the test; call the result again and again, as a worker polls. Raises what the driver raises."""
    return _TRIALS[kind](driver)


def _scale(driver: scales.Scale) -> Step:
    shown: list[scales.Reading] = []

    def step() -> Iterator[Said]:
        for reading in driver.poll():
            if shown[-1:] == [reading]:
                continue
            shown[:] = [reading]
            if reading.state is scales.State.STABLE and reading.weight_g:
                yield Said("weight", {"weight_g": reading.weight_g}, "passed")
            elif reading.weight_g is not None:
                yield Said("weighing", {"weight_g": reading.weight_g})
            else:
                silent = reading.state is scales.State.SILENT
                yield Said("state", {"state": reading.state.value}, "failed" if silent else "waiting")

    return step


def _printer(driver: Any) -> Step:
    todo: list[Callable[[], Said]] = []

    def page() -> Said:
        lines = (Line("测试页 Test page", align="center", size=2), Rule(), Line("￥12.50", "¥12.50"))
        state: PrinterState = driver.print(Document("test", (*lines, Code("OneCard"))))
        unsure = state is PrinterState.UNKNOWN
        return Said(
            "printed",
            {"state": state.value},
            "passed" if state.has_printed else "look" if unsure else "failed",
        )

    todo += [
        lambda: Said("state", {"state": driver.status().value}),
        page,
        lambda: Said("drawer", {"state": driver.drawer().value}, "waiting"),
    ]

    def step() -> Iterator[Said]:
        if todo:
            yield todo.pop(0)()

    return step


def _display(driver: Any) -> Step:
    driver.show(Face(Row("OneCard 一卡通", "12.50", plain="OneCard"), Row("测试", "0.00", plain="TEST")))
    told: list[bool] = []

    def step() -> Iterator[Said]:
        driver.poll()
        if not told:
            told.append(True)
            # It answers nothing: only eyes can tell.
            yield Said("look", verdict="look")

    return step


def _pinpad(driver: pinpads.Pinpad) -> Step:
    driver.ask()

    def step() -> Iterator[Said]:
        for event in driver.poll():
            if isinstance(event, pinpads.Typing):
                yield Said("typing", {"count": event.count})
            elif isinstance(event, pinpads.Entered):
                event.pin.wipe()
                yield Said("pin", verdict="passed")
            elif isinstance(event, pinpads.Cancelled):
                yield Said("cancelled", verdict="passed")
            else:
                yield Said("nobody", verdict="failed")

    return step


def _wedge(driver: wedges.Wedge) -> Step:
    def step() -> Iterator[Said]:
        for scan in driver.poll():
            if isinstance(scan, wedges.Spoilt):
                yield Said("spoilt", {"reason": scan.reason}, "failed")
                continue
            swipe = track.parse(scan.text)
            if swipe is not None and swipe.is_bank_card:
                yield Said("bank_card", verdict="passed")  # its number is nobody's business
            else:
                tail = scan.text[-4:]
                yield Said("scanned", {"count": len(scan.text), "tail": tail}, "passed")

    return step


def _encoder(driver: encoders.Encoder) -> Step:
    driver.read()

    def step() -> Iterator[Said]:
        for event in driver.poll():
            if isinstance(event, encoders.Waiting):
                yield Said("draw")
            elif isinstance(event, encoders.Read):
                yield Said("tracks", {"tracks": ", ".join(map(str, sorted(event.tracks)))}, "passed")
            elif isinstance(event, encoders.Failed):
                yield Said("spoilt", {"reason": event.reason}, "failed")

    return step


def _power(driver: Any) -> Step:
    def step() -> Iterator[Said]:
        for state in driver.poll():
            assert isinstance(state, PowerState)
            params = {"source": state.source, "percent": _or_unknown(state.percent)}
            yield Said("power", params, "failed" if state.source == "unknown" else "passed")

    return step


def _bank(driver: banks.BankTerminal) -> Step:
    driver.ask_totals()

    def step() -> Iterator[Said]:
        for event in driver.poll():
            if isinstance(event, banks.Totals):
                yield Said("totals", {"batch": event.batch, "fen": event.sale_fen}, "passed")
            elif isinstance(event, banks.NoTotals):
                yield Said("nobody", verdict="failed")

    return step


def _city(driver: cities.CityTerminal) -> Step:
    driver.collect(0)

    def step() -> Iterator[Said]:
        for event in driver.poll():
            if isinstance(event, cities.CardSeen):
                card = {"tail": event.card.number[-4:], "fen": event.card.balance_fen}
                yield Said("city_card", card, "passed")
            elif isinstance(event, cities.Records):
                heard = bool(event.records) or event.is_all
                yield Said("records", {"count": len(event.records)}, "passed" if heard else "failed")

    return step


def _acceptor(driver: acceptors.Acceptor) -> Step:
    driver.enable(frozenset())  # the mouth stays shut: this is no place for money
    told: list[acceptors.Event] = []

    def step() -> Iterator[Said]:
        for event in driver.poll():
            if event in told[-1:]:
                continue
            told[:] = [event]
            if isinstance(event, acceptors.Faulted):
                yield Said("fault", {"kind": event.kind}, "failed")
            elif isinstance(event, acceptors.Idle):
                takes = ", ".join(str(fen // 100) for fen in driver.values_fen)
                yield Said("idle", {"takes": takes or "?"}, "passed")
            else:
                # Never acknowledged here: a credit that waits is the kiosk's to book.
                yield Said("event", {"event": type(event).__name__})

    return step


def _reader(driver: Any) -> Step:
    there: list[Any] = [None]

    def step() -> Iterator[Said]:
        card = driver.poll()
        if card is not there[0]:
            there[0] = card
            yield Said("card" if card is not None else "no_card", verdict="passed")

    return step


def _psam(driver: Any) -> Step:
    told: list[str] = []

    def step() -> Iterator[Said]:
        try:
            driver.look()
        except DeviceGone as gone:
            if gone.code != "psam.gone":
                raise
            if not told:
                told.append(gone.code)
                yield Said("no_psam")
            return
        yield Said("psam", {"number": driver.number.hex()}, "passed")

    return step


def _or_unknown(value: int | None) -> str:
    return "?" if value is None else str(value)


_TRIALS: dict[str, Callable[[Any], Step]] = {
    "scale": _scale,
    "printer": _printer,
    "display": _display,
    "pinpad": _pinpad,
    "wedge": _wedge,
    "encoder": _encoder,
    "power": _power,
    "bank": _bank,
    "city": _city,
    "acceptor": _acceptor,
    "reader": _reader,
    "psam": _psam,
}
