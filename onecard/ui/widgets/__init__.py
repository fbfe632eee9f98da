"""The parts that screens are made of; importing them from here makes their names known to kv files."""

from onecard.ui.widgets.banner import Banner
from onecard.ui.widgets.button import TouchButton
from onecard.ui.widgets.dialog import Choice, ChoiceRow, Dialog
from onecard.ui.widgets.field import TextField
from onecard.ui.widgets.key_hints import KeyHint, KeyHints
from onecard.ui.widgets.money import Money
from onecard.ui.widgets.number_pad import NumberPad
from onecard.ui.widgets.picture import Logo
from onecard.ui.widgets.rows import Column, Row, Rows
from onecard.ui.widgets.surface import Bar, Ground, Panel, Rule, Scrim, StatusDot
from onecard.ui.widgets.tap_overlay import Chase, TapOverlay
from onecard.ui.widgets.text import Icon, Text
from onecard.ui.widgets.toast import Toast

__all__ = [
    "Banner",
    "Bar",
    "Chase",
    "Choice",
    "ChoiceRow",
    "Column",
    "Dialog",
    "Ground",
    "Icon",
    "KeyHint",
    "KeyHints",
    "Logo",
    "Money",
    "NumberPad",
    "Panel",
    "Row",
    "Rows",
    "Rule",
    "Scrim",
    "StatusDot",
    "TapOverlay",
    "Text",
    "TextField",
    "Toast",
    "TouchButton",
]
