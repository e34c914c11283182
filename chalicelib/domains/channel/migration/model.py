"""Moving the followers of an old account: states and decisions, no I/O, no clock.

An old account has two records, so that staff and worker never overwrite each other: the *order* is written by staff
only, the *progress* by whoever holds the worker's lease. What goes on follows from both::

    new ──pull──▶ pulling ──▶ pulled ──convert──▶ converting ──▶ converted
                   │  ▲ pause, a limit of WeChat's, a refusal        │
                   └──┴─ paused / waiting / stopped ── resume ◀──────┘
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

BATCH = 100
"""WeChat converts at most a hundred openids a call (wechat.md A8)."""
WINDOW = timedelta(days=15)
"""How long after the approval of the migration openids can be converted (wechat.md A8)."""
LEASE = timedelta(seconds=75)
"""Longer than the worker function may live (60 s): nobody else works for an account while a run may still be alive."""
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=15)


class Task(StrEnum):
    """What staff ordered last."""

    NONE = "none"
    PULL = "pull"
    CONVERT = "convert"


class SourceForm(StrEnum):
    """How ``from_appid`` names the old account: official texts disagree, so both can be tried."""

    RAW_ID = "raw_id"
    APP_ID = "app_id"


class MigrationStage(StrEnum):
    """Where an old account stands, as people read it."""

    NEW = "new"
    PULLING = "pulling"
    PULLED = "pulled"
    CONVERTING = "converting"
    CONVERTED = "converted"
    PAUSED = "paused"
    WAITING = "waiting"
    STOPPED = "stopped"


class Reason(StrEnum):
    """Why one openid was not converted."""

    NOT_FOLLOWER = "not_follower"
    """WeChat's ``ori_openid error``: not a follower of the old account (any more)."""
    NO_ANSWER = "no_answer"
    """It is missing in WeChat's answer, or has no new openid there although it is called ok."""
    CONTRADICTORY = "contradictory"
    """The answer names two different new openids for it."""
    OTHER = "other"


class MigrationReason(StrEnum):
    """Why an order of staff is refused."""

    BUSY = "migration_busy"
    NOTHING_PULLED = "migration_nothing_pulled"
    NOT_RUNNING = "migration_not_running"
    NOT_APPROVED_YET = "migration_not_approved_yet"
    WINDOW_OVER = "migration_window_over"


class MigrationProblem(Exception):
    """An order that is refused."""

    def __init__(self, reason: MigrationReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Order:
    """What staff want of an old account. ``version`` rises with every change, ``run`` with every new task."""

    account: str
    version: int = 0
    run: int = 0
    task: Task = Task.NONE
    paused: bool = False
    source_form: SourceForm = SourceForm.RAW_ID
    approved_on: date | None = None
    retry_failed: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the work does not go on; ``code`` is the adapter's."""

    code: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the worker is. Every write raises ``version``: the fence against a run that outlived its lease."""

    account: str
    version: int = 0
    lease_owner: str = ""
    lease_until: datetime | None = None
    ended_order: int = 0
    """Version of the order that is finished or given up."""
    trouble: Trouble | None = None
    retry_at: datetime | None = None
    waiting_order: int = 0
    """Version of the order that waits for ``retry_at``; a newer one does not wait."""
    setbacks: int = 0
    """Failed calls in a row."""
    pull_run: int = 0
    pull_cursor: str = ""
    """``next_openid`` of the page to read, in run ``pull_run``."""
    pulled_at: datetime | None = None
    """When the list was last read to its end."""
    told_total: int = 0
    """Followers as WeChat counts them."""
    requeued_run: int = 0
    pulled: int = 0
    """Different openids known, from WeChat or from lists."""
    converted: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    """Reason → number."""

    @property
    def failed_total(self) -> int:
        """Openids that could not be converted."""
        return sum(self.failed.values())

    @property
    def waiting(self) -> int:
        """Openids that are still to be converted."""
        return self.pulled - self.converted - self.failed_total


@dataclass(frozen=True, slots=True)
class Conversion:
    """One entry of WeChat's answer; ``new`` is empty when the entry has none."""

    old: str
    new: str
    message: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one openid."""

    openid: str
    new_openid: str = ""
    reason: Reason | None = None
    message: str = ""


def stage(order: Order, progress: Progress, now: datetime) -> MigrationStage:
    """Where the account stands."""
    pulls = order.task is Task.PULL
    if order.task is Task.NONE:
        return MigrationStage.NEW
    if progress.ended_order == order.version:
        if progress.trouble is not None:
            return MigrationStage.STOPPED
        return MigrationStage.PULLED if pulls else MigrationStage.CONVERTED
    if order.paused:
        return MigrationStage.PAUSED
    if _waits(order, progress, now):
        return MigrationStage.WAITING
    return MigrationStage.PULLING if pulls else MigrationStage.CONVERTING


def is_due(order: Order, progress: Progress, now: datetime) -> bool:
    """Whether the worker has something to do for the order now."""
    return stage(order, progress, now) in (MigrationStage.PULLING, MigrationStage.CONVERTING)


def _waits(order: Order, progress: Progress, now: datetime) -> bool:
    return progress.retry_at is not None and progress.waiting_order == order.version and now < progress.retry_at


def window_end(approved_on: date) -> date:
    """The first day on which WeChat converts nothing any more."""
    return approved_on + WINDOW


def days_left(approved_on: date, today: date) -> int:
    """Whole days of the window, today included; 0 when it is over."""
    return max(0, (window_end(approved_on) - today).days)


def start_pull(order: Order, progress: Progress, now: datetime) -> Order | None:
    """Read the old account's followers (again); ``None`` when that is going on."""
    at = stage(order, progress, now)
    if at in (MigrationStage.PULLING, MigrationStage.WAITING) and order.task is Task.PULL:
        return None
    if at in (MigrationStage.CONVERTING, MigrationStage.WAITING):
        raise MigrationProblem(MigrationReason.BUSY)
    return replace(order, version=order.version + 1, run=order.run + 1, task=Task.PULL, paused=False)


def start_convert(
    order: Order,
    progress: Progress,
    now: datetime,
    *,
    today: date,
    approved_on: date,
    source_form: SourceForm,
    retry_failed: bool,
) -> Order | None:
    """Convert what is known and not converted; ``None`` when exactly that is going on."""
    wanted = replace(
        order,
        task=Task.CONVERT,
        paused=False,
        source_form=source_form,
        approved_on=approved_on,
        retry_failed=retry_failed,
    )
    at = stage(order, progress, now)
    if at is MigrationStage.CONVERTING and wanted == order:
        return None
    if at in (MigrationStage.PULLING, MigrationStage.CONVERTING) or (
        at is MigrationStage.WAITING and order.task is Task.PULL
    ):
        raise MigrationProblem(MigrationReason.BUSY)
    if progress.pulled == 0:
        raise MigrationProblem(MigrationReason.NOTHING_PULLED)
    if approved_on > today:
        raise MigrationProblem(MigrationReason.NOT_APPROVED_YET)
    if days_left(approved_on, today) == 0:
        raise MigrationProblem(MigrationReason.WINDOW_OVER)
    return replace(wanted, version=order.version + 1, run=order.run + 1)


def pause(order: Order, progress: Progress, now: datetime) -> Order | None:
    """Stop after the batch that is under way; ``None`` when it is paused."""
    at = stage(order, progress, now)
    if at is MigrationStage.PAUSED:
        return None
    if at not in (MigrationStage.PULLING, MigrationStage.CONVERTING, MigrationStage.WAITING):
        raise MigrationProblem(MigrationReason.NOT_RUNNING)
    return replace(order, version=order.version + 1, paused=True)


def resume(order: Order, progress: Progress, now: datetime) -> Order | None:
    """Go on where it stood, without waiting; ``None`` when it runs."""
    at = stage(order, progress, now)
    if at in (MigrationStage.PULLING, MigrationStage.CONVERTING):
        return None
    if at not in (MigrationStage.PAUSED, MigrationStage.WAITING, MigrationStage.STOPPED):
        raise MigrationProblem(MigrationReason.NOT_RUNNING)
    return replace(order, version=order.version + 1, paused=False)


def take_lease(progress: Progress, owner: str, now: datetime) -> Progress | None:
    """Begin a run; ``None`` while another one may be alive."""
    if progress.lease_until is not None and now < progress.lease_until:
        return None
    return replace(progress, version=progress.version + 1, lease_owner=owner, lease_until=now + LEASE)


def release(progress: Progress) -> Progress:
    """End a run."""
    return replace(progress, version=progress.version + 1, lease_owner="", lease_until=None)


def stored(progress: Progress, count: int) -> Progress:
    """So many openids were not known before."""
    return replace(progress, version=progress.version + 1, pulled=progress.pulled + count)


def page_read(progress: Progress, order: Order, next_openid: str, total: int) -> Progress:
    """A page of followers is stored; the next one begins behind ``next_openid``."""
    return replace(_well(progress), pull_run=order.run, pull_cursor=next_openid, told_total=total)


def pull_cursor(progress: Progress, order: Order) -> str:
    """Where this run's reading goes on; a new run begins at the beginning."""
    return progress.pull_cursor if progress.pull_run == order.run else ""


def ended(progress: Progress, order: Order, now: datetime) -> Progress:
    """The order is carried out."""
    done = replace(_well(progress), ended_order=order.version)
    return replace(done, pulled_at=now, pull_cursor="") if order.task is Task.PULL else done


def settled(progress: Progress, results: Iterable[Result]) -> Progress:
    """Some waiting openids have their result."""
    failed, converted = Counter(progress.failed), progress.converted
    for result in results:
        if result.reason is None:
            converted += 1
        else:
            failed[result.reason.value] += 1
    return replace(_well(progress), converted=converted, failed=dict(failed))


def requeued(progress: Progress, reasons: Iterable[str]) -> Progress:
    """Some failed openids wait again."""
    failed = Counter(progress.failed)
    failed.subtract(Counter(reasons))
    return replace(progress, version=progress.version + 1, failed={name: n for name, n in failed.items() if n})


def must_requeue(progress: Progress, order: Order) -> bool:
    """Whether this run has still to put the failed ones back."""
    return order.retry_failed and progress.requeued_run != order.run


def all_requeued(progress: Progress, order: Order) -> Progress:
    """None of the failed ones is left."""
    return replace(progress, version=progress.version + 1, requeued_run=order.run)


def put_off(progress: Progress, order: Order, trouble: Trouble, until: datetime | None = None) -> Progress:
    """WeChat cannot now: wait until ``until``, or longer after every failure in a row."""
    growing = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(progress.setbacks, 16))
    return replace(
        progress,
        version=progress.version + 1,
        trouble=trouble,
        retry_at=until or trouble.at + growing,
        waiting_order=order.version,
        setbacks=progress.setbacks + 1,
    )


def given_up(progress: Progress, order: Order, trouble: Trouble) -> Progress:
    """WeChat refuses for good: staff must change something and resume."""
    return replace(
        progress, version=progress.version + 1, trouble=trouble, ended_order=order.version, retry_at=None, setbacks=0
    )


def match(asked: Sequence[str], answers: Iterable[Conversion]) -> list[Result]:
    """A result for every openid that was asked, by ``ori_openid`` and never by position; strangers are ignored."""
    found: dict[str, list[Conversion]] = {}
    for answer in answers:
        found.setdefault(answer.old, []).append(answer)
    return [_result(openid, found.get(openid, [])) for openid in asked]


def _result(openid: str, answers: list[Conversion]) -> Result:
    named = {answer.new for answer in answers if answer.new}
    if len(named) == 1:
        return Result(openid, new_openid=named.pop())
    if len(named) > 1:
        return Result(openid, reason=Reason.CONTRADICTORY)
    message = answers[0].message if answers else ""
    if message.startswith("ori_openid error"):
        return Result(openid, reason=Reason.NOT_FOLLOWER, message=message)
    no_answer = not answers or message == "ok"
    return Result(openid, reason=Reason.NO_ANSWER if no_answer else Reason.OTHER, message=message)


def _well(progress: Progress) -> Progress:
    """A call succeeded: earlier trouble is over."""
    return replace(progress, version=progress.version + 1, trouble=None, retry_at=None, setbacks=0)
