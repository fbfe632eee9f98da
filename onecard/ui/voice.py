"""Prompts read aloud, for who reads with effort: a sentence in, speech out, and silence where there is none.

Spoken by ``espeak-ng``, a program of its own if it is installed: about three megabytes with Mandarin and
English, and it says every amount. Rejected: recorded prompts, which know no amounts and no new sentence, and
neural voices, which want a hundred megabytes and half a core. It is GPL and therefore asked as a program,
never linked. The words also stand on the screen, so nothing is lost without it.
"""

import logging
import shutil
import subprocess

_log = logging.getLogger(__name__)

PROGRAM = "espeak-ng"
#: Voice and words per minute by language; slower than usual on purpose.
VOICES = {"zh": ("cmn", 150), "en": ("en", 140)}


class Voice:
    """``say`` returns at once; a new sentence ends the one before."""

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = shutil.which(program)
        self._speaking: subprocess.Popen[bytes] | None = None
        if self._program is None:
            _log.info("no speech: %s is not installed", program)

    @property
    def is_there(self) -> bool:
        """Whether anything would be heard."""
        return self._program is not None

    def say(self, text: str, language: str) -> None:
        """Aloud; an empty text only ends what is being said."""
        self.stop()
        if self._program is None or not text.strip():
            return
        voice, pace = VOICES[language]
        # The text is an argument of its own after ``--``: nothing in it can be taken for an option.
        command = [self._program, "-v", voice, "-s", str(pace), "--", text]
        try:
            self._speaking = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            _log.warning("speech failed: %s", error)
            self._program = None

    def stop(self) -> None:
        """Silence."""
        speaking, self._speaking = self._speaking, None
        if speaking is not None:
            if speaking.poll() is None:
                speaking.terminate()
            speaking.wait()
