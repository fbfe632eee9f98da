"""The history that was made once: good as long as the day and every file that had a part in it are the same.

Which files those are is not guessed: the program that makes a history writes down what it has loaded.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from stage import DemoFailed

from onecard.clock import CHINA

ROOT = Path(__file__).resolve().parents[2]
_ORIGIN = "made-from.json"
#: Loaded by Alembic in its own way; a new one changes every new database.
_MIGRATIONS = "server/migrations"


class Origin(msgspec.Struct, frozen=True):
    """What a history was made from: the day it ends before, and files with their digests."""

    day: str
    files: dict[str, str]


def write_origin(folder: Path) -> None:
    """Beside a finished history: what this process has loaded. One without it counts as unfinished."""
    names = {module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)}
    loaded = (Path(str(name)).resolve() for name in names)
    own = {str(path.relative_to(ROOT)) for path in loaded if _is_ours(path)}
    origin = Origin(_today(), {name: _digest(name) for name in sorted(own | set(_migrations()))})
    (folder / _ORIGIN).write_bytes(msgspec.json.format(msgspec.json.encode(origin)))


def is_good(folder: Path) -> bool:
    """Whether making it again today would make the same."""
    origin = _origin_of(folder)
    return (
        origin is not None
        and origin.day == _today()
        and set(_migrations()) <= set(origin.files)
        and all(_digest(name) == digest for name, digest in origin.files.items())
    )


def can_go_on(folder: Path) -> bool:
    """Whether today's server can open what was laid out earlier: its tables were made by the same steps as
    now, or by the first of them."""
    origin = _origin_of(folder)
    return origin is not None and all(
        _digest(name) == digest for name, digest in origin.files.items() if name.startswith(_MIGRATIONS)
    )


def _origin_of(folder: Path) -> Origin | None:
    try:
        return msgspec.json.decode((folder / _ORIGIN).read_bytes(), type=Origin)
    except (OSError, msgspec.DecodeError):
        return None


def lay_out(kept: Path, data: Path) -> str:
    """A fresh copy in ``data`` of the history in ``kept``; made first where it is no longer good.

    Returns what was made, "" when nothing had to be. Raises ``DemoFailed``.
    """
    made = ""
    if not is_good(kept):
        shutil.rmtree(kept, ignore_errors=True)
        script = Path(__file__).with_name("history.py")
        done = subprocess.run(
            [sys.executable, str(script), "--data", str(kept)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise DemoFailed(f"history: {done.stdout}{done.stderr}")
        made = done.stdout.strip()
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(kept, data)
    return made


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(ROOT) and not path.is_relative_to(ROOT / ".venv")


def _migrations() -> Iterator[str]:
    for path in (ROOT / _MIGRATIONS).rglob("*.py"):
        yield str(path.relative_to(ROOT))


def _digest(name: str) -> str:
    try:
        return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
    except OSError:
        return ""


def _today() -> str:
    return datetime.now(CHINA).date().isoformat()
