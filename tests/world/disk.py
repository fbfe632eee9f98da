"""A false disk under the real SQLite: files live in memory; a power cut loses or tears what was not synced.

An SQLite VFS made with ctypes and registered as the default of this process. Names below ``ROOT`` are ours,
every other file goes to the system's own VFS untouched. It is the real pager, the real write-ahead log and
the real recovery that run on it: what survives a cut is what a disk that honours fsync would have kept. Only
the files' own bytes are modelled; a file's name is always on the disk. Use it in a process of its own, and
leave that with ``os._exit``: SQLite must not call back into an interpreter that is gone.
"""

import ctypes
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

#: A real folder, because who opens a database looks at its folder too; nothing is ever in it.
ROOT = tempfile.mkdtemp(prefix="onecard-world-") + "/"
SECTOR = 512

OK, NOTFOUND, CANTOPEN = 0, 12, 14
FULL, READONLY = 13, 8
IOERR_READ, IOERR_SHORT_READ, IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE = 266, 522, 778, 1034, 1546
_POWERSAFE_OVERWRITE = 0x1000

_P, _I, _S, _L = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int64
_PI, _PL, _PP = ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int64), ctypes.POINTER(ctypes.c_void_p)


def _function(*types: object) -> type:
    return ctypes.CFUNCTYPE(ctypes.c_int, *types)  # type: ignore[arg-type]


class _Methods(ctypes.Structure):
    _fields_ = (
        ("iVersion", _I),
        ("xClose", _function(_P)),
        ("xRead", _function(_P, _P, _I, _L)),
        ("xWrite", _function(_P, _P, _I, _L)),
        ("xTruncate", _function(_P, _L)),
        ("xSync", _function(_P, _I)),
        ("xFileSize", _function(_P, _PL)),
        ("xLock", _function(_P, _I)),
        ("xUnlock", _function(_P, _I)),
        ("xCheckReservedLock", _function(_P, _PI)),
        ("xFileControl", _function(_P, _I, _P)),
        ("xSectorSize", _function(_P)),
        ("xDeviceCharacteristics", _function(_P)),
        ("xShmMap", _function(_P, _I, _I, _I, _PP)),
        ("xShmLock", _function(_P, _I, _I, _I)),
        ("xShmBarrier", ctypes.CFUNCTYPE(None, _P)),
        ("xShmUnmap", _function(_P, _I)),
    )


class _Handle(ctypes.Structure):
    """``sqlite3_file`` and, behind it, which of our open files it is."""

    _fields_ = (("pMethods", ctypes.POINTER(_Methods)), ("number", _L))


class _Vfs(ctypes.Structure):
    pass


_OPEN = _function(_P, _P, _P, _I, _PI)
_DELETE = _function(_P, _S, _I)
_ACCESS = _function(_P, _S, _I, _PI)
_FULLPATH = _function(_P, _S, _I, _P)
_Vfs._fields_ = (
    ("iVersion", _I),
    ("szOsFile", _I),
    ("mxPathname", _I),
    ("pNext", _P),
    ("zName", _S),
    ("pAppData", _P),
    ("xOpen", _OPEN),
    ("xDelete", _DELETE),
    ("xAccess", _ACCESS),
    ("xFullPathname", _FULLPATH),
    *((name, _P) for name in ("xDlOpen", "xDlError", "xDlSym", "xDlClose", "xRandomness", "xSleep")),
    *((name, _P) for name in ("xCurrentTime", "xGetLastError", "xCurrentTimeInt64")),
    *((name, _P) for name in ("xSetSystemCall", "xGetSystemCall", "xNextSystemCall")),
)

#: What waits for a sync: (offset, bytes), or (length, None) for a truncation.
Pending = tuple[int, bytes | None]


@dataclass
class File:
    """``data`` is what the machine sees, ``synced`` what surely is on the plates, ``pending`` the rest."""

    data: bytearray = field(default_factory=bytearray)
    synced: bytearray = field(default_factory=bytearray)
    pending: list[Pending] = field(default_factory=list)


class Disk:
    """One machine's disk. ``trouble``: what every write answers, as a result code of SQLite; 0 is none."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, File] = {}
        self.generation = 0
        self.trouble = 0
        #: Writes and syncs that still go well; after them each fails. ``None``: all do.
        self.good_writes: int | None = None
        #: Called at every write and sync; ``True`` = the power is gone, now.
        self.fuse: Callable[[str], bool] = lambda what: False
        self.is_dead = False
        self.syncs = 0
        _DISKS[name] = self
        self.folder = Path(ROOT) / name
        self.folder.mkdir(exist_ok=True)

    def path(self, file: str) -> Path:
        """The name under which SQLite opens a file of this disk."""
        return self.folder / file

    def crash(self, below: Callable[[int], int]) -> int:
        """The power goes: each write that was not synced is kept, torn or lost; how many were lost."""
        lost = 0
        for file in self.files.values():
            image = file.synced
            for offset, data in file.pending:
                fate = below(3)
                if fate == 0:
                    lost += 1
                elif data is None:
                    del image[offset:]
                else:
                    # Sectors are written whole; how many of them, the power decides.
                    keep = len(data) if fate == 1 else SECTOR * below(1 + len(data) // SECTOR)
                    lost += keep < len(data)
                    _put(image, offset, data[:keep])
            file.synced, file.data, file.pending = image, bytearray(image), []
        self._again()
        return lost

    def copy(self) -> dict[str, bytes]:
        """An image, as a backup takes it while the machine is at rest."""
        return {name: bytes(file.data) for name, file in self.files.items()}

    def settle(self) -> None:
        """Everything that was ever written has reached the plates."""
        for file in self.files.values():
            file.synced, file.pending = bytearray(file.data), []

    def restore(self, image: dict[str, bytes]) -> None:
        """Another image on the plates; whoever had files open has lost them."""
        self.files = {name: File(bytearray(data), bytearray(data)) for name, data in image.items()}
        self._again()

    def _again(self) -> None:
        self.generation += 1
        self.is_dead = False
        self.good_writes = None
        for key in [key for key in _SHARED if key[0] == self.name]:
            del _SHARED[key]

    def remove(self) -> None:
        """The disk is not needed any more."""
        self._again()
        _DISKS.pop(self.name, None)

    # ---- what SQLite asks

    def _fails(self) -> bool:
        if self.good_writes is None:
            return False
        self.good_writes -= 1
        return self.good_writes < 0

    def write(self, file: File, offset: int, data: bytes) -> int:
        if self.fuse("write"):
            self.is_dead = True
        if self.is_dead:
            return IOERR_WRITE
        if self.trouble:
            return IOERR_WRITE if self.trouble not in (FULL, READONLY) else self.trouble
        if self._fails():
            return IOERR_WRITE
        _put(file.data, offset, data)
        file.pending.append((offset, data))
        return OK

    def sync(self, file: File) -> int:
        if self.fuse("sync"):
            self.is_dead = True
        if self.is_dead or self.trouble not in (OK, FULL, READONLY):
            return IOERR_FSYNC
        if self._fails():
            return IOERR_FSYNC
        for offset, data in file.pending:
            if data is None:
                del file.synced[offset:]
            else:
                _put(file.synced, offset, data)
        file.pending.clear()
        self.syncs += 1
        return OK


def _put(image: bytearray, offset: int, data: bytes) -> None:
    if len(image) < offset:
        image.extend(bytes(offset - len(image)))
    image[offset : offset + len(data)] = data


_DISKS: dict[str, Disk] = {}
#: Number of an open handle → its disk, its file's name and the life of the disk it was opened in.
_OPENED: dict[int, tuple[Disk, File, str, int]] = {}
#: The index of a write-ahead log, shared by the connections to it; no crash keeps it.
_SHARED: dict[tuple[str, str, int], ctypes.Array[ctypes.c_char]] = {}
_KEPT: list[object] = []
_next = [1]


def _split(name: str) -> tuple[Disk, str] | None:
    disk, _, file = name.removeprefix(ROOT).partition("/")
    found = _DISKS.get(disk)
    return None if found is None else (found, file)


def _of(handle: int) -> tuple[Disk, File, str, int]:
    return _OPENED[_Handle.from_address(handle).number]


def _is_open(disk: Disk, name: str) -> bool:
    """Whether this life of the machine uses a file: a connection of a life before, collected late, must not
    take its log away."""
    return any(
        one is disk and file == name and life == disk.generation for one, _, file, life in _OPENED.values()
    )


def _close(handle: int) -> int:
    _OPENED.pop(_Handle.from_address(handle).number, None)
    return OK


def _read(handle: int, buffer: int, count: int, offset: int) -> int:
    disk, file, _, life = _of(handle)
    if disk.is_dead or life != disk.generation:
        return IOERR_READ
    data = bytes(file.data[offset : offset + count])
    ctypes.memmove(buffer, data.ljust(count, b"\0"), count)
    return OK if len(data) == count else IOERR_SHORT_READ


def _write(handle: int, buffer: int, count: int, offset: int) -> int:
    disk, file, _, life = _of(handle)
    if life != disk.generation:
        return IOERR_WRITE
    return disk.write(file, offset, ctypes.string_at(buffer, count))


def _truncate(handle: int, size: int) -> int:
    disk, file, _, life = _of(handle)
    if disk.is_dead or life != disk.generation:
        return IOERR_TRUNCATE
    if len(file.data) > size:
        del file.data[size:]
        file.pending.append((size, None))
    return OK


def _sync(handle: int, _flags: int) -> int:
    disk, file, _, life = _of(handle)
    return disk.sync(file) if life == disk.generation else IOERR_FSYNC


def _size(handle: int, out: "ctypes._Pointer[ctypes.c_int64]") -> int:
    out[0] = len(_of(handle)[1].data)
    return OK


def _fine(*_: object) -> int:
    return OK


def _nobody(_handle: int, out: "ctypes._Pointer[ctypes.c_int]") -> int:
    out[0] = 0
    return OK


def _share(handle: int, page: int, size: int, extend: int, out: "ctypes._Pointer[ctypes.c_void_p]") -> int:
    disk, _, name, life = _of(handle)
    if life != disk.generation:
        return IOERR_READ
    key = (disk.name, name, page)
    if key not in _SHARED:
        if not extend:
            out[0] = None
            return OK
        _SHARED[key] = ctypes.create_string_buffer(size)
    out[0] = ctypes.addressof(_SHARED[key])
    return OK


def _unshare(_handle: int, _delete: int) -> int:
    return OK


_METHODS = _Methods(
    2,
    *(
        kind(work)
        for (_, kind), work in zip(
            _Methods._fields_[1:],
            (
                _close, _read, _write, _truncate, _sync, _size, _fine, _fine, _nobody,
                lambda *_: NOTFOUND, lambda _: SECTOR, lambda _: _POWERSAFE_OVERWRITE,
                _share, _fine, lambda _: None, _unshare,
            ),
            strict=True,
        )
    ),
)  # fmt: skip


def _library() -> ctypes.CDLL:
    """The very library that the ``sqlite3`` module runs on."""
    import _sqlite3

    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
    library.sqlite3_vfs_find.argtypes = (_S,)
    library.sqlite3_vfs_register.argtypes = (ctypes.POINTER(_Vfs), _I)
    library.sqlite3_libversion.restype = _S
    assert library.sqlite3_libversion().decode() == sqlite3.sqlite_version
    return library


def install() -> None:
    """From here on ``/world/<disk>/<file>`` is a false file in this process. Once is enough."""
    if _KEPT:
        return
    library = _library()
    system = library.sqlite3_vfs_find(None)
    was = system.contents

    def open_(_vfs: int, name: int | None, handle: int, flags: int, out: object) -> int:
        text = ctypes.string_at(name).decode() if name else ""
        if not text.startswith(ROOT):
            return int(was.xOpen(ctypes.addressof(was), name, handle, flags, out))
        mine = _Handle.from_address(handle)
        mine.pMethods = None
        found = _split(text)
        if found is None or found[0].is_dead:
            return CANTOPEN
        disk, file = found
        if file not in disk.files:
            if not flags & 4:  # not to be created
                return CANTOPEN
            disk.files[file] = File()
        mine.number = _next[0]
        _next[0] += 1
        _OPENED[mine.number] = (disk, disk.files[file], file, disk.generation)
        mine.pMethods = ctypes.pointer(_METHODS)
        if out:
            ctypes.cast(out, _PI)[0] = flags  # type: ignore[arg-type]
        return OK

    def delete(_vfs: int, name: bytes, sync: int) -> int:
        text = name.decode()
        if not text.startswith(ROOT):
            return int(was.xDelete(ctypes.addressof(was), name, sync))
        found = _split(text)
        if found is not None and not found[0].is_dead and not _is_open(*found):
            found[0].files.pop(found[1], None)
        return OK

    def access(_vfs: int, name: bytes, flags: int, out: "ctypes._Pointer[ctypes.c_int]") -> int:
        text = name.decode()
        if not text.startswith(ROOT):
            return int(was.xAccess(ctypes.addressof(was), name, flags, out))
        found = _split(text)
        file = None if found is None else found[0].files.get(found[1])
        out[0] = int(file is not None and (flags != 0 or len(file.data) > 0))
        return OK

    def full(_vfs: int, name: bytes, count: int, out: int) -> int:
        if not name.startswith(ROOT.encode()):
            return int(was.xFullPathname(ctypes.addressof(was), name, count, out))
        ctypes.memmove(out, name + b"\0", len(name) + 1)
        return OK

    mine = _Vfs()
    ctypes.memmove(ctypes.addressof(mine), ctypes.addressof(was), ctypes.sizeof(_Vfs))
    mine.iVersion = min(was.iVersion, 2)
    mine.szOsFile = max(was.szOsFile, ctypes.sizeof(_Handle))
    mine.pNext, mine.zName = None, b"world"
    mine.xOpen, mine.xDelete = _OPEN(open_), _DELETE(delete)
    mine.xAccess, mine.xFullPathname = _ACCESS(access), _FULLPATH(full)
    _KEPT.extend((library, system, mine))
    assert library.sqlite3_vfs_register(ctypes.byref(mine), 1) == OK
