"""What all tests share: how hard the properties try, and where their files lie. A fixture lives beside the
tests that use it."""

import os
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.place import in_memory

# Two shared cores make single examples slow now and then, which is no fault of the code: no deadline.
_quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
# The same examples every time: a red run is the doing of a change, and comes again for whoever looks for it.
settings.register_profile("default", deadline=None, derandomize=True, suppress_health_check=_quiet)

# `make world`, `make fuzz` and `make soak` look for new ones and say how many; a test that set its own number
# keeps its ratio to the default.
_examples = os.environ.get("ONECARD_FUZZ_EXAMPLES")
if _examples:
    settings.register_profile(
        "long", settings.get_profile("default"), derandomize=False, max_examples=int(_examples)
    )
settings.load_profile("long" if _examples else "default")

if _memory := in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_memory))


_LOGS = structlog.get_config()


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Programs that run inside a test set up the log of this process; the next test has it as it was."""
    yield
    structlog.configure(**_LOGS)


#: Each in a process of its own (``tests/test_walk.py``), with one window and one app, as a station has it.
collect_ignore_glob = [] if os.environ.get("ONECARD_WALK") else ["pos/walk/*", "kiosk/test_touch_walk.py"]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A long value names its test by its size; its content would fill a screen with each failure."""
    return f"{argname}-{len(val)}" if isinstance(val, str | bytes) and len(val) > 80 else None


def _patience(item) -> float:
    """How long a test may take by its own words; 0: as long as all, or it does not say."""
    own = item.get_closest_marker("timeout")
    return float(own.args[0]) if own is not None and own.args else 0.0


def pytest_collection_modifyitems(items) -> None:
    """Those that may take longest begin first: one of them alone at the end leaves the other workers idle.

    In a long run a test's own ``max_examples`` is multiplied as much as everybody else's."""
    items.sort(key=_patience, reverse=True)
    if not _examples:
        return
    factor = int(_examples) / 100
    for item in items:
        function = getattr(item, "function", None)
        own = getattr(function, "_hypothesis_internal_use_settings", None)
        if own is not None and own.max_examples != int(_examples):
            function._hypothesis_internal_use_settings = settings(
                own, max_examples=max(own.max_examples, int(own.max_examples * factor))
            )
