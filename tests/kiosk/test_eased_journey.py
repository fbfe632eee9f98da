"""Goal: large print speaks and gives time, low keys and languages are for one visit, and nothing of it stays.

Method: a person's steps through the whole app on a false clock.
"""

from tests.kiosk.rig import Rig


# F: D6
def test_large_print_reads_prompts_aloud_and_no_amount_and_ends_with_the_visit(rig: Rig, plastic) -> None:
    rig.press("balance")
    assert rig.spoken == []
    rig.press("large")
    assert rig.spoken[-1].startswith(rig.booth.tr("kiosk.card.title"))
    rig.put(plastic)
    assert rig.view.frame.is_large
    assert "87.50" not in " ".join(rig.spoken)
    rig.press("end")
    assert not rig.view.frame.is_large
    assert rig.spoken[-1] == ""


# F: D6
def test_large_print_has_twice_the_time(rig: Rig, plastic) -> None:
    rig.press("large")
    rig.put(plastic)
    rig.run(30)
    assert rig.screen == "balance"
    rig.run(12)
    assert rig.screen == "still_there"


# F: D6
def test_who_reads_large_print_has_twice_the_time_after_a_mere_tap_too(rig: Rig, plastic) -> None:
    rig.press("large")
    rig.put(plastic)
    rig.lift()
    rig.run(9)
    assert rig.screen == "balance"
    assert rig.view.balance == "￥87.50"
    rig.run(2)
    assert rig.screen == "home"


# F: D6
def test_large_print_offers_four_things_at_a_time(rig: Rig, plastic) -> None:
    assert len(rig.view.shown) == 6
    rig.press("large")
    assert [one.key for one in rig.view.shown] == ["balance", "collect", "cash", "others"]
    rig.press("others")
    assert [one.key for one in rig.view.shown] == ["code", "loss", "service", "others"]
    rig.press("others")
    rig.put(plastic)
    rig.press("service")
    assert len(rig.view.keys) == 4
    rig.press("balance")
    rig.press("end")
    rig.lift()
    assert len(rig.view.shown) == 6


# F: D6
def test_choices_made_at_the_first_page_go_back_when_nobody_follows(rig: Rig) -> None:
    for key in ("low", "large", "language"):
        rig.press(key)
    assert (rig.view.frame.is_low, rig.view.frame.is_large, rig.booth.tr.language) == (True, True, "en")
    rig.run(125)
    assert (rig.view.frame.is_low, rig.view.frame.is_large, rig.booth.tr.language) == (False, False, "zh")


# F: D8
def test_when_nobody_is_near_logo_and_notices_are_shown_until_a_touch(rig: Rig, plastic) -> None:
    rig.run(46)
    assert rig.screen == "attract"
    rig.press("wake")
    assert rig.screen == "home"
    rig.run(46)
    rig.put(plastic)
    assert rig.screen == "balance"
