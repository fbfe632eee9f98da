"""One example of every message about the fleet with every field set, for the golden lines."""

from onecard.ids import RecordId
from onecard.wire import bundle as b
from onecard.wire import fleet as f
from onecard.wire import messages as m

HASH = "ab" * 32

EXAMPLES = (
    f.AccountsDocument(
        base=3,
        as_of=1_790_000_000,
        accounts=(f.AccountRow(10_001, 1, 2, -350, "04a1b2c3"),),
        gone=(10_002,),
    ),
    f.NoticesDocument(
        notices=(f.Notice(notice=4, text="周五盘点", text_en="Stock-taking on Friday", since=1, until=2),)
    ),
    f.CommandsDocument(
        terminal=1001,
        commands=(f.FleetCommand(command=9, kind="update", until=1_790_003_600, given={"version": "0.2.0"}),),
    ),
    f.Commanded(
        unit=1,
        id=RecordId(1001, 1, 42),
        at=1_790_000_000,
        day=2_517,
        shift=3,
        operator=2,
        versions=m.Versions(terminal=1),
        replaces=None,
        command=9,
        kind="logs",
        state="done",
        said="12 kB",
        digest=HASH,
    ),
    f.Report(
        command=9, kind="logs", state="done", said="12 kB", at=1_790_000_001, digest=HASH, part=1, parts=2,
        content=b"\x00log",
    ),
    f.Reported(command=9, part=1),
    f.Beat(
        app="0.1.0",
        pending=3,
        free_bytes=1 << 30,
        stops_age_s=12,
        clock_offset_s=-2,
        clock_is_sure=False,
        locked=True,
        offline_fen=1_250,
        devices={"printer": "ok"},
        versions={"stops": 7},
        traffic=(f.Traffic(2_517, 12_345, 67_890),),
    ),
    f.Beaten(now=1_790_000_002, durable=((1, 40),)),
    f.AskPackage(name="onecard-0.2.0.zip", offset=65_536),
    f.PackagePart(size=70_000, content=b"PK"),
    b.BundleUp(
        uploads=(m.Upload(epoch=1, records=(), signature="00" * 64),),
        have={"stops": 7},
        app="0.1.0",
        beat=f.Beat(pending=1),
        reports=(f.Report(command=9, kind="lock", state="done", at=1_790_000_001),),
    ),
    b.BundleDown(
        fetched=m.Fetched(documents=(), now=1_790_000_000, books_epoch=1, epoch=1, received=43, head=HASH),
        durable=((1, 40),),
    ),
)  # fmt: skip
