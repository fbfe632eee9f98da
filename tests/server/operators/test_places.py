"""Goal: who sells for one owner signs on at that owner's tills and at no others. F: H2

Method: the documents that stations of four places get, and what the server lets a person do from each.
"""

import pytest

from onecard.errors import Refused
from onecard.wire import messages as m
from server.operators import permission, secret, service
from server.terminals import document
from server.terminals.service import add_terminal
from tests.server.books.station import NOW, UNIT
from tests.server.unit import Unit

#: outlet → (branch, owner)
PLACES = {1: (1, 1), 2: (1, 2), 3: (2, 1), 4: (2, 2)}
GRANTS = {
    "everywhere": ((0, 0), {1, 2, 3, 4}),
    "branch": ((2, 0), {3, 4}),
    "owner": ((0, 2), {2, 4}),
    "stall": ((2, 2), {4}),
}


@pytest.fixture
def people(unit: Unit) -> dict[str, int]:
    pin = secret.verifier("246813")

    def make(c) -> dict[str, int]:
        for outlet in PLACES:
            add_terminal(c, UNIT, NOW, kind="pos", name=f"{outlet}", outlet_no=outlet, number=1000 + outlet)
        return {
            login: service.add_operator(c, UNIT, NOW, login=login, name=login, grants=((3, *place),), pin=pin)
            for login, (place, _) in GRANTS.items()
        }

    return dict(unit.write(make))


def test_a_station_knows_those_who_may_sign_on_there(unit: Unit, people: dict[str, int]) -> None:
    missing = [document.Missing("operators")]
    for outlet in PLACES:
        who = unit.read(lambda c, n=outlet: document.reader(c, UNIT, 1000 + n))
        (made,) = unit.write(lambda c, w=who: document.make(c, w, missing, NOW))
        body = m.decode_document_body(bytes(made.body))
        assert isinstance(body, m.OperatorsDocument)
        logins = {one.login for one in body.operators}
        assert logins == {login for login, (_, outlets) in GRANTS.items() if outlet in outlets}, outlet


def test_the_server_asks_for_the_same_place(unit: Unit, people: dict[str, int]) -> None:
    for login, (_, outlets) in GRANTS.items():
        for outlet, place in PLACES.items():
            ask = lambda c, n=people[login], p=place: service.demand(c, UNIT, n, permission.SELL, *p)  # noqa: E731
            if outlet in outlets:
                assert unit.read(ask).operator == people[login]
            else:
                with pytest.raises(Refused) as no:
                    unit.read(ask)
                assert no.value.code == "operator.not_allowed"
