"""Goal: a terminal holds what the office last said, gets only what is newer, and never half of it.

Method: change one source after the other and fetch with the versions at hand.
"""

import msgspec
import sqlalchemy as sa

from onecard.ids import RecordId
from onecard.wire import messages as m
from onecard.wire.messages import CardType
from onecard.wire.signing import verify_document
from server.catalogue import service as catalogue
from server.members import service as members
from server.operators import secret, service
from server.organisation import service as organisation
from server.terminals.document import REFRESH_S, VERIFIER_S
from server.terminals.tables import document
from tests.server.office import Journal, Office, Till

#: The office of these tests, one after the other.
ENGINES = ("sqlite", "postgresql")


def versions(till: Till, **have: int) -> dict[str, int]:
    got = till.ask("/t/fetch", m.Fetch(have=have), m.Fetched)
    for one in got.documents:
        verify_document(till.server_key, one)
    return {one.name: one.version for one in got.documents}


def test_a_new_terminal_gets_everything_and_then_nothing(office: Office) -> None:
    till = office.till()
    have = versions(till)
    assert set(have) == {
        "terminal", "types", "catalogue", "operators", "stops", "loads", "open_taps", "members",
    }  # fmt: skip
    assert versions(till, **have) == {}


def test_the_terminal_document_says_where_it_stands(office: Office) -> None:
    till = office.till("kiosk", name="大厅自助机")
    told = till.fetch()["terminal"]
    assert isinstance(told, m.TerminalDocument)
    assert (told.unit, told.terminal, told.kind, told.name) == (1, till.terminal, "kiosk", "大厅自助机")
    assert (told.branch_name, told.outlet_name, told.owner) == ("总部", "一号网点", 1)
    have = versions(till)
    office.write(lambda c: organisation.rename_unit(c, 1, "新单位", office.clock.now()))
    renamed = till.fetch(**have)["terminal"]
    assert isinstance(renamed, m.TerminalDocument)
    assert renamed.unit_name == "新单位"


def test_a_change_moves_exactly_its_document_on(office: Office) -> None:
    till = office.till()
    have = versions(till)
    now = office.clock.now()
    office.write(lambda c: catalogue.put_card_type(c, 1, CardType(type=2, name="访客卡"), now))
    office.write(lambda c: catalogue.add_product(c, 1, now, name="米饭", category="主食", price_fen=100))
    changed = versions(till, **have)
    assert changed == {"types": have["types"] + 1, "catalogue": have["catalogue"] + 1}
    got = till.fetch(**have)
    types, products = got["types"], got["catalogue"]
    assert isinstance(types, m.TypesDocument)
    assert [one.name for one in types.types] == ["普通卡", "访客卡"]
    assert isinstance(products, m.CatalogueDocument)
    assert [(one.name, one.price_fen) for one in products.products] == [("米饭", 100)]


def test_each_outlet_has_its_own_catalogue(office: Office) -> None:
    now = office.clock.now()

    def places(c) -> int:
        return organisation.add_outlet(c, 1, "二号网点", 1, 1)

    other = office.write(places)
    office.write(
        lambda c: catalogue.add_product(c, 1, now, name="面", category="主食", price_fen=800, outlet=other)
    )
    office.write(lambda c: catalogue.add_product(c, 1, now, name="茶", category="饮料", price_fen=200))
    first, second = office.till(), office.till(outlet=other)

    def names(till: Till) -> list[str]:
        told = till.fetch()["catalogue"]
        assert isinstance(told, m.CatalogueDocument)
        return [one.name for one in told.products]

    assert names(first) == ["茶"]
    assert names(second) == ["面", "茶"]


def test_operators_come_with_a_verifier_that_expires_and_without_passwords(office: Office) -> None:
    now = office.clock.now()
    branch = office.write(lambda c: organisation.add_branch(c, 1, "东校区"))
    mine = office.operator("zm", 3, pin="246813", password="a long password")
    office.operator("far", 3, branch=branch, pin="246813")
    stopped = office.operator("gone", 3, pin="246813")
    office.write(lambda c: service.stop(c, 1, stopped, now, 1))
    till = office.till()
    told = till.fetch()["operators"]
    assert isinstance(told, m.OperatorsDocument)
    assert [one.login for one in told.operators] == ["zm"]  # neither the far nor the stopped one, nor admin
    zm = told.operators[0]
    assert zm.operator == mine
    assert zm.until == now + VERIFIER_S
    assert secret.matches(zm.verifier, "246813")
    assert not secret.matches(zm.verifier, "a long password")
    cashier = {"desk.query", "desk.remit", "pos.hold", "pos.sell", "pos.shift", "pos.void"}
    assert set(zm.permissions) == cashier


def test_verifiers_are_renewed_daily_while_the_terminal_reports(office: Office) -> None:
    office.operator("zm", 3, pin="246813")
    till = office.till()
    have = versions(till)
    office.clock.advance(REFRESH_S)
    till.shake()
    assert versions(till, **have) == {}
    office.clock.advance(1)
    assert versions(till, **have) == {"operators": have["operators"] + 1}
    told = till.fetch(**have)["operators"]
    assert isinstance(told, m.OperatorsDocument)
    assert told.operators[0].until == office.clock.now() + VERIFIER_S


def test_members_and_stops_travel_as_deltas(office: Office) -> None:
    till, now = office.till(), office.clock.now()
    keys = [
        office.write(lambda c, n=name: members.add_member(c, 1, now, name=n, branch=1))
        for name in ("李雷", "韩梅梅")
    ]

    def issue(at: int) -> int:
        question = m.ReserveIssue(
            id=RecordId(till.terminal, 1, 0xF00000 + at), type=1, member=keys[at], uid="01020304", operator=1
        )
        return till.ask("/t/issue", question, m.IssueGrant).card

    first = issue(0)
    have = versions(till)
    second = issue(1)
    told = till.fetch(**have)["members"]
    assert isinstance(told, m.MembersDocument)
    assert told.base == have["members"]
    assert [(one.card, one.name) for one in told.members] == [(second, "韩梅梅")]
    whole = till.fetch()["members"]
    assert isinstance(whole, m.MembersDocument)
    assert {one.card for one in whole.members} == {first, second}
    ahead = till.fetch(members=10**6)["members"]  # from before a restore: the whole again
    assert isinstance(ahead, m.MembersDocument)
    assert ahead.base == 0
    journal = Journal(till)
    from tests.server.books.station import Plastic

    journal.issue(Plastic(first), 1_000).done()
    journal.sync()
    question = m.ReportLoss(id=RecordId(till.terminal, 1, 0xF10000), card=first, issue=1, operator=1)
    answer = till.ask("/t/loss", question, m.Answer)
    assert till.ask("/t/loss", question, m.Answer) == answer
    stops = till.fetch(**have)["stops"]
    assert isinstance(stops, m.StopsDocument)
    assert [(one.card, one.reason) for one in stops.stops] == [(first, "lost")]


def test_open_taps_come_whole_and_only_when_they_change(office: Office) -> None:
    from tests.server.books.station import Plastic

    till = office.till()
    have = versions(till)
    journal = Journal(till)
    card = Plastic(20_001)
    journal.issue(card, 1_000).done()
    torn = journal.sale(card, 300)
    journal.unresolved(torn.id)
    journal.sync()
    told = till.fetch(**have)["open_taps"]
    assert isinstance(told, m.OpenTapsDocument)
    assert [(one.of, one.fen, one.given_up) for one in told.taps] == [(torn.id, 300, False)]
    have = versions(till)
    assert "open_taps" not in versions(till, **have)


def test_what_was_handed_out_is_kept_for_ever_under_its_version(office: Office) -> None:
    till, now = office.till(), office.clock.now()
    first = till.fetch()["types"]
    office.write(lambda c: catalogue.put_card_type(c, 1, CardType(type=1, name="改名"), now))
    till.fetch()
    rows = office.read(
        lambda c: c.execute(
            sa.select(document.c.body).where(document.c.name == "types").order_by(document.c.version)
        ).scalars().all()
    )  # fmt: skip
    assert m.decode_document_body(rows[0]) == first
    assert "改名".encode() in rows[1]


def test_two_that_ask_at_once_get_the_same_bytes(office: Office) -> None:
    import asyncio

    tills = [office.till() for _ in range(4)]
    bodies = [m.encode(m.Fetch(have={})) for _ in tills]
    headers = [till.headers("/t/fetch", body) for till, body in zip(tills, bodies, strict=True)]

    async def all_at_once():
        return await asyncio.gather(
            *(office.asked("POST", "/t/fetch", b, h) for b, h in zip(bodies, headers, strict=True))
        )

    seen = set()
    for reply in office.run(all_at_once()):
        assert reply.status == 200
        raw = reply.body
        if reply.headers.get("content-encoding") == "gzip":
            import zlib

            raw = zlib.decompress(raw, wbits=31)
        got = msgspec.json.decode(raw, type=m.Fetched)
        seen.add(tuple(bytes(one.body) for one in got.documents if one.name in ("types", "operators")))
    assert len(seen) == 1
