"""Drives ``tap.py`` for the whole app: turns its commands into deeds and people's keys into its events.

Knows the till and what a finished tap means for money shown elsewhere only through two callbacks.
"""

from collections.abc import Callable
from dataclasses import replace

from onecard.errors import OneCardError, Refused
from onecard.terminal import card_event
from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed
from pos import tap as tapping
from pos import tap_events as events
from pos.account import AccountTalk
from pos.checkout import BOUNCE_S
from pos.tap import Phase, Tap
from pos.tap_events import Command, Event
from pos.task import Task
from pos.till import Till

#: The rule that asks for the holder's PIN.
PIN_WANTED = "limit.pin"
#: The key by which a phase is left, beside Esc.
_LEAVES = {Phase.OK: "enter", Phase.ASIDE: "enter", Phase.ASKING: "f8"}


class CardWait:
    """At most one card is wanted at a time; ``finished``, ``told`` and ``refused`` hear what came of it."""

    def __init__(
        self,
        till: Till,
        *,
        finished: Callable[[Task, Completed], None],
        told: Callable[[Task, Look], None],
        refused: Callable[[Task, OneCardError], None],
        settled: Callable[[], None],
    ) -> None:
        """``settled``: the same card is waited for no longer."""
        self._till = till
        self._finished, self._told, self._refused, self._settled = finished, told, refused, settled
        self.tap: Tap = tapping.CLOSED
        self._accounts = AccountTalk(till, tap=lambda: self.tap, step=self.step)

    def want(self, task: Task, *, lying: bool = False) -> None:
        """A card is wanted for this, or the server's word where no card has any."""
        if self._accounts.has_word(task):
            return
        if self._accounts.alone_decides(task):
            self.step(events.AskedFor(task=task, at=self._till.now()))
            return
        self.step(events.Wanted(task=task, at=self._till.now(), lying=lying))

    def dismiss(self) -> None:
        """Esc, as far as the state allows it."""
        self.step(events.Dismissed())

    def step(self, event: Event) -> None:
        """Any event; its commands are done before this returns."""
        before, event = self.tap, self._said(event)
        self.tap, commands = tapping.step(before, event)
        if isinstance(event, events.Ticked):
            self._accounts.settle(event.at)
        if before.phase in (Phase.RETAP, Phase.ASKING) and self.tap.phase is not before.phase:
            self._till.port.quiet()
            self._settled()
        if self.tap.phase is Phase.REFUSED and before.phase is not Phase.REFUSED:
            assert self.tap.error is not None
            if self.tap.task is not None:
                self._refused(self.tap.task, self.tap.error)
        for command in commands:
            self._do(command)
        if isinstance(event, card_event.Ended):
            self._tell_taken()

    def _said(self, event: Event) -> Event:
        """A PIN is checked by the office: without it nobody can be asked for one, and that is to be said."""
        if not isinstance(event, card_event.Ended) or self._till.is_online:
            return event
        failed = event.result
        if not isinstance(failed, card_event.Failed) or failed.error.code != PIN_WANTED:
            return event
        error = Refused("limit.pin_offline", **failed.error.params)
        return replace(event, result=replace(failed, error=error))

    def _tell_taken(self) -> None:
        """A card of the system before became ours before it did what it was wanted for. F: H8"""
        taken = self._till.station.takeover.news()
        if taken is not None:
            words = self._till.tr("pos.takeover.done", old=taken.old, card=taken.card, fen=taken.fen)
            self._till.say(words, "done")
            self._till.port.wake()

    def act(self, action: str) -> bool:
        """A key while the overlay is there; ``False`` when the overlay left and the key is for the screen."""
        at, phase = self._till.now(), self.tap.phase
        leaves = action in ("escape", "clear")
        if phase is Phase.OK and not leaves and action != "enter":
            # The next sale's first key ends the success of the last one.
            self.dismiss()
            return self.tap.phase is not Phase.CLOSED
        if phase is Phase.ASIDE and action == "f5":
            self.step(events.RungAgain(at=at))
        elif phase is Phase.FOUND and action in ("enter", "f5"):
            if at - self.tap.since >= BOUNCE_S:
                self.step(events.DropFound(at=at) if action == "f5" else events.CompleteFound(at=at))
        elif leaves or action == _LEAVES.get(phase):
            self.dismiss()
        return True

    def _do(self, command: Command) -> None:
        till = self._till
        match command:
            case card_event.Arm():
                till.port.arm(command.task, lying=command.lying)
            case card_event.Disarm():
                self.step(card_event.Disarmed(in_time=till.port.disarm(), at=till.now()))
            case card_event.SetAside():
                aside = till.journaled(lambda: till.station.set_aside(command.id, command.supervisor))
                if not aside:
                    self.step(events.NotAside(at=till.now()))
            case card_event.GiveUp():
                by = till.operator.operator if till.operator is not None else 0
                till.journaled(lambda: till.station.give_up(command.id, command.why, by))
            case events.Ask():
                self._accounts.ask(command.task, command.medium)
            case events.AskAgain():
                self._accounts.again(command.id)
            case events.AskToCancel():
                self._accounts.cancel(command.id)
            case events.Finish():
                till.refresh()
                till.port.wake()
                self._finished(command.task, command.completed)
            case events.Tell():
                self._told(command.task, command.look)
            case card_event.Sound():
                till.port.play(command.name)
