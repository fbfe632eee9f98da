"""Goal: a small file is whole or as it was, wherever the power goes or the disk refuses. F: E8

Method: cut at each step that reaches the disk, one after another; and real modes of real files.
"""

import errno
import os
from pathlib import Path

import pytest

from onecard.whole_file import sync_folder, write_whole


class Cut(Exception):
    """The power goes."""


@pytest.mark.parametrize("step", range(4))
def test_a_cut_at_any_step_leaves_the_old_file_or_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    path, left = tmp_path / "kept.json", [step]
    write_whole(path, b"old")

    def counted(real):
        def call(*given):
            if not left[0]:
                raise Cut
            left[0] -= 1
            return real(*given)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", counted(os.fsync))
        patched.setattr(type(path), "replace", counted(type(path).replace))
        try:
            write_whole(path, b"new")
        except Cut:
            assert path.read_bytes() == (b"old" if step < 2 else b"new")
        else:
            # The bytes, their name, the folder: each was on the disk before the next.
            assert (step, path.read_bytes()) == (3, b"new")
    write_whole(path, b"after")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"after", ["kept.json"])


@pytest.mark.skipif(os.name != "posix", reason="files have no such modes there")
@pytest.mark.parametrize(("private", "others"), [(True, 0o000), (False, 0o044)])
def test_a_private_file_is_its_owners_alone(tmp_path: Path, private: bool, others: int) -> None:
    old = os.umask(0o022)
    try:
        write_whole(tmp_path / "seed", b"x", private=private)
    finally:
        os.umask(old)
    assert (tmp_path / "seed").stat().st_mode & 0o077 == others


@pytest.mark.skipif(os.name != "posix", reason="no folder is synced there")
def test_a_stick_that_cannot_sync_a_folder_is_good_and_a_broken_disk_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [errno.EINVAL, errno.EIO]

    def fails(_: int) -> None:
        raise OSError(said.pop(0), "")

    monkeypatch.setattr(os, "fsync", fails)
    sync_folder(tmp_path)
    with pytest.raises(OSError) as broken:
        sync_folder(tmp_path)
    assert broken.value.errno == errno.EIO
