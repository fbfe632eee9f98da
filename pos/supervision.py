"""Asks for a supervisor's word and hands it to what waits for it. One action, two names, a reason. F: C7"""

from collections.abc import Callable

from onecard.errors import OneCardError, Refused
from onecard.terminal.look import Look
from pos.presenters.override import REASONS, Granted, OverridePresenter
from pos.till import SUPERVISOR, Till


class Supervision:
    """``card_wanted`` and ``card_unwanted`` tell the reader when a supervisor's card would do."""

    def __init__(
        self, till: Till, *, card_wanted: Callable[[], None], card_unwanted: Callable[[], None]
    ) -> None:
        self._till = till
        self._card_wanted, self._card_unwanted = card_wanted, card_unwanted
        self._granted: Callable[[Granted], None] | None = None
        self.asking: OverridePresenter | None = None
        self._other = False

    def ask(
        self,
        what: str,
        granted: Callable[[Granted], None],
        *,
        body: str = "",
        card: bool = True,
        other: bool = False,
    ) -> None:
        """A cashier who is a supervisor gives the word by asking for it, unless it takes an ``other`` person.
        ``card``: the reader is free."""
        operator = self._till.operator
        self._other = other
        if operator is not None and SUPERVISOR in operator.permissions and not other:
            granted(Granted(supervisor=operator.operator, name=operator.name, reason=REASONS[-1]))
            return
        self.asking = OverridePresenter(self._till, what, body=body, with_card=card)
        self._granted = granted
        if card:
            self._card_wanted()

    def act(self, action: str) -> None:
        """A key or touch while the question stands."""
        assert self.asking is not None
        if action == "escape":
            self.drop()
            return
        word = self.asking.act(action)
        if word is not None:
            self._give(word)

    def card(self, look: Look) -> None:
        """A card was put while the question stands."""
        assert self.asking is not None
        try:
            one = self._till.sign_on.by_card(look)
            if SUPERVISOR not in one.permissions:
                raise Refused("signon.not_allowed")
        except OneCardError as error:
            self.asking.refused(error)
            self._card_wanted()
            return
        self._give(self.asking.granted(one.operator, one.name))

    def drop(self, what: str = "") -> None:
        """The question is no longer asked; with ``what`` only if it is that one."""
        if self.asking is None or (what and self.asking.what != what):
            return
        self.asking, self._granted = None, None
        self._card_unwanted()

    def _give(self, word: Granted) -> None:
        granted, operator = self._granted, self._till.operator
        is_same = operator is not None and word.supervisor == operator.operator
        if self._other and is_same and self.asking is not None:
            self.asking.refused(Refused("approval.same_person"))
            return
        self.drop()
        if granted is not None:
            granted(word)
