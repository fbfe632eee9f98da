"""The key ceremony: two or three people each bring a component, the masters are their XOR, nobody sees one.

``python -m onecard.cards.ceremony``. Prints check values and never a key; what a person typed is not echoed.
Each person draws a component alone (``component``), keeps it on paper, and types it here when called.
"""

import argparse
import getpass
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from onecard.cards import keystore
from onecard.cards.keys import KeySet, Masters, check_value, make_test_keys
from onecard.cards.keystore import MachineSecret, Passphrase, Unlock
from onecard.errors import StoreError
from onecard.ids import Entropy, SystemEntropy

_NAMES: Final = ("A", "B", "MAC")
_KEY_BYTES: Final = 16
_MIN_PASSPHRASE: Final = 12

_REASONS: Final = {
    "keys.missing": "没有这个密钥文件 · no such key store",
    "keys.malformed": "密钥文件已损坏 · the key store is damaged",
    "keys.wrong_kind": "测试密钥与正式密钥不能混用 · test and live keys never mix",
    "keys.locked": "口令错误,或文件被改动 · wrong passphrase or secret, or the file was changed",
    "keys.no_secret": "没有可用的本机密钥文件 · no usable secret file",
    "keys.secret_exposed": "本机密钥文件可被他人读取 · others may read the secret file: chmod 600",
    "keys.not_written": "无法写入文件 · the file could not be written",
    "keys.version_exists": "该版本已存在 · this version is already there",
    "keys.version_range": "版本号须为 1–255 · versions are 1 to 255",
    "keys.weak": "主密钥无效:成分相同或为测试密钥 · no good master: equal components, or a test key",
    "keys.short": "口令至少 12 个字符 · a passphrase has at least 12 characters",
    "keys.mismatch": "两次输入不一致 · the two entries differ",
}


class Ceremony:
    """The conversation; ``ask`` reads without echo, ``say`` prints."""

    def __init__(self, ask: Callable[[str], str], say: Callable[[str], None], entropy: Entropy) -> None:
        self._ask = ask
        self._say = say
        self._entropy = entropy

    def component(self) -> None:
        """Draw one person's component: for a paper and an envelope, stored nowhere."""
        self._say("密钥成分,仅限一人抄写保管 · one person's component: write it down, keep it alone")
        for name in _NAMES:
            part = self._entropy.bytes(_KEY_BYTES)
            digits = part.hex().upper()
            groups = " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
            self._say(f"  {name:3}  {groups}   校验值 check value {check_value(part)}")

    def enter(self, store: Path, version: int, people: int, secret: Path | None) -> None:
        """Take everybody's components and add a version to a live store, new or not."""
        if not 1 <= version <= 255:
            raise StoreError("keys.version_range")
        unlock = self._unlock(secret, new=not store.exists())
        before = keystore.load(store, unlock, test=False).masters if store.exists() else ()
        if any(master.version == version for master in before):
            raise StoreError("keys.version_exists", version=version)
        parts: list[dict[str, bytes]] = []
        for person in range(1, people + 1):
            self._say(f"第 {person} 人,共 {people} 人 · person {person} of {people}")
            parts.append({name: self._part(name) for name in _NAMES})
        masters = {name: _xor([part[name] for part in parts]) for name in _NAMES}
        _refuse_weak(list(masters.values()))
        keys = KeySet([Masters(version, masters["A"], masters["B"], masters["MAC"]), *before], test=False)
        keystore.save(store, keys, unlock, self._entropy)
        self._show(keys)

    def show(self, store: Path, secret: Path | None) -> None:
        """Kind, versions and check values of a store."""
        test = keystore.kind_of(store) == "test"
        self._show(keystore.load(store, self._unlock(secret, new=False), test=test))

    def test(self, store: Path, secret: Path | None) -> None:
        """Write the fixed, public test set: for demo and development only."""
        keys = make_test_keys()
        keystore.save(store, keys, self._unlock(secret, new=not store.exists()), self._entropy)
        self._show(keys)

    def secret(self, file: Path) -> None:
        """Make this machine's secret file."""
        MachineSecret.make(file, self._entropy)
        self._say(f"已生成,请勿备份到别处 · made; keep it on this machine only: {file}")

    def _show(self, keys: KeySet) -> None:
        kind = "测试密钥,不得用于真钱 · TEST KEYS, never for money" if keys.test else "正式密钥 · live keys"
        self._say(kind)
        for master in keys.masters:
            values = "  ".join(f"{name} {value}" for name, value in master.check_values().items())
            self._say(f"  版本 version {master.version}: {values}")

    def _part(self, name: str) -> bytes:
        while True:
            typed = self._ask(f"  {name} (32 hex): ").replace(" ", "")
            try:
                part = bytes.fromhex(typed)
            except ValueError:
                part = b""
            if len(part) == _KEY_BYTES:
                self._say(f"  {name} 校验值 check value {check_value(part)}")
                return part
            self._say("  须为 32 位十六进制,请重输 · 32 hexadecimal digits, once more")

    def _unlock(self, secret: Path | None, *, new: bool) -> Unlock:
        if secret is not None:
            return MachineSecret.read(secret)
        text = self._ask("口令 passphrase: ")
        if new:
            if len(text) < _MIN_PASSPHRASE:
                raise StoreError("keys.short")
            if self._ask("再次输入 once more: ") != text:
                raise StoreError("keys.mismatch")
        return Passphrase(text)


def _xor(parts: list[bytes]) -> bytes:
    result = bytes(_KEY_BYTES)
    for part in parts:
        result = bytes(a ^ b for a, b in zip(result, part, strict=True))
    return result


def _refuse_weak(masters: list[bytes]) -> None:
    """Equal components cancel out; the public test keys must never become live ones."""
    public = {key for m in make_test_keys().masters for key in (m.a, m.b, m.mac)}
    if bytes(_KEY_BYTES) in masters or len(set(masters)) < len(masters) or public & set(masters):
        raise StoreError("keys.weak")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m onecard.cards.ceremony", description="密钥管理 · key ceremony"
    )
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("component", help="生成一人的密钥成分 · draw one person's component")
    enter = actions.add_parser(
        "enter", help="录入成分,生成一版正式密钥 · type components, add a live version"
    )
    enter.add_argument("--version", type=int, required=True)
    enter.add_argument("--people", type=int, choices=(2, 3), default=2)
    show = actions.add_parser("show", help="显示校验值 · show check values")
    test = actions.add_parser("test", help="写入测试密钥 · write the test keys")
    for action in (enter, show, test):
        action.add_argument("--store", type=Path, required=True)
        action.add_argument(
            "--secret", type=Path, help="本机密钥文件,代替口令 · secret file, not a passphrase"
        )
    secret = actions.add_parser("secret", help="生成本机密钥文件 · make this machine's secret file")
    secret.add_argument("--file", type=Path, required=True)
    return parser


def main(arguments: Sequence[str] | None = None, ceremony: Ceremony | None = None) -> int:
    """0 when done, 1 when refused."""
    given = _parser().parse_args(arguments)
    room = ceremony or Ceremony(getpass.getpass, print, SystemEntropy())
    try:
        match given.action:
            case "component":
                room.component()
            case "enter":
                room.enter(given.store, given.version, given.people, given.secret)
            case "show":
                room.show(given.store, given.secret)
            case "test":
                room.test(given.store, given.secret)
            case "secret":
                room.secret(given.file)
    except StoreError as error:
        print(f"{_REASONS[error.code]} ({error.code})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
