"""Judges a laid-out screen without its pixels: clipped words, small or crowded targets, overlaps.

Each check is a function from what is seen to sentences about what is wrong. Takes no pictures.
"""

from collections.abc import Iterator
from functools import cache
from itertools import combinations

from kivy.core.text import Label as CoreLabel
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView
from kivy.uix.textinput import TextInput
from kivy.uix.widget import Widget

from onecard.ui.style import style
from onecard.ui.theme import LEAST_TARGET_MM, TARGET_MM
from onecard.ui.widgets.button import TouchButton
from onecard.ui.widgets.key_hints import KeyHints
from onecard.ui.widgets.rows import RowLine, RowList
from onecard.ui.widgets.surface import Scrim
from onecard.ui.widgets.text import Text

Box = tuple[float, float, float, float]
#: Between two targets; a finger that slips must hit nothing.
LEAST_GAP_MM = 2.0
_ROUNDING_PX = 1.5
#: Our font's line below the writing line, as a share of its size; and what hangs deep there.
_DESCENT = 0.29
_DEEP = frozenset("gjpqyQ,;()[]{}@/|_")
#: Shares of a kiosk's height, from below: within the reach of who stands, and of who sits.
REACH, LOW_REACH = 1_400 / 1_920, 1_080 / 1_920


def box(widget: Widget) -> Box:
    """Left, bottom, right, top in window pixels."""
    x, y = widget.to_window(widget.x, widget.y)
    return (x, y, x + widget.width, y + widget.height)


def overlap(one: Box, other: Box, slack: float = _ROUNDING_PX) -> bool:
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > slack
        and min(one[3], other[3]) - max(one[1], other[1]) > slack
    )


def gap(one: Box, other: Box) -> float:
    """Distance of two boxes along the axis that separates them."""
    return max(
        one[0] - other[2],
        other[0] - one[2],
        one[1] - other[3],
        other[1] - one[3],
    )


def drawn_box(label: Label) -> Box:
    """Where the ink of a label is, rather than the widget's own rectangle."""
    left, bottom, right, top = box(label)
    width, height = label.texture_size
    middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
    if not label.text_size[0]:
        return (middle_x - width / 2, middle_y - height / 2, middle_x + width / 2, middle_y + height / 2)
    natural = min(natural_size(label, None)[0], right - left)
    if label.halign == "right":
        left = right - natural
    elif label.halign == "center":
        left = middle_x - natural / 2
    tall = min(height, natural_size(label, label.text_size[0])[1])
    return (left, middle_y - tall / 2, left + natural, middle_y + tall / 2)


def natural_size(label: Label, width: float | None) -> tuple[int, int]:
    """How large the words would be, broken only at ``width``."""
    words = label._label.text  # what is drawn, after missing glyphs
    return extent(words, label.font_name, label.font_size, label.bold, label.line_height, width)


@cache
def extent(
    words: str, font: str, size: float, bold: bool, line_height: float, width: float | None
) -> tuple[int, int]:
    """Measured and not drawn; most words stand on many screens."""
    core = CoreLabel(
        text=words, font_name=font, font_size=size, bold=bold, line_height=line_height,
        text_size=(width, None),
    )  # fmt: skip
    core.resolve_font_name()
    wide, high = core.render()
    return (int(wide), int(high))


def empty_below(label: Label) -> float:
    """What a line may lack at its bottom before ink is cut; Kivy cuts there what is too tall."""
    words: str = label._label.text
    depth = 0.25 if _DEEP & set(words) else 0.02 if words.isascii() else 0.11
    return float((_DESCENT - depth) * label.font_size)


def seen(root: Widget) -> list[Widget]:
    """What is drawn, in drawing order; below the topmost overlay nothing counts."""
    found: list[Widget] = []

    def visit(widget: Widget) -> None:
        if widget.opacity <= 0 or widget.width <= 0 or widget.height <= 0:
            return
        found.append(widget)
        for child in reversed(widget.children):
            visit(child)

    visit(root)
    covers = [widget for widget in found if isinstance(widget, Scrim)]
    if covers:
        found.clear()
        visit(covers[-1])
    return found


def ancestors(widget: Widget) -> Iterator[Widget]:
    parent = widget.parent
    while isinstance(parent, Widget):
        yield parent
        parent = parent.parent


def scrolled(widget: Widget) -> bool:
    return any(isinstance(parent, ScrollView) for parent in ancestors(widget))


def named(widget: Widget) -> str:
    for one in (widget, *ancestors(widget)):
        tag = getattr(one, "tag", "")
        if tag:
            return f"{type(widget).__name__} of '{tag}'"
    return type(widget).__name__


class Sight:
    """What is drawn now; where each part of it is, is asked once."""

    def __init__(self, root: Widget) -> None:
        self.widgets = seen(root)
        self.targets = targets(self.widgets)
        self.box = cache(box)
        self.drawn_box = cache(drawn_box)


def clipped_words(sight: Sight) -> Iterator[str]:
    for label in sight.widgets:
        if not isinstance(label, Label) or not label.text:
            continue
        where = f"{named(label)} “{label.text}”"
        shortens = isinstance(label, Text) and label.shorten
        if isinstance(label, Text) and not label.hug:
            if label.wrap:
                height = natural_size(label, label.width)[1]
                if height > label.height + _ROUNDING_PX:
                    yield f"{where}: needs {height} px of height, has {label.height:.0f}"
            else:
                width, height = natural_size(label, None)
                if width > label.width + _ROUNDING_PX and not shortens:
                    yield f"{where}: needs {width} px of width, has {label.width:.0f}"
                if height - empty_below(label) > label.height + _ROUNDING_PX:
                    yield f"{where}: needs {height} px of height, has {label.height:.0f}"
        if shortens:
            continue
        ink = sight.drawn_box(label)
        for parent in ancestors(label):
            left, bottom, right, top = sight.box(parent)
            spill = [left - ink[0], ink[2] - right]
            if isinstance(parent, TouchButton):
                if max(spill) > -_ROUNDING_PX:
                    yield f"{where}: touches the side of its {type(parent).__name__}"
                    break
                # The empty rest of a line may spill, its letters may not.
                rest = 0.25 * label.font_size
                spill += [bottom - ink[1] - rest, ink[3] - top - rest]
            if max(spill) > _ROUNDING_PX * 2:
                if scrolled(label):
                    break
                yield f"{where}: stands {max(spill):.0f} px outside its {type(parent).__name__}"
                break


def targets(widgets: list[Widget]) -> list[Widget]:
    """What can be pressed or typed into."""
    return [
        widget
        for widget in widgets
        if isinstance(widget, TouchButton | TextInput)
        or (isinstance(widget, RowLine) and widget.enabled and not widget.header and not is_cut(widget))
    ]


def is_cut(row: RowLine) -> bool:
    """Whether its list shows only a part of this line; what is beyond the edge is reached by scrolling."""
    above = row.parent
    while above is not None and above is not above.parent and not isinstance(above, RowList):
        above = above.parent
    if not isinstance(above, RowList):
        return False
    edge, line = box(above), box(row)
    return line[1] < edge[1] - _ROUNDING_PX or line[3] > edge[3] + _ROUNDING_PX


def small_targets(sight: Sight, app: str) -> Iterator[str]:
    for widget in sight.targets:
        minor = isinstance(widget, RowLine | TextInput) or isinstance(widget.parent, KeyHints)
        least = LEAST_TARGET_MM if minor and app != "kiosk" else TARGET_MM.get(app, TARGET_MM["pos"])
        least_px = least * style.mm - _ROUNDING_PX
        if min(widget.width, widget.height) < least_px:
            size = f"{widget.width / style.mm:.1f} × {widget.height / style.mm:.1f} mm"
            yield f"{named(widget)}: {size}, less than {least:.0f} mm"


def crowded_targets(sight: Sight) -> Iterator[str]:
    least = LEAST_GAP_MM * style.mm - _ROUNDING_PX
    places = [(widget, sight.box(widget)) for widget in sight.targets]
    for (one, first), (other, second) in combinations(places, 2):
        distance = gap(first, second)
        if distance < least and not (isinstance(one, RowLine) and isinstance(other, RowLine)):
            yield f"{named(one)} and {named(other)}: {distance / style.mm:.1f} mm apart"


def overlapping_words(sight: Sight) -> Iterator[str]:
    labels = [w for w in sight.widgets if isinstance(w, Label) and w.text and not scrolled(w)]
    boxes = [(label, sight.drawn_box(label), label.font_size) for label in labels]
    for (one, first, size), (other, second, other_size) in combinations(boxes, 2):
        if first[2] <= second[0] or second[2] <= first[0] or first[3] <= second[1] or second[3] <= first[1]:
            continue  # most pairs lie apart, and there are half a million
        # The empty rest of a line above and below the letters may touch.
        slack = max(_ROUNDING_PX, 0.3 * min(size, other_size))
        if overlap(first, second, slack):
            yield f"“{one.text}” and “{other.text}” overlap"
    places = [(target, sight.box(target)) for target in sight.targets]
    for label, ink, _ in boxes:
        for target, place in places:
            if overlap(ink, place, 3) and target is not label and target not in ancestors(label):
                yield f"“{label.text}” lies over {named(target)}"


def outside_the_window(sight: Sight, width: float, height: float) -> Iterator[str]:
    for widget in sight.targets:
        left, bottom, right, top = sight.box(widget)
        if scrolled(widget):
            continue
        if left < -1 or bottom < -1 or right > width + 1 or top > height + 1:
            yield f"{named(widget)}: outside the window"


def out_of_reach(sight: Sight, app: str, height: float) -> Iterator[str]:
    """At a kiosk every control lies where an arm reaches it, with low keys also that of who sits."""
    if app != "kiosk":
        return
    low = any(getattr(widget, "low", 0) for widget in sight.widgets)
    most = height * (LOW_REACH if low else REACH)
    for widget in sight.targets:
        top = sight.box(widget)[3]
        if top > most + 1 and not scrolled(widget):
            yield f"{named(widget)}: its top is at {top:.0f} px, above {most:.0f}"


def untagged(sight: Sight) -> Iterator[str]:
    for widget in sight.widgets:
        if isinstance(widget, TouchButton) and not widget.tag:
            yield f"button “{widget.text}” has no tag"


def problems(root: Widget, app: str, width: float, height: float) -> list[str]:
    """Everything wrong with what is on the screen now."""
    sight = Sight(root)
    return [
        *clipped_words(sight),
        *small_targets(sight, app),
        *crowded_targets(sight),
        *overlapping_words(sight),
        *outside_the_window(sight, width, height),
        *out_of_reach(sight, app, height),
        *untagged(sight),
    ]
