"""The rules of the house: functions ``source → offences``, applied to the project and to planted breaches.

Who may import whom, one door per outside thing, sizes, names and docstrings. When a rule is in the way, it is
changed here with its reason, never stepped around.
"""

import ast
import subprocess
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.source import APPS, Module, Source, called, inside, the_project

#: One process reads the whole source once for both; early, because nobody else can take a part of it.
pytestmark = [pytest.mark.xdist_group("source"), pytest.mark.timeout(130)]

ROOT = Path(__file__).resolve().parent.parent
Offences = Iterator[str]
Rule = Callable[[Source], Offences]

# ---- who may import whom -------------------------------------------------------------------------

FORBIDDEN = {
    "onecard": ("kiosk", "pos", "server", "tests"),
    "kiosk": ("pos", "server", "tests"),
    "pos": ("kiosk", "server", "tests"),
    "server": ("kiosk", "pos", "tests"),
}
OF_ONECARD = {
    "server": (
        *("money", "ids", "clock", "errors", "settings", "resources"),
        *("books", "rules", "cards", "wire"),
        "text",  # pure: keys → sentences; the console speaks both languages too
        "whole_file",  # how any small file is put down
    ),
    "presenters": ("books", "rules", "money", "errors", "text", "masking", "wallet"),
    "screens": ("ui",),
}
OUTSIDE = {
    # What is installed with an app is what it and all it reaches may need (the extras of pyproject.toml).
    "server": ("kivy", "serial", "smartcard", "escpos", "requests", "PIL", "evdev"),
    "kiosk": ("sqlalchemy", "alembic", "asyncpg", "litestar", "uvicorn", "jinja2"),
    "pos": ("sqlalchemy", "alembic", "asyncpg", "litestar", "uvicorn", "jinja2"),
}


def apps_keep_apart(source: Source) -> Offences:
    for module in source:
        app = module.name.split(".")[0]
        for one in source.imports(module):
            if inside(one.target, *FORBIDDEN[app]):
                yield f"{module.path}:{one.line} {app} imports {one.target}"


def _allowed(source: Source, module: Module, whose: str) -> Offences:
    allowed = ("onecard", *(f"onecard.{part}" for part in OF_ONECARD[whose]))
    for one in source.imports(module):
        if inside(one.target, "onecard") and one.target != "onecard" and not inside(one.target, *allowed[1:]):
            yield f"{module.path}:{one.line} {whose} import {one.target}"


def server_uses_the_core_without_terminals(source: Source) -> Offences:
    for module in source:
        if inside(module.name, "server"):
            yield from _allowed(source, module, "server")


def layer(module: Module) -> str:
    """``presenters`` or ``screens`` for a file in such a folder of an app."""
    parts = module.path.split("/")
    return (
        parts[1]
        if len(parts) > 2 and parts[0] in ("kiosk", "pos") and parts[1] in ("presenters", "screens")
        else ""
    )


def presenters_know_no_window(source: Source) -> Offences:
    for module in source:
        if layer(module) != "presenters":
            continue
        app = module.name.split(".")[0]
        yield from _allowed(source, module, "presenters")
        for target, asked_by in source.reach(module.name).items():
            if inside(target, "kivy", "onecard.ui", f"{app}.screens", f"{app}.app"):
                yield f"{module.path} reaches {target} through {asked_by}"


def screens_know_only_their_view(source: Source) -> Offences:
    for module in source:
        if layer(module) != "screens":
            continue
        app = module.name.split(".")[0]
        yield from _allowed(source, module, "screens")
        for one in source.imports(module):
            if inside(one.target, app) and not inside(one.target, app + ".presenters", app + ".screens"):
                yield f"{module.path}:{one.line} screens import {one.target}"


def screens_and_presenters_have_the_same_names(source: Source) -> Offences:
    for app in ("kiosk", "pos"):
        stems = {
            folder: {m.path.split("/", 2)[2] for m in source if layer(m) == folder and m.name.startswith(app)}
            for folder in ("presenters", "screens")
        }
        for one, other in (("presenters", "screens"), ("screens", "presenters")):
            for name in sorted(stems[one] - stems[other]):
                yield f"{app}/{one}/{name} has no twin in {app}/{other}"


def apps_need_only_what_is_installed_with_them(source: Source) -> Offences:
    for app, absent in OUTSIDE.items():
        for module in source:
            if inside(module.name, app):
                for target, asked_by in source.reach(module.name).items():
                    if inside(target, *absent):
                        yield f"{module.path} needs {target} through {asked_by}"


def nothing_at_work_carries_a_simulator(source: Source) -> Offences:
    """A driver that knew its simulator would be proven only against itself."""
    for module in source:
        if not inside(module.name, "kiosk", "pos", "server") and not module.path.endswith("/driver.py"):
            continue
        for target, asked_by in source.reach(module.name).items():
            virtual = inside(target, "onecard.bench", "onecard.devices.readers.virtual")
            if virtual or target.endswith(".simulator"):
                yield f"{module.path} reaches {target} through {asked_by}"


def nobody_imports_in_a_circle(source: Source) -> Offences:
    """Not for types either: what two modules need has a room of its own."""
    left = {module.name: {one.target for one in source.imports(module)} for module in source}
    while True:
        asked = set().union(*left.values()) if left else set()
        outside = [name for name, targets in left.items() if name not in asked or not targets & left.keys()]
        if not outside:
            break
        for name in outside:
            del left[name]
    for name, targets in left.items():
        for target in sorted(targets & left.keys()):
            yield f"{source.modules[name].path} imports {target} in a circle"


# ---- one door per outside thing ------------------------------------------------------------------

DOORS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    (("kivy",), ("onecard/ui/*", "kiosk/screens/*", "pos/screens/*", "kiosk/app.py", "pos/app.py")),
    (("serial",), ("onecard/devices/line.py",)),
    (("smartcard",), ("onecard/devices/readers/pcsc/*",)),
    (("escpos",), ("onecard/devices/printers/escpos/*",)),
    (("evdev",), ("onecard/devices/wedges/keyboard/port.py",)),
    (("requests", "urllib3", "urllib.request", "http.client"), ("onecard/wire/client.py",)),
    (("httpx",), ("server/payments/call.py",)),
    (("sqlite3",), ("onecard/journal/*", "server/*")),
    (("sqlalchemy", "alembic", "asyncpg"), ("server/*",)),
    (("litestar", "uvicorn"), ("server/*", "onecard/bench/*")),
    (("time",), ("onecard/clock.py",)),
    (("random", "secrets", "uuid"), ("onecard/ids.py",)),
]
# A lock is no thread; starting one is. The embedded database has one writing thread beside the event loop.
STARTS_A_THREAD = {
    "Thread",
    "Timer",
    "ThreadPoolExecutor",
    "ProcessPoolExecutor",
    "Process",
    "start_new_thread",
}
THREAD_DOORS = (
    *("onecard/devices/worker.py", "onecard/journal/sync.py", "server/db.py"),
    *("onecard/bench/*", "onecard/devices/readers/virtual/*"),
)
CALLS = {  # (object, method): the door
    ("datetime", "now"): "onecard/clock.py",
    ("datetime", "utcnow"): "onecard/clock.py",
    ("datetime", "today"): "onecard/clock.py",
    ("date", "today"): "onecard/clock.py",
    ("os", "urandom"): "onecard/ids.py",
}


def outside_things_come_through_their_door(source: Source) -> Offences:
    for module in source:
        for one in source.imports(module):
            for things, doors in DOORS:
                if inside(one.target, *things) and not any(fnmatch(module.path, door) for door in doors):
                    yield f"{module.path}:{one.line} imports {one.target}; its door is {', '.join(doors)}"
        for node in module.nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = ast.unparse(node.func.value).split(".")[-1]
                door = CALLS.get((owner, node.func.attr))
                if door is not None and module.path != door:
                    yield f"{module.path}:{node.lineno} calls {owner}.{node.func.attr}; its door is {door}"


def threads_are_started_behind_their_door(source: Source) -> Offences:
    for module in source:
        if any(fnmatch(module.path, door) for door in THREAD_DOORS):
            continue
        for node in module.nodes:
            if isinstance(node, ast.Call) and called(node) in STARTS_A_THREAD:
                yield f"{module.path}:{node.lineno} starts a {called(node)}"
            elif (
                isinstance(node, ast.ClassDef)
                and {ast.unparse(b).split(".")[-1] for b in node.bases} & STARTS_A_THREAD
            ):
                yield f"{module.path}:{node.lineno} {node.name} is a thread"


# ---- names, sizes, words -------------------------------------------------------------------------

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 70
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}


def files_and_functions_stay_small(source: Source) -> Offences:
    for module in source:
        if "/migrations/versions/" in module.path:
            continue  # a migration is written once, table by table, and never changed
        lines = module.text.count("\n")
        if lines > MOST_LINES:
            yield f"{module.path} has {lines} lines"
        for node in module.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MOST_LINES_OF_A_FUNCTION:
                    yield f"{module.path}:{node.lineno} {node.name} has {length} lines"


def modules_say_what_they_know(source: Source) -> Offences:
    for module in source:
        if module.tree.body and not (ast.get_docstring(module.tree) or "").strip():
            yield f"{module.path} has no docstring"


def names_mean_something(source: Source) -> Offences:
    for module in source:
        for part in module.name.split("."):
            if part.lstrip("_") in SAYS_NOTHING:
                yield f"{module.path}: {part} says nothing"
    for stray in (source.root / "packaging").rglob("__init__.py"):
        yield f"{stray.relative_to(source.root)}: packaging is no package"


def nothing_is_left_for_later(source: Source) -> Offences:
    for module in source:
        for number, line in enumerate(module.text.splitlines(), 1):
            if any(word in line for word in ("TODO", "FIXME", "XXX", "NotImplementedError")):
                yield f"{module.path}:{number} {line.strip()}"


def money_is_never_a_float(source: Source) -> Offences:
    def is_money(node: ast.AST) -> bool:
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        return name == "fen" or name.endswith("_fen")

    for module in source:
        for node in module.nodes:
            if (
                isinstance(node, ast.BinOp)
                and isinstance(node.op, ast.Div)
                and (is_money(node.left) or is_money(node.right))
            ):
                yield f"{module.path}:{node.lineno} divides {ast.unparse(node)}"
            if (
                isinstance(node, ast.Call)
                and called(node) == "float"
                and node.args
                and is_money(node.args[0])
            ):
                yield f"{module.path}:{node.lineno} {ast.unparse(node)}"
            name, annotation = "", None
            if isinstance(node, ast.arg):
                name, annotation = node.arg, node.annotation
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                name, annotation = node.target.id, node.annotation
            if (
                annotation is not None
                and (name == "fen" or name.endswith("_fen"))
                and "float" in ast.unparse(annotation)
            ):
                yield f"{module.path}:{node.lineno} {name} is a float"


RULES: list[Rule] = [
    apps_keep_apart,
    server_uses_the_core_without_terminals,
    presenters_know_no_window,
    screens_know_only_their_view,
    screens_and_presenters_have_the_same_names,
    apps_need_only_what_is_installed_with_them,
    nothing_at_work_carries_a_simulator,
    nobody_imports_in_a_circle,
    outside_things_come_through_their_door,
    threads_are_started_behind_their_door,
    files_and_functions_stay_small,
    modules_say_what_they_know,
    names_mean_something,
    nothing_is_left_for_later,
    money_is_never_a_float,
]


@pytest.fixture(scope="module")
def project() -> Source:
    return the_project()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_house_rule_is_kept(project: Source, rule: Rule) -> None:
    offences = list(rule(project))
    assert not offences, "\n" + "\n".join(offences)


def test_all_four_packages_are_judged(project: Source) -> None:
    assert {module.name.split(".")[0] for module in project} == set(APPS)
    assert len(list(project)) > 20


# ---- the rules can fail --------------------------------------------------------------------------

PLANTED: list[tuple[Rule, dict[str, str], str]] = [
    (apps_keep_apart, {"onecard/a.py": "import server.db"}, "onecard/a.py:1 onecard imports server.db"),
    (apps_keep_apart, {"pos/a.py": "def f():\n    from kiosk import flow"}, "pos/a.py:2 pos imports kiosk"),
    (
        apps_keep_apart,
        {"kiosk/a.py": "import importlib\nimportlib.import_module('server.app')"},
        "kiosk imports server.app",
    ),
    (
        server_uses_the_core_without_terminals,
        {"server/a.py": "from onecard import devices", "onecard/devices/__init__.py": ""},
        "server/a.py:1 server import onecard.devices",
    ),
    (
        server_uses_the_core_without_terminals,
        {"server/a.py": "import onecard.journal.sync"},
        "onecard.journal.sync",
    ),
    (
        nobody_imports_in_a_circle,
        {
            "pos/a.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pos.b import B",
            "pos/b.py": "from pos.c import C",
            "pos/c.py": "def f():\n    from pos import a",
            "pos/d.py": "from pos import a",
        },
        "pos/c.py imports pos.a in a circle",
    ),
    (presenters_know_no_window, {"pos/presenters/a.py": "import kivy.app"}, "reaches kivy.app"),
    (
        presenters_know_no_window,
        {"pos/presenters/a.py": "from pos import basket", "pos/basket.py": "from kivy import clock"},
        "pos/presenters/a.py reaches kivy through pos.basket",
    ),
    (
        presenters_know_no_window,
        {"kiosk/presenters/a.py": "from ..app import run", "kiosk/app.py": ""},
        "reaches kiosk.app",
    ),
    (
        presenters_know_no_window,
        {"kiosk/presenters/a.py": "from onecard.devices import line"},
        "import onecard.devices",
    ),
    (
        screens_know_only_their_view,
        {"pos/screens/a.py": "from onecard.money import show"},
        "import onecard.money",
    ),
    (
        screens_know_only_their_view,
        {"pos/screens/a.py": "import pos.basket", "pos/basket.py": ""},
        "import pos.basket",
    ),
    (
        screens_and_presenters_have_the_same_names,
        {"pos/screens/pay.py": ""},
        "pos/screens/pay.py has no twin",
    ),
    (
        screens_and_presenters_have_the_same_names,
        {"kiosk/presenters/pay.py": ""},
        "kiosk/presenters/pay.py has no twin",
    ),
    (
        apps_need_only_what_is_installed_with_them,
        {"server/a.py": "import onecard.wire.client", "onecard/wire/client.py": "import requests"},
        "server/a.py needs requests through onecard.wire.client",
    ),
    (
        nothing_at_work_carries_a_simulator,
        {
            "pos/a.py": "from onecard.devices.scales.x import simulator",
            "onecard/devices/scales/x/simulator.py": "",
        },
        "pos/a.py reaches onecard.devices.scales.x.simulator",
    ),
    (
        nothing_at_work_carries_a_simulator,
        {"onecard/devices/readers/pcsc/driver.py": "import onecard.devices.readers.virtual"},
        "driver.py reaches onecard.devices.readers.virtual",
    ),
    (
        outside_things_come_through_their_door,
        {"onecard/devices/readers/x.py": "import serial"},
        "its door is onecard/devices/line.py",
    ),
    (
        outside_things_come_through_their_door,
        {"kiosk/flow.py": "from kivy.clock import Clock"},
        "imports kivy.clock",
    ),
    (outside_things_come_through_their_door, {"pos/a.py": "from time import sleep"}, "imports time"),
    (
        outside_things_come_through_their_door,
        {"pos/a.py": "from urllib import request"},
        "imports urllib.request",
    ),
    (
        threads_are_started_behind_their_door,
        {"pos/a.py": "import threading\nthreading.Thread()"},
        "pos/a.py:2 starts",
    ),
    (
        threads_are_started_behind_their_door,
        {"server/a.py": "class Lane(Thread): ..."},
        "server/a.py:1 Lane is a thread",
    ),
    (
        outside_things_come_through_their_door,
        {"server/a.py": "import datetime\ndatetime.datetime.now()"},
        "server/a.py:2 calls datetime.now",
    ),
    (
        outside_things_come_through_their_door,
        {"server/a.py": "import os\nos.urandom(8)"},
        "its door is onecard/ids.py",
    ),
    (files_and_functions_stay_small, {"pos/a.py": "\n" * 401}, "pos/a.py has 401 lines"),
    (
        files_and_functions_stay_small,
        {"pos/a.py": "def f():\n" + "    g()\n" * 70},
        "pos/a.py:1 f has 71 lines",
    ),
    (modules_say_what_they_know, {"pos/a.py": "import os"}, "pos/a.py has no docstring"),
    (names_mean_something, {"pos/utils.py": ""}, "utils says nothing"),
    (names_mean_something, {"server/common/rows.py": ""}, "common says nothing"),
    (names_mean_something, {"packaging/debian/__init__.py": ""}, "packaging is no package"),
    (nothing_is_left_for_later, {"pos/a.py": "x = 1  # TO" + "DO later"}, "pos/a.py:1"),
    (money_is_never_a_float, {"pos/a.py": "half = price_fen / 2"}, "divides price_fen / 2"),
    (money_is_never_a_float, {"pos/a.py": "def f(total_fen: float): ..."}, "total_fen is a float"),
    (money_is_never_a_float, {"pos/a.py": "x = float(line.price_fen)"}, "float(line.price_fen)"),
]


@pytest.mark.parametrize(
    ("rule", "files", "offence"), PLANTED, ids=lambda value: getattr(value, "__name__", "")
)
def test_planted_breach_is_found(tmp_path: Path, rule: Rule, files: dict[str, str], offence: str) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    offences = list(rule(Source(tmp_path)))
    assert any(offence in found for found in offences), offences


def test_every_rule_has_a_planted_breach() -> None:
    assert {rule for rule, _, _ in PLANTED} == set(RULES)


def test_clean_code_offends_no_rule(tmp_path: Path) -> None:
    clean = {
        "onecard/money.py": '"""Money."""\n',
        "onecard/ui/theme.py": '"""Theme."""\nimport kivy.metrics\n',
        "pos/presenters/sell.py": '"""Sell."""\nfrom datetime import date\nfrom onecard import money\n',
        "pos/screens/sell.py": '"""Sell."""\nfrom onecard.ui import theme\nfrom pos.presenters import sell\n',
        "server/lane.py": '"""Lane."""\nimport sqlalchemy\nfrom onecard import money\n\nx_fen = 7 // 2\n',
    }
    for name, text in clean.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert [offence for rule in RULES for offence in rule(Source(tmp_path))] == []


# ---- the project speaks only of itself -----------------------------------------------------------


def test_no_tracked_file_names_a_place_of_somebodys_machine() -> None:
    pattern = r"(^|[^[:alnum:]_.~-])/(root|work|home/[a-z]+|Users/[a-z]+)/"
    found = subprocess.run(
        ["git", "grep", "-nIE", pattern, "--", ".", ":!uv.lock"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode > 1:
        pytest.skip("not a git checkout: " + found.stderr.strip())
    assert not found.stdout, "\n" + found.stdout
