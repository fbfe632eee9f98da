"""Goal: no page can forget the scope of who looks. F: H2

Method: the source of the console and the reports is read: whatever is asked of the database there takes a
``Scope`` (or the visitor's ``Rights``), is a deed that says "(writes", or is named below with its reason.
"""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("server/console", "server/reports")
NEEDED = {"Scope", "Rights", "auth.Visitor"}
#: What hides from nobody in the unit, or is asked about something that was found under a scope before.
FREE = {
    "server.organisation.service.day_starts_at_minute": "when the unit's day begins",
    "server.organisation.service.unit_name": "what the unit is called stands on every page",
    "server.terminals.watermark.all_of": "only shown for terminals that were found under a scope",
    "server.cards.stops.stops_since": "the stop list's version, which every terminal has",
    "server.settlement.close.check": "whether the unit's books tie out; asked by who sees the whole unit",
    "server.settlement.statement.steps": "of statements that were found under a scope",
    "server.cards.status.card_status": "of a card that was found under a scope",
    "server.cards.stops.stop_history": "of a card that was found under a scope",
    "server.exceptions.service.evidence": "of an exception that was found under a scope",
    "server.terminals.quiet.heard": "only shown for records that a card found under a scope is missing",
    "server.catalogue.service.card_types": "card types are the unit's",
    "server.terminals.document.newest": "how far each document of the unit has come",
    "server.terminals.contact.versions_of": "of a terminal that was found under a scope",
    "server.terminals.setting.informed": "of terminals that were found under a scope",
    **{
        f"server.terminals.fleet.{name}": "of a terminal that was found under a scope"
        for name in ("last_beat", "traffic_of", "commands_of", "content_of")
    },
    **{
        f"server.organisation.{name}": "the installation itself; asked by who holds the whole unit"
        for name in (
            "reset.wish",
            "reset.is_live",
            "reset.demand_test",
            "reset.demand_ready",
            "snapshot.taken",
        )
    },
    "server.operators.log.check": "whether the unit's chain verifies; shown to who sees the whole unit",
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name.removesuffix(".__init__"), ast.parse(path.read_text(encoding="utf-8"))


def passes_connection(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Name) and call.args[0].id == "connection"


def resolved(module: Any, call: ast.Call) -> Callable[..., Any] | None:
    """The function that is called, ``None`` for one that lives inside the caller."""
    parts = ast.unparse(call.func).split(".")
    found: Any = module
    for part in parts:
        found = getattr(found, part, None)
        if found is None:
            return None
    return found if inspect.isfunction(found) else None


def asks(name: str, tree: ast.Module) -> Iterator[tuple[int, Callable[..., Any]]]:
    """(line, function) of each call that hands the connection on."""
    module = importlib.import_module(name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and passes_connection(node):
            found = resolved(module, node)
            if found is not None and found.__module__.startswith("server."):
                yield node.lineno, found


def says_who(function: Callable[..., Any]) -> bool:
    annotations = {
        getattr(one.annotation, "__name__", str(one.annotation))
        for one in inspect.signature(function).parameters.values()
    }
    return bool(annotations & {"Scope", "Rights", "Visitor"})


def offences() -> list[str]:
    wrong = []
    for name, tree in sources():
        for line, function in asks(name, tree):
            full = f"{function.__module__}.{function.__qualname__}"
            writes = "(writes" in (inspect.getdoc(function) or "")
            private = function.__name__.startswith("_") and function.__module__ == name
            if not (says_who(function) or writes or private or full in FREE):
                wrong.append(f"{name}:{line} asks {full} without a scope")
    return wrong


def executes(function: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func) == "connection.execute"
        for node in ast.walk(function)
    )


def bare_queries(name: str, tree: ast.Module) -> Iterator[str]:
    """Functions that ask the database themselves and are not told for whom."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and executes(node):
            told = {ast.unparse(one.annotation) for one in node.args.args if one.annotation is not None}
            if not told & NEEDED:
                yield f"{name}:{node.lineno} {node.name} asks without a scope"


def test_every_query_of_the_office_is_told_for_whom() -> None:
    assert offences() == []


def test_no_page_and_no_report_asks_the_database_without_a_scope() -> None:
    assert [line for name, tree in sources() for line in bare_queries(name, tree)] == []


def test_the_check_sees_enough_and_is_not_blind() -> None:
    """Planted: a page that asks with the unit's number alone, and a bare query."""
    seen = {function.__qualname__ for name, tree in sources() for _, function in asks(name, tree)}
    assert len(seen) > 30
    page = "def show(connection: Connection):\n    return connection.execute(select(member)).all()\n"
    assert list(bare_queries("planted", ast.parse(page)))
    assert not list(
        bare_queries("planted", ast.parse(page.replace("Connection)", "Connection, scope: Scope)")))
    )
    from server.members import service

    assert says_who(service.find)
    assert not says_who(service.snapshots_since)
    assert "(writes" not in (inspect.getdoc(service.snapshots_since) or "")


@pytest.mark.parametrize("name", FREE)
def test_what_is_free_exists(name: str) -> None:
    module, _, function = name.rpartition(".")
    assert inspect.isfunction(getattr(importlib.import_module(module), function))
