"""Describe, for the command `status`, the current state and the problems that need attention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from incidentmail.core.conduct.promises import next_update
from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident
from incidentmail.core.text import counted
from incidentmail.core.times import show_duration
from incidentmail.ledger.deliveries import HookFigures
from incidentmail.ledger.free_space import DISK_FULL_BYTES, free_bytes
from incidentmail.ledger.sqlite.same_file import gone_log
from incidentmail.ledger.values import FailedRecipient, Figures, Head
from incidentmail.ledger.view import LedgerView

from .alerting.waiting import alert_lines
from .context import AppContext
from .drills.shown import DrillsOn, drill_lines, drills_on
from .hooks.figures import hook_lines
from .keeping.authority import TAKE_OVER, Standing, standing_of
from .keeping.backup import last_back_up
from .serve_lock import is_running, runs_muted, runs_on_another_file
from .telling.asked import QuestionCount, count_questions
from .telling.delays import LONG_DELAY
from .telling.silent_list import silent_lists

FAILED_WITHIN = timedelta(days=1)
"""How long refusals and missing copies are counted. After that, people know about them from other mail."""
QUARANTINED_WITHIN = timedelta(days=7)
DELAYED_WITHIN = timedelta(days=5)
"""Servers usually try to deliver a mail for this long, and then return it."""
FAILED_SHOWN_MAX = 5
"""How many recipients are named. The others are only counted."""
WAITS_AT_MOST = timedelta(minutes=1)
"""Incoming and outgoing mail is processed at once, so anything that waits longer than this is stuck."""
NO_LEDGER = "there is no ledger yet; the first command that records something makes it"
LOOKED_WITHIN = timedelta(minutes=30)
"""If the last check of the mailbox is older, this is reported. Checks are at most 29 minutes apart."""


class Status(Frozen, kw_only=True):
    """The current state. `attention` holds a line for each problem, and `notes` holds lines about harmless things.

    `is_begun` is true if there is a ledger; if not, `head` and the figures are those of an empty ledger. `muted` is
    true if nothing is sent automatically. `never_returned` holds the lists that have accepted our mail but never
    returned any. `open` names the open incidents, and `drills` says which of them are drills; `overdue` maps each
    incident whose next update is overdue to the time at which it was due. `hooks` describes the calls that wait for
    hooks. `questions` counts the questions that people were asked within thirty days, by topic. `backed_up_at` is when
    `ledger backup` last made a back-up, or None. `leads` is false if another installation leads or none does.
    """

    at: datetime
    figures: Figures
    head: Head
    is_begun: bool
    running: bool
    muted: bool
    never_returned: tuple[str, ...]
    open: tuple[str, ...]
    drills: DrillsOn
    overdue: Mapping[str, datetime]
    hooks: tuple[HookFigures, ...]
    attention: tuple[str, ...]
    notes: tuple[str, ...]
    questions: Mapping[str, QuestionCount]
    backed_up_at: datetime | None
    leads: bool

    @property
    def ok(self) -> bool:
        return not self.attention


def status(context: AppContext) -> Status:
    """Return the current state. The time that this takes does not depend on the size of the ledger."""
    now = context.now()
    with context.ledger.snapshot() as view:
        figures = view.figures(now=now, failed_since=now - FAILED_WITHIN, quarantined_since=now - QUARANTINED_WITHIN)
        head, open_ones = view.head(), view.incidents(everything=False)
        standing = standing_of(context, view)
        silent = silent_lists(context, view)
        failed = view.failed_recipients(since=now - FAILED_WITHIN, limit=FAILED_SHOWN_MAX)
        asked = [state for name in view.with_proposals() if (state := view.incident(name))]
        proposals = sum(len(open_proposals(state)) for state in asked)
        questions = count_questions(view, now)
        running = is_running(context.config.ledger_path)
        unmade = view.due_incidents(now=now - WAITS_AT_MOST, early=not running)
        waiting_alerts = view.alerts()
        late = view.waiting_recipients(after=now - DELAYED_WITHIN, until=now)
        drills = drills_on(view, open_ones)
        hooks = tuple(view.hook_figures(failed_since=now - FAILED_WITHIN))
        pages = _pages(context, view, now)
    delayed = [one for one in late if one.state == "delayed"]
    is_begun = context.config.ledger.exists()
    due = {i.id: next_update(i, context.words.policy) for i in open_ones}
    overdue = {name: at for name, at in due.items() if at is not None and at < now}
    muted = tuple(_muted(context))
    awaited = bool(context.config.settings.list.returns_within)
    overdue_lists = [one.text for one in silent if awaited and one.is_overdue]
    return Status(
        at=now,
        figures=figures,
        head=head,
        is_begun=is_begun,
        running=running,
        muted=bool(muted),
        never_returned=tuple(one.address for one in silent),
        open=tuple(due),
        drills=drills,
        overdue=overdue,
        hooks=hooks,
        leads=standing.leads,
        attention=(
            *([standing.why] if standing.is_contested else []),
            *_file(context.config.ledger_path),
            *_disk(context),
            *muted,
            *_service(context, figures, now, running=running),
            *_mail(figures, now, running=running),
            *(_unmade(unmade) if not muted else ()),
            *_failed(figures, failed),
            *hook_lines(hooks, [hook.name for hook in context.config.settings.hook], now),
            *_delayed(delayed, now, long=True),
            *overdue_lists,
            *_updates(overdue, now),
            *_on_call(open_ones),
            *pages,
            *alert_lines(waiting_alerts, now, long=True),
        ),
        notes=(
            *(() if is_begun else (NO_LEDGER,)),
            *drill_lines(context, drills, now),
            *_follows(standing),
            *_delayed(delayed, now, long=False),
            *(one.text for one in silent if one.text not in overdue_lists),
            *alert_lines(waiting_alerts, now, long=False),
            *_of_strangers(figures),
            *_notes(context, proposals),
        ),
        questions=questions,
        backed_up_at=last.at if (last := last_back_up(context.config.ledger_path)) else None,
    )


def _follows(standing: Standing) -> Iterator[str]:
    """Yield a line if another installation leads and this one only follows."""
    if not standing.leads and not standing.is_contested:
        yield f"{standing.why}; this one follows and is silent ({TAKE_OVER})"


def _file(ledger: Path) -> Iterator[str]:
    """Yield a line for each problem with the ledger's files."""
    if runs_on_another_file(ledger):
        what = "was replaced" if ledger.exists() else "is gone"
        yield f"the ledger {what} while 'serve' runs: no mail is accepted; put the file back, then restart 'serve'"
    if lost := gone_log(ledger):
        yield f"the ledger: {lost}"


def _disk(context: AppContext) -> Iterator[str]:
    """Yield a line about the space left for the ledger, if it is too little to store mail from strangers."""
    if context.config.ledger.database_url is not None:
        return  # the disk belongs to another machine
    path, least = context.config.ledger_path, context.config.settings.listen.untrusted_free_bytes_min
    free = free_bytes(path)
    if free < DISK_FULL_BYTES:
        yield f"the disk is full, {_megabytes(free)} are free for {path}: nothing can be recorded; make room"
    elif free < least:
        yield (
            f"the disk is nearly full, {_megabytes(free)} are free for {path}: mail of hosts outside [trust] relays "
            "is not taken; make room"
        )


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"


def _muted(context: AppContext) -> Iterator[str]:
    """Yield a line for each switch that keeps mail from being sent, with how to switch it off."""
    if context.config.settings.mail.mute:
        yield "muted, [mail] mute = true: nothing is sent by itself; to send again, set it to false and restart 'serve'"
    elif runs_muted(context.config.ledger_path):
        yield "muted, nothing is sent by itself: 'serve' was started muted; to send again, restart it without --mute"


def _service(context: AppContext, figures: Figures, now: datetime, *, running: bool) -> Iterator[str]:
    settings = context.config.settings
    if not running and settings.listen.addresses:
        yield "'incidentmail serve' is not running: no mail is taken, and what waits is not sent"
    if settings.imap.url and (figures.looked_at is None or now - figures.looked_at > LOOKED_WITHIN):
        when = f"last looked at {_ago(figures.looked_at, now)}" if figures.looked_at else "never looked at"
        why = "see the log of 'incidentmail serve'" if running else "'incidentmail serve' is not running"
        yield f"the mailbox was {when}: {why}"


def _mail(figures: Figures, now: datetime, *, running: bool) -> Iterator[str]:
    if figures.waits_since is not None and now - figures.waits_since > WAITS_AT_MOST:
        waiting = _were(figures.waiting, "accepted mail")
        reads = "" if running else "; 'incidentmail flush' reads what waits, from cron every minute"
        yield f"{waiting} not read yet, {_oldest(figures.waiting)}came {_ago(figures.waits_since, now)}{reads}"
    if figures.quarantined:
        yield f"{_were(figures.quarantined, 'mail')} unreadable and set aside within a week; see 'incidentmail inbox'"
    if figures.tried_since is not None:
        tried = _were(figures.tried, "mail")
        made = f"{_oldest(figures.tried)}made {_ago(figures.tried_since, now)}"
        yield f"{tried} tried and not sent, {made}; 'incidentmail outbox list' says why"
    if figures.untried_since is not None and now - figures.untried_since > WAITS_AT_MOST:
        untried = figures.queued - figures.tried
        yield f"{_were(untried, 'mail')} not tried yet, {_oldest(untried)}made {_ago(figures.untried_since, now)}"
    if figures.missed:
        yield f"{_were(figures.missed, 'mail')} not returned by the list within a day; see 'incidentmail outbox list'"


def _failed(figures: Figures, failed: Sequence[FailedRecipient]) -> Iterator[str]:
    """Yield a line for each of the newest failures within a day, and one line for the rest."""
    for one in failed:
        yield f"mail {one.mail} failed for good for {one.address}: {one.reply or 'no reason was given'}"
    if figures.refused > len(failed):
        more = figures.refused - len(failed)
        yield f"{more} more failed for good within a day; see 'incidentmail outbox list'"


def _delayed(delayed: Sequence[FailedRecipient], now: datetime, *, long: bool) -> Iterator[str]:
    """Yield a line for each recipient whom a mail has not reached although a relay accepted it.

    If `long` is true, yield only delays of LONG_DELAY and more, otherwise only shorter ones.
    """
    some = [one for one in delayed if (now - one.at >= LONG_DELAY) == long]
    for one in some[-FAILED_SHOWN_MAX:]:
        yield f"mail {one.mail} has been on its way to {one.address} for {show_duration(now - one.at)}: {one.reply}"
    if len(some) > FAILED_SHOWN_MAX:
        yield f"{len(some) - FAILED_SHOWN_MAX} more are on their way for as long; see 'incidentmail outbox list'"


def _unmade(incidents: Sequence[str]) -> Iterator[str]:
    """Yield a line for each incident whose due mail was not written, because of a template or an interruption."""
    for name in incidents[:FAILED_SHOWN_MAX]:
        yield f"{name}: a mail is due and was not made; 'incidentmail outbox retry' makes it"


def _updates(overdue: Mapping[str, datetime], now: datetime) -> Iterator[str]:
    for name, at in overdue.items():
        yield f"{name}: the next update was due {_ago(at, now)}"


def _on_call(incidents: Sequence[Incident]) -> Iterator[str]:
    """Yield a line for each needed role for which the newest answer of `[duty] oncall_command` has a fault."""
    for incident in incidents:
        newest = {answer.role: answer for answer in incident.clock.on_call}
        for answer in newest.values():
            if answer.fault is not None:
                yield f"{incident.id}: [duty] oncall_command was asked for {answer.role}: {answer.fault}"


def _pages(context: AppContext, view: LedgerView, now: datetime) -> tuple[str, ...]:
    """Return a line for each problem with the web pages, if any are configured."""
    if not context.config.settings.publish.folders:
        return ()
    from .publishing.health import pages_attention  # imported here because few installations have pages

    return tuple(pages_attention(context, view, now))


def _of_strangers(figures: Figures) -> Iterator[str]:
    """Yield a line about problems that concern only strangers. Anybody can cause them, so nobody needs to act."""
    if figures.strangers:
        count = _were(figures.strangers, "mail")
        yield f"{count} unreadable and no member's within a week; see 'incidentmail inbox --all'"


def _notes(context: AppContext, proposals: int) -> Iterator[str]:
    if proposals:
        waits = "waits" if proposals == 1 else "wait"
        yield f"{counted(proposals, 'proposal')} {waits} for somebody's word; see 'incidentmail proposal list'"
    if context.config.settings.operator.address is None:
        yield "nobody is told by mail when something fails: [operator] address is not set"
    if context.config.settings.replies.ask == "off":
        yield 'people are not asked what they want if their reply is not read: [replies] ask = "off"'
    yield from context.config.warnings


def _were(number: int, noun: str) -> str:
    return f"{counted(number, noun)} {'was' if number == 1 else 'were'}"


def _oldest(number: int) -> str:
    return "" if number == 1 else "the oldest "


def _ago(at: datetime, now: datetime) -> str:
    return f"{show_duration(now - at)} ago"
