"""The toolkit on pages of its own: every part in every state, so that a change of look is seen."""

from typing import Any

from onecard.text import Translator
from tests.shots.gallery import Shot

ZH = {
    "status": "一食堂 2号机 · 午餐",
    "who": "张敏",
    "offline": "脱机",
    "offline_more": "2 小时 14 分 · 37 笔待传 · 限额 ￥50/笔",
    "online": "在线",
    "online_more": "待传 0",
    "void": "撤销",
    "print": "打印",
    "recharge": "充值",
    "needs_network": "需要联网",
    "pay": "收款",
    "keys": ["查询", "撤销", "重打", "挂单", "前台", "班次"],
    "columns": ["时间", "地点", "金额"],
    "places": ["一食堂 2号机", "现金充值 · 自助机 K-03", "二食堂 𠮷野家窗口", "清真窗口"],
    "empty": "还没有商品，扫码或输入金额",
    "name": "姓名",
    "code": "员工编号",
    "bad_code": "没有这个编号",
    "modes": ["金额", "按键", "定额", "计次"],
    "query": "余额查询",
    "cash": "现金充值",
    "balance_more": "余额 ￥87.50 · 张*敏",
    "refused": "余额不足",
    "refused_more": "还差 ￥3.20。请充值，或换一张卡",
    "retap_more": "交易还没有完成，请不要离开",
    "lift": "可以取卡",
    "aside": "挂起这笔",
    "cancel": "取消",
    "dialog": "撤销这笔交易？",
    "dialog_more": "￥12.50 将退回卡 000123（张*敏）。撤销需要刷同一张卡。",
    "keep": "保留",
    "toast": "小票已重新打印",
}
EN = {
    "status": "Canteen 1, POS 2 · Lunch",
    "who": "Zhang Min",
    "offline": "Offline",
    "offline_more": "2 h 14 min · 37 to send · ￥50 a sale",
    "online": "Online",
    "online_more": "0 to send",
    "void": "Void",
    "print": "Print",
    "recharge": "Recharge",
    "needs_network": "needs the network",
    "pay": "Pay",
    "keys": ["Query", "Void", "Reprint", "Hold", "Desk", "Shift"],
    "columns": ["Time", "Place", "Amount"],
    "places": ["Canteen 1, POS 2", "Cash at kiosk K-03", "Canteen 2, 𠮷 Noodles", "Halal counter"],
    "empty": "Nothing here yet: scan, or type an amount",
    "name": "Name",
    "code": "Staff number",
    "bad_code": "There is no such number",
    "modes": ["Amount", "Keys", "Fixed", "Count"],
    "query": "Balance",
    "cash": "Add cash",
    "balance_more": "Balance ￥87.50 · Zhang M*",
    "refused": "Balance too low",
    "refused_more": "￥3.20 short. Recharge, or use another card",
    "retap_more": "The payment is not complete, please stay",
    "lift": "You may take the card",
    "aside": "Set aside",
    "cancel": "Cancel",
    "dialog": "Void this sale?",
    "dialog_more": "￥12.50 goes back to card 000123 (Zhang M*). The same card must be tapped.",
    "keep": "Keep",
    "toast": "Receipt printed again",
}


def words(tr: Translator) -> dict[str, Any]:
    return ZH if tr.language == "zh" else EN


def nothing() -> None:
    """What the buttons of a picture do."""


def till(tr: Translator, _panel: Any) -> Any:
    """A page like a till: amount, pad, banner, list, function keys."""
    from kivy.lang import Builder

    from onecard.ui.widgets import Column, KeyHint, Row

    say = words(tr)
    root = Builder.load_string(_TILL)
    ids = root.ids
    ids.status.text, ids.who.text = say["status"], say["who"]
    ids.banner.text, ids.banner.detail = say["offline"], say["offline_more"]
    for index, mode in enumerate(say["modes"]):
        ids[f"mode{index}"].text = mode
    ids.rows.columns = [
        Column(say["columns"][0], 1.0),
        Column(say["columns"][1], 3.2),
        Column(say["columns"][2], 1.4, "right"),
    ]
    amounts = ("-12.50", "+100.00", "-1,205.00", "-6.00")
    tones = ("ink", "done", "ink", "ink")
    ids.rows.rows = [
        Row((f"11:4{n}", place, amounts[n]), tone=tones[n]) for n, place in enumerate(say["places"])
    ]
    ids.pay.text = say["pay"]
    names = ("f1", "f2", "f3", "f4", "f9", "f12")
    ids.hints.hints = [
        KeyHint(key, text, nothing, enabled=key != "f4") for key, text in zip(names, say["keys"], strict=True)
    ]
    return root


_TILL = """
#:import style onecard.ui.style.style
Ground:
    BoxLayout:
        orientation: 'vertical'
        padding: 3 * style.mm
        spacing: 2.5 * style.mm
        BoxLayout:
            size_hint_y: None
            height: 7 * style.mm
            Text:
                id: status
                bold: True
            Text:
                id: who
                align: 'right'
                tone: 'muted'
        BoxLayout:
            spacing: 4 * style.mm
            BoxLayout:
                orientation: 'vertical'
                spacing: 2 * style.mm
                size_hint_x: None
                width: 94 * style.mm
                Money:
                    text: '￥1,234.50'
                    size_hint_y: None
                    height: 18 * style.mm
                NumberPad:
                    id: pad
                TouchButton:
                    id: pay
                    tag: 'pay'
                    kind: 'primary'
                    role: 'title'
                    hint: 'Enter'
                    size_hint_y: None
                    height: 16 * style.mm
            BoxLayout:
                orientation: 'vertical'
                spacing: 3 * style.mm
                Banner:
                    id: banner
                    icon: 'cloud-off-outline'
                BoxLayout:
                    size_hint_y: None
                    height: 15 * style.mm
                    spacing: 2 * style.mm
                    TouchButton:
                        id: mode0
                        tag: 'mode-amount'
                        selected: True
                    TouchButton:
                        id: mode1
                        tag: 'mode-keys'
                    TouchButton:
                        id: mode2
                        tag: 'mode-fixed'
                    TouchButton:
                        id: mode3
                        tag: 'mode-count'
                Panel:
                    padding: 2 * style.mm
                    Rows:
                        id: rows
        KeyHints:
            id: hints
"""


def parts(tr: Translator, _panel: Any) -> Any:
    """Buttons of every kind and state, banners, fields, the empty list, the scale of type."""
    from kivy.lang import Builder

    from onecard.ui.widgets import Column

    say = words(tr)
    root = Builder.load_string(_PARTS)
    ids = root.ids
    for name, key in (
        *(("primary", "pay"), ("secondary", "print"), ("destructive", "void"), ("quiet", "cancel")),
        *(("off", "recharge"), ("pressed", "pay"), ("held", "print"), ("big1", "query"), ("big2", "cash")),
    ):
        ids[name].text = say[key]
    ids.off.reason = ids.big3.reason = say["needs_network"]
    ids.big3.text = say["recharge"]
    ids.pressed.state = ids.held.state = "down"
    ids.online.text, ids.online.detail = say["online"], say["online_more"]
    ids.name.label, ids.code.label, ids.code.error = say["name"], say["code"], say["bad_code"]
    ids.name.text, ids.code.text = "欧阳 𫖮 Müller", "20371"
    ids.empty.columns = [Column(say["columns"][1], 2.0), Column(say["columns"][2], 1.0, "right")]
    ids.empty.empty = say["empty"]
    ids.toast.seconds = 10_000
    ids.toast.say(say["toast"], icon="printer-check")
    return root


_PARTS = """
#:import style onecard.ui.style.style
Ground:
    BoxLayout:
        padding: 4 * style.mm
        spacing: 5 * style.mm
        BoxLayout:
            orientation: 'vertical'
            spacing: 3 * style.mm
            GridLayout:
                cols: 3
                spacing: 3 * style.mm
                size_hint_y: None
                height: 52 * style.mm
                TouchButton:
                    id: primary
                    tag: 'primary'
                    kind: 'primary'
                TouchButton:
                    id: secondary
                    tag: 'secondary'
                    icon: 'printer'
                TouchButton:
                    id: pressed
                    tag: 'pressed'
                    kind: 'primary'
                TouchButton:
                    id: quiet
                    tag: 'quiet'
                    kind: 'quiet'
                    hint: 'Esc'
                TouchButton:
                    id: held
                    tag: 'held'
                TouchButton:
                    id: off
                    tag: 'off'
                    icon: 'cash-plus'
                    enabled: False
                TouchButton:
                    id: destructive
                    tag: 'destructive'
                    kind: 'destructive'
                    icon: 'undo'
            BoxLayout:
                size_hint_y: None
                height: 34 * style.mm
                spacing: 3 * style.mm
                TouchButton:
                    id: big1
                    tag: 'big1'
                    icon: 'credit-card-search-outline'
                    stack: True
                    role: 'title'
                TouchButton:
                    id: big2
                    tag: 'big2'
                    icon: 'cash-plus'
                    stack: True
                    role: 'title'
                    focused: True
                TouchButton:
                    id: big3
                    tag: 'big3'
                    icon: 'qrcode-scan'
                    stack: True
                    role: 'title'
                    enabled: False
            Banner:
                id: online
                tone: 'done'
                icon: 'cloud-check'
            Bar:
                share: .35
            Logo:
            Widget:
        BoxLayout:
            orientation: 'vertical'
            spacing: 2 * style.mm
            BoxLayout:
                size_hint_y: None
                height: 30 * style.mm
                spacing: 4 * style.mm
                TextField:
                    id: name
                    tag: 'name'
                TextField:
                    id: code
                    tag: 'code'
            Panel:
                padding: 2 * style.mm
                Rows:
                    id: empty
            Money:
                text: '￥87.50'
                role: 'figure'
                size_hint_y: None
                height: 12 * style.mm
            Money:
                text: '-￥6.00'
                role: 'title'
                tone: 'muted'
                size_hint_y: None
                height: 9 * style.mm
            Widget:
                size_hint_y: None
                height: 28 * style.mm
    Toast:
        id: toast
"""


def covered(tr: Translator, panel: Any, cover: Any) -> Any:
    """The till with something over it."""
    from kivy.uix.floatlayout import FloatLayout

    root = FloatLayout()
    root.add_widget(till(tr, panel))
    root.add_widget(cover)
    return root


def tap(state: str) -> Any:
    def make(tr: Translator, panel: Any) -> Any:
        from onecard.ui.widgets import Choice, TapOverlay

        say = words(tr)
        cancel = Choice(say["cancel"], nothing, "cancel", hint="Esc")
        aside = Choice(say["aside"], nothing, "aside", hint="F8")
        title, detail, note, choices = {
            "ready": (tr("common.tap.ready"), "", "", [cancel]),
            "reading": (tr("common.tap.reading"), "", "", []),
            "ok": (tr("common.tap.ok"), say["balance_more"], say["lift"], []),
            "refused": (say["refused"], say["refused_more"], "", [cancel]),
            "retap": (tr("common.tap.retap"), say["retap_more"], "", [aside]),
        }[state]
        overlay = TapOverlay(state=state, amount="￥12.50", title=title, detail=detail, note=note)
        overlay.choices = choices
        return covered(tr, panel, overlay)

    return make


def dialog(tr: Translator, panel: Any) -> Any:
    from onecard.ui.widgets import Choice, Dialog

    say = words(tr)
    box = Dialog(title=say["dialog"], body=say["dialog_more"], icon="undo", tone="refuse")
    box.choices = [
        Choice(say["void"], nothing, "void", "destructive", hint="F2", icon="undo"),
        Choice(say["keep"], nothing, "keep", hint="Esc"),
    ]
    return covered(tr, panel, box)


TAP_STATES = ("ready", "reading", "ok", "refused", "retap")
SHOTS = [
    Shot("till", "toolkit", till, english=True, panels=("1280x800", "1366x768", "1024x768")),
    Shot("parts", "toolkit", parts, english=True),
    *(
        Shot(f"tap-{state}", "toolkit", tap(state))
        for state in ("ready", "reading", "ok", "refused", "retap")
    ),
    Shot("dialog", "toolkit", dialog, panels=("1280x800", "1024x768")),
    Shot("tall-tap", "toolkit", tap("refused"), panels=("1080x1920",), golden=False),
    Shot("tall-dialog", "toolkit", dialog, panels=("1080x1920",), golden=False),
]
