"""The tree of errors is what its drawing says, and each carries a code that texts can be found by."""

import inspect
import re

import pytest

from onecard import errors
from onecard.errors import CardDoubtful, OneCardError

CLASSES = [
    value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, OneCardError)
]


def drawn_tree() -> set[tuple[str, str]]:
    """(class, parent) of each line of the drawing in the module's docstring."""
    assert errors.__doc__ is not None
    pairs, above = set(), {}
    for line in errors.__doc__.splitlines():
        match = re.match(r"    (?P<stem>[│├└─ ]*)(?P<name>[A-Z]\w+)", line)
        if match is None:
            continue
        depth = len(match["stem"]) // 4
        above[depth] = match["name"]
        if depth:
            pairs.add((match["name"], above[depth - 1]))
    return pairs


def test_drawing_and_classes_agree() -> None:
    real = {(cls.__name__, cls.__bases__[0].__name__) for cls in CLASSES if cls is not OneCardError}
    assert drawn_tree() == real


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_error_carries_its_code_and_parameters(cls: type[OneCardError]) -> None:
    image = {"image": None} if issubclass(cls, CardDoubtful) else {}
    error = cls(code="some.code", cap=5, **image)
    assert (error.code, error.params) == ("some.code", {"cap": 5})
    assert "some.code" in str(error)
    assert "5" in str(error)


def test_codes_that_an_error_brings_along_are_its_own() -> None:
    codes = [
        parameter.default
        for cls in CLASSES
        if (parameter := inspect.signature(cls).parameters["code"]).default is not inspect.Parameter.empty
    ]
    assert "server.unreachable" in codes
    assert len(codes) == len(set(codes))
