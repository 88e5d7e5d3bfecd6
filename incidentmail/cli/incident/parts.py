"""Format the parts that an incident's screens share: its state, people, next steps, and unsent mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.cli.screen.layout import Line, Span, Style, wrapped
from incidentmail.core.conduct.deadlines import deadlines
from incidentmail.core.conduct.ended import began_at, ended_at
from incidentmail.core.conduct.promises import next_update
from incidentmail.core.conduct.wanted_roles import open_offers
from incidentmail.core.deeds.state_clauses import AT_THE_END, state_clauses
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Holders, Incident, Item, ItemKind, Status
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.retro.retro_state import RetroState
from incidentmail.core.teams.team_words import (
    APPROVED_BY_KEY,
    approved_by,
    customer_lines,
    merged_lines,
)
from incidentmail.core.text import one_line
from incidentmail.core.times import show_duration, show_time
from incidentmail.core.tracking.roll_call import NO_ANSWER
from incidentmail.core.tracking.tracked_items import Verdict
from incidentmail.core.words import (
    DRILL_SENTENCE,
    NEEDED,
    NOT_CONFIRMED,
    NOT_NEEDED,
    RESTRICTED_LINE,
    STATUS_SENTENCES,
    Words,
    in_brackets,
)
from incidentmail.ledger.values import UnsentMail
from incidentmail.report.ages import show_ago, show_length
from incidentmail.report.retro_words import retro_fact
from incidentmail.report.timeline import Happened

LOOKED_THROUGH_MAX = 40
"""The number of newest entries that are searched for the latest news."""
FAILED_WITHIN = timedelta(days=1)
"""The time for which a failed mail is marked. After that, people have been told in other ways."""
VERDICTS: Mapping[Verdict, str] = {"holds": "holds", "refuted": "refuted", "unknown": "not known yet"}
WIDE = 60
"""The minimum screen width at which the time and the name are placed next to the text of an event."""
ENGAGED_LABEL = "Also at work"


class Page(Frozen):
    """The data that every screen needs: the organisation's words and time zones, the time, and the width in columns."""

    words: Words
    zones: Sequence[str]
    now: datetime
    width: int

    @classmethod
    def of(cls, context: AppContext, width: int) -> Page:
        return cls(context.words, context.config.settings.timezones, context.now(), width)

    def time(self, at: datetime) -> str:
        return show_time(at, self.zones, self.now.date())

    def alarm_of(self, severity: int) -> Style:
        """Return the style for a severity. The two worst on the scale are highlighted."""
        worst = sorted(step.level for step in self.words.policy.severities)
        return "alarm" if severity <= worst[0] else "warn" if severity in worst[1:2] else "strong"


def state(page: Page, incident: Incident) -> list[Span]:
    """Return severity, phase, commander and venue, worded as in the first line of a mail."""
    noted = {name: NOT_CONFIRMED if name in incident.assumed else None for name in ("severity", "phase", "commander")}
    severity, phase = state_clauses(page.words, incident, noted["severity"], noted["phase"])
    ended = not incident.is_open
    parts = [Span(f"{DRILL_SENTENCE} ")] if incident.drill else []
    if incident.status is not Status.OPEN:
        parts.append(Span(f"{STATUS_SENTENCES[incident.status]} ", "good"))
    style: Style = page.alarm_of(incident.severity) if incident.is_open else "strong"
    parts += [Span(f"{AT_THE_END} ")] if ended else []
    severity = f"{severity[:1].lower()}{severity[1:]}" if ended else severity
    parts += [Span(severity, style), Span(f", {phase}. ")]
    parts.append(Span(page.words.commander_sentence(incident.commander.name, noted["commander"], ended=ended)))
    if incident.venue:
        parts.append(Span(f" {page.words.venue_sentence(incident.venue, ended=ended)}"))
    return parts


def age(page: Page, incident: Incident) -> str:
    """Return a text that says how long the incident has been open, or how long it lasted."""
    if incident.is_open:
        return f"open for {show_length(page.now - incident.declared_at)}"
    return f"it took {show_length((ended_at(incident) or page.now) - began_at(incident))}"


def facts(page: Page, incident: Incident) -> list[tuple[str, list[Span]]]:
    """Return the impact, the words for customers, the roles, and the next update, each with its label."""
    key = page.words.key
    rows: list[tuple[str, list[Span]]] = []
    if incident.restricted:
        rows.append((RESTRICTED_LINE.key, [Span(RESTRICTED_LINE.value)]))
    if incident.description != incident.subject:
        rows.append(("Subject", [Span(incident.subject)]))
    rows += [(line.key, [Span(line.value)]) for line in merged_lines(incident)]
    for name in ("impact", "not_affected", "backchannel"):
        if value := getattr(incident, name):
            rows.append((key(name), [Span(value)]))
    rows += [(line.key, [Span(line.value)]) for line in customer_lines(incident, key("customers_may_be_told"))]
    if incident.approved_words:
        rows.append((APPROVED_BY_KEY, [Span(approved_by(incident.approved_words))]))
    for name in ("started_at", "detected_at"):
        if at := getattr(incident, name):
            rows.append((key(name), [Span(page.time(at))]))
    if incident.offered is not None and incident.is_open:
        rows.append(("Asked to lead", [Span(f"{incident.offered.name}, who has not answered")]))
    return [*rows, *roles(page, incident), *engaged(page, incident), *promises(page, incident)]


def roles(page: Page, incident: Incident) -> Iterator[tuple[str, list[Span]]]:
    """Yield a row for each role that is held, or needed but not held."""
    missing = page.words.policy.missing_roles(incident) if incident.is_open else ()
    for name in page.words.role_keys(incident):
        role, held = page.words.policy.role(name), incident.roles.get(name, Holders())
        takes = in_brackets(role.takes if role else None)
        title = page.words.key(f"roles.{name}")
        if held.people:
            yield title, [Span(f"{join_names(held.people)}{takes}")]
        elif held.dismissed:
            yield title, [Span(NOT_NEEDED)]
        elif name in missing:
            asked = [o.to.name for o in open_offers(incident, page.words.policy) if o.role == name]
            offered = f", offered to {', '.join(asked)}" if asked else ""
            yield title, [Span(NEEDED, "warn"), Span(f"{takes}{offered}")]


def engaged(page: Page, incident: Incident) -> list[tuple[str, list[Span]]]:
    """Return one labelled row that lists the people who joined without a role, and when they joined."""
    names = [f"{one.person.name} (since {page.time(one.since)})" for one in incident.engaged]
    return [(ENGAGED_LABEL, [Span(", ".join(names))])] if names else []


def needed(page: Page, incident: Incident) -> list[str]:
    """Return the titles of the roles that the severity requires and nobody holds."""
    return [page.words.key(f"roles.{key}") for key in page.words.policy.missing_roles(incident)]


def promises(page: Page, incident: Incident) -> Iterator[tuple[str, list[Span]]]:
    """Yield rows about the next update, the next commander, the deadlines, and how many updates were on time."""
    due = next_update(incident, page.words.policy) if incident.is_open else None
    if due is not None:
        yield page.words.key("next_update_at"), time_due(page, due)
    planned = incident.clock.next_commander if incident.is_open else None
    if planned is not None:
        yield page.words.key("next_commander"), [Span(f"{planned.to.name} at {page.time(planned.at)}")]
    for deadline in deadlines(incident, page.words.policy):
        when = [Span("met", "good")] if deadline.is_met else time_due(page, deadline.at)
        yield deadline.name, when
    if incident.retro != RetroState():
        yield "Retrospective", [Span(retro_fact(incident, page.zones) or "")]
    if incident.clock.kept or incident.clock.missed:
        yield "Updates", [Span(f"{incident.clock.kept} in time, {incident.clock.missed} missed")]


def time_due(page: Page, at: datetime) -> list[Span]:
    """Return a text that says when something is due, and how much time is left until then."""
    if at < page.now:
        return [Span(f"by {page.time(at)}, "), Span(f"{show_duration(page.now - at)} overdue", "alarm")]
    return [Span(f"by {page.time(at)}, in {show_duration(at - page.now)}")]


def items(incident: Incident, *kinds: ItemKind) -> list[Item]:
    """Return the items of the given kinds that are still open: neither done nor judged."""
    return [item for item in incident.items if item.kind in kinds and not item.done and not item.is_judged]


def findings(incident: Incident) -> list[Item]:
    """Return the evidence, the causes that were ruled out, and the assumptions that were confirmed or refuted."""
    kinds: tuple[ItemKind, ...] = ("evidence", "ruled_out")
    return [item for item in incident.items if item.kind in kinds or item.is_judged]


def item_lines(page: Page, found: Iterable[Item]) -> list[Line]:
    """Return lines for each item: its number, text, owner, time, and what was said about it."""
    lines: list[Line] = []
    for item in found:
        notes = in_brackets(
            item.owner.name if item.owner else None,
            f"by {page.time(item.due_at)}" if item.due_at else None,
            f"for {item.about}" if item.about else None,
            f"{VERDICTS[item.verdict]}, says {item.judged_by.name}" if item.verdict and item.judged_by else None,
        )
        said = [Span(f"{item.number}. {page.words.key(item.kind)}: {item.text}{notes}")]
        if item.due_at and item.is_overdue(page.now):
            said.append(Span(f" {show_duration(page.now - item.due_at)} overdue", "alarm"))
        if item.is_asked:
            said.append(Span(" asked whether it holds: no answer yet", "warn"))
        lines += wrapped(said, page.width, first=(Span("  "),), indent=5)
    return lines


def roll_call(page: Page, incident: Incident) -> list[Line]:
    """Return the newest roll call: a heading, and the answer of each person."""
    call = incident.roll_call
    if call is None or not incident.is_open:
        return []
    lines: list[Line] = []
    for name, text in call.rows():
        said = [Span(f"{name}: ", "strong"), Span(text, "warn" if text == NO_ANSWER else "")]
        lines += wrapped(said, page.width, first=(Span("  "),), indent=4)
    return section(f"Roll call of {page.time(call.at)}", lines)


def happened(page: Page, news: Sequence[Happened], *, ago: bool = True) -> list[Line]:
    """Return lines that say who did or said what and when: one row each if there is room, otherwise several."""
    lines: list[Line] = []
    times = [f"{page.time(one.at)}{f', {show_ago(one.at, page.now)}' if ago else ''}" for one in news]
    column = max(map(len, times), default=0) + 4
    for time, one in zip(times, news, strict=True):
        style: Style = "" if one.is_news else "faint"
        said = [Span(one.by.name, "strong"), Span(": " if one.is_said else " ", style), Span(one.what, style)]
        if page.width >= WIDE and column <= page.width // 2:
            lead = (Span(f"  {time:{column - 2}}", "faint"),)
            lines += wrapped(said, page.width, first=lead, indent=column)
        else:
            lines += wrapped(Span(time, "faint"), page.width, first=(Span("  "),), indent=2)
            lines += wrapped(said, page.width, first=(Span("    "),), indent=4)
    return lines


def unsent_lines(page: Page, mails: Sequence[UnsentMail]) -> list[Line]:
    """Return lines about mail that was not sent: the reason, and what to do about it."""
    lines: list[Line] = []
    for mail in mails:
        how = "has failed" if mail.state == "failed" else f"waits for {show_duration(page.now - mail.at)}"
        words = [
            Span("NOT SENT", "alarm"),
            Span(f" mail {mail.mail} {how}: {one_line(mail.why or 'it was not tried yet')}"),
        ]
        lines += wrapped(words, page.width, first=(Span("  "),), indent=4)
    if mails:
        lines += wrapped("'incidentmail outbox retry' tries it now", page.width, first=(Span("  "),), indent=4)
    return lines


def section(title: str, lines: list[Line]) -> list[Line]:
    """Return a blank line, a heading and the lines, or nothing if there are no lines."""
    return [(), (Span(title, "strong"),), *lines] if lines else []
