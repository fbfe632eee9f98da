"""Pictures that stand on screens: the logo, in the version that suits the theme."""

from typing import Any

from kivy.lang import Builder
from kivy.properties import StringProperty
from kivy.uix.image import Image

from onecard.resources import asset
from onecard.ui.kivy_setup import kv
from onecard.ui.style import style

Builder.load_file(kv(__file__))


class Logo(Image):
    """Set a height; the width follows. ``own`` is the file of the operator's logo, a setting."""

    own = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("own", self._choose)
        style.bind(theme_name=self._choose)
        self._choose()

    def _choose(self, *_: Any) -> None:
        self.source = self.own or str(asset("brand", f"logo-{style.theme_name}.png"))
