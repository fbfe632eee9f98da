"""The tones of a terminal. Each has a visual twin, so a station without a loudspeaker loses nothing."""

import logging
from typing import Any

from kivy.core.audio import SoundLoader

from onecard.resources import asset

#: Steady state, success, refusal, put the same card back (until stopped), a key, a banknote went in.
SOUNDS = ("ready", "ok", "refused", "retap", "click", "note")
_log = logging.getLogger(__name__)


class Sound:
    """``sound.play("ok")``; a machine without sound output is silent and says so once in the log."""

    def __init__(self, *, muted: bool = False) -> None:
        self._muted = muted
        self._loaded: dict[str, Any] = {}
        self._repeating: Any = None

    def play(self, name: str) -> None:
        """Plays one tone; ``retap`` goes on until ``stop``."""
        assert name in SOUNDS, name
        self.stop()
        tone = self._tone(name)
        if tone is None:
            return
        tone.loop = name == "retap"
        if tone.loop:
            self._repeating = tone
        tone.stop()
        tone.play()

    def stop(self) -> None:
        """Ends the continuous tone."""
        if self._repeating is not None:
            self._repeating.stop()
            self._repeating = None

    def _tone(self, name: str) -> Any:
        if self._muted:
            return None
        if name not in self._loaded:
            tone = SoundLoader.load(str(asset("sounds", f"{name}.wav")))
            # Without a sound device Kivy still gives an object, of no length.
            if tone is None or tone.length <= 0:
                _log.warning("no sound output: the terminal stays silent")
                self._muted = True
                return None
            self._loaded[name] = tone
        return self._loaded[name]
