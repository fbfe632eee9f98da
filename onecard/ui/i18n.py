"""The translator, where screens look for it; it lives in ``onecard.text``, which needs no window."""

from onecard.text import LANGUAGES, Audience, TextMissing, Translator, legible

__all__ = ["LANGUAGES", "Audience", "TextMissing", "Translator", "legible"]
