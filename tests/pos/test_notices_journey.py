"""Goal: what the office has to say reaches whoever works at the till, in his language. F: C10

Method: the whole till without its window; a notice arrives, somebody signs on, looks, and reads it.
"""

from onecard.wire.fleet import Notice, NoticesDocument
from tests.pos.test_watch_journey import door


def told(rig, *notices: Notice) -> None:
    rig.stand.receive(rig.stand.office.document("notices", NoticesDocument(notices=notices)))


def test_the_newest_stands_on_the_sign_on_screen_and_all_at_the_back(closed) -> None:
    now = closed.clock.now()
    told(
        closed,
        Notice(notice=1, text="五月餐补已发放。", since=now - 90_000),
        Notice(notice=2, text="本周六盘点。", text_en="Stock-taking on Saturday.", until=now + 3_600),
        Notice(notice=3, text="下月起涨价。", since=now + 90_000),
    )
    closed.keys("f7")
    assert closed.view.notice == "Stock-taking on Saturday."
    closed.keys("f7")
    assert closed.view.notice == "本周六盘点。"
    closed.sign_on()
    door(closed, "notices")
    assert [row.cells[2] for row in closed.view.rows] == ["本周六盘点。", "五月餐补已发放。"]
    closed.keys("down")
    assert closed.view.body == "五月餐补已发放。"
    closed.keys("escape f10")
    closed.clock.advance(7_200)
    closed.wait(0.25)
    assert closed.view.notice == "五月餐补已发放。"


def test_news_light_the_way_to_them_until_they_are_read(rig) -> None:
    def lit() -> bool:
        back = next(one for one in rig.flow.doors if one.name == "back")
        return back.is_lit()

    assert not lit()
    told(rig, Notice(notice=4, text="停电通知"))
    assert lit()
    door(rig, "notices")
    assert not lit()
    rig.keys("escape")
    assert rig.screen == "sell"
