"""Every simulated acceptor by its driver's name, and one on a pseudo-terminal, so that a whole kiosk runs
without hardware. Knows no protocol; nothing at work imports it."""

from collections.abc import Callable, Mapping
from typing import Protocol

from onecard.clock import Clock
from onecard.devices.acceptors.ccnet.simulator import Simulator as Ccnet
from onecard.devices.acceptors.cctalk.coin_simulator import CoinSimulator
from onecard.devices.acceptors.cctalk.simulator import Simulator as CcTalk
from onecard.devices.acceptors.ebds.simulator import Simulator as Ebds
from onecard.devices.acceptors.ict.simulator import Simulator as Ict
from onecard.devices.acceptors.id003.simulator import Simulator as Id003
from onecard.devices.acceptors.mdb.simulator import Simulator as Mdb
from onecard.devices.acceptors.mechanics import Memory, Timing
from onecard.devices.acceptors.ssp.simulator import Simulator as Ssp
from onecard.devices.line import Line


class Hands(Protocol):
    """What people can do to any simulated acceptor, and what they see of it."""

    memory: Memory
    is_on: bool

    @property
    def values_fen(self) -> tuple[int, ...]: ...

    @property
    def takes_notes(self) -> bool: ...

    @property
    def is_jammed(self) -> bool: ...

    @property
    def is_box_out(self) -> bool: ...

    def insert(self, value_fen: int) -> bool: ...

    def jam(self) -> None: ...

    def clear_jam(self) -> None: ...

    def take_box_out(self) -> list[int]: ...

    def put_box_back(self) -> None: ...

    def power_cut(self) -> None: ...

    def power_on(self) -> None: ...

    def plug(self, line: Line) -> None: ...

    def tick(self) -> None: ...

    def close(self) -> None: ...


def _coins(clock: Clock, _timing: Timing | None) -> Hands:
    return CoinSimulator(clock)  # a coin falls as fast as it falls


SIMULATORS: Mapping[str, Callable[[Clock, Timing | None], Hands]] = {
    "id003": lambda clock, timing: Id003(clock, timing=timing),
    "ssp": lambda clock, timing: Ssp(clock, timing=timing),
    "cctalk": lambda clock, timing: CcTalk(clock, timing=timing),
    "cctalk-coin": _coins,
    "ccnet": lambda clock, timing: Ccnet(clock, timing=timing),
    "ebds": lambda clock, timing: Ebds(clock, timing=timing),
    "mdb": lambda clock, timing: Mdb(clock, timing=timing),
    "ict": lambda clock, timing: Ict(clock, timing=timing),
}
