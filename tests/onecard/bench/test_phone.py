"""Goal: the payment app of the bench pays or declines what a merchant opened, once.  # F: D4

Method: the merchant asks the gateway's own addresses; the person touches the bench page's.
"""

import pytest
from litestar.testing import TestClient

from onecard.bench.gateway import Payments
from onecard.bench.gateway import app as gateway
from onecard.bench.phone import Phone
from onecard.bench.web import application
from onecard.clock import FalseClock
from tests.onecard.bench.laid import laid


@pytest.fixture
def sides(tmp_path):
    """The merchant's question, and the person's touch with the page's answer."""
    payments = Payments(FalseClock())
    bench = laid(tmp_path, phone=Phone(payments))
    base = "http://127.0.0.1"
    with TestClient(gateway(payments), base) as merchant, TestClient(application(bench), base) as page:

        def ask(what: str, number: str, **more):
            return merchant.post(f"/pay/{what}", json={"number": number, **more})

        def touch(what: str, number: str = ""):
            return page.post("/do", json={"action": "phone", "what": what, "number": number})

        yield ask, touch
    bench.cable.close()


def test_a_code_is_paid_once_and_another_one_declined(sides) -> None:
    ask, touch = sides
    for number, fen in (("a1", 5_000), ("b2", 700)):
        ask("open", number, fen=fen, until=10)
    shown = touch("decline", "a1").json()["phone"]
    assert [(one["number"], one["fen"]) for one in shown["waiting"]] == [("b2", 700)]
    shown = touch("pay").json()["phone"]  # the only one that is left
    assert shown["waiting"] == []
    assert [(one["number"], one["state"]) for one in shown["ended"]] == [("b2", "paid"), ("a1", "refused")]
    assert [ask("ask", number).json()["state"] for number in ("a1", "b2")] == ["refused", "paid"]
    assert touch("pay", "b2").status_code == 400
    assert touch("pay").status_code == 400
    assert touch("steal").status_code == 400


def test_a_code_that_the_merchant_closed_cannot_be_paid(sides) -> None:
    ask, touch = sides
    ask("open", "a1", fen=5_000, until=10)
    ask("close", "a1")
    assert touch("pay", "a1").status_code == 400
    assert ask("ask", "a1").json()["state"] == "closed"


def test_a_gateway_that_is_cut_off_answers_nobody_until_its_line_is_mended(sides) -> None:
    ask, touch = sides
    ask("open", "a1", fen=5_000, until=10)
    assert touch("cut").json()["phone"]["silent"]
    assert ask("ask", "a1").status_code == 503
    touch("pay", "a1")
    assert not touch("mend").json()["phone"]["silent"]
    assert ask("ask", "a1").json()["state"] == "paid"


def test_a_bench_without_a_phone_says_so(tmp_path) -> None:
    bench = laid(tmp_path)
    with TestClient(application(bench), "http://127.0.0.1") as page:
        answer = page.post("/do", json={"action": "phone", "what": "pay"})
        assert (answer.status_code, answer.json()["detail"]) == (400, "there is no phone on this bench")
        assert page.get("/state").json()["phone"] is None
    bench.cable.close()
