"""What the office has to say to all who work here: the newest at sign-on, the rest at the back. F: C10"""

from onecard.text import legible
from onecard.wire.fleet import Notice
from pos.presenters.frame import RowView, frame
from pos.presenters.sheet import ListView, back
from pos.till import Till


def of(till: Till) -> tuple[Notice, ...]:
    """Those that hold now, the newest first."""
    return tuple(sorted(till.station.facts.notices, key=lambda one: one.notice, reverse=True))


def newest(till: Till) -> str:
    """ "" when there is nothing to say."""
    return next((words(till, one) for one in of(till)), "")


def words(till: Till, one: Notice) -> str:
    """In the language that is read here, where it was written in it."""
    return legible(one.text if till.tr.language == "zh" else one.text_en or one.text)


class NoticesPresenter:
    """A list; the one that is chosen stands above it in full."""

    name = "notices"

    def __init__(self, till: Till) -> None:
        self._till = till
        self._at = 0
        #: The newest one that somebody here has read.
        self._read = 0

    @property
    def has_news(self) -> bool:
        """Whether one is there that nobody has read since the start."""
        return any(one.notice > self._read for one in of(self._till))

    def enter(self) -> None:
        """The newest first."""
        self._at = 0
        self._read = max((one.notice for one in of(self._till)), default=self._read)

    def act(self, action: str) -> None:
        """Up, down, a touch."""
        last = max(0, len(of(self._till)) - 1)
        if action in ("up", "down"):
            self._at = min(max(0, self._at + (1 if action == "down" else -1)), last)
        elif action.startswith("row:"):
            self._at = min(int(action.removeprefix("row:")), last)

    def view(self) -> ListView:
        till, tr = self._till, self._till.tr
        notices = of(till)
        at = min(self._at, max(0, len(notices) - 1))
        return ListView(
            frame=frame(till),
            title=tr("pos.notices.title"),
            body=words(till, notices[at]) if notices else "",
            titles=tuple(tr(f"pos.notices.column.{name}") for name in ("since", "until", "text")),
            shares=(0.8, 0.8, 3.0),
            rows=tuple(
                RowView(
                    cells=(
                        tr.moment(one.since) if one.since else "",
                        tr.moment(one.until) if one.until else tr("pos.notices.open"),
                        words(till, one).replace("\n", " "),
                    ),
                    action=f"row:{number}",
                    selected=number == at,
                )
                for number, one in enumerate(notices)
            ),
            empty=tr("pos.notices.none"),
            keys=(back(till),),
        )
