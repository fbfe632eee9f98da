"""Every sentence people read: the same in both languages, and there wherever the code asks for it.

What the code asks for is read from the code itself: calls of a translator, refusals that are raised, and
the ``tr(...)`` of kv files and console templates.
"""

import ast
import inspect
import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from onecard import errors
from tests.source import Source, called, the_project

#: One process reads the whole source once for both; early, because nobody else can take a part of it.
pytestmark = [pytest.mark.xdist_group("source"), pytest.mark.timeout(130)]

ROOT = Path(__file__).resolve().parent.parent
AUDIENCES = ("cashier", "member")
Sentences = Mapping[str, str]


def flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return found


def sentences_of(language: str) -> dict[str, str]:
    return flat(tomllib.loads((ROOT / "assets" / "lang" / f"{language}.toml").read_text(encoding="utf-8")))


def names_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


# ---- the two languages -----------------------------------------------------------------------------


def differences(zh: Sentences, en: Sentences) -> Iterator[str]:
    for one, other, language in ((zh, en, "en"), (en, zh, "zh")):
        yield from (f"{key} is missing in {language}" for key in sorted(one.keys() - other.keys()))
    for key in sorted(zh.keys() & en.keys()):
        if names_in(zh[key]) != names_in(en[key]):
            yield f"{key}: zh names {sorted(names_in(zh[key]))}, en {sorted(names_in(en[key]))}"
        for language, sentence in (("zh", zh[key]), ("en", en[key])):
            if not sentence.strip():
                yield f"{key} is empty in {language}"
    for key in zh:
        code = re.fullmatch(r"refusal\.(.+)\.(cashier|member)", key)
        if code and not all(f"refusal.{code[1]}.{audience}" in zh for audience in AUDIENCES):
            yield f"refusal.{code[1]} speaks to one audience only"


# ---- what the code asks for ------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """``pattern`` matches the key; ``given`` are the parameters, None where a call hides them in ``**``."""

    where: str
    pattern: str
    given: frozenset[str] | None


def patterns(node: ast.expr) -> Iterator[str]:
    """The keys an expression can be, as regular expressions; nothing for one that only running would tell."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield re.escape(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+" for part in node.values
        )
    elif isinstance(node, ast.IfExp):
        yield from patterns(node.body)
        yield from patterns(node.orelse)


def given(call: ast.Call) -> frozenset[str] | None:
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    return frozenset(keyword.arg for keyword in call.keywords if keyword.arg is not None)


def asked_sentences(source: Source) -> Iterator[Asked]:
    for module in source:
        for node in module.nodes:
            if isinstance(node, ast.Call) and called(node) in ("tr", "_tr") and node.args:
                for pattern in patterns(node.args[0]):
                    yield Asked(f"{module.path}:{node.lineno}", pattern, given(node))
    for app in ("onecard", "kiosk", "pos", "server"):
        for kind in ("*.kv", "*.html", "*.html.j2"):
            for file in sorted((source.root / app).rglob(kind)):
                for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                    for key in re.findall(r"""\btr\(\s*['"]([^'"]+)['"]""", line):
                        yield Asked(f"{file.relative_to(source.root)}:{number}", re.escape(key), None)


def error_classes(source: Source) -> set[str]:
    """The names of the errors that carry a code: those of the tree, and whatever derives from them."""
    known = {
        name
        for name, cls in vars(errors).items()
        if inspect.isclass(cls) and issubclass(cls, errors.OneCardError)
    }
    for _ in range(3):  # a subclass of a subclass may be read before its parent
        for module in source:
            for node in module.nodes:
                if isinstance(node, ast.ClassDef) and any(
                    ast.unparse(b).split(".")[-1] in known for b in node.bases
                ):
                    known.add(node.name)
    return known


def raised_codes(source: Source) -> Iterator[Asked]:
    classes = error_classes(source)
    for module in source:
        for node in module.nodes:
            if isinstance(node, ast.Call) and called(node) in classes:
                named = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                for expression in named or node.args[:1]:
                    for pattern in patterns(expression):
                        yield Asked(f"{module.path}:{node.lineno}", pattern, given(node))
            elif isinstance(node, ast.ClassDef) and node.name in classes:
                yield from _codes_brought_along(module.path, node)


def _codes_brought_along(path: str, cls: ast.ClassDef) -> Iterator[Asked]:
    for function in cls.body:
        if isinstance(function, ast.FunctionDef) and function.name == "__init__":
            with_default = function.args.args[len(function.args.args) - len(function.args.defaults) :]
            for argument, default in zip(with_default, function.args.defaults, strict=True):
                if argument.arg == "code":
                    for pattern in patterns(default):
                        yield Asked(f"{path}:{cls.lineno}", pattern, None)


def keys_like(pattern: str, sentences: Sentences) -> Iterator[str]:
    if (key := re.sub(r"\\(.)", r"\1", pattern)) in sentences:  # no wildcard in it, like nearly all
        yield key
    elif ".+" in pattern:
        regex = re.compile(pattern)
        yield from (key for key in sentences if regex.fullmatch(key))


def unanswered(
    asked: Asked, sentences: Sentences, prefix: str = "", suffixes: tuple[str, ...] = ("",)
) -> Iterator[str]:
    for suffix in suffixes:
        keys = list(keys_like(re.escape(prefix) + asked.pattern + re.escape(suffix), sentences))
        if not keys:
            yield f"{asked.where} asks for {prefix}{asked.pattern}{suffix}".replace("\\", "")
        for key in keys:
            lacking = names_in(sentences[key]) - (asked.given or frozenset())
            if asked.given is not None and lacking and len(keys) == 1:
                yield f"{asked.where} does not give {sorted(lacking)} to {key}"


def missing(source: Source, sentences: Sentences) -> Iterator[str]:
    for asked in asked_sentences(source):
        yield from unanswered(asked, sentences)
    for asked in raised_codes(source):
        yield from unanswered(asked, sentences, "refusal.", tuple(f".{audience}" for audience in AUDIENCES))


def test_both_languages_say_the_same_things() -> None:
    found = list(differences(sentences_of("zh"), sentences_of("en")))
    assert not found, "\n" + "\n".join(found)


def test_every_sentence_the_code_asks_for_exists() -> None:
    found = list(missing(the_project(), sentences_of("zh")))
    assert not found, "\n" + "\n".join(found)


def test_the_code_asks_for_sentences_at_all() -> None:
    source = the_project()
    assert len(list(asked_sentences(source))) > 20
    assert len(list(raised_codes(source))) > 20


# ---- the checks can fail ---------------------------------------------------------------------------

GOOD = {"a.b": "take {n} of {m:fen}", "refusal.x.y.cashier": "stop {n}", "refusal.x.y.member": "stop"}


@pytest.mark.parametrize(
    ("zh", "difference"),
    [
        ({k: v for k, v in GOOD.items() if k != "a.b"}, "a.b is missing in zh"),
        (GOOD | {"a.c": "more"}, "a.c is missing in en"),
        (GOOD | {"a.b": "take {n}"}, "a.b: zh names ['n'], en ['m', 'n']"),
        (GOOD | {"a.b": " "}, "a.b is empty in zh"),
        (
            {k: v for k, v in GOOD.items() if not k.endswith("member")},
            "refusal.x.y speaks to one audience only",
        ),
    ],
)
def test_planted_difference_is_found(zh: Sentences, difference: str) -> None:
    assert difference in list(differences(zh, GOOD))
    assert list(differences(GOOD, GOOD)) == []


@pytest.mark.parametrize(
    ("code", "offence"),
    [
        ("tr('a.b', n=1, m=2)", None),
        ("self._tr('a.b', **params)", None),
        ("tr(f'a.{kind}', n=1, m=2)", None),
        ("tr(key)", None),
        ("raise Refused('x.y', n=1)", None),
        ("tr('a.z')", "pos/a.py:1 asks for a.z"),
        ("tr('a.b' if x else 'a.z', n=1, m=2)", "pos/a.py:1 asks for a.z"),
        ("tr(f'c.{kind}')", "pos/a.py:1 asks for c..+"),
        ("tr('a.b', n=1)", "pos/a.py:1 does not give ['m'] to a.b"),
        ("raise Refused('x.z')", "pos/a.py:1 asks for refusal.x.z.cashier"),
        ("raise errors.CardGone(code='x.z')", "pos/a.py:1 asks for refusal.x.z.member"),
        ("raise Refused('x.y')", "pos/a.py:1 does not give ['n'] to refusal.x.y.cashier"),
        (
            "class Odd(Refused):\n    def __init__(self, code: str = 'x.z'): ...",
            "pos/a.py:1 asks for refusal.x.z.cashier",
        ),
    ],
)
def test_planted_question_without_an_answer_is_found(tmp_path: Path, code: str, offence: str | None) -> None:
    (tmp_path / "pos").mkdir()
    (tmp_path / "pos" / "a.py").write_text(code)
    found = list(missing(Source(tmp_path), GOOD))
    assert found == [] if offence is None else offence in found


def test_questions_in_kv_files_and_templates_are_read(tmp_path: Path) -> None:
    for name, text in {
        "pos/screens/a.kv": "text: app.tr('a.z')",
        "server/console/a.html": '<b>{{ tr("c.z") }}</b>',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert list(missing(Source(tmp_path), GOOD)) == [
        "pos/screens/a.kv:1 asks for a.z",
        "server/console/a.html:1 asks for c.z",
    ]
