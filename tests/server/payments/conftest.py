"""The server of a unit on either engine, and a sandbox gateway that it asks in this process."""

from typing import Any

import pytest

from onecard.bench.gateway import Payments, perform
from onecard.errors import Unreachable
from server.payments.clerk import Clerk
from server.payments.sandbox import Sandbox
from tests.server.conftest import first_start
from tests.server.terminals.conftest import desk, postgres
from tests.server.terminals.desk import Desk

__all__ = ["desk", "first_start", "postgres"]


class Line:
    """How the server's questions reach the gateway; ``lose`` loses so many answers on their way back."""

    def __init__(self, payments: Payments) -> None:
        self.payments, self.lose, self.asked = payments, 0, 0

    async def post(self, path: str, question: dict[str, Any]) -> dict[str, Any]:
        self.asked += 1
        if self.payments.silent:
            raise Unreachable("gateway.unreachable")
        answer = perform(self.payments, path.removeprefix("/pay/"), question)
        if self.lose:
            self.lose -= 1
            raise Unreachable("gateway.unreachable")
        return answer


@pytest.fixture
def payments(desk: Desk) -> Payments:
    made = Payments(desk.office.clock)
    line = Line(made)
    made.line = line  # type: ignore[attr-defined]
    runtime = desk.office.runtime
    runtime.clerk = Clerk(runtime.lane, runtime.unit, lambda: {"sandbox": Sandbox(line)})
    return made
