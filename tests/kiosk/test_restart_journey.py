"""Goal: the office starts a kiosk anew between two visits, never with money or a person inside. F: E6

Method: a member's visit with a note, on a false clock; the window's question is put at each screen.
"""


def test_a_visit_holds_it_from_the_first_touch_until_the_card_is_gone(rig, plastic):
    assert rig.flow.let_go()
    rig.to_cash(plastic)
    assert not rig.flow.let_go()
    rig.insert(20_00)
    rig.until(lambda: bool(rig.accepted))
    assert not rig.flow.let_go()
    rig.press("finish")
    rig.until_screen("result")
    assert not rig.flow.let_go(), "the card is still there"
    rig.lift()
    rig.until_screen("home")
    assert rig.flow.let_go()


def test_a_page_of_its_own_holds_it(rig):
    rig.press("loss")
    assert rig.screen != "home"
    assert not rig.flow.let_go()
