"""Management cards at the office: made once, listed, expired, stopped like any card. F: A7"""

from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from onecard.cards.management.document import Kind, unpack_stops, unseal
from onecard.clock import business_day, card_day
from onecard.errors import Refused
from onecard.ids import RecordId
from onecard.wire import messages as m
from onecard.wire.management import AskManagement, ManagementGrant, ReturnManagement, VouchedManagement
from onecard.wire.signing import verify_document
from server.cards import stops
from server.management import service
from server.management.service import By
from server.operators import permission
from server.operators import service as operators
from server.operators.tables import operation_log
from server.organisation.scope import Scope
from tests.server.office import PASSWORD, Journal, Office, Till

UID = "04aabbcc"
PATH, VOUCHED, BACK = "/t/management", "/t/management/vouched", "/t/management/return"


@pytest.fixture
def till(office: Office) -> Till:
    return office.till()


def boss(office: Office, *rights: str) -> int:
    rights = rights or (permission.MANAGEMENT,)
    name = "".join(one.partition(".")[2] or one for one in rights)
    role = office.write(lambda c: operators.add_role(c, office.unit, name, rights))
    return office.operator(f"boss-{name}", role)


def question(office: Office, till: Till, kind: Kind, by: int, **more: Any) -> AskManagement:
    fields = {"id": Journal(till).next_id, "operator": by, "kind": str(kind), "uid": UID, "days": 30} | more
    return AskManagement(**fields)


def test_every_kind_is_sealed_for_its_plastic(office: Office, till: Till) -> None:
    by, public = boss(office), office.runtime.keys.signing.public
    today = card_day(business_day(office.clock.now()))
    for number, kind in enumerate(Kind, 1):
        id = RecordId(till.terminal, 1, number)
        asked = question(office, till, kind, by, id=id, holder=by, settings={"meals": ""})
        grant = till.ask(PATH, asked, ManagementGrant)
        management = unseal(public, bytes.fromhex(grant.content), bytes.fromhex(UID))
        assert (management.number, management.kind, management.operator) == (grant.number, kind, by)
        assert (management.from_day, management.until_day) == (today, today + 29)
        assert till.ask(PATH, asked, ManagementGrant) == grant


def test_the_same_question_for_something_else_is_a_conflict(office: Office, till: Till) -> None:
    by = boss(office)
    till.ask(PATH, question(office, till, Kind.PAYEE, by), ManagementGrant)
    reply = till.send(PATH, m.encode(question(office, till, Kind.ADMINISTRATOR, by)))
    assert reply.status == 409


def test_who_may_not_hand_out_rights_gets_none(office: Office, till: Till) -> None:
    by = boss(office, permission.QUERY)
    for kind in Kind:
        reply = till.send(PATH, m.encode(question(office, till, kind, by)))
        assert (reply.status, reply.code) == (403, "operator.not_allowed"), kind


def test_what_is_no_card_is_malformed(office: Office, till: Till) -> None:
    good = question(office, till, Kind.PAYEE, boss(office))
    for more in ({"kind": "king"}, {"uid": "04"}, {"uid": ""}):
        reply = till.send(PATH, m.encode(msgspec.structs.replace(good, **more)))
        assert (reply.status, reply.code) == (422, "request.malformed"), more


def test_listed_expired_and_stopped(office: Office, till: Till) -> None:
    by, now = boss(office), office.clock.now()
    grant = till.ask(PATH, question(office, till, Kind.COLLECTOR, by), ManagementGrant)
    today = card_day(business_day(now))

    def states(day: int) -> list[str]:
        return [one.state for one in office.read(lambda c: service.cards(c, Scope.whole(office.unit), day))]

    assert (states(today), states(today + 29), states(today + 30)) == (["active"], ["active"], ["expired"])
    version = office.write(lambda c: service.stop(c, office.unit, grant.number, "lost", By(by), now))
    assert states(today) == ["lost"]
    stops = till.fetch()["stops"]
    assert isinstance(stops, m.StopsDocument)
    assert [(one.card, one.issue, one.reason, one.version) for one in stops.stops] == [
        (grant.number, 1, "lost", version)
    ]
    with pytest.raises(Refused, match=r"^card\.unknown"):
        office.write(lambda c: service.stop(c, office.unit, 77, "lost", By(by), now))


def listed(office: Office, *cards: int, reason: str = "") -> int:
    """Onto the list, or off it again; its version."""
    now = office.clock.now()

    def write(c: sa.Connection) -> int:
        version = 0
        for n, card in enumerate(cards):
            version = stops.take_number(c, office.unit, "stops")
            entry = stops.Stopped(reason and (reason, "frozen", "returned")[n % 3])
            stops.put_stop(c, office.unit, card, 1, entry, version=version, operator=1, now=now)
        return version

    return int(office.write(write))


def test_a_list_that_does_not_fit_carries_the_newest_and_says_from_where(office: Office, till: Till) -> None:
    """F: A7 E3: as far back as the plastic holds; nothing in between is left out."""
    by, cards = boss(office), [3_000_000 + 977 * n for n in range(400)]
    listed(office, *cards, reason="lost")
    # Came off the list: a part of it has to say so.
    off = listed(office, cards[397])
    public, seen = office.runtime.keys.signing.public, []
    for seq, room in enumerate((0, 100_000, 1_866, 714, 100)):
        id, uid = RecordId(till.terminal, 1, 800 + seq), f"04aabb{seq:02x}"
        grant = till.ask(
            PATH, question(office, till, Kind.LOSS, by, id=id, uid=uid, room=room), ManagementGrant
        )
        content = bytes.fromhex(grant.content)
        document = unpack_stops(unseal(public, content, bytes.fromhex(uid)).payload)
        verify_document(public, document)
        body = m.decode_document_body(document.body)
        assert isinstance(body, m.StopsDocument)
        assert document.version == off
        everything = office.read(lambda c, base=body.base: stops.stops_since(c, office.unit, base))[1]
        assert body.stops == everything, room
        assert len(content) <= max(200, min(room or 1_866, 1_866))
        seen.append((body.base, len(body.stops)))
        if 200 < room < 10_000:
            assert len(content) > room * 0.97, "a little more would have fitted"
            assert any(one.reason == "" for one in body.stops)
    unsaid, large, four, one, tiny = seen
    assert unsaid == large == four
    assert 0 < four[0] < one[0] < tiny[0]
    assert four[1] > one[1] > 60
    assert tiny[1] == 1, "not even this fits, and the plastic will say so"


def test_a_loss_card_carries_what_the_terminal_does_not_have(office: Office, till: Till) -> None:
    by, now = boss(office), office.clock.now()
    one = till.ask(PATH, question(office, till, Kind.PAYEE, by), ManagementGrant)
    journal = Journal(till)
    journal.append(m.Done(id=journal.next_id, at=now, of=journal.next_id))
    first = office.write(lambda c: service.stop(c, office.unit, one.number, "lost", By(by), now))
    asked = question(office, till, Kind.LOSS, by, id=journal.next_id, uid="04aabb00")
    public = office.runtime.keys.signing.public

    def carried(asked: AskManagement) -> m.StopsDocument:
        grant = till.ask(PATH, asked, ManagementGrant)
        document = unpack_stops(
            unseal(public, bytes.fromhex(grant.content), bytes.fromhex(asked.uid)).payload
        )
        verify_document(public, document)
        assert document.version == first
        body = m.decode_document_body(document.body)
        assert isinstance(body, m.StopsDocument)
        return body

    assert [stop.card for stop in carried(asked).stops] == [one.number]
    journal.append(m.Done(id=journal.next_id, at=now, of=journal.next_id))
    newer = carried(question(office, till, Kind.LOSS, by, id=journal.next_id, base=first, uid="04aabb01"))
    assert (newer.base, newer.stops) == (first, ())


def test_a_supervisors_word_is_enough_and_both_names_are_kept(office: Office, till: Till) -> None:
    clerk, chief = boss(office, permission.QUERY), boss(office)
    plain = question(office, till, Kind.PAYEE, clerk)
    fields = {name: getattr(plain, name) for name in plain.__struct_fields__}
    reply = till.send(VOUCHED, m.encode(VouchedManagement(**fields, supervisor=clerk)))
    assert (reply.status, reply.code) == (403, "operator.not_allowed")
    grant = till.ask(VOUCHED, VouchedManagement(**fields, supervisor=chief), ManagementGrant)
    table = operation_log
    query = sa.select(table).where(table.c.action == "management.issue", table.c.subject == str(grant.number))
    row = office.read(lambda c: c.execute(query).mappings().one())
    assert (row["operator"], msgspec.json.decode(row["detail"])["supervisor"]) == (clerk, chief)


def test_nobody_holds_a_card_who_is_no_operator(office: Office, till: Till) -> None:
    by = boss(office)
    reply = till.send(PATH, m.encode(question(office, till, Kind.OPERATOR, by, holder=99)))
    assert (reply.status, reply.code) == (403, "operator.unknown")


def test_given_back_it_is_stopped_once_and_only_with_its_own_plastic(office: Office, till: Till) -> None:
    by, other = boss(office), boss(office, permission.QUERY)
    grant = till.ask(PATH, question(office, till, Kind.COLLECTOR, by), ManagementGrant)
    today = card_day(business_day(office.clock.now()))

    def back(operator: int, uid: str = UID, number: int = grant.number) -> int:
        id = RecordId(till.terminal, 1, 900)
        asked = ReturnManagement(id=id, operator=operator, number=number, uid=uid)
        return int(till.send(BACK, m.encode(asked)).status)

    def state() -> list[str]:
        return [one.state for one in office.read(lambda c: service.cards(c, Scope.whole(office.unit), today))]

    assert back(other) == 403
    assert (back(by, "04aabbcd"), back(by, number=grant.number + 1), state()) == (422, 422, ["active"])
    assert (back(by), state()) == (200, ["returned"])
    version = till.fetch()["stops"]
    assert (back(by), till.fetch()["stops"]) == (200, version)


def test_a_plastic_that_is_made_again_is_one_card_only(office: Office, till: Till) -> None:
    by, journal = boss(office), Journal(till)
    first = till.ask(PATH, question(office, till, Kind.COLLECTOR, by), ManagementGrant)
    journal.append(m.Done(id=journal.next_id, at=office.clock.now(), of=journal.next_id))
    asked = question(office, till, Kind.PAYEE, by, id=journal.next_id)
    second = till.ask(PATH, asked, ManagementGrant)
    stops = till.fetch()["stops"]
    assert isinstance(stops, m.StopsDocument)
    assert [one.card for one in stops.stops] == [first.number]
    assert second.number != first.number


def test_the_office_lists_and_stops_them(office: Office, till: Till) -> None:
    grant = till.ask(PATH, question(office, till, Kind.COLLECTOR, boss(office)), ManagementGrant)
    admin = office.administrator()
    for language, word in (("zh", "采集卡"), ("en", "Collector card")):
        admin.cookies["onecard_language"] = language
        text = admin.get("/management").text
        assert word in text
        assert str(grant.number) in text
        assert "console." not in text.replace("/console.css", "")
    path = f"/management/{grant.number}/stop"
    assert admin.post(path, _from="/management", reason="whim").status == 422
    assert admin.post("/management/77/stop", _from="/management", reason="lost").status == 422
    assert admin.post(path, _from="/management", reason="lost").status == 303
    stops = till.fetch()["stops"]
    assert isinstance(stops, m.StopsDocument)
    assert [(one.card, one.reason) for one in stops.stops] == [(grant.number, "lost")]
    assert "Stopped (lost)" in admin.get("/management").text


def test_who_sees_one_branch_sees_none_and_stops_none(office: Office, till: Till) -> None:
    """They are good in the whole unit."""
    grant = till.ask(PATH, question(office, till, Kind.COLLECTOR, boss(office)), ManagementGrant)
    role = office.write(
        lambda c: operators.add_role(c, office.unit, "分店", (permission.TERMINAL, permission.VIEW))
    )
    office.operator("branch", role, 1, password=PASSWORD)
    browser = office.browser()
    browser.log_in("branch", PASSWORD)
    assert str(grant.number) not in browser.get("/management").text
    token = browser.form_token("/password")
    reply = browser.post(f"/management/{grant.number}/stop", form_token=token, reason="lost")
    assert reply.status in (403, 422)
    today = card_day(business_day(office.clock.now()))
    (row,) = office.read(lambda c: service.cards(c, Scope.whole(office.unit), today))
    assert row.state == "active"
