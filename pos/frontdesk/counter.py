"""The job that is being done at the front desk: at most one, on one screen. F: C11

Hands on what the whole app tells; what is asked and done is the job's.
"""

from onecard.terminal.look import Look
from onecard.terminal.outcome import Completed
from pos.area import Way
from pos.frontdesk.job import Job, Stage
from pos.frontdesk.jobs import JOBS
from pos.frontdesk.step import present, waiting
from pos.frontdesk.talk import Talk
from pos.presenters.job import JobView
from pos.presenters.tap import TapView
from pos.task import Complete, Issue, Recharge, Task
from pos.till import Till


class Counter:
    """``job`` is the one in front; it keeps its state while another screen is looked at."""

    def __init__(self, till: Till, way: Way) -> None:
        self._till, self._way = till, way
        self.talk = Talk(till)
        self.job: Job | None = None

    def begin(self, name: str, look: Look | None = None, *, allowed_by: int = 0) -> None:
        """A new one, for the card that was looked at if there is one, by somebody's word if it takes one. An
        errand that was waited for stands on the list of open ones from then on."""
        self.talk.leave()
        self.left()
        self.job = JOBS[name](self._till, self._way, self.talk, allowed_by=allowed_by)
        self._way.go("job")
        if look is not None:
            self.job.finder.put(look)

    def act(self, action: str) -> bool:
        """A key, a touch; ``False``: it leaves."""
        assert self.job is not None
        return self.job.act(action)

    def typed(self, field: str, text: str) -> None:
        if self.job is not None:
            self.job.typed(field, text)

    def finished(self, task: Task, completed: Completed) -> None:
        """Something was written on a card while the job was in front."""
        job = self.job
        if job is None or self._way.screen != "job":
            return
        if isinstance(task, Issue | Recharge):
            job.issued()
        elif isinstance(task, Complete):
            job.completed(completed)

    def left(self) -> None:
        """Another screen comes to the front."""
        if self.job is not None:
            self.job.left()

    def rest(self) -> None:
        """A moment has passed."""
        self.talk.rest()
        if self.job is not None:
            self.job.rest()

    @property
    def is_busy(self) -> bool:
        """Whether the office or an upload is waited for."""
        return self.job is not None and self.job.stage is Stage.BUSY

    def wait_view(self) -> TapView:
        """What covers the job meanwhile."""
        assert self.job is not None
        return waiting(self.job)

    @property
    def holds(self) -> bool:
        """Whether somebody waits for the office: nobody signs out meanwhile."""
        return self.is_busy and self.talk.is_asking

    def view(self) -> JobView:
        assert self.job is not None
        return present(self.job)
