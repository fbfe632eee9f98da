"""Pictures that stand on screens: the logo, in the version that suits the theme."""

import logging
from typing import Any

from kivy.lang import Builder
from kivy.properties import NumericProperty
from kivy.uix.image import Image

from onecard.resources import asset
from onecard.ui.kivy_setup import kv
from onecard.ui.style import style

Builder.load_file(kv(__file__))


_log = logging.getLogger(__name__)


class Logo(Image):
    """Set a height; the width follows, up to ``most_mm``. The operator's where the settings name one."""

    most_mm = NumericProperty(80.0)
    #: 1: a picture made for white paper stands on a white plate, or it would be lost on a dark ground.
    plate = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        style.bind(theme_name=self._choose, logo=self._choose)
        self._choose()

    def _choose(self, *_: Any) -> None:
        ours = str(asset("brand", f"logo-{style.theme_name}.png"))
        self.source = style.logo or ours
        is_own = bool(style.logo) and self.texture is not None
        if style.logo and not is_own:
            _log.warning("the operator's logo cannot be shown: %s", style.logo)
            self.source = ours
        self.plate = int(is_own)
