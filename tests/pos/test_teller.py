"""Goal: every way a tap can fail becomes a word; only two answers close an open tap. F: C8"""

import pytest

from onecard.errors import CardDenied, CardGone, Refused, StoreError
from onecard.terminal.card_event import Complete, Failed
from onecard.terminal.outcome import Unfinished
from pos.task import Sell, Show
from pos.teller import Teller
from tests.pos.test_tap import TASK, TORN


class Station:
    """Raises what it is told to, wherever it is asked."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, _name: str):
        def ask(*_: object) -> None:
            raise self._error

        return ask


def run(error: Exception, task):
    return Teller(Station(error), lambda: 11).run(task, object())


@pytest.mark.parametrize("error", [Refused("limit.balance"), CardGone(), CardDenied(), StoreError()])
@pytest.mark.parametrize("task", [TASK, Show()])
def test_what_fails_before_the_write_is_a_refusal(error, task):
    result = run(error, task)
    assert isinstance(result, Failed)
    assert result.error is error


@pytest.mark.parametrize("error", [CardGone(), CardDenied(), StoreError(), Refused("card.two")])
def test_an_open_tap_stays_open_whatever_the_card_says(error):
    result = run(error, Complete(unfinished=TORN))
    assert isinstance(result, Unfinished)
    assert (result.id, result.why) == (TORN.id, error.code)


@pytest.mark.parametrize("code", ["card.not_written", "tap.given_up"])
def test_two_answers_settle_an_open_tap(code):
    result = run(Refused(code), Complete(unfinished=TORN))
    assert isinstance(result, Failed)
    assert result.error.code == code


def test_a_bug_is_said_and_does_not_leave_the_cashier_waiting():
    result = run(ZeroDivisionError(), Sell(order=TASK.order))
    assert isinstance(result, Failed)
    assert result.error.code == "station.fault"
