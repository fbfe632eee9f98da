"""Every refusal of the terminal core has its words, in both languages, for both who hear them."""

import pytest

from onecard.errors import OneCardError
from onecard.text import Audience, Translator

#: Code → the parameters that it comes with.
REFUSALS = {
    "amount.zero": {},
    "card.account": {},
    "card.blank": {},
    "card.broken": {"part": "purse"},
    "card.changed": {},
    "card.counter_full": {},
    "card.denied": {},
    "card.doubtful": {},
    "card.expired": {"day": "2026-05-01"},
    "card.foreign": {},
    "card.gone": {},
    "card.half": {"card": 1, "issue": 1},
    "card.locked": {},
    "card.newer": {},
    "card.not_blank": {},
    "card.not_written": {},
    "card.not_yet_valid": {"day": "2026-05-01"},
    "card.stopped": {"reason": "lost"},
    "card.two": {},
    "card.type_unknown": {"type": 9},
    "card.wrong_unit": {"unit": 9},
    "clock.unsure": {},
    "credit.sum": {},
    "credit.unknown": {"credit": "1-1-1"},
    "credit.used": {"credit": "1-1-1"},
    "document.gap": {"name": "stops"},
    "document.malformed": {"name": "stops"},
    "document.signature": {"name": "stops"},
    "enrol.done_already": {"terminal": 1001},
    "journal.other_life": {},
    "limit.cap": {"cap": 1, "room": 1},
    "limit.day": {"cap": 1, "left": 1},
    "limit.day_count": {"cap": 1},
    "limit.interval": {"wait_s": 1},
    "limit.offline": {"cap": 1},
    "limit.pin": {"above": 1},
    "limit.recharge_min": {"least": 1},
    "limit.sale": {"cap": 1},
    "offline.recharge": {"left": 1},
    "offline.stopped": {"hours": 72},
    "operator.not_allowed": {"permission": "pos.void"},
    "purse.full": {"room": 1},
    "purse.short": {"balance": 1, "due": 2},
    "record.conflict": {},
    "settings.choice": {"file": "a", "setting": "b", "choices": "c"},
    "settings.kind": {"file": "a", "setting": "b", "kind": "int"},
    "settings.meals": {"value": "x"},
    "settings.missing": {"file": "a"},
    "settings.range": {"file": "a", "setting": "b", "least": 1, "most": 2},
    "settings.syntax": {"file": "a", "why": "x"},
    "settings.unknown": {"file": "a", "setting": "b", "near": "c"},
    "settings.unreadable": {"file": "a", "why": "x"},
    "shift.closed": {},
    "shift.open": {"operator": 1},
    "signon.expired": {},
    "signon.no_operator": {},
    "signon.not_allowed": {"permission": "supervisor"},
    "signon.wait": {"seconds": 60},
    "signon.wrong": {"left": 4},
    "station.not_set_up": {},
    "store.corrupt": {"detail": "x"},
    "store.failed": {"detail": "x"},
    "store.full": {},
    "store.in_use": {"detail": "x"},
    "store.newer": {"path": "x"},
    "store.numbers_used": {},
    "store.other_terminal": {"terminal": "1001"},
    "store.read_only": {"detail": "x"},
    "sync.fault": {},
    "sync.stuck": {"epoch": 1, "seq": 1},
    "tap.done": {},
    "tap.given_up": {},
    "tap.not_given_up": {},
    "tap.own_open": {"tap": "1-1-1"},
    "tap.server_decides": {},
    "tap.settled": {"of": "1-1-1"},
    "tap.too_many_aside": {"aside": 5},
    "tap.unknown": {},
    "void.already": {},
    "void.not_done": {},
    "void.other_card": {},
    "void.other_shift": {},
    "void.unknown": {},
}


@pytest.mark.parametrize("code", REFUSALS)
def test_each_refusal_speaks(code):
    for language in ("zh", "en"):
        tr = Translator(language)
        for audience in Audience:
            said = tr.refusal(OneCardError(code, **REFUSALS[code]), audience)
            assert tr.knows(f"refusal.{code}.{audience}"), (code, language, audience)
            assert said
            assert "{" not in said
