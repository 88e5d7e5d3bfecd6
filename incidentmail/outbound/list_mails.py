"""Render the messages to the list: the declaration and its follow-ups. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from incidentmail.core.conduct.promises import is_stated_after, next_update_after
from incidentmail.core.deeds.closing_lines import declaration_hint, follow_up_hint
from incidentmail.core.facts import SAID, changed_facts, declared_facts, fact, merge
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.ids import Announcement, code_line, proof
from incidentmail.core.model import Incident, Person
from incidentmail.core.times import show_time
from incidentmail.core.words import DECLARED_BY_KEY, FieldLine

from .draft import Draft, Occasion, Sender, thread_subject
from .explaining.severities import meaning_of_change, short_meanings
from .header_fields import Mail, incident_fields, outlook_fields
from .html_page import Beside, page, paragraphs_of
from .reply_links import Link, subscriber_links, words_of
from .wording import StateWords, changes


class _Words(Frozen, kw_only=True):
    """The parts of a mail to the list, used for its text and its page. `broken` is empty in a declaration."""

    template: str
    state: StateWords
    broken: str = ""
    middle: str
    middle_name: str
    fields: Sequence[FieldLine]
    closing: str
    explains_severities: bool = False
    beside: Beside

    def text(self, sender: Sender, incident: Incident) -> str:
        values = {"incident": incident, "state": str(self.state), "broken": self.broken, self.middle_name: self.middle}
        code = code_line(sender.key, incident.ref)
        return sender.templates.text(
            self.template, {**values, "fields": self.fields, "hint": self.closing, "code": code}
        )

    def page(self, sender: Sender, incident: Incident, links: Sequence[Link], explanation: str) -> str:
        return page(
            sender.templates,
            incident,
            sender.wording.words.policy,
            state=self.state,
            broken=self.broken,
            paragraphs=paragraphs_of(self.middle),
            fields=self.fields,
            closing=f"{self.closing}\n{code_line(sender.key, incident.ref)}",
            explanation=explanation,
            links=links,
            beside=self.beside,
        )


def render_declaration(sender: Sender, incident: Incident, occasion: Occasion, *, by_hand: bool) -> Mail:
    """Return message 0, the full declaration.

    If `by_hand` is true, somebody wrote the declaration to the list, and message 0 is our answer to it.
    """
    wording = sender.wording
    facts, shown = declared_facts(incident), _with_next_update(sender, incident, occasion)
    declared_by = incident.declared_by
    has_author = not by_hand and declared_by.address not in (None, sender.bot.address)
    author = declared_by if has_author else None
    by = [FieldLine(DECLARED_BY_KEY, declared_by.name)] if author and not sender.from_person else []
    declared_at = show_time(incident.declared_at, wording.zones, occasion.at.date())
    worse = wording.words.worse_levels(incident)
    hint = _with_address(sender, incident, declaration_hint(worse, to_address=sender.hides_authors))
    meanings = short_meanings(wording.words.policy, [incident.severity, *worse])
    words = _Words(
        template="email/declaration.txt.j2",
        state=wording.state_words(incident),
        middle=incident.details,
        middle_name="details",
        fields=[*by, *wording.fields(shown, occasion.at.date(), with_id=by_hand)],
        closing="\n".join((hint, *meanings)),
        explains_severities=bool(meanings),
        beside=Beside(subtitle=f"Declared by {declared_by.name}, {declared_at}"),
    )
    announcement = Announcement(
        incident=incident.id, ref=incident.ref, origin=occasion.origin, number=0, facts=facts, epoch=occasion.epoch
    )
    usual = not is_stated_after(incident, occasion.at)
    return _to_list(sender, shown, occasion, announcement, words, author=author, reply=by_hand, is_usual=usual)


def next_number(incident: Incident, occasion: Occasion) -> int:
    """Return the number of the next update."""
    return max(incident.updates + 1, occasion.number_min)


def render_follow_up(sender: Sender, incident: Incident, occasion: Occasion) -> Mail:
    """Return message N: the present state, and who changed or said what since message N-1."""
    from .update_history import beside_follow_up  # a declaration has no history

    number = next_number(incident, occasion)
    wording, on, was = sender.wording, occasion.at.date(), changes(incident)
    can_undo = any(fact(incident, name) != old for name, old in was.items() if name != "restricted")
    said, shown = wording.said(incident, on), _with_next_update(sender, incident, occasion)
    broken = wording.broken(incident, states_impact="impact" in was)
    hint = follow_up_hint(number, to_address=sender.hides_authors, can_undo=can_undo)
    is_rated = "severity" in was and incident.is_open
    meanings = meaning_of_change(wording.words.policy, incident.severity) if is_rated else []
    words = _Words(
        template="email/follow_up.txt.j2",
        state=wording.state_words(incident, was),
        middle=said,
        middle_name="said",
        broken=str(broken),
        fields=wording.fields(shown, on, was, without=wording.stated_as_broken(incident, broken)),
        closing="\n".join((_with_address(sender, incident, hint), *meanings)),
        beside=beside_follow_up(wording, incident, number, occasion.at),
    )
    changed = changed_facts(incident)
    facts = merge(changed, {SAID: said} if said else {})
    announcement = Announcement(
        incident=incident.id, ref=incident.ref, origin=occasion.origin, number=number, facts=facts, epoch=occasion.epoch
    )
    note = f"severity {incident.severity}" if incident.is_open else str(incident.status)
    return _to_list(
        sender, shown, occasion, announcement, words, changed=sorted(changed), note=note, reply=True,
        is_usual=not is_stated_after(incident, occasion.at),
    )  # fmt: skip


def _with_next_update(sender: Sender, incident: Incident, occasion: Occasion) -> Incident:
    """Return the incident with the time of the next update that will apply once this mail has been sent.

    The time is only displayed. Unless a person stated it, the mail does not announce it as a fact.
    """
    policy = sender.wording.words.policy
    return replace(incident, next_update_at=next_update_after(incident, policy, occasion.at))


def _with_address(sender: Sender, incident: Incident, hint: str) -> str:
    """Return the hint. If the list hides the authors of replies, add the address to which replies must be sent."""
    return f"{hint}\n{sender.plus(incident.ref)}" if sender.hides_authors else hint


def _to_list(
    sender: Sender, incident: Incident, occasion: Occasion, announcement: Announcement, words: _Words, *, reply: bool,
    author: Person | None = None, note: str = "", changed: Sequence[str] = (), is_usual: bool,
) -> Mail:  # fmt: skip
    draft = Draft(
        sender=sender,
        ref=incident.ref,
        origin=announcement.origin,
        number=str(announcement.number),
        at=occasion.at,
        to=(sender.list_address,),
        cc=sender.also_to,
        subject=thread_subject(incident, reply=reply),
        replies_to=(*([sender.list_address] if sender.replies_to_list else []), sender.plus(incident.ref)),
        thread=occasion.thread,
        author=author,
        note=note,
        submitted="by a person" if author else "by us",
        thread_index=outlook_fields(incident, thread_subject(incident, reply=False), number=announcement.number),
        fields=incident_fields(
            incident, number=announcement.number, ledger=occasion.ledger, changed=changed,
            proof=proof(sender.key, announcement), epoch=announcement.epoch, is_usual=is_usual,
        ),
    )  # fmt: skip
    links = subscriber_links(
        draft.answer(thread_subject(incident, reply=True)), incident, sender.wording.words,
        explained=not words.explains_severities,
    )  # fmt: skip

    def html(explanation: str) -> str:
        return words.page(sender, incident, links, explanation)

    return draft.mail(words.text(sender, incident), html, (*words.beside.lines(), *words_of(links)))
