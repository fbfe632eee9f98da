"""What an operator can be allowed to do, by name, and the roles that a new installation starts with. F: H2"""

SELL = "pos.sell"
VOID = "pos.void"
SHIFT = "pos.shift"
#: Past sales, against their lines.
REFUND = "pos.refund"
#: Deposits for rooms.
HOLD = "pos.hold"
ISSUE = "desk.issue"
RECHARGE = "desk.recharge"
LOSS = "desk.loss"
QUERY = "desk.query"
#: Cash out of the till to a member: cards returned, slips of kiosks.
PAYOUT = "desk.payout"
#: Another plastic, or another card, for the same money.
REPLACE = "desk.replace"
CORRECT = "desk.correct"
GIFT = "desk.gift"
POINTS = "desk.points"
#: One's own remittance report.
REMIT = "desk.remit"
#: Management cards: having them made, and making them blank again.
MANAGEMENT = "desk.management"
ATTEND = "kiosk.attend"
SUPERVISOR = "supervisor"
VIEW = "console.view"
MEMBER = "console.member"
TERMINAL = "console.terminal"
EXCEPTION = "console.exception"
OPERATOR = "console.operator"
#: Units, branches, outlets, owners.
ORGANISATION = "console.organisation"
#: The operation log.
LOG = "console.log"
#: Personal data: importing, exporting and erasing it.
PERSON = "console.person"
#: Closing days, drawing up statements, paying them.
SETTLE = "console.settle"
#: What concerns the installation itself: first set-up, going live, resetting a test, take-over.
SYSTEM = "console.system"
#: Promotions, subsidies, deposits held, what is owed on account.
VALUE = "console.value"

#: Pages on which money moves: their forms are shown and taken only soon after the password.
MONEY = frozenset({RECHARGE, SETTLE, VALUE})

ALL = (
    SELL,
    VOID,
    SHIFT,
    REFUND,
    HOLD,
    ISSUE,
    RECHARGE,
    LOSS,
    QUERY,
    PAYOUT,
    REPLACE,
    CORRECT,
    GIFT,
    POINTS,
    REMIT,
    MANAGEMENT,
    ATTEND,
    SUPERVISOR,
    VIEW,
    MEMBER,
    TERMINAL,
    EXCEPTION,
    OPERATOR,
    ORGANISATION,
    LOG,
    PERSON,
    SETTLE,
    SYSTEM,
    VALUE,
)

#: As the console lists them: the name of a group and what is in it.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("till", tuple(one for one in ALL if one.startswith("pos."))),
    ("desk", tuple(one for one in ALL if not one.startswith(("pos.", "console.")))),
    ("console", tuple(one for one in ALL if one.startswith("console."))),
)

_AT_DESK = (ISSUE, RECHARGE, LOSS, QUERY, PAYOUT, REPLACE, POINTS, REMIT)

#: Name and permissions of the first roles; names are data of the unit and may be changed.
FIRST_ROLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("管理员 Administrator", ALL),
    (
        "主管 Supervisor",
        (SELL, VOID, SHIFT, REFUND, HOLD, *_AT_DESK, CORRECT, GIFT, MANAGEMENT, ATTEND, SUPERVISOR, VIEW),
    ),
    ("收银员 Cashier", (SELL, VOID, SHIFT, HOLD, QUERY, REMIT)),
    ("前台 Front desk", (SELL, VOID, SHIFT, HOLD, *_AT_DESK)),
    ("分店经理 Branch manager", (VIEW, MEMBER, EXCEPTION)),
    ("设备管理员 Attendant", (ATTEND, QUERY)),
    ("业主 Owner", (VIEW,)),
)
