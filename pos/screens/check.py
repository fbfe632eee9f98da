"""Who somebody is, or what he collects. Draws ``CheckView``."""

from io import BytesIO
from typing import Any

from kivy.core.image import Image as CoreImage
from kivy.lang import Builder

from onecard.ui.kivy_setup import kv
from pos.presenters.check import CheckView
from pos.screens.frame import PosScreen, fill_rows

Builder.load_file(kv(__file__))

_ICONS = {
    "ready": ("contactless-payment", "muted"),
    "reading": ("progress-clock", "wait"),
    "ok": ("check-circle", "done"),
    "refused": ("close-octagon", "refuse"),
}


class CheckScreen(PosScreen):
    """A word that is read from far, the facts beside it, and a photo where there is one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._photo = b""
        # ``__self__``: ids are weak, and what is taken off the screen must live on.
        self._icon, self._picture = self.ids.icon.__self__, self.ids.picture.__self__
        self.ids.face.remove_widget(self._picture)
        self._panel, self._halves = self.ids.panel.__self__, self.ids.halves.__self__

    def draw(self, view: CheckView) -> None:
        ids = self.ids
        ids.title.text, ids.word.text, ids.amount.text = view.title, view.word, view.amount
        ids.detail.text = view.detail
        icon, tone = _ICONS[view.look]
        self._icon.icon, self._icon.tone, ids.word.tone = icon, tone, tone
        ids.amount.height = ids.amount.drawn_height if view.amount else 0
        fill_rows(ids.rows, ("", ""), (0.6, 1.4), view.facts, self.send)
        if bool(view.facts) != (self._panel.parent is not None):
            (self._halves.add_widget if view.facts else self._halves.remove_widget)(self._panel)
        ids.key_row.draw(view.keys, self.send)
        self._show(view.photo)

    def _show(self, photo: bytes) -> None:
        """A picture that cannot be read is none."""
        if photo == self._photo:
            return
        self._photo = photo
        face = self.ids.face
        face.clear_widgets()
        texture = _texture(photo)
        if texture is not None:
            self._picture.texture = texture
        face.add_widget(self._icon if texture is None else self._picture)


def _texture(photo: bytes) -> Any:
    if not photo:
        return None
    kind = "png" if photo.startswith(b"\x89PNG") else "jpg"
    try:
        return CoreImage(BytesIO(photo), ext=kind).texture
    except Exception:  # whatever a decoder says of a broken picture
        return None
