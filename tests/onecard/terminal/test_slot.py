"""Goal: a new version of the program is used only once it works, and the old one is never lost on the way.

Method: every package that must be refused; a power cut at every step of every change; real processes that
work, fall over or hang. F: E6
"""

import hashlib
import os
import sys
import zipfile
from contextlib import suppress

import pytest

from onecard.clock import SystemClock
from onecard.errors import Refused, StoreError
from onecard.terminal import starter
from onecard.terminal.slot import Slots


@pytest.fixture
def slots(tmp_path):
    slots = Slots(tmp_path / "slots")
    slots.path("1.0").mkdir(parents=True)
    slots.adopt("1.0")
    return slots


def package(tmp_path, files, link=False):
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16 if link else 0o644 << 16
            archive.writestr(info, text)
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_good_package_lies_beside_the_running_version(slots, tmp_path):
    path, digest = package(tmp_path, {"pos/__main__.py": "print(1)", "a.txt": "x"})
    slots.stage(path, "1.1", digest)
    assert (slots.path("1.1") / "pos" / "__main__.py").read_text() == "print(1)"
    assert (slots.state.current, slots.choose()) == ("1.0", "1.0")
    slots.stage(path, "1.1", digest)


@pytest.mark.parametrize(
    ("files", "link", "version", "code"),
    [
        ({"../evil": "x"}, False, "1.1", "update.archive"),
        ({"/etc/evil": "x"}, False, "1.1", "update.archive"),
        ({"a\\..\\evil": "x"}, False, "1.1", "update.archive"),
        ({"C:evil": "x"}, False, "1.1", "update.archive"),
        ({"a": "/etc/passwd"}, True, "1.1", "update.archive"),
        ({"a": "x"}, False, "../1.1", "update.version"),
        ({"a": "x"}, False, "", "update.version"),
        ({"a": "x"}, False, "1" * 50, "update.version"),
    ],
)
def test_what_must_not_be_in_a_package_is_refused_by_name(slots, tmp_path, files, link, version, code):
    path, digest = package(tmp_path, files, link)
    with pytest.raises(Refused) as refused:
        slots.stage(path, version, digest)
    assert refused.value.code == code
    assert [one.name for one in (slots.folder / "versions").iterdir()] == ["1.0"]


def test_a_changed_byte_or_no_archive_at_all_is_refused(slots, tmp_path):
    path, digest = package(tmp_path, {"a": "x"})
    raw = bytearray(path.read_bytes())
    raw[5] ^= 1
    path.write_bytes(raw)
    for said, code in ((digest, "update.digest"), (hashlib.sha256(b"no").hexdigest(), "update.archive")):
        if code == "update.archive":
            path.write_bytes(b"no")
        with pytest.raises(Refused) as refused:
            slots.stage(path, "1.1", said)
        assert refused.value.code == code


@pytest.mark.parametrize("step", range(12))
def test_a_power_cut_at_any_step_leaves_a_version_that_starts(slots, tmp_path, monkeypatch, step):
    """Cut after so many fsyncs and renames of stage, begin, choose, healthy; then everything once more."""
    path, digest = package(tmp_path, {"a": "x", "b/c": "y"})
    left = [step]

    class Cut(Exception):
        pass

    def counted(real):
        def call(*arguments):
            if left[0] == 0:
                raise Cut
            left[0] -= 1
            return real(*arguments)

        return call

    def update():
        slots.stage(path, "1.1", digest)
        if slots.state.current != "1.1":
            slots.begin("1.1", 7)
            version = slots.choose()
            slots.healthy(version)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", counted(os.fsync))
        patched.setattr(type(path), "replace", counted(type(path).replace))
        with suppress(Cut):
            update()
    again = Slots(slots.folder)
    assert again.choose() in ("1.0", "1.1")
    update()
    assert (again.state.current, again.outcome(7)) == ("1.1", "done")
    assert (again.path("1.1") / "b" / "c").read_text() == "y"


def test_two_tries_and_then_back_for_good(slots, tmp_path):
    path, digest = package(tmp_path, {"a": "x"})
    slots.stage(path, "1.1", digest)
    slots.begin("1.1", 3)
    assert [slots.choose() for _ in range(4)] == ["1.1", "1.1", "1.0", "1.0"]
    assert (slots.outcome(3), slots.state.bad) == ("failed", {"1.1": "not_healthy"})
    with pytest.raises(Refused) as refused:
        slots.begin("1.1", 4)
    assert refused.value.code == "update.version"


def test_only_the_last_two_versions_are_kept(slots, tmp_path):
    for number in ("1.1", "1.2", "1.3"):
        path, digest = package(tmp_path, {"a": number})
        slots.stage(path, number, digest)
        slots.begin(number)
        assert slots.healthy(slots.choose())
    assert sorted(one.name for one in (slots.folder / "versions").iterdir()) == ["1.2", "1.3"]


def test_a_state_that_cannot_be_read_is_said_and_nothing_is_guessed(slots):
    (slots.folder / "state.json").write_text("{")
    with pytest.raises(StoreError) as wrong:
        slots.choose()
    assert wrong.value.code == "store.corrupt"


PROGRAM = {
    "works": (
        "import sys; sys.path.insert(0, {root!r})\n"
        "from onecard.terminal.starter import running\n"
        "slots, version = running(); slots.healthy(version)\n"
        "open(slots.folder / 'ran', 'a').write(version + ' ')\n"
    ),
    "falls": "import os, sys\nopen(os.environ['ONECARD_SLOTS'] + '/ran', 'a').write('falls ')\nsys.exit(3)\n",
    "hangs": (
        "import os, time\nopen(os.environ['ONECARD_SLOTS'] + '/ran', 'a').write('hangs ')\ntime.sleep(60)\n"
    ),
}


@pytest.mark.parametrize(
    ("new", "ran", "current"),
    [("works", "1.1 ", "1.1"), ("falls", "falls falls 1.0 ", "1.0"), ("hangs", "hangs hangs 1.0 ", "1.0")],
)
def test_the_starter_ends_up_in_the_version_that_works(slots, tmp_path, new, ran, current):
    from pathlib import Path

    root = str(Path(starter.__file__).parents[2])
    (slots.path("1.0") / "go.py").write_text(PROGRAM["works"].format(root=root))
    path, digest = package(tmp_path, {"go.py": PROGRAM[new].format(root=root)})
    slots.stage(path, "1.1", digest)
    slots.begin("1.1", 1)
    assert sys.executable
    code = starter.keep_running(
        slots, ["go.py"], SystemClock(), healthy_within_s=3.0 if new != "hangs" else 0.5
    )
    assert (code, (slots.folder / "ran").read_text(), slots.state.current) == (0, ran, current)
    assert slots.outcome(1) == ("done" if current == "1.1" else "failed")


def test_without_any_version_it_says_so(tmp_path):
    with pytest.raises(Refused) as refused:
        starter.keep_running(Slots(tmp_path), ["go.py"], SystemClock())
    assert refused.value.code == "update.none"
    assert starter.running({}) is None
