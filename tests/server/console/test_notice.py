"""D8: the office writes a notice, kiosks are told, and it ends; only who sees the whole unit may."""

from onecard.wire.fleet import NoticesDocument
from tests.server.office import Office


def told(office: Office, till) -> list[str]:
    document = till.fetch(notices=0).get("notices")
    assert isinstance(document, NoticesDocument)
    return [one.text for one in document.notices]


# F: D8
def test_a_notice_is_written_told_and_ended(office: Office) -> None:
    admin = office.administrator()
    till = office.till("kiosk")
    for language in ("zh", "en"):
        admin.cookies["onecard_language"] = language
        assert "console." not in admin.get("/notices").text.replace("/console.css", "")
    assert admin.post("/notices", text="周六盘点，食堂停业", text_en="Closed on Saturday").status == 303
    assert told(office, till) == ["周六盘点，食堂停业"]
    assert admin.post("/notices", text="x", until="2020-01-02T00:00").status == 422
    assert admin.post("/notices", text=" ").status == 422
    assert admin.post("/notices/1/end", _from="/notices").status == 303
    assert told(office, till) == []
