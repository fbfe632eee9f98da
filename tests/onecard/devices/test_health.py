"""Goal: a device that is away for a day is one line in the log. Method: count what is said."""

from structlog.testing import capture_logs

from onecard.clock import FalseClock
from onecard.devices.health import Health, HealthView


def test_going_and_coming_back_are_each_said_once():
    clock, views = FalseClock(1_700_000_000), list[HealthView]()
    health = Health("printer", clock, views.append)
    with capture_logs() as logs:
        for _ in range(3):
            health.good()
        clock.advance(10)
        for _ in range(3):
            health.bad("paper_out", "roll")
        clock.advance(10)
        for _ in range(3):
            health.good()
    assert [entry["event"] for entry in logs] == ["device.ready", "device.lost", "device.back"]
    assert logs[1] == {
        "event": "device.lost",
        "log_level": "warning",
        "device": "printer",
        "reason": "paper_out",
        "detail": "roll",
    }
    assert [(v.condition, v.reason, v.since) for v in views] == [
        ("good", "", 1_700_000_000),
        ("bad", "paper_out", 1_700_000_010),
        ("good", "", 1_700_000_020),
    ]


def test_another_reason_is_another_line():
    health = Health("printer", FalseClock())
    with capture_logs() as logs:
        health.bad("paper_out")
        health.bad("cover_open")
    assert [entry["reason"] for entry in logs] == ["paper_out", "cover_open"]
