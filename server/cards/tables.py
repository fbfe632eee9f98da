"""The tables of cards: who has which, which plastic, its chain of records, loads, stop list, open taps.

The chain (``link``) is append-only in meaning: a link is never changed; ``chain`` sums it up per medium.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table

from server.db import big, metadata, unit_id


def _issue() -> Column[int]:
    return Column("issue", Integer, primary_key=True, autoincrement=False)


#: One numbered card. ``state``: reserved, active, lost, replaced, returned, frozen, released. A card frozen
#: at some outlets only stays active.
card = Table(
    "card",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    Column("issue", Integer, nullable=False),
    Column("type", Integer, nullable=False),
    Column("member", Integer, nullable=False),
    Column("state", String(12), nullable=False),
    big("since"),
    Index(None, "unit_id", "member"),
)

#: Which plastic of a card. ``asked_by``: the request that reserved it, ``issued_by``: the intent written.
issue = Table(
    "issue",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    _issue(),
    Column("uid", String(32), nullable=False),
    Column("until_day", Integer, nullable=False),
    Column("deposit_fen", Integer, nullable=False),
    Column("fee_fen", Integer, nullable=False),
    big("asked_by", nullable=True),
    big("issued_by", nullable=True),
    Index(None, "unit_id", "asked_by", unique=True),
    Index(None, "unit_id", "uid"),
)

#: Answers to requests that are no facts (loss reports …): the same id, the same answer.
asked = Table(
    "asked",
    metadata,
    unit_id(),
    Column("kind", String(12), primary_key=True),
    big("asked", primary_key=True),
    Column("question", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
)

#: One record of a card's chain: ``fact`` wrote counter + 1 after ``prev`` had written counter.
link = Table(
    "link",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    _issue(),
    Column("counter", Integer, primary_key=True, autoincrement=False),
    big("fact", primary_key=True),
    big("prev"),
    # Fen per place on the card (0 = main, 1–3 = slots) before and after this record.
    *(
        Column(f"{side}_{place}", Integer, nullable=False)
        for side in ("before", "after")
        for place in range(4)
    ),
    sqlite_with_rowid=False,
)

#: The newest record of each medium as the books know it, and how many gaps and forks lie before it.
chain = Table(
    "chain",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    _issue(),
    Column("counter", Integer, nullable=False),  # of the newest record, i.e. what the card says now
    big("head"),
    *(Column(f"after_{place}", Integer, nullable=False) for place in range(4)),
    Column("gaps", Integer, nullable=False),
    Column("forks", Integer, nullable=False),
    big("at"),
    sqlite_with_rowid=False,
)

#: A hole in a chain: ``missing`` is the record that ``after`` names as the one before it. F: G6
#: ``inferred``: the first entry that closed it, 0 = open, −1 = on a branch that counts for nothing.
gap = Table(
    "gap",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    _issue(),
    big("after", primary_key=True),
    big("missing"),
    Column("counter", Integer, nullable=False),  # that the missing record wrote
    big("since"),
    Column("inferred", BigInteger, nullable=False, server_default="0"),
)

#: A record on a branch of its chain that did not survive; ``entry`` took its effect on the purse back.
lost_link = Table(
    "lost_link",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    _issue(),
    big("fact", primary_key=True),
    big("entry"),
    big("at"),
)

#: What closed a hole whose record is lost with its terminal: one entry per place on the card that moved.
inference = Table(
    "inference",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    _issue(),
    big("after", primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    big("entry"),
)

#: Terminals that two people have declared lost: they count as informed and as having uploaded.
lost_terminal = Table(
    "lost_terminal",
    metadata,
    unit_id(),
    Column("terminal", Integer, primary_key=True, autoincrement=False),
    big("at"),
    Column("declared_by", Integer, nullable=False),
    Column("second", Integer, nullable=False),
    big("fact"),
)

#: A load somebody wants back. ``target``: the account its money goes to; ``version``: of the list of loads
#: that every holder has to know first. ``state``: open, done, failed.
withdrawal = Table(
    "withdrawal",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    _issue(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("target", String(64), nullable=False),
    big("asked_by"),
    big("version"),
    big("at"),
    Column("state", String(8), nullable=False),
)

#: A medium whose money went on to another: a replacement (the next issue) or a formal card. What was held
#: back follows when every terminal knows ``stop_version``; ``trued_at``: when it did. F: A5 A8
handover = Table(
    "handover",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    _issue(),
    big("to_card"),
    Column("to_issue", Integer, nullable=False),
    Column("kind", String(12), nullable=False),  # replace | transfer | return
    big("asked_by"),
    big("stop_version"),
    big("at"),
    big("trued_at", nullable=True),
    Index(None, "unit_id", "to_card"),
    Index(None, "unit_id", "trued_at"),
)

#: A numbered load of a medium. ``state``: waiting, published, recalled, applied, withdrawn (a dead issue's).
#: ``version``: of the last change. F: D9
load = Table(
    "load",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    _issue(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("wallet", String(16), nullable=False),
    big("fen"),
    Column("kind", String(16), nullable=False),
    Column("expires_day", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    big("version"),
    big("made_by"),
    big("made_at"),
    big("applied_by", nullable=True),
    big("applied_fen", nullable=True),
    Index(None, "unit_id", "version"),
)

#: A load of a CPU card that was ordered. ``sequence``: the card's online one, before it; ``last_load``: the
#: highest number in it, 0 = cash. F: A9
load_order = Table(
    "load_order",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    _issue(),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    big("fact"),
    big("fen"),
    Column("last_load", Integer, nullable=False),
    big("at"),
)

#: What else a plastic carries: ``kind`` track, code, uid; one value is one card's at a time. F: A9
beside = Table(
    "beside",
    metadata,
    unit_id(),
    Column("kind", String(8), primary_key=True),
    Column("value", String(64), primary_key=True),
    big("card"),
    Column("issue", Integer, nullable=False),
    Column("made_by", Integer, nullable=False),
    big("at"),
)

#: The stop list; ``reason`` "" = taken off. ``version``: of the last change. F: A6 E3
stop = Table(
    "stop",
    metadata,
    unit_id(),
    big("card", primary_key=True),
    _issue(),
    Column("reason", String(12), nullable=False),
    big("version"),
    big("at"),
    Column("operator", Integer, nullable=False),
    Index(None, "unit_id", "version"),
)

#: Every change of the stop list, for ever: who, when, why. ``outlets`` it is refused at, numbers with a blank
#: between, "" = everywhere; the words that hold are those of the version in ``stop``. F: A14
stop_change = Table(
    "stop_change",
    metadata,
    unit_id(),
    big("version", primary_key=True),
    big("card"),
    Column("issue", Integer, nullable=False),
    Column("reason", String(12), nullable=False),
    Column("outlets", String(255), nullable=False),
    Column("why", String(64), nullable=False),
    big("at"),
    Column("operator", Integer, nullable=False),
    Index(None, "unit_id", "card"),
)

#: An intent whose outcome is not known yet. ``state``: pending (just uploaded), unresolved, given_up.
open_tap = Table(
    "open_tap",
    metadata,
    unit_id(),
    big("fact", primary_key=True),
    big("card"),
    Column("issue", Integer, nullable=False),
    Column("kind", String(12), nullable=False),
    big("fen"),
    Column("counter", Integer, nullable=False),  # -1: an account card
    big("at"),
    Column("state", String(12), nullable=False),
    Column("body", LargeBinary, nullable=False),
    big("given_up_by", nullable=True),
    big("given_up_at", nullable=True),
    Index(None, "unit_id", "card"),
)

#: What the card said when somebody met it with this intent open; what that proves is decided in ``taps.py``.
evidence = Table(
    "evidence",
    metadata,
    unit_id(),
    big("fact", primary_key=True),
    big("by", primary_key=True),
    Column("counter", Integer, nullable=False),
    big("last"),
    Column("older_counter", Integer, nullable=False),
    big("older_last"),
    big("at"),
)

#: What settled an intent that was given up: once per intent.
settlement = Table(
    "settlement",
    metadata,
    unit_id(),
    big("fact", primary_key=True),
    Column("written", Boolean, nullable=False),
    big("proof"),
    big("at"),
)
