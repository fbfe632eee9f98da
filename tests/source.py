"""The project's own source as data, for the tests that judge it: modules, and what they import and reach."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

APPS = ("onecard", "kiosk", "pos", "server")


@dataclass(frozen=True)
class Module:
    """One Python file: ``path`` is relative to the root, with forward slashes."""

    path: str
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the tree, walked once for all who ask."""
        return list(ast.walk(self.tree))

    @property
    def name(self) -> str:
        return re.sub(r"(/__init__)?\.py$", "", self.path).replace("/", ".")

    @property
    def package(self) -> str:
        return self.name if self.path.endswith("/__init__.py") else self.name.rpartition(".")[0]


@dataclass(frozen=True)
class Import:
    """``target`` is the module that is named, as deep as it is one of ours."""

    line: int
    target: str


class Source:
    """Every Python file of the four packages under one root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.modules: dict[str, Module] = {}
        self._imports: dict[str, list[Import]] = {}
        for app in APPS:
            for file in sorted((root / app).rglob("*.py")):
                text = file.read_text(encoding="utf-8")
                path = file.relative_to(root).as_posix()
                module = Module(path, text, ast.parse(text, path))
                self.modules[module.name] = module

    def __iter__(self) -> Iterator[Module]:
        return iter(self.modules.values())

    def imports(self, module: Module) -> list[Import]:
        """Whatever this module imports, wherever in the file it says so."""
        if module.name not in self._imports:
            self._imports[module.name] = self._read_imports(module)
        return self._imports[module.name]

    def _read_imports(self, module: Module) -> list[Import]:
        found = []
        for node in module.nodes:
            if isinstance(node, ast.Import):
                found += [Import(node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                base = node.module or ""
                if node.level:
                    parts = module.package.split(".")
                    base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
                for alias in node.names:
                    deeper = f"{base}.{alias.name}"
                    known = deeper in self.modules or deeper in _MODULES_INSIDE_OTHERS
                    found.append(Import(node.lineno, deeper if known else base))
            elif (
                isinstance(node, ast.Call)
                and called(node) in ("import_module", "__import__")
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                found.append(Import(node.lineno, str(node.args[0].value)))
        return list(dict.fromkeys(found))

    @cached_property
    def _edges(self) -> dict[str, set[str]]:
        edges: dict[str, set[str]] = {}
        for module in self:
            targets = {one.target for one in self.imports(module)}
            # Importing a.b.c also runs a and a.b.
            edges[module.name] = targets | {parent for target in targets for parent in _parents(target)}
        return edges

    def reach(self, name: str) -> dict[str, str]:
        """Everything that is imported when ``name`` is, each with the module that asks for it first."""
        asked_by: dict[str, str] = {}
        todo = [name, *_parents(name)]
        while todo:
            module = todo.pop()
            for target in sorted(self._edges.get(module, ())):
                if target not in asked_by:
                    asked_by[target] = module
                    todo.append(target)
        return asked_by


@cache
def the_project() -> Source:
    """The project itself, read once by each process that judges it."""
    return Source(Path(__file__).resolve().parent.parent)


# "from urllib import request" names a module, not a value; the few that our rules speak of.
_MODULES_INSIDE_OTHERS = frozenset({"urllib.request", "http.client", "concurrent.futures"})


def _parents(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def inside(name: str, *packages: str) -> bool:
    """Whether the dotted name is one of the packages or lies in one."""
    return any(name == package or name.startswith(package + ".") for package in packages)


def called(call: ast.Call) -> str:
    """The last name of what is called: ``self.tr(...)`` → ``tr``."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""
