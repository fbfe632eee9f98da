"""Goal: whatever numbers and texts a terminal with a session sends, no answer is a fault of ours.

Method: every question with each of its fields at the ends of what its shape allows, on both engines. F: B11
"""

from typing import Any

import msgspec
import pytest
from msgspec import inspect, json
from sqlalchemy import select

from onecard.wire import errands as e
from onecard.wire.messages import AskErrand, Upload
from server.terminals.fleet import QUESTIONS as FLEET
from server.terminals.routes import QUESTIONS
from server.terminals.tables import contact
from tests.server.terminals.desk import Desk

NUMBERS = (0, 255, 1 << 31, (1 << 40) - 1, 1 << 70, -1)
TEXTS = ("", "0a0b0c0d", "a\x00b", "卡" * 60, "9" * 64)


def values(kind: inspect.Type, till: int) -> list[Any]:
    """Some of what a field can be, a usual one first."""
    match kind:
        case inspect.IntType():
            return [1, *NUMBERS]
        case inspect.StrType():
            return ["a0b0c0d0", *TEXTS]
        case inspect.BoolType():
            return [False, True]
        case inspect.EnumType():
            return [one.value for one in kind.cls]
        case inspect.LiteralType():
            return list(kind.values)
        case inspect.VarTupleType() | inspect.ListType():
            return [[], *([one] for one in values(kind.item_type, till))]
        case inspect.DictType():
            return [{}, *({"x": one} for one in values(kind.value_type, till))]
        case inspect.UnionType():
            return [one for part in kind.types for one in values(part, till)]
        case inspect.StructType() if kind.array_like:
            usual = [values(field.type, till)[0] for field in kind.fields]
            return [
                usual,
                *(
                    _with(usual, at, one)
                    for at, field in enumerate(kind.fields)
                    for one in values(field.type, till)
                ),
            ]
        case inspect.NoneType():
            return [None]
        case inspect.RawType() | inspect.AnyType():
            return [{}]
        case inspect.CustomType() | inspect.TupleType():
            return [f"{till}-1-900001", [till, 1, 900_001], f"{till}-1-0"]
    return ["x"]


def _with(usual: list[Any], at: int, one: Any) -> list[Any]:
    return [*usual[:at], one, *usual[at + 1 :]]


def questions(kind: type[msgspec.Struct], till: int) -> list[bytes]:
    """A usual one, and others with one field at an end; only those that its shape allows."""
    shape = inspect.type_info(kind)
    assert isinstance(shape, inspect.StructType)
    usual = {}
    for field in shape.fields:
        fits = [one for one in values(field.type, till) if _fits(one, kind, field.encode_name)]
        if fits:
            usual[field.encode_name] = fits[0]
    tag = {shape.tag_field: shape.tag} if shape.tag_field else {}
    found = []
    for field in shape.fields:
        for one in values(field.type, till):
            body = json.encode({**tag, **usual, field.encode_name: one})
            try:
                json.decode(body, type=kind)
            except (msgspec.MsgspecError, ValueError):
                continue
            found.append(body)
    return found


def _fits(one: Any, kind: type[msgspec.Struct], name: str) -> bool:
    hint = msgspec.structs.fields(kind)
    wanted = next(field for field in hint if field.encode_name == name)
    try:
        msgspec.convert(one, wanted.type)
    except (msgspec.MsgspecError, ValueError):
        return False
    return True


@pytest.mark.timeout(300)
def test_no_question_of_a_terminal_is_a_fault_of_ours(desk: Desk) -> None:
    till, asked, faults = desk.till, 0, []
    for path, (kind, _) in (QUESTIONS | FLEET).items():
        if kind in (AskErrand, Upload):
            continue
        for body in questions(kind, till.terminal):
            asked += 1
            reply = till.send(path, body)
            if reply.status >= 500:
                faults.append((path, body[:300], reply.text))
    for deed in e.Errand.__subclasses__() + e.OfCard.__subclasses__():
        if deed.__subclasses__():
            continue
        for body in questions(deed, till.terminal):
            asked += 1
            reply = till.send("/t/errand", json.encode({"t": "ask_errand/1", "body": msgspec.Raw(body)}))
            if reply.status >= 500:
                faults.append(("/t/errand", body[:300], reply.text))
    assert faults == []
    assert asked > 500


def test_one_terminal_cannot_keep_the_heartbeats_of_others_from_being_written(desk: Desk) -> None:
    """Those of a second are written together."""
    for bad in (
        {"app": "a\x00"}, {"have": {"a\x00": 1}}, {"have": {"x" * 17: 1, "x" * 16 + "y": 1}},
        {"pending": 1 << 70}, {"have": {"stops": 1 << 70}},
    ):  # fmt: skip
        desk.till.send("/t/fetch", json.encode({"t": "fetch/1", "have": {}} | bad))
        desk.other_till.send("/t/fetch", json.encode({"t": "fetch/1", "have": {}, "app": f"app {len(bad)}"}))
        desk.office.run(desk.office.runtime.keep_contacts())
    seen = select(contact.c.app).where(contact.c.terminal == desk.other_till.terminal)
    assert desk.office.read(lambda c: c.execute(seen).scalar()) == "app 1"
