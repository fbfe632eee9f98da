"""What one job of the front desk looks like at the step where it stands. Formats; decides nothing. F: C11"""

from onecard import money
from onecard.errors import Refused, Unreachable
from pos.frontdesk.job import Job
from pos.presenters.field import FieldView
from pos.presenters.frame import RowView, TileView, frame
from pos.presenters.job import GroupView, JobView, PadView
from pos.presenters.loss import StopView
from pos.presenters.tap import ChoiceView, TapView
from pos.question import CardStatus


def present(job: Job) -> JobView:
    """The step at which it stands."""
    match job.stage.value:
        case "find":
            return _find_view(job)
        case "done":
            return _done_view(job)
        case _:
            return _form_view(job)


def _say(job: Job, word: str) -> tuple[str, str]:
    """The body and its tone."""
    tr = job.till.tr
    if job.error is not None:
        return tr.refusal(job.error), "refuse"
    if job.note:
        return job.note, "done"
    own = f"desk.{job.name}.{word}"
    return (tr(own) if tr.knows(own) else tr(f"desk.job.{word}")), "muted"


def _back(job: Job) -> TileView:
    return job.tile("escape", job.till.tr("common.back"))


def _find_view(job: Job) -> JobView:
    tr = job.till.tr
    body, tone = _say(job, "find")
    go = tr("desk.job.choose" if job.finder.has_found else "common.search")
    put = () if job.by_member else (job.tile("f1", tr("desk.job.put")),)
    return JobView(
        frame=frame(job.till),
        title=tr(f"desk.{job.name}.title"),
        body=body,
        tone=tone,
        fields=(job.finder.field(),),
        list=job.finder.list(),
        pad=job.finder.pad(),
        keys=(_back(job), *put, job.tile("enter", go, kind="primary")),
    )


def _form_view(job: Job) -> JobView:
    tr = job.till.tr
    body, tone = _say(job, "body")
    go = job.tile("enter", tr(f"desk.{job.name}.go"), kind="primary")
    return JobView(
        frame=frame(job.till),
        title=tr(f"desk.{job.name}.title"),
        body=body,
        tone=tone,
        subject=_subject(job),
        subject_detail=_subject_detail(job),
        subject_state="" if job.target is None else _state(job, job.target.state, job.status),
        subject_waiting=_waiting(job, job.status),
        fields=tuple(_field(job, name) for name in job.fields),
        groups=tuple(
            GroupView(
                title=title,
                tiles=tuple(
                    TileView(action=f"pick:{n}:{at}", text=words, selected=at == job.answers[n])
                    for at, (_, words) in enumerate(choices)
                ),
                columns=min(4, len(choices)),
            )
            for n, (title, choices) in enumerate(job.groups())
        ),
        list=job.rows(),
        facts=tuple(RowView(cells=fact) for fact in job.facts()),
        pad=_written_view(job) if job.fields and job.writing else _pad_view(job) if job.pad else None,
        keys=(_back(job), *_writing_keys(job), *job.more_keys(), go),
        stop=_stop_view(job),
    )


def _field(job: Job, name: str) -> FieldView:
    label = job.till.tr(f"desk.field.{name}")
    return FieldView(field=name, label=label, text=job.texts[name], keyboard="")  # its keys are beside it


def _writing_keys(job: Job) -> tuple[TileView, ...]:
    """Texts can be typed by touch: which, and with what."""
    tr = job.till.tr
    if not job.fields:
        return ()
    following = (job.tile("f2", tr("desk.job.next_field")),) if len(job.fields) > 1 else ()
    return (*following, job.tile("f3", tr(f"desk.job.type.{job.next_way or 'amount'}")))


def _written_view(job: Job) -> PadView:
    """The end of the text that is being typed."""
    label = job.till.tr(f"desk.field.{job.written}")
    order = "letters" if job.writing == "letters" else "phone"
    return PadView(order=order, label=label, amount=job.texts[job.written][-12:])


def _pad_view(job: Job) -> PadView:
    tr = job.till.tr
    label = tr(f"desk.{job.name}.amount")
    if job.pad == "phone":
        amount = "●" * len(job.entry.first) if job.is_secret else job.entry.first
        return PadView(order="phone", label=label, amount=amount)
    if job.entry.is_empty:
        return PadView(order="amount", label=label, amount=money.show(0), tone="muted")
    try:
        fen = job.fen(least=0)
    except Refused as refused:
        return PadView(
            order="amount", label=label, amount=job.entry.text, tone="refuse", words=tr.refusal(refused)
        )
    words = money.in_words(fen) if fen and tr.language == "zh" else ""
    return PadView(order="amount", label=label, amount=money.show(fen), words=words)


def _stop_view(job: Job) -> StopView | None:
    if not job.asks_again:
        return None
    tr = job.till.tr
    return StopView(
        title=tr(f"desk.{job.name}.sure"),
        body=tr(f"desk.{job.name}.sure_body"),
        who=_subject(job),
        yes=tr(f"desk.{job.name}.yes"),
        no=tr("common.cancel"),
        tone="refuse" if job.is_grave else "wait",
        done=False,
        icon=job.icon,
        kind="destructive" if job.is_grave else "primary",
    )


def waiting(job: Job) -> TapView:
    """What covers the form while the office is waited for: quietly, then with the reason and a way on."""
    tr, silence = job.till.tr, job.talk.silence
    cancel = ChoiceView(action="escape", text=tr("desk.job.cancel"), hint="Esc")
    if job.is_uploading:
        leave = ChoiceView(action="escape", text=tr("common.cancel"), hint="Esc")
        return TapView(look="reading", title=tr("desk.job.uploading"), choices=(leave,))
    if job.talk.is_cancelling:
        return TapView(look="reading", title=tr("desk.job.cancelling"))
    if silence is None:
        return TapView(
            look="reading", title=tr("desk.job.asking"), choices=(cancel,) if job.talk.is_asking else ()
        )
    leave = ChoiceView(action="f9", text=tr("desk.job.leave_open"), hint="F9")
    once, is_nobody = tr("desk.job.once"), isinstance(silence, Unreachable)
    return TapView(
        look="retap",
        title=tr("desk.job.silent"),
        # Not "try again later": it is asked again already, and who begins anew might pay in twice.
        detail=once if is_nobody else tr.refusal(silence),
        note="" if is_nobody else once,
        choices=(leave, cancel),
    )


def _done_view(job: Job) -> JobView:
    tr, result = job.till.tr, job.result
    return JobView(
        frame=frame(job.till),
        title=tr(f"desk.{job.name}.title"),
        body=result.note or tr(f"desk.{job.name}.done"),
        tone="done",
        subject=_subject(job),
        subject_detail=_subject_detail(job),
        subject_state="" if job.after is None else _state(job, job.after.state, job.after),
        subject_waiting=_waiting(job, job.after),
        sum_label=result.label,
        sum=money.show(result.fen) if result.label else "",
        sum_tone=result.tone,
        keys=(_back(job), *job.keys_after(), job.tile("enter", tr("desk.job.again"), kind="primary")),
    )


def _subject(job: Job) -> str:
    if job.headline[0]:
        return job.headline[0]
    return "" if job.target is None else job.target.member.name or job.till.tr("desk.query.no_name")


def _subject_detail(job: Job) -> str:
    """Number and card."""
    target = job.target
    if job.headline[0]:
        return job.headline[1]
    if target is None:
        return ""
    parts = [target.member.number]
    if target.card:
        parts.append(f"{target.card}-{target.issue}")
    return " · ".join(part for part in parts if part)


def _state(job: Job, state: str, status: CardStatus | None) -> str:
    """How the card is, and what the books say, as far as it is known."""
    target, tr = job.target, job.till.tr
    if job.headline[0] or target is None or not target.card:
        return ""
    parts = [tr(f"desk.card_state.{state}")]
    if status is not None:
        parts.append(tr("desk.job.books", fen=status.books_fen))
    return " · ".join(parts)


def _waiting(job: Job, status: CardStatus | None) -> str:
    if job.headline[0] or job.target is None or status is None or not status.waiting_fen:
        return ""
    return f"{job.till.tr('desk.job.waiting')} {money.show(status.waiting_fen)}"
