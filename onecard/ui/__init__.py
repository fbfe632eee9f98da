"""The screens' toolkit: theme, navigation, keys and widgets. The only folder of the core that imports Kivy.

Importing anything from here prepares Kivy first; see README.md for how a screen is written.
"""

from onecard.ui import kivy_setup

__all__ = ["kivy_setup"]
