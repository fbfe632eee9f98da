"""The one live look: colours and sizes as Kivy properties, so that kv rules follow a change of theme or type.

``style.mm`` is pixels per millimetre: ``height: 15 * style.mm``. Texts ask for a role and a tone by name.
"""

from typing import Any, Protocol
from weakref import WeakSet

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty

from onecard.ui.kivy_setup import FONT, ICON_FONT
from onecard.ui.theme import LIGHT, SCRIM, THEMES, TOKENS, Metrics, rgb

Rgba = tuple[float, float, float, float]


def rgba(token: str, alpha: float = 1.0) -> Rgba:
    """``#RRGGBB`` → what Kivy draws with."""
    return (*rgb(token), alpha)


def blend(one: Rgba, other: Rgba, share: float) -> Rgba:
    """``share`` of ``other`` mixed into ``one``."""
    red, green, blue = (a + (b - a) * share for a, b in zip(one[:3], other[:3], strict=True))
    return (red, green, blue, 1.0)


class Styled(Protocol):
    """What arranges itself anew when the look changes."""

    def restyle(self) -> None: ...


class Style(EventDispatcher):
    """Colour tokens of the theme as properties of the same names, and the panel's density."""

    mm = NumericProperty(4.0)
    type_scale = NumericProperty(1.0)
    theme_name = StringProperty("light")
    #: File of the operator's logo; "" is our own.
    logo = StringProperty("")
    #: Counts changes; a kv expression that names it is evaluated again after each.
    version = NumericProperty(0)
    #: False stops every motion: pictures for comparison, and people who ask for calm.
    moving = BooleanProperty(True)
    #: Pieces of a rounded corner, filled or as a line. Kivy's own 30 and 45 look the same here and take a
    #: tenth of each frame; a line of fewer ends beside its straight sides.
    corner = NumericProperty(8)
    arc = NumericProperty(24)
    font = StringProperty(FONT)
    icon_font = StringProperty(ICON_FONT)

    ground = ColorProperty(rgba(LIGHT.ground))
    surface = ColorProperty(rgba(LIGHT.surface))
    ink = ColorProperty(rgba(LIGHT.ink))
    muted = ColorProperty(rgba(LIGHT.muted))
    line = ColorProperty(rgba(LIGHT.line))
    edge = ColorProperty(rgba(LIGHT.edge))
    accent = ColorProperty(rgba(LIGHT.accent))
    accent_ink = ColorProperty(rgba(LIGHT.accent_ink))
    accent_soft = ColorProperty(rgba(LIGHT.accent_soft))
    done = ColorProperty(rgba(LIGHT.done))
    done_soft = ColorProperty(rgba(LIGHT.done_soft))
    wait = ColorProperty(rgba(LIGHT.wait))
    wait_soft = ColorProperty(rgba(LIGHT.wait_soft))
    refuse = ColorProperty(rgba(LIGHT.refuse))
    refuse_soft = ColorProperty(rgba(LIGHT.refuse_soft))
    done_fill = ColorProperty(rgba(LIGHT.done_fill))
    wait_fill = ColorProperty(rgba(LIGHT.wait_fill))
    refuse_fill = ColorProperty(rgba(LIGHT.refuse_fill))
    fill_ink = ColorProperty(rgba(LIGHT.fill_ink))
    key = ColorProperty(rgba(LIGHT.key))
    scrim = ColorProperty(rgba(LIGHT.scrim, SCRIM))

    def __init__(self, **kwargs: Any) -> None:
        self._followers: WeakSet[Styled] = WeakSet()
        super().__init__(**kwargs)

    def follow(self, widget: Styled) -> None:
        """``widget.restyle()`` after each change, as long as there is such a widget.

        Kivy's ``bind`` would compare each new widget with all earlier ones: every button would make the
        next one dearer.
        """
        self._followers.add(widget)

    def on_version(self, *_: Any) -> None:
        """Kivy's own name for: ``version`` changed."""
        for widget in list(self._followers):
            widget.restyle()

    def apply(
        self,
        *,
        theme: str | None = None,
        px_per_mm: float | None = None,
        type_scale: float | None = None,
    ) -> None:
        """Changes what is named; every widget follows at once."""
        if px_per_mm is not None:
            self.mm = px_per_mm
        if type_scale is not None:
            self.type_scale = type_scale
        if theme is not None:
            self.theme_name = theme
            for name in TOKENS:
                alpha = SCRIM if name == "scrim" else 1.0
                setattr(self, name, rgba(getattr(THEMES[theme], name), alpha))
        self.version += 1

    def font_px(self, role: str, _version: float = 0) -> int:
        """Font size of a type role; pass ``style.version`` in kv so that it is asked again."""
        return Metrics(self.mm, self.type_scale).font_px(role)

    def color(self, tone: str, _version: float = 0) -> Rgba:
        """Colour of a token by name."""
        red, green, blue, alpha = getattr(self, tone)
        return (red, green, blue, alpha)

    def tint(self, tone: str, alpha: float, _version: float = 0) -> Rgba:
        """As ``color``, with an opacity; a tone of "" draws nothing.

        Kivy forgets the opacity of a canvas colour whenever its ``rgba`` is set: the two are never set apart.
        """
        red, green, blue, _ = self.color(tone) if tone else (0.0, 0.0, 0.0, 0.0)
        return (red, green, blue, alpha if tone else 0.0)

    def px(self, mm: float) -> int:
        """Millimetres → whole pixels."""
        pixels: int = round(mm * self.mm)
        return pixels


style = Style()
