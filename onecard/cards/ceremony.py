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
from onecard.cards.cpu import crypto
from onecard.cards.cpu.key import NAMES as CPU_KEYS
from onecard.cards.cpu.key import CpuMasters
from onecard.cards.keys import KeySet, Masters, check_value, make_test_keys, make_training_keys
from onecard.cards.keystore import MachineSecret, Passphrase, Unlock
from onecard.errors import StoreError
from onecard.ids import Entropy, SystemEntropy

_NAMES: Final = ("A", "B", "MAC")
#: Of CPU cards, where the unit has any: named as in ``cpu/key.py``.
_CPU_NAMES: Final = tuple(name.upper() for name in CPU_KEYS)
_KEY_BYTES: Final = 16
_MIN_PASSPHRASE: Final = 12

_REASONS: Final = {
    "keys.missing": "没有这个密钥文件 · no such key store",
    "keys.malformed": "密钥文件已损坏 · the key store is damaged",
    "keys.wrong_kind": "正式、测试、培训密钥不能混用 · live, test and training keys never mix",
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


_KINDS: Final = {
    "live": "正式密钥 · live keys",
    "test": "测试密钥,不得用于真钱 · TEST KEYS, never for money",
    "training": "培训密钥,不得用于真钱 · TRAINING KEYS, never for money",
}


class Ceremony:
    """The conversation; ``ask`` reads without echo, ``say`` prints."""

    def __init__(self, ask: Callable[[str], str], say: Callable[[str], None], entropy: Entropy) -> None:
        self._ask = ask
        self._say = say
        self._entropy = entropy

    def component(self, *, cpu: bool) -> None:
        """Draw one person's component: for a paper and an envelope, stored nowhere."""
        self._say("密钥成分,仅限一人抄写保管 · one person's component: write it down, keep it alone")
        for name in _names(cpu):
            part = self._entropy.bytes(_KEY_BYTES)
            digits = part.hex().upper()
            groups = " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
            self._say(f"  {name:8}  {groups}   校验值 check value {_check_value(name, part)}")

    def enter(self, store: Path, version: int, people: int, secret: Path | None, *, cpu: bool) -> None:
        """Take everybody's components and add a version to a live store, new or not."""
        if not 1 <= version <= 255:
            raise StoreError("keys.version_range")
        unlock = self._unlock(secret, new=not store.exists())
        known = keystore.load(store, unlock, test=False) if store.exists() else None
        before, old = ((), b"") if known is None else (known.masters, known.old)
        if any(master.version == version for master in before):
            raise StoreError("keys.version_exists", version=version)
        parts: list[dict[str, bytes]] = []
        for person in range(1, people + 1):
            self._say(f"第 {person} 人,共 {people} 人 · person {person} of {people}")
            parts.append({name: self._part(name) for name in _names(cpu)})
        masters = {name: _xor([part[name] for part in parts]) for name in _names(cpu)}
        _refuse_weak(masters)
        more = CpuMasters(*(masters[name] for name in _CPU_NAMES)) if cpu else CpuMasters()
        made = Masters(version, masters["A"], masters["B"], masters["MAC"], more)
        keys = KeySet([made, *before], test=False, old=old)
        keystore.save(store, keys, unlock, self._entropy)
        self._show(keys)

    def show(self, store: Path, secret: Path | None) -> None:
        """Kind, versions and check values of a store."""
        self._show(self._open(store, secret))

    def till(
        self, store: Path, secret: Path | None, to: Path, to_secret: Path, *, psam: bool, reads: bool = False
    ) -> None:
        """A till's own store: without the keys that make money on CPU cards or judge their proofs, and with
        ``psam`` without the purchase key too. ``reads``: of a station that shows cards and changes none."""
        whole = self._open(store, secret)
        keys = whole.reading_only() if reads else whole.of_a_till(with_purchase=not psam)
        keystore.save(to, keys, MachineSecret.read(to_secret), self._entropy)
        self._show(keys)

    def old(self, store: Path, secret: Path | None) -> None:
        """Take in the sector key of the system before, or put it away when its cards have all come."""
        kind = keystore.kind_of(store)
        unlock = self._unlock(secret, new=False)
        keys = keystore.load(store, unlock, test=kind != "live", training=kind == "training")
        while True:
            typed = self._ask("  旧系统扇区密钥(12 hex,空为清除) old key (12 hex, none: put away): ")
            try:
                old = bytes.fromhex(typed.replace(" ", ""))
            except ValueError:
                old = b"?"
            if len(old) in (0, 6):
                break
            self._say("  须为 12 位十六进制,请重输 · 12 hexadecimal digits, once more")
        keystore.save(store, keys.with_old(old), unlock, self._entropy)
        self._say("已录入旧系统密钥 · the old key is in" if old else "已清除 · put away")

    def _open(self, store: Path, secret: Path | None) -> KeySet:
        kind = keystore.kind_of(store)
        unlock = self._unlock(secret, new=False)
        return keystore.load(store, unlock, test=kind != "live", training=kind == "training")

    def public(self, store: Path, secret: Path | None, *, training: bool) -> None:
        """Write one of the fixed, public sets: for demo and development, or for training mode."""
        keys = make_training_keys() if training else make_test_keys()
        keystore.save(store, keys, self._unlock(secret, new=not store.exists()), self._entropy)
        self._show(keys)

    def secret(self, file: Path) -> None:
        """Make this machine's secret file."""
        MachineSecret.make(file, self._entropy)
        self._say(f"已生成,请勿备份到别处 · made; keep it on this machine only: {file}")

    def _show(self, keys: KeySet) -> None:
        self._say(_KINDS[keys.kind])
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
                self._say(f"  {name} 校验值 check value {_check_value(name, part)}")
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


def _names(cpu: bool) -> tuple[str, ...]:
    return _NAMES + _CPU_NAMES if cpu else _NAMES


def _check_value(name: str, part: bytes) -> str:
    """As the cipher that the key is for has it: AES for M1, triple DES for CPU cards."""
    return check_value(part) if name in _NAMES else crypto.check_value(part)


def _refuse_weak(masters: dict[str, bytes]) -> None:
    """Equal components cancel out, equal halves make triple DES single, public keys are nobody's secret."""
    keys = list(masters.values())
    public: set[bytes | None] = set()
    for one in (*make_test_keys().masters, *make_training_keys().masters):
        public |= {one.a, one.b, one.mac, *one.cpu.all().values()}
    halves = any(masters[name][:8] == masters[name][8:] for name in _CPU_NAMES if name in masters)
    if bytes(_KEY_BYTES) in keys or len(set(keys)) < len(keys) or public & set(keys) or halves:
        raise StoreError("keys.weak")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m onecard.cards.ceremony", description="密钥管理 · key ceremony"
    )
    actions = parser.add_subparsers(dest="action", required=True)
    component = actions.add_parser("component", help="生成一人的密钥成分 · draw one person's component")
    enter = actions.add_parser(
        "enter", help="录入成分,生成一版正式密钥 · type components, add a live version"
    )
    enter.add_argument("--version", type=int, required=True)
    enter.add_argument("--people", type=int, choices=(2, 3), default=2)
    for action in (component, enter):
        action.add_argument(
            "--cpu", action="store_true", help="含 CPU 卡密钥 · with the keys of CPU cards as well"
        )
    show = actions.add_parser("show", help="显示校验值 · show check values")
    test = actions.add_parser("test", help="写入测试密钥 · write the test keys")
    training = actions.add_parser("training", help="写入培训密钥 · write the keys of training mode")
    till = actions.add_parser("till", help="导出终端密钥库 · a till's own key store")
    till.add_argument("--to", type=Path, required=True, help="终端密钥文件 · the till's store")
    till.add_argument(
        "--to-secret", type=Path, required=True, help="终端本机密钥文件 · the till's secret file"
    )
    till.add_argument(
        "--psam", action="store_true", help="终端用 PSAM,不带消费密钥 · the till has a PSAM: no purchase key"
    )
    till.add_argument(
        "--reads", action="store_true", help="只读终端,不带写卡密钥 · it shows cards only: no key that writes"
    )
    old = actions.add_parser("old", help="录入旧系统的卡密钥 · the card key of the system before")
    for action in (enter, show, test, training, till, old):
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
                room.component(cpu=given.cpu)
            case "enter":
                room.enter(given.store, given.version, given.people, given.secret, cpu=given.cpu)
            case "show":
                room.show(given.store, given.secret)
            case "test" | "training":
                room.public(given.store, given.secret, training=given.action == "training")
            case "till":
                room.till(
                    *(given.store, given.secret, given.to, given.to_secret),
                    psam=given.psam,
                    reads=given.reads,
                )
            case "old":
                room.old(given.store, given.secret)
            case "secret":
                room.secret(given.file)
    except StoreError as error:
        print(f"{_REASONS[error.code]} ({error.code})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
