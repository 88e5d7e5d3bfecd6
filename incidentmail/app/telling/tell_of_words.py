"""Decide who is told privately that words for customers were approved or taken back, and who is asked about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.events import CommandTransferred, Event, RoleChanged, TextChanged
from incidentmail.core.model import Actor, Incident, Person
from incidentmail.core.notices import Notice
from incidentmail.core.teams.customer_words import (
    CUSTOMER_LIAISON,
    CUSTOMER_WORDS,
    asked_to_approve,
    is_asked_already,
    suggested_words,
    waits_for_approval,
)
from incidentmail.core.teams.team_events import CustomerWordsApproved
from incidentmail.core.teams.team_words import STOP_WORD
from incidentmail.core.words import NOTHING_YET
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.private_mails import Item, Private


def told_of_words(
    context: AppContext, incident: Incident, events: Sequence[Event], actor: Actor
) -> Iterator[tuple[str, Private]]:
    """Yield the messages about words for customers that `events` approve or take back.

    The commander, who can stop such words, is told if other people wrote and approved them. People who approved words
    are told if somebody else takes them back.
    """
    for event in events:
        match event:
            case CustomerWordsApproved(approval=approval) if approval is not None:
                people = (actor.person, approval.by, approval.approved_by)
                opening = f"{approval.approved_by.name} says what customers may be told from now on:"
                to = _reader(context, incident.commander, people)
                if to is not None:
                    yield "customer_words", _told(to, opening, approval.words, instead=STOP_WORD)
            case TextChanged(name=name, text=None, was=was) if name == CUSTOMER_WORDS and was and incident.approval:
                opening = f"{actor.person.name} has taken back what customers may be told:"
                to = _reader(context, incident.approval.approved_by, (actor.person,))
                if to is not None and incident.approval.words == was:
                    yield "customer_words", _told(to, opening, was)
            case _:
                continue


def asked_anew(incident: Incident, events: Sequence[Event]) -> Iterator[Notice]:
    """Yield the questions about words for customers to people whom `events` make customer liaison or commander."""
    waiting = [proposal for proposal in open_proposals(incident) if waits_for_approval(proposal)]
    for event in events if waiting else ():
        match event:
            case CommandTransferred(commander=person):
                new: tuple[Person, ...] = (person,)
            case RoleChanged(role=role, holders=holders, was=was) if role == CUSTOMER_LIAISON:
                new = tuple(p for p in holders.people if not any(p.same_as(old) for old in was.people))
            case _:
                continue
        for person in new:
            said = set[str | None]()  # one question is enough for the same words
            for proposal in waiting:
                asked = next((one for one in asked_to_approve(incident, proposal.by) if one.same_as(person)), None)
                if asked is not None and suggested_words(proposal) not in said:
                    said.add(suggested_words(proposal))
                    yield Notice(kind="question", at_once=True, to=asked, number=proposal.number)


def still_asked(view: LedgerView, incident: Incident, notices: Sequence[Notice], at: datetime) -> list[Notice]:
    """Return the notices without unnecessary questions about words for customers.

    A question is unnecessary if its reader was already asked about the same words, or if its reader has received much
    mail and somebody else is asked.
    """
    about_words = {proposal.number: proposal for proposal in incident.proposals if waits_for_approval(proposal)}
    asks = [one for one in notices if one.kind == "question" and one.to is not None and one.number in about_words]
    spared: list[Notice] = []
    for one in asks:
        proposal, to = about_words[one.number or 0], one.to or incident.commander
        others = [other for other in asks if other.number == one.number and other is not one and other not in spared]
        if is_asked_already(incident, proposal, to) or (others and _is_busy(view, incident, to, at)):
            spared.append(one)
    return [one for one in notices if one not in spared]


def _is_busy(view: LedgerView, incident: Incident, person: Person, at: datetime) -> bool:
    from incidentmail.app.budget.mail_had import is_busy  # few mails suggest words for customers

    return is_busy(view, incident, str(person.address), at)


def _reader(context: AppContext, person: Person, but: Sequence[Person]) -> Person | None:
    """Return `person` with their name from the configuration, or None if they are not a member or are in `but`."""
    if person.address is None or not context.roster.has(person.address) or any(person.same_as(one) for one in but):
        return None
    return context.person(person.address)


def _told(to: Person, opening: str, words: str, *, instead: str | None = None) -> Private:
    result = f"Then our mails say: {NOTHING_YET}, until somebody approves other words."
    return Private(
        template="customer_words", to=to, opening=opening, items=(Item(line=words, result=result, instead=instead),)
    )
