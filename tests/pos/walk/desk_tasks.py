"""Everything that is done at the front desk, job by job, as a person does it: for whom, "
"what, and its paper."""

from collections.abc import Callable

from onecard.wire import counter as c
from onecard.wire import errands as e
from onecard.wire import messages as m
from onecard.wire.management import AskManagement
from pos.presenters.desk import GROUPS
from tests.pos.walk.shop import Shop, Task

#: A second person's word.
OTHER = "person:{boss} 135791 enter"
#: The second look.
SURE = "f4"


def asked(kind: type, count: int = 1) -> Callable[[Shop], bool]:
    """The office has been asked for so many."""
    return lambda shop: len(shop.stand.bodies(kind)) >= count and shop.view.frame is not None


def put(kind: type) -> Callable[[Shop], bool]:
    """A question that is no errand."""
    return lambda shop: any(isinstance(one, kind) for one in shop.asked)


def screen(name: str) -> Callable[[Shop], bool]:
    return lambda shop: shop.screen == name and shop.overlay is None


def job(
    name: str,
    steps: str,
    end: Callable[[Shop], object],
    *,
    keys: str = "",
    who: str = "",
    more: str = "",
    by_word: bool = False,
) -> Task:
    """``who``: the member's number, looked for in the job's own way; ``by_word``: somebody else allows it."""
    group = next(n for n, names in enumerate(GROUPS.values()) if name in names)
    way = f"group:{group} job:{name} " + (f"{OTHER} " if by_word else "")
    return Task(
        name=f"job:{name}{more}",
        steps=way + (f"{who} enter row:0 " if who else "") + steps,
        keys=way + (f"={who} enter enter " if who else "") + (keys or steps),
        end=end,
    )


TASKS = (
    Task(name="desk:query", steps="f1 !card f5 f1 !card f2 escape escape", end=screen("desk")),
    Task(
        name="desk:query_on",
        steps="f1 !card f3 escape f1 !card f4 escape f1 !card escape",
        end=screen("desk"),
    ),
    Task(
        name="door:query",
        steps="!till f1 !card escape f9 escape",
        end=screen("sell"),
    ),
    Task(name="door:desk", steps="!till f9", end=screen("desk")),
    Task(
        name="desk:recharge",
        steps="group:1 f3 5 clear 60 backspace 00 1 . 5 clear quick:100 f2 enter !card enter escape",
        end=asked(m.Recharge),
    ),
    Task(
        name="desk:recharge_large",
        steps="f3 2000 enter escape enter !second enter !card enter escape",
        end=asked(m.Recharge, 2),
    ),
    Task(
        name="desk:issue",
        steps=(
            "group:0 f2 write:search way:signs char:1 char:0 char:1 enter row:0 type:1 type:0 20 "
            "clear 3 . 5 backspace backspace 0 enter !blank enter escape"
        ),
        keys=(
            "f2 =101 enter row:0 enter type:1 type:0 20 clear 3 . 5 backspace backspace 0 enter "
            "!blank enter escape"
        ),
        end=asked(m.Issue),
    ),
    Task(
        name="desk:issue_new",
        steps=(
            "group:0 f2 f2 write:name char:l backspace char:l clear char:l char:i pagedown escape "
            "write:name char:l char:i pick:0 enter write:number way:signs char:9 enter enter 10 enter "
            "!blank enter escape"
        ),
        keys="f2 f2 =Li ~tab =999 enter 10 enter !blank enter escape",
        end=asked(m.Issue, 2),
    ),
    Task(
        name="desk:loss",
        steps=(
            "group:2 f4 write:search way:signs char:1 char:0 char:2 enter enter escape row:0 escape "
            "row:0 f4 escape escape"
        ),
        keys="f4 =102 enter enter escape enter f4 escape escape",
        end=put(m.ReportLoss),
    ),
    job(
        "unloss",
        f"write:search way:signs char:1 char:0 char:2 enter row:0 enter {SURE} enter",
        asked(e.UnlossCard),
        keys=f"=102 enter enter enter {SURE} enter",
    ),
    job("freeze", f"pick:0:1 pick:1:1 enter {SURE} enter", put(c.FreezeCard), who="102"),
    job("unfreeze", f"enter {SURE} enter", put(c.UnfreezeCard), who="102"),
    job("cash", "pick:0:0 20 enter f6 !card enter", asked(e.RechargeAccount), who="100"),
    job("collect", "!subsidy enter f6 !card", asked(e.CollectSubsidy), who="100"),
    job("correct", f"row:1 20 enter {SURE} enter", asked(e.CorrectRecharge)),
    job("gift", f"pick:0:2 1 clear 5 enter {SURE} enter", asked(e.GiveGift), who="100", by_word=True),
    job("pin", "280415 enter 280415 enter", lambda shop: True, who="100"),
    job("person", "enter escape", screen("job"), who="100"),
    job("statement", "pick:0:1 enter f3 escape", screen("job"), who="100"),
    job("remittance", "pick:0:1 enter f3 escape", screen("desk")),
    job("redeem", "row:1 1 enter", lambda shop: shop.view.tone == "refuse", who="100"),
    job("credit", "3 enter", asked(e.PayCredit), who="103"),
    job(
        "hold",
        "f3 f3 char:k - backspace f3 f3 8 f3 f3 pick:0:1 100 enter",
        asked(e.OpenHold),
        who="104",
        keys="=K8 pick:0:1 100 enter",
    ),
    job("holds", "row:0 f2 enter 20 enter", asked(e.SettleHold)),
    job("claim", "f3 1 f2 f3 char:a enter escape", lambda shop: True, keys="=1 ~tab =A enter escape"),
    job(
        "slip",
        f"f3 17 f2 f3 f3 3 . 5 enter {OTHER}",
        asked(e.LateSlip),
        who="104",
        keys=f"=17 ~tab ~tab 3.5 enter {OTHER}",
    ),
    job("debt", f"enter {SURE}", asked(e.CollectDebt), who="104"),
    job("beside", "pick:0:1 f1 !blank enter", lambda shop: True, who="100"),
    job("cash", "!deaf 20 enter !second f9 !hear escape", screen("desk"), who="100", more=":leave"),
    job("left", "row:0 enter enter", asked(e.RechargeAccount, 2)),
    job("cash", "!deaf 20 enter !second !hear escape escape", screen("desk"), who="100", more=":cancel"),
    job("cash", "!deaf 20 enter f9 !hear escape", screen("desk"), who="100", more=":leave_again"),
    job("left", "row:0 f6 !second escape", screen("desk"), more=":cancel"),
    job("renew", "enter !card enter escape escape", screen("desk")),
    job(
        "management",
        "pick:0:2 f2 row:1 9 backspace 8 clear 7 enter !blank enter",
        put(AskManagement),
    ),
    job("management", "f5 !blank escape", screen("desk"), more=":back"),
    job("batch", "row:0 enter enter !blank enter f2 f5 escape", asked(m.Issue, 3)),
    job("replace", f"enter {SURE} !blank enter f6 !lift", asked(e.ReplaceCard), who="105"),
    job("return_card", f"f1 !gone enter {SURE} f5 !lift enter", asked(e.ReturnCard)),
    job("return_card", f"enter {SURE} f3 f4 {OTHER} escape", screen("desk"), who="106", more=":paper"),
    job("return_rest", "enter", asked(e.ReturnRest), who="106"),
    job("transfer", f"enter {SURE} !guest f5 !lift f6 !formal !lift enter", asked(e.TransferCard), who="108"),
    job("unlock", "enter !locked f6 enter", asked(e.UnlockCard), who="109"),
)
