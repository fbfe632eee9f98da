"""The line around a touch target, there only while it is seen: most never are, and a line of round corners is
tens of kilobytes and a part of each frame. Knows no state; colour and width are told."""

from typing import Any

from kivy.graphics import Color, InstructionGroup, SmoothLine
from kivy.uix.widget import Widget

from onecard.ui.style import Rgba, style


class Rim:
    """``beyond``: so many pixels outside the widget's edge; negative: inside."""

    def __init__(self, widget: Widget, beyond: float, **line: Any) -> None:
        self._beyond, self._line_of = beyond, line
        #: Its place among what is drawn, whenever the line itself comes.
        self._group = InstructionGroup()
        widget.canvas.before.add(self._group)
        self._drawn: tuple[Any, Any] | None = None
        self._as: tuple[Any, ...] = ()

    def draw(self, widget: Widget, rgba: Rgba, width: float) -> None:
        """As the widget stands now; an opacity of 0 takes the line away."""
        if not rgba[3]:
            self._group.clear()
            self._drawn = None
            return
        out = self._beyond
        x, y, wide, high = widget.x - out, widget.y - out, widget.width + 2 * out, widget.height + 2 * out
        box = (x, y, wide, high, 2 * style.mm + max(0.0, out), style.arc)
        if self._drawn is None:
            self._drawn = Color(*rgba), SmoothLine(width=width, rounded_rectangle=box, **self._line_of)
            for one in self._drawn:
                self._group.add(one)
        elif self._as != (rgba, width, box):
            color, line = self._drawn
            color.rgba, line.width = rgba, width
            line.rounded_rectangle = box
        self._as = (rgba, width, box)
