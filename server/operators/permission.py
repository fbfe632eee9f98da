"""What an operator can be allowed to do, by name, and the roles that a new installation starts with. F: H2"""

SELL = "pos.sell"
VOID = "pos.void"
SHIFT = "pos.shift"
ISSUE = "desk.issue"
RECHARGE = "desk.recharge"
LOSS = "desk.loss"
QUERY = "desk.query"
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

ALL = (
    SELL,
    VOID,
    SHIFT,
    ISSUE,
    RECHARGE,
    LOSS,
    QUERY,
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

#: Name and permissions of the first roles; names are data of the unit and may be changed.
FIRST_ROLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("管理员 Administrator", ALL),
    ("主管 Supervisor", (SELL, VOID, SHIFT, ISSUE, RECHARGE, LOSS, QUERY, ATTEND, SUPERVISOR, VIEW)),
    ("收银员 Cashier", (SELL, VOID, SHIFT, QUERY)),
    ("前台 Front desk", (SELL, VOID, SHIFT, ISSUE, RECHARGE, LOSS, QUERY)),
    ("分店经理 Branch manager", (VIEW, MEMBER, EXCEPTION)),
    ("设备管理员 Attendant", (ATTEND, QUERY)),
    ("业主 Owner", (VIEW,)),
)
