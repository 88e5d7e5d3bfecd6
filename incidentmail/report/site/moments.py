"""List the moments of an incident for its page: who did what, in which words, and which update announced it.

Only the events in `_TOLD` are listed. Proposals, offers, breaks and answers to a roll call are not, because they
concern only a few people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from incidentmail.core import events as e
from incidentmail.core.conduct.clock_events import AwareStated, DeadlineMet, HandoverPlanned
from incidentmail.core.events import Event, Recorded
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.model import Status
from incidentmail.core.teams.customer_words import CUSTOMER_WORDS
from incidentmail.core.teams.team_events import CustomerWordsApproved, MergedFrom, MergedInto
from incidentmail.core.times import show_time
from incidentmail.core.tracking.tracking_events import ItemAssigned, ItemJudged, ItemTracked, Joined, Left
from incidentmail.core.words import NO_CHANGE, Words
from incidentmail.report.event_words import what_happened
from incidentmail.report.picture.incident_picture import severity_class

from .masks import Masks
from .statements import Statement

_DONE = (
    e.Declared, e.SeverityChanged, e.PhaseChanged, e.StatusChanged, e.CommandTransferred, e.CommandDeclined,
    e.VenueChanged, e.DescriptionChanged, e.TextChanged, e.TimeChanged, e.RoleChanged, e.ItemFinished, e.UpdateUndone,
    ItemAssigned, ItemJudged, Joined, Left, MergedInto, MergedFrom, HandoverPlanned, AwareStated, DeadlineMet,
)  # fmt: skip
_MAIN = (
    e.SeverityChanged, e.PhaseChanged, e.StatusChanged, e.CommandTransferred, e.VenueChanged, e.DescriptionChanged,
    e.UpdateGiven,
)  # fmt: skip
_TOLD = (*_DONE, e.NoteAdded, e.UpdateGiven, e.ItemAdded, ItemTracked, CustomerWordsApproved, e.UpdateMissed)


class Quote(Frozen):
    """Text that somebody wrote, with a label such as `Action 3`."""

    label: str
    text: str


class Moment(Frozen, kw_only=True):
    """What one person did at one time. `number` is its position in the record, which its permanent link contains.

    `who` is None for an observation by the tool. `deeds` follow the name: `raised the severity from 2 to 1`. `tone` is
    a CSS class. `is_main` is true for a change that everybody has to know. `update` is the number of the mail that
    announced the moment, 0 for the declaration, or None. The last moment before that mail also has its Message-ID.
    """

    number: int
    at: datetime
    who: str | None
    deeds: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    tone: str = ""
    is_main: bool = False
    update: int | None = None
    message_id: str | None = None


def moments(
    recorded: Sequence[Recorded], told: Iterable[Statement], masks: Masks, words: Words, zones: Sequence[str]
) -> list[Moment]:
    """Return the moments, oldest first. Everything that one person did within a second is one moment."""
    teller = _Teller(masks, words, zones, recorded[0].at.date(), {one.number: one for one in told})
    found: list[Moment] = []
    since_mail = 0
    for one in recorded:
        if isinstance(one.event, e.Announced):
            update, name = one.event.number, one.event.message_id
            found[since_mail:] = [replace(each, update=update) for each in found[since_mail:]]
            if len(found) > since_mail:
                found[-1] = replace(found[-1], message_id=name)
            since_mail = len(found)
            continue
        moment = teller.moment(one)
        if moment is None:
            continue
        last = found[-1] if len(found) > since_mail else None
        if last is not None and (last.at, last.who) == (moment.at, moment.who):
            found[-1] = _joined(last, moment)
        else:
            found.append(moment)
    return found


def _joined(first: Moment, second: Moment) -> Moment:
    return replace(
        first,
        deeds=(*first.deeds, *second.deeds),
        quotes=(*first.quotes, *second.quotes),
        tone=first.tone or second.tone,
        is_main=first.is_main or second.is_main,
    )


class _Teller:
    def __init__(
        self, masks: Masks, words: Words, zones: Sequence[str], on: date, told: dict[int, Statement]
    ) -> None:  # fmt: skip
        self.masks, self.words, self.zones, self.on, self.told = masks, words, zones, on, told
        self.items: dict[int, str] = {}
        """Maps the numbers of tracked items to their names within a sentence, such as `action 3`."""

    def moment(self, one: Recorded) -> Moment | None:
        """Return the moment for an event, or None if the event is not shown on pages."""
        event = one.event
        if not isinstance(event, _TOLD):
            return None
        who = None if isinstance(event, e.UpdateMissed) else self.masks.name(one.by)
        if isinstance(event, e.ItemAdded | ItemTracked):
            self.items[event.number] = f"{self.words.key(event.item).lower()} {event.number}"
        deeds, quotes = tuple(self._deeds(one)), tuple(self._quotes(one))
        if not deeds and not quotes:
            return None
        return Moment(
            number=one.version, at=one.at, who=who, deeds=deeds, quotes=quotes, tone=self._tone(event),
            is_main=isinstance(event, _MAIN),
        )  # fmt: skip

    def _deeds(self, one: Recorded) -> Iterator[str]:
        event = one.event
        if isinstance(event, e.UpdateMissed):
            yield f"The update that was due by {show_time(event.due_at, self.zones, self.on)} was not sent in time"
        elif isinstance(event, e.TextChanged) and event.name == CUSTOMER_WORDS:
            if event.text is None:
                yield "took back what customers may be told"
        elif isinstance(event, CustomerWordsApproved) and one.version in self.told:
            approval = self.told[one.version].approval
            of = f" of {self.masks.name(approval.by)}" if approval.has_two_people else ""
            yield f"approved words{of} for customers"
        elif isinstance(event, e.ItemFinished) and event.number in self.items:
            yield f"finished {self.items[event.number]}"
        elif isinstance(event, e.UpdateGiven):
            if not event.text:
                yield "said that nothing has changed"
        elif isinstance(event, _DONE):
            yield self.masks.shown(what_happened(event, one.by, self.words, self.zones, self.on))

    def _quotes(self, one: Recorded) -> Iterator[Quote]:
        event = one.event
        match event:
            case e.Declared(description=description):
                yield Quote("", self.masks.shown(description))
            case e.NoteAdded(text=text, time=time):
                label = f"At {show_time(time, self.zones, self.on)}" if time else ""
                yield Quote(label, self.masks.shown(text))
            case e.UpdateGiven(text=text) if text and text != NO_CHANGE:
                yield Quote("", self.masks.shown(text))
            case e.ItemAdded() | ItemTracked():
                yield Quote(f"{self.words.key(event.item)} {event.number}", self.masks.shown(event.text))
            case CustomerWordsApproved() if one.version in self.told:
                yield Quote("", self.masks.shown(self.told[one.version].words))

    def _tone(self, event: Event) -> str:
        match event:
            case e.Declared(severity=severity):
                return severity_class(severity, self.words.policy)
            case e.SeverityChanged(severity=severity, was=was) if severity < was:
                return severity_class(severity, self.words.policy)
            case e.SeverityChanged() | e.StatusChanged(status=Status.CLOSED | Status.RETRACTED):
                return "good"
            case e.UpdateMissed():
                return "s1"
            case _:
                return ""
