"""Everything that is done at the till itself, from signing on to the Z, as a person does it. A day in this
order: a task finds what the ones before it have left."""

from onecard.wire import errands as e
from onecard.wire import messages as m
from pos.mode import Mode
from tests.pos.walk.shop import Task


def on(screen: str):
    return lambda shop: shop.screen == screen and shop.overlay is None


def sold(fen: int):
    """The newest sale by card was of so much, and it is done."""
    return lambda shop: shop.overlay is None and shop.sales()[-1].due_fen == fen


def counted(fen: int):
    """The newest sale over the counter was of so much."""
    return lambda shop: shop.stand.bodies(m.CounterSale)[-1].due_fen == fen


def said(code: str, **params: object):
    return lambda shop: shop.message == shop.till.tr(code, **params)


def mode(one: Mode):
    return lambda shop: shop.till.mode is one


WORD = "reason:2 person:{boss} 1 backspace 2 clear 135791 enter"

OPENING = (
    Task(
        name="sign_on:pin",
        steps="pagedown pagedown operator:{me} 1 clear 2 backspace 246810 enter",
        end=on("shift"),
    ),
    Task(name="shift:float", steps="5 clear 60 backspace 00 1 . 5 enter", end=on("sell")),
)

SELLING = (
    Task(name="sell:amount", steps="12.5 enter !card enter", end=sold(1_250)),
    Task(
        name="sell:bill",
        steps=(
            "2 * 3 + 1 00 + category:1 pagedown product:{late} category:0 product:{first} line:1 4 "
            "backspace 5 clear enter !card enter"
        ),
        end=sold(600 + 127 + 100),
        keys="2 * 3 + 100 + category:1 pagedown product:{late} category:0 product:{first} line:1 backspace"
        " 4 backspace 5 clear enter !card enter",
    ),
    Task(name="sell:large", steps="600 enter escape enter !second enter escape clear", end=on("sell")),
    Task(
        name="sell:pin", steps="400 enter !put 1 backspace 2 clear 280415 enter !lift enter", end=sold(40_000)
    ),
    Task(name="sell:not_now", steps="400 enter !put escape !lift clear", end=on("sell")),
    Task(name="door:find", steps="/ escape / char:c backspace char:c 3 row:0 enter clear", end=on("sell")),
    Task(name="door:held", steps="8 f5 f5 row:0 enter clear f5 escape", end=on("sell")),
    Task(name="door:language", steps="f11 {language} {language} escape", end=on("sell")),
    Task(name="door:theme", steps="f11 {theme} {theme} escape", end=on("sell")),
    Task(name="door:more", steps="f11 escape", end=on("sell")),
    Task(name="door:reprint", steps="f3", end=said("pos.printing")),
    Task(
        name="door:void",
        steps=f"7 enter !card enter f2 row:0 f3 enter pagedown escape enter {WORD} !card enter escape",
        end=lambda shop: shop.stand.bodies(m.Void),
    ),
    Task(
        name="door:tender",
        steps="17 f6 note:20 clear note:100 exact 2 backspace note:50 enter",
        end=counted(1_700),
    ),
    Task(name="tender:split", steps="17 f6 10 f3 !card enter enter", end=counted(700)),
    Task(name="tender:member", steps="1 . 5 f6 escape f6 1 . 5 clear f2 !card enter", end=counted(150)),
    Task(name="tender:bank", steps="17 f6 f4 !bench", end=counted(1_700)),
    Task(name="tender:city", steps="17 f6 f5 !city", end=counted(1_700)),
    Task(name="tender:back", steps="17 f6 escape clear", end=on("sell")),
)
TAPPING = (
    Task(name="tap:wait", steps="5 enter escape clear", end=on("sell")),
    Task(name="tap:refused", steps="5 enter !poor escape clear", end=on("sell")),
    Task(name="tap:retap", steps="5 enter !torn !card enter", end=sold(500)),
    Task(name="tap:aside", steps=f"5 enter !torn f8 {WORD} enter", end=lambda shop: shop.till.aside),
    Task(
        name="door:aside",
        steps="f4 where:else where:own row:0 enter !card enter escape",
        end=lambda shop: not shop.till.aside,
    ),
    Task(
        name="aside:give_up",
        steps=f"5 enter !torn !long enter f4 f6 {WORD} escape",
        end=lambda shop: not shop.till.aside,
    ),
    Task(name="aside:again", steps="5 enter !torn !long f5 !card enter", end=sold(500)),
    Task(
        name="aside:found",
        steps=(
            "5 enter !torn !long enter 6 enter !card !second escape 6 enter !card !second enter !card "
            "!second !card enter"
        ),
        end=on("sell"),
    ),
    Task(
        name="aside:found_dropped",
        steps="5 enter !torn !long enter 6 enter !card !second f5 !card enter",
        end=on("sell"),
    ),
)
MODES = (
    *(
        Task(name=f"mode:{one.value}", steps=f"f11 {{mode}} #{n} {tail}", end=end)
        for n, (one, (tail, end)) in enumerate(
            {
                Mode.FREE: ("", mode(Mode.FREE)),
                Mode.AMOUNT: ("3 enter !card enter", sold(300)),
                Mode.KEYS: ("1 2 enter !card enter", sold(800)),
                Mode.FIXED: ("!card escape enter !card escape", sold(600)),
                Mode.COUNT: ("!card escape", lambda shop: shop.sales()[-1].due_fen == 0),
                Mode.ACCOUNT: ("3 enter !credit enter", sold(300)),
                Mode.SUBSIDY: (
                    "!card f10 pagedown pagedown operator:{me} 246810 enter f11 #1",
                    mode(Mode.FREE),
                ),
                Mode.IDENTITY: (
                    "!card f10 pagedown pagedown operator:{me} 246810 enter f11 #1",
                    mode(Mode.FREE),
                ),
            }.items(),
            1,
        )
    ),
    Task(name="door:mode", steps="f11 {mode} #1", end=mode(Mode.FREE)),
    Task(name="mode:back", steps="f11 {mode} escape", end=on("sell")),
    Task(name="door:identity", steps="f11 {identity} !card escape", end=on("sell")),
    Task(name="door:subsidy", steps="f11 {subsidy} !card escape", end=on("sell")),
)
BACK = (
    Task(name="room:status", steps="f11 {back} {room_status} f5 escape", end=on("sell")),
    Task(
        name="room:totals",
        steps="f11 {back} {room_totals} span:week f3 f4 escape f11 {back} {room_totals} f2 end:to "
        "end:from 202605040000 backspace clear 202605040000 enter f2 escape escape",
        end=on("sell"),
    ),
    Task(
        name="room:records",
        steps="f11 {back} {room_records} f2 enter span:week write:search way:signs char:1 enter row:0 enter "
        "escape",
        end=on("sell"),
        keys="f11 {back} {room_records} f2 enter span:week =1 row:0 enter escape",
    ),
    Task(name="room:notices", steps="f11 {back} {room_notices} row:1 escape", end=on("sell")),
    Task(
        name="room:carry",
        steps="f11 {back} {room_carry} escape {room_carry} !collector person:1 person:0 1 backspace 2 clear "
        "246810 enter",
        end=on("back"),
    ),
    Task(name="door:back", steps="f11 {back} escape", end=on("sell")),
    Task(
        name="room:drawer",
        steps=(
            f"f11 {{back}} {{room_drawer}} 5 backspace 6 clear 7 enter {WORD} f11 {{back}} "
            f"{{room_drawer}} way:in reason:other 3 . 5 enter f11 {{back}} {{room_drawer}} escape"
        ),
        end=lambda shop: len(shop.stand.bodies(m.DrawerMove)) == 2,
    ),
    Task(name="door:tare", steps="f7 !bench", end=on("sell")),
    Task(name="room:zero", steps="f11 {back} {room_zero} !bench", end=on("sell")),
    Task(
        name="room:payments",
        steps="f11 {back} {room_payments} device:city f5 !bench device:bank f5 !bench row:0 escape",
        end=on("sell"),
    ),
    Task(
        name="payments:give_back",
        steps=f"!lost f11 {{back}} {{room_payments}} row:0 enter {WORD} !bench escape",
        end=on("sell"),
    ),
    Task(
        name="room:training",
        steps=f"f11 {{back}} {{room_training}} escape {{room_training}} {WORD}",
        end=lambda shop: shop.trained == [True],
    ),
)
_IN = "f11 {back} {room_setup} !settings person:1 person:0 1 backspace 2 clear 246810 enter "
SETUP = (
    Task(name="room:setup", steps="f11 {back} {room_setup} escape", end=on("back")),
    Task(
        name="setup:sale",
        steps=_IN + "tab:sale row:1 enter choice:free enter f4 row:0 enter 1 backspace escape escape",
        end=on("back"),
    ),
    Task(
        name="setup:fixed",
        steps=_IN
        + "row:3 enter clear 650 enter row:1 enter choice:fixed enter escape escape !card escape "
        + _IN
        + "row:3 f4 row:1 f4 escape escape",
        end=lambda shop: shop.sales()[-1].due_fen == 650,
        keys=_IN
        + "row:3 enter ~backspace ~backspace ~backspace =650 enter row:1 enter choice:fixed enter escape "
        + "escape !card escape "
        + _IN
        + "row:3 f4 row:1 f4 escape escape",
    ),
    Task(
        name="setup:words",
        steps=_IN + "row:{meals} enter write:value way:signs char:1 escape escape escape",
        end=on("back"),
        keys=_IN + "row:{meals} enter =1 escape escape",
    ),
    Task(
        name="setup:cards",
        steps=_IN
        + (
            "tab:cards row:0 enter type:1 type:1 clear 1 enter row:0 enter way:letters char:a way:signs "
            "char:/ clear enter escape"
        ),
        end=on("back"),
        keys=_IN + "tab:cards row:0 enter type:1 type:1 =1 enter row:0 enter =a way:letters escape escape",
    ),
    Task(
        name="setup:devices",
        steps=_IN + "tab:devices row:{last_device} enter escape row:0 enter clear enter f6",
        end=lambda shop: shop.anew,
    ),
    Task(
        name="setup:network",
        steps=_IN + "tab:network row:1 enter clear 20 enter f4 escape",
        end=on("back"),
        keys=_IN + "tab:network row:1 enter ~backspace ~backspace =20 enter f4 escape",
    ),
)
REFUND = (
    Task(
        name="door:refund",
        steps=(
            f"!upload f11 {{refund}} escape {{refund}} {WORD} f3 row:0 enter escape row:0 enter row:0 "
            f"row:0 enter"
        ),
        keys=f"!upload f11 {{refund}} escape {{refund}} {WORD} f3 row:0 enter escape row:0 enter + + enter",
        end=lambda shop: shop.stand.bodies(e.RefundSale),
    ),
    Task(name="refund:by_card", steps=f"f11 {{refund}} {WORD} f2 !card row:0 escape", end=on("sell")),
)
SHIFT = (
    Task(name="door:shift", steps="f12 escape", end=on("sell")),
    Task(name="shift:x", steps="f12 f5 enter", end=on("sell")),
    Task(
        name="shift:z",
        steps=(
            "f12 f12 100 clear 1 backspace 2 00 . 5 escape f12 200 enter escape enter !second enter f3 enter"
        ),
        end=on("sign_on"),
    ),
    Task(
        name="sign_on:again", steps="pagedown pagedown operator:{me} 246810 enter 100 enter", end=on("sell")
    ),
    Task(name="door:sign_out", steps="f10", end=on("sign_on")),
    Task(name="sign_on:end", steps="f11", end=lambda shop: shop.flow.quit_asked),
    Task(name="sign_on:look", steps="f7 f7 f8 f8", end=on("sign_on")),
    Task(name="sign_on:shift_open", steps="pagedown pagedown operator:{me} 246810 enter", end=on("sell")),
)
