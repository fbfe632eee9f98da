"""Every setting of a station: one row with kind, default, bounds and names in both languages; and the file.

A setting file is TOML; ``[printer] line = …`` is the setting ``printer.line``. What is wrong in it is said
with file, key and reason before anything starts. Knows no device and no window.
"""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from onecard.errors import OneCardError

Value = int | str | bool


class SettingError(OneCardError):
    """A setting that cannot be used: ``settings.unknown``, ``settings.kind``, ``settings.range``, …

    ``params`` name ``file``, ``setting`` and what would be right, for ``refusal.settings.…`` texts.
    """

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}: {said}"


@dataclass(frozen=True)
class Setting:
    """One row. The kind is the default's; ``least`` and ``most`` bound numbers, or the length of a text."""

    key: str
    default: Value
    zh: str
    en: str
    least: int = 0
    most: int = 1000
    choices: tuple[str, ...] = ()

    def check(self, value: object, file: str = "") -> Value:
        """The value if it may stand; raises ``SettingError``."""
        kind = type(self.default)
        # bool is an int to Python, and "true" for a number is a typing error all the same.
        if type(value) is not kind:
            raise SettingError("settings.kind", file=file, setting=self.key, kind=kind.__name__)
        assert isinstance(value, int | str)
        if self.choices and value not in self.choices:
            raise SettingError(
                "settings.choice", file=file, setting=self.key, choices=", ".join(self.choices)
            )
        size = len(value) if isinstance(value, str) else int(value)
        if kind is not bool and not self.choices and not self.least <= size <= self.most:
            raise SettingError(
                "settings.range", file=file, setting=self.key, least=self.least, most=self.most
            )
        return value

    def parse(self, text: str) -> Value:
        """From the text that a document of the office carries."""
        if isinstance(self.default, bool):
            if text not in ("true", "false"):
                raise SettingError("settings.kind", setting=self.key, kind="bool")
            return text == "true"
        if isinstance(self.default, int):
            if not text.isascii() or not text.removeprefix("-").isdigit():
                raise SettingError("settings.kind", setting=self.key, kind="int")
            # Nothing here has so many digits, and Python refuses to read numbers of thousands.
            return self.check(int(text[:20]))
        return self.check(text)


_S = Setting
_FEN_MOST = (1 << 24) - 1
#: A serial one, a typing one that is grabbed, and one that types into the window.
WEDGES: Final = ("scanner", "keyboard", "typed")

#: What every station has in its own file.
STATION: Final = (
    _S("server.url", "http://127.0.0.1:8700", "服务器地址", "Server address", 1, 200),
    _S("sync.interval_s", 10, "同步间隔（秒）", "Seconds between exchanges", 1, 3600),
    _S("data.folder", "", "数据目录", "Folder for journal and identity", 0, 400),
    _S("log.level", "info", "日志级别", "Log level", choices=("debug", "info", "warning", "error")),
    _S("screen.language", "zh", "界面语言", "Language", choices=("zh", "en")),
    _S("screen.theme", "light", "界面主题", "Theme", choices=("light", "dark")),
    _S("screen.width", 1280, "窗口宽度（像素）", "Window width (pixels)", 480, 7680),
    _S("screen.height", 800, "窗口高度（像素）", "Window height (pixels)", 480, 7680),
    _S("screen.logo", "", "运营单位标志（图片文件）", "The operator's logo (a picture file)", 0, 400),
    _S("screen.left", 0, "窗口离左边（像素）", "Window from the left (pixels)", 0, 15_360),
    _S("screen.top", 0, "窗口离上边（像素）", "Window from the top (pixels)", 0, 15_360),
    _S("screen.full", False, "全屏", "Full screen"),
    _S("screen.px_per_cm", 59, "屏幕每厘米像素", "Pixels per centimetre", 15, 300),
    _S("card.first_sector", 1, "起始扇区", "First sector on the card", 1, 37),
    _S("card.keys", "", "密钥库文件", "Key store file", 0, 400),
    _S("card.old", "", "旧系统卡布局", "Layout of the old system's cards", 0, 100),
    _S("stick.folder", "", "采集盘目录（空为不用）", "Folder of a stick or handheld (none)", 0, 400),
    _S("card.test_keys", False, "使用测试密钥", "Use the public test keys"),
    _S("reader.name", "", "读卡器名称", "Card reader name", 0, 200),
    _S("psam.reader", "", "PSAM 读卡器名称", "Reader with the PSAM", 0, 200),
    _S("printer.line", "", "打印机连接", "Printer line", 0, 200),
    _S("printer.columns", 32, "打印机列数", "Printer columns", 24, 64),
    _S("printer.status", "auto", "打印机状态", "Printer tells its status", choices=("auto", "none")),
    _S("printer.logo", "", "小票标志（图片文件，none 不印）", "Receipt logo: picture file, none", 0, 400),
    _S("printer.qr", "native", "二维码打印方式", "How QR codes are printed", choices=("native", "raster")),
    _S("printer.cut", "partial", "切纸", "How paper is cut", choices=("partial", "full", "none")),
    _S("power.folder", "/sys/class/power_supply", "电源状态目录（空为不看）", "Power supplies", 0, 200),
    _S("power.backlight", "/sys/class/backlight", "背光目录（空为不调）", "Screen lights to dim", 0, 200),
    _S("power.low_percent", 10, "电量低（%）", "Battery is low at (%)", 1, 90),
    _S("power.low_minutes", 10, "电量低（剩余分钟）", "Battery is low at (minutes left)", 1, 600),
)
#: What may stand on a counter beside the station.
COUNTER: Final = (
    _S("printer.drawer", True, "打印机带钱箱", "A cash drawer hangs on the printer"),
    _S("scanner.line", "", "扫码枪连接", "Scanner line", 0, 200),
    _S("scanner.driver", "scanner", "扫码枪方式", "Scanner protocol", choices=WEDGES),
    _S("scanner.options", "", "扫码枪选项", "Scanner options", 0, 200),
    _S("pinpad.line", "", "密码键盘连接", "PIN pad line", 0, 200),
    _S("scale.line", "", "电子秤连接", "Scale line", 0, 200),
    _S(
        *("scale.driver", "cas", "电子秤协议", "Scale protocol"),
        choices=("cas", "pinnacle", "toledo", "adam", "dibal", "ascii"),
    ),
    _S("scale.options", "", "电子秤选项", "Scale options", 0, 200),
    _S("display.line", "", "顾客显示屏连接", "Pole display line", 0, 200),
    _S("display.options", "", "顾客显示屏选项", "Pole display options", 0, 200),
    _S("stripe.line", "", "磁条刷卡器连接", "Stripe reader line", 0, 200),
    _S("stripe.driver", "keyboard", "磁条刷卡器方式", "Stripe reader", choices=WEDGES),
    _S("stripe.options", "", "磁条刷卡器选项", "Stripe reader options", 0, 200),
    _S("encoder.line", "", "磁条写卡器连接", "Stripe encoder line", 0, 200),
    _S("encoder.options", "", "磁条写卡器选项", "Stripe encoder options", 0, 200),
    _S("bank.line", "", "银行卡终端连接", "Bank terminal line", 0, 200),
    _S("city.line", "", "市民卡终端连接", "City card terminal line", 0, 200),
    _S("city.merchant", "", "市民卡商户号", "Merchant number at the city card", 0, 15),
    _S("city.most_fen", 100_000, "市民卡单笔上限（分）", "City card: most per sale (fen)", 0, _FEN_MOST),
    _S(
        "city.day_fen",
        0,
        "市民卡每日上限（分，0 不限）",
        "City card: most per day (fen, 0 none)",
        0,
        _FEN_MOST,
    ),
    _S("city.left_fen", 0, "市民卡须留余额（分）", "City card: what stays on it (fen)", 0, _FEN_MOST),
)
POS: Final = (
    _S("pos.retap_s", 15, "等待重新刷卡（秒）", "Seconds to wait for the same card", 5, 120),
    *COUNTER,
    _S("second.width", 0, "顾客窗口宽度（像素，0 没有）", "Customer window width (pixels, 0 none)", 0, 7680),
    _S("second.height", 600, "顾客窗口高度（像素）", "Customer window height (pixels)", 240, 7680),
    _S("second.left", 0, "顾客窗口离左边（像素）", "Customer window from the left", 0, 15_360),
    _S("second.top", 0, "顾客窗口离上边（像素）", "Customer window from the top", 0, 15_360),
    _S("second.full", False, "顾客窗口全屏", "Customer window fills its screen"),
    _S("second.px_per_cm", 40, "顾客屏每厘米像素", "Customer screen: pixels per cm", 15, 300),
)
KIOSK: Final = (
    _S("acceptor.line", "", "纸币器连接", "Note acceptor line", 0, 200),
    _S(
        *("acceptor.driver", "id003", "纸币器协议", "Note acceptor protocol"),
        choices=("id003", "ssp", "cctalk", "cctalk-coin", "ccnet", "ebds", "mdb", "ict"),
    ),
    _S("acceptor.options", "", "纸币器选项", "Note acceptor options", 0, 200),
    _S("acceptor.serial", "A1", "纸币器编号", "Note acceptor serial number", 1, 32),
    _S("coins.line", "", "硬币器连接（纸币器之外）", "Line of a coin acceptor beside it", 0, 200),
    _S("coins.driver", "cctalk-coin", "硬币器协议", "Coin acceptor protocol", choices=("cctalk-coin",)),
    _S("coins.options", "", "硬币器选项", "Coin acceptor options", 0, 200),
    _S("coins.serial", "C1", "硬币器编号", "Coin acceptor serial number", 1, 32),
    _S("idle.menu_s", 30, "菜单空闲（秒）", "Idle seconds on the menu", 5, 600),
    _S("idle.form_s", 45, "填写空闲（秒）", "Idle seconds in a form", 5, 600),
    _S("idle.result_s", 20, "结果停留（秒）", "Seconds a result stays", 5, 600),
    _S("idle.cash_s", 60, "投币空闲（秒）", "Idle seconds since the last note", 10, 600),
    _S("idle.warning_s", 20, "空闲提醒（秒）", "Seconds of the still-there question", 5, 120),
)
#: What the office says in the terminal document; the same for every kind of station.
OFFICE: Final = (
    _S("pad", "point", "金额键盘", "How the pad reads digits", choices=("point", "implied")),
    _S("sale_cap_fen", 200_000, "单笔上限（分）", "Most per sale (fen)", 1, _FEN_MOST),
    _S("large_fen", 50_000, "大额确认（分）", "Second confirmation from (fen)", 1, _FEN_MOST),
    _S(
        *("mode", "free", "消费模式", "What a tap means"),
        choices=("free", "amount", "keys", "fixed", "count", "account", "subsidy", "identity"),
    ),
    _S("mode_switch", True, "本机可换模式", "The till may choose another mode"),
    _S("fixed_fen", 0, "定额（分）", "Fixed price (fen)", 0, _FEN_MOST),
    _S("key_prices", "", "按键单价（如 1:300 2:500）", "Prices of the figures (1:300 2:500)", 0, 200),
    _S("count_kind", "", "计次钱包", "Count wallet that a tap uses", 0, 16),
    _S("count_fen", 100, "一次记价（分）", "What one use is worth (fen)", 1, _FEN_MOST),
    _S("accepted_types", "", "接受的卡类型（编号，空为全部）", "Card types taken (none: all)", 0, 200),
    _S("tap_interval_s", 0, "同卡刷卡间隔（秒）", "Seconds between two sales to a card", 0, 3600),
    _S("weigh_categories", "", "称重商品类别（逗号分隔）", "Categories sold by weight", 0, 500),
    _S("scale_ticket", "2XPPPPPFFFFFC", "秤签条码格式", "Code on a scale's ticket", 0, 32),
    _S("meals", "", "餐次", "Meal periods", 0, 500),
    _S("offline_halve_h", 24, "黑名单过期减半（小时）", "Caps halve at a list older than (h)", 0, 8760),
    _S("offline_small_h", 72, "黑名单过期小额（小时）", "Small cap at a list older than (h)", 0, 8760),
    _S("offline_small_cap_fen", 5000, "脱机小额（分）", "The small cap (fen)", 1, _FEN_MOST),
    _S("offline_stop_h", 0, "脱机停用（小时，0 不停）", "Stop at a list older than (h, 0 never)", 0, 8760),
    _S(
        "replace_all",
        False,
        "换卡全额转出，单位承担风险",
        "Replacements hold nothing back, at the unit's risk",
    ),
    _S("payee_card", False, "充值须刷收款员卡", "Recharges want a payee card"),
    _S("recharge", True, "办理充值", "Recharges are taken"),
    _S("offline_recharge_fen", 500_000, "脱机充值额度（分）", "Recharges before upload (fen)", 0, 10**9),
    _S("offline_recharge_each_fen", 0, "每人脱机充值额度（分，0 不限）", "Same per operator (fen)", 0, 10**9),
    _S("offline_account", "home", "网络卡脱机消费", "Account cards", choices=("home", "all", "none")),
    _S("offline_account_h", 24, "网络卡脱机时限（小时）", "Account cards: hours alone", 0, 8760),
    _S("offline_account_sale_fen", 5000, "网络卡脱机单笔", "Account cards: one sale", 0, _FEN_MOST),
    _S("offline_account_card_fen", 10_000, "网络卡脱机每卡（分）", "Account cards: one card", 0, _FEN_MOST),
    _S("offline_account_count", 5, "网络卡脱机每卡次数", "Account cards: times per card", 0, 1000),
    _S("offline_account_fen", 200_000, "网络卡脱机总额（分）", "Account cards: whole station", 0, 10**9),
)


@dataclass(frozen=True)
class Settings:
    """Values of some rows; what is not set has its default."""

    rows: Mapping[str, Setting]
    values: Mapping[str, Value] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Setting], values: Mapping[str, object], file: str = "") -> Self:
        """Raises ``SettingError`` for an unknown key, a wrong kind or a value out of bounds."""
        known = {row.key: row for row in rows}
        checked: dict[str, Value] = {}
        for key, value in values.items():
            if key not in known:
                raise SettingError("settings.unknown", file=file, setting=key, near=_nearest(key, known))
            checked[key] = known[key].check(value, file)
        return cls(known, checked)

    @classmethod
    def of_office(cls, rows: Iterable[Setting], texts: Mapping[str, str]) -> Self:
        """From a document of the office. What this release does not know, or cannot use, keeps its default:
        a station that was not updated yet must go on selling."""
        known = {row.key: row for row in rows}
        values: dict[str, Value] = {}
        for key, text in texts.items():
            if key in known:
                try:
                    values[key] = known[key].parse(text)
                except SettingError:
                    continue
        return cls(known, values)

    def text(self, key: str) -> str:
        value = self._value(key)
        assert isinstance(value, str), key
        return value

    def number(self, key: str) -> int:
        value = self._value(key)
        assert isinstance(value, int), key
        assert not isinstance(value, bool), key
        return value

    def flag(self, key: str) -> bool:
        value = self._value(key)
        assert isinstance(value, bool), key
        return value

    def _value(self, key: str) -> Value:
        return self.values.get(key, self.rows[key].default)


def load(path: Path, rows: Iterable[Setting]) -> Settings:
    """The file's settings. Raises ``SettingError``: ``settings.missing``, ``settings.syntax``, …"""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SettingError("settings.missing", file=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError("settings.unreadable", file=str(path), why=str(error)) from error
    return read(text, rows, str(path))


def read(text: str, rows: Iterable[Setting], file: str = "") -> Settings:
    """The same from a file's text. Raises ``SettingError``."""
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # besides bad TOML: a number or a nesting without end
        raise SettingError("settings.syntax", file=file, why=str(error)) from error
    return Settings.of(rows, dict(_flat(tables)), file)


def template(rows: Iterable[Setting], language: str = "zh") -> str:
    """A file with every setting at its default, explained; what a technician starts from."""
    tables: dict[str, list[str]] = {}
    for row in rows:
        name, _, key = row.key.rpartition(".")
        default = str(row.default).lower() if isinstance(row.default, bool) else repr(row.default)
        bounds = " | ".join(row.choices) or (
            f"{row.least}–{row.most}" if type(row.default) is int else type(row.default).__name__
        )
        lines = tables.setdefault(name, ["", f"[{name}]"])
        lines += [f"# {row.zh if language == 'zh' else row.en} ({bounds})", f"{key} = {default}"]
    return "\n".join(line for lines in tables.values() for line in lines).lstrip("\n") + "\n"


def _flat(tables: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, object]]:
    for key, value in tables.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _nearest(key: str, known: Iterable[str]) -> str:
    """The known key that was most likely meant; "" when none is near."""
    return next(iter(difflib.get_close_matches(key, list(known), 1)), "")
