"""Goal: every scale's road works on real bytes, threads and time. Method: a pseudo-terminal each."""

import pytest

from onecard.clock import SystemClock
from onecard.devices.pty import serve_pty
from onecard.devices.scales import adam, ascii, cas, dibal, pinnacle, toledo
from onecard.devices.scales.adam.simulator import Simulator as Adam
from onecard.devices.scales.ascii.simulator import Simulator as Ascii
from onecard.devices.scales.cas.simulator import Simulator as Cas
from onecard.devices.scales.dibal.simulator import Simulator as Dibal
from onecard.devices.scales.pinnacle.simulator import Simulator as Pinnacle
from onecard.devices.scales.toledo.simulator import Simulator as Toledo
from onecard.devices.scales.weighing import Weighed
from onecard.devices.scales.worker import ScaleWorker
from tests.devices.soon import soon

KINDS = {
    "cas": (cas, Cas),
    "pinnacle": (pinnacle, Pinnacle),
    "toledo": (toledo, Toledo),
    "adam": (adam, Adam),
    "dibal": (dibal, Dibal),
    "ascii": (ascii, Ascii),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_weight_through_a_pseudo_terminal(tmp_path, name):
    module, make = KINDS[name]
    clock, path = SystemClock(), tmp_path / "scale"
    simulator = make(clock)
    simulator.platform.settle_s = 0.05
    device = serve_pty(simulator, path, clock)
    worker = ScaleWorker("scale", lambda: module.open({"line": f"serial:{path}"}), clock=clock)
    worker.start()
    assert soon(lambda: worker.health.view.condition == "good")
    device.call(lambda scale: scale.platform.put(1_234)).result(5)
    assert soon(
        lambda: worker.weigh().result(5) == Weighed(1_234, at=pytest.approx(clock.monotonic(), abs=5))
    )
    device.stop()
    assert soon(lambda: worker.health.view.condition == "bad")
    worker.stop()
