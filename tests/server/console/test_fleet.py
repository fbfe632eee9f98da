"""Goal: the office sees each machine's figures and versions and tells it what to do, in both languages.

Method: a real terminal that reports, a browser that looks and presses. F: E1 E2 E6 E7 C10
"""

import hashlib
from pathlib import Path

from onecard.wire import fleet as f
from server.cards import stops as stop_list
from server.terminals import fleet
from tests.server.office import Office
from tests.server.terminals.box import Box


def test_figures_versions_commands_and_what_they_brought(office: Office, tmp_path: Path) -> None:
    box = Box(office, tmp_path / "box")
    box.sync()
    said = f.Beat(
        app="0.1.0", pending=3, free_bytes=5 << 20, stops_age_s=120, offline_fen=1_250, locked=True,
        devices={"printer": "ok"}, versions=box.facts.have(), traffic=(f.Traffic(2_517, 2_048, 4_096),),
    )  # fmt: skip
    box.wire.ask("/t/beat", said, f.Beaten)
    browser = office.administrator()
    path = f"/terminals/{box.number}/fleet"
    browser.get("/language/en")
    page = browser.get(path).text
    for words in ("0.1.0", "￥12.50", "5 MB", "2 min", "2 kB", "4 kB", "Card types", "Fetch the log"):
        assert words in page, words
    browser.post(f"/terminals/{box.number}/command", path, kind="logs")
    (row,) = office.read(lambda c: fleet.commands_of(c, 1, box.number))
    assert (row["kind"], row["state"]) == ("logs", "asked")
    assert "Waits for the terminal" in browser.get(path).text
    content = b"a line"
    done = f.Report(
        command=row["command"], kind="logs", state="done", at=1, digest=hashlib.sha256(content).hexdigest(),
        parts=1, content=content,
    )  # fmt: skip
    box.wire.ask("/t/report", done, f.Reported)
    reply = browser.get(f"/terminals/{box.number}/command/{row['command']}")
    assert (reply.body, "attachment" in reply.headers["content-disposition"]) == (content, True)
    refused = browser.post(f"/terminals/{box.number}/command", path, kind="update", name="../x", version="1")
    assert refused.status == 422
    assert browser.post(f"/terminals/{box.number}/command", path, kind="explode").status == 422
    browser.get("/language/zh")
    assert "完成" in browser.get(path).text
    assert "网络卡脱机风险上限：1 台终端共 ￥2,000.00，单卡 ￥100.00" in browser.get("/terminals").text
    assert browser.get("/terminals/9999/fleet").status in (404, 422)
    box.close()


def test_a_list_that_is_not_the_newest_is_marked_like_a_document(office: Office, tmp_path: Path) -> None:
    """E3: the stop list and the loads count for themselves, not among the documents."""
    box, browser = Box(office, tmp_path / "box"), office.administrator()

    def move() -> None:
        office.write(lambda c: [stop_list.take_number(c, office.unit, name) for name in ("stops", "loads")])

    def marked() -> list[str]:
        text = browser.get(f"/terminals/{box.number}/fleet").text
        lines = {word: text[text.index(f"<td>{word}</td>") :] for word in ("黑名单", "圈存")}
        return [word for word, line in lines.items() if "state wait" in line[: line.index("</tr>")]]

    move()
    said = f.Beat(app="0.1.0", pending=0, versions={"stops": 1, "loads": 1})
    box.wire.ask("/t/beat", said, f.Beaten)
    assert marked() == []
    move()
    assert marked() == ["黑名单", "圈存"]
    box.close()
