"""Versions of the program side by side in a folder, and which of them starts: the new one on trial first.

``versions/<version>/`` each whole, and ``state.json``, replaced in one step. A version on trial that does not
say within two starts that it works is never started again, and the one before it goes on. Knows no network
and no process; a power cut at any moment leaves the old state or the new one. F: E6
"""

import hashlib
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from onecard.errors import Refused, StoreError
from onecard.whole_file import sync_folder, write_whole

#: Starts that a version gets to say that it works.
TRIES: Final = 2
_VERSION: Final = re.compile(r"[0-9]+(\.[0-9A-Za-z+-]+)*", re.ASCII)
#: A package unpacked at most, and its files at most: an archive that promises more is refused.
BYTES_MAX: Final = 1 << 30
FILES_MAX: Final = 20_000
#: What must stay free on the disk beside a new version.
ROOM: Final = 64 << 20


class Trial(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version that is being tried; ``command`` asked for it."""

    version: str
    command: int = 0
    tries: int = 0


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``bad``: version → why it was taken back. ``ended``: command → done or failed."""

    current: str = ""
    previous: str = ""
    trial: Trial | None = None
    bad: dict[str, str] = {}
    ended: dict[str, str] = {}


class Slots:
    """The folder. Every change is on the disk when it returns; raises ``StoreError``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._versions = folder / "versions"

    @property
    def state(self) -> State:
        """As it stands; a folder without one has no version yet."""
        try:
            return msgspec.json.decode((self.folder / "state.json").read_bytes(), type=State)
        except FileNotFoundError:
            return State()
        except (OSError, msgspec.MsgspecError) as error:
            raise StoreError("store.corrupt", path=str(self.folder / "state.json")) from error

    def path(self, version: str) -> Path:
        """Where a version lies."""
        return self._versions / version

    # ---- a new version comes

    def stage(self, package: Path, version: str, sha256: str) -> None:
        """Unpack a package beside the others, whole or not at all. May be repeated.

        Raises ``Refused``: ``update.version``, ``update.bad`` (it was taken back before), ``update.digest``,
        ``update.archive``, ``update.room``.
        """
        if not _VERSION.fullmatch(version) or len(version) > 40:
            raise Refused("update.version", version=version[:40])
        if version in self.state.bad:
            raise Refused("update.bad", version=version)
        if self.path(version).exists():
            return
        if _digest(package) != sha256:
            raise Refused("update.digest", version=version)
        fresh = self._versions / f"{version}.new"
        try:
            self._versions.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(fresh, ignore_errors=True)
            self._unpack(package, fresh)
            _sync_tree(fresh)
            fresh.replace(self.path(version))
            sync_folder(self._versions)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise StoreError("store.failed", detail=str(error)) from error
        except (zipfile.BadZipFile, RuntimeError, ValueError) as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise Refused("update.archive", version=version) from error

    def _unpack(self, package: Path, into: Path) -> None:
        with zipfile.ZipFile(package) as archive:
            members = archive.infolist()
            size = sum(one.file_size for one in members)
            if len(members) > FILES_MAX or size > BYTES_MAX:
                raise ValueError("too large")
            if shutil.disk_usage(self.folder).free < size + ROOM:
                raise Refused("update.room", bytes=size)
            for one in members:
                parts = one.filename.split("/")
                if (
                    one.filename.startswith(("/", "\\"))
                    or ".." in parts
                    or "\\" in one.filename
                    or ":" in parts[0]
                ):
                    raise ValueError("outside")
                if one.external_attr >> 16 & 0o170000 == 0o120000:
                    raise ValueError("a link")
            into.mkdir()
            for one in members:
                archive.extract(one, into)

    def begin(self, version: str, command: int = 0) -> None:
        """From the next start on this version is on trial."""
        if not self.path(version).is_dir() or version in self.state.bad:
            raise Refused("update.version", version=version)
        state = self.state
        if state.current == version:
            self._keep(_ended(state, command, "done"))
            return
        self._keep(msgspec.structs.replace(state, trial=Trial(version, command)))

    def adopt(self, version: str) -> None:
        """The version that lies there is the one in use: the first installation."""
        if not self.path(version).is_dir():
            raise Refused("update.version", version=version)
        self._keep(msgspec.structs.replace(self.state, current=version, trial=None))

    # ---- which one starts

    def choose(self) -> str:
        """The version to start now, "" when there is none. A try of the one on trial is counted first."""
        state = self.state
        trial = state.trial
        if trial is None:
            return state.current
        if trial.tries >= TRIES or not self.path(trial.version).is_dir():
            self.roll_back("not_healthy")
            return self.state.current
        self._keep(
            msgspec.structs.replace(state, trial=msgspec.structs.replace(trial, tries=trial.tries + 1))
        )
        return trial.version

    def healthy(self, version: str) -> bool:
        """The running version says that it works: from now on it is the one in use. Was it on trial?"""
        state = self.state
        trial = state.trial
        if trial is None or trial.version != version:
            return False
        state = msgspec.structs.replace(state, current=version, previous=state.current, trial=None)
        self._keep(_ended(state, trial.command, "done"))
        self._prune()
        return True

    def roll_back(self, why: str) -> None:
        """The version on trial is given up; it is never tried again by itself."""
        state = self.state
        trial = state.trial
        if trial is None:
            return
        bad = {**state.bad, trial.version: why}
        self._keep(_ended(msgspec.structs.replace(state, trial=None, bad=bad), trial.command, "failed"))

    def outcome(self, command: int) -> str:
        """``done``, ``failed``, or "" while it is not known."""
        return self.state.ended.get(str(command), "")

    def _prune(self) -> None:
        """Only the version in use and the one before it are kept."""
        keep = {self.state.current, self.state.previous}
        for old in self._versions.iterdir():
            if old.name not in keep:
                shutil.rmtree(old, ignore_errors=True)

    def _keep(self, state: State) -> None:
        path = self.folder / "state.json"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, msgspec.json.encode(state))
        except OSError as error:
            raise StoreError("store.failed", path=str(path), detail=str(error)) from error


def _ended(state: State, command: int, how: str) -> State:
    newest = dict(list(state.ended.items())[-20:])
    return msgspec.structs.replace(state, ended={**newest, str(command): how}) if command else state


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StoreError("store.failed", path=str(path), detail=str(error)) from error


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path


def _sync_tree(folder: Path) -> None:
    for path in _files(folder):
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    for path in (folder, *(one for one in folder.rglob("*") if one.is_dir())):
        sync_folder(path)
