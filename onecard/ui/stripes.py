"""A hazard-striped frame around everything: nobody can take a training till for a real one. F: C14"""

from typing import Any

from kivy.graphics import Color, Mesh
from kivy.uix.widget import Widget

from onecard.ui.style import style

_THICK_MM = 1.6
_STEP_MM = 4.0
_YELLOW, _BLACK = (1.0, 0.78, 0.0, 1.0), (0.09, 0.09, 0.09, 1.0)


def draw(widget: Widget) -> None:
    """Over the edges of ``widget``, whatever size it takes."""

    def again(*_: Any) -> None:
        canvas = widget.canvas.after
        canvas.remove_group("stripes")
        thick, step = style.px(_THICK_MM), style.px(_STEP_MM)
        with canvas:
            for at, colour in enumerate((_YELLOW, _BLACK)):
                Color(*colour, group="stripes")
                for one in _edges(widget, thick, step, at):
                    Mesh(
                        vertices=[value for x, y in one for value in (x, y, 0, 0)],
                        indices=[0, 1, 2, 3],
                        mode="triangle_fan",
                        group="stripes",
                    )

    widget.bind(size=again, pos=again)
    again()


def _edges(widget: Widget, thick: float, step: float, phase: int) -> list[list[tuple[float, float]]]:
    """Slanted pieces along the four edges, every second of them."""
    # Not ``widget.top``: a navigator means something else by it.
    left, bottom = widget.x, widget.y
    right, top = left + widget.width, bottom + widget.height
    found: list[list[tuple[float, float]]] = []
    for number in range(phase, int((right - left) / step) + 1, 2):
        x = left + number * step
        end = min(x + step, right)
        for low in (bottom, top - thick):
            slant = min(thick, right - end)
            found.append([(x, low), (end, low), (end + slant, low + thick), (x + thick, low + thick)])
    for number in range(phase, int((top - bottom) / step) + 1, 2):
        y = bottom + number * step
        end = min(y + step, top)
        for low in (left, right - thick):
            found.append(
                [(low, y), (low + thick, y + thick), (low + thick, min(end + thick, top)), (low, end)]
            )
    return found
