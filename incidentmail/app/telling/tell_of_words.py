"""Decide who is told privately that words for customers were approved or taken back, and who is asked about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incidentmail.app.context import AppContext
from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.events import CommandTransferred, Event, RoleChanged, TextChanged
from incidentmail.core.model import Actor, Incident, Person
from incidentmail.core.notices import Notice
from incidentmail.core.teams.customer_words import (
    CUSTOMER_LIAISON,
    CUSTOMER_WORDS,
    asked_to_approve,
    waits_for_approval,
)
from incidentmail.core.teams.team_events import CustomerWordsApproved
from incidentmail.core.teams.team_words import STOP_WORD
from incidentmail.core.words import NOTHING_YET
from incidentmail.outbound.private_mails import Item, Private


def told_of_words(
    context: AppContext, incident: Incident, events: Sequence[Event], actor: Actor
) -> Iterator[tuple[str, Private]]:
    """Yield the messages about words for customers that `events` approve or take back.

    The commander, who can stop them, is told about words that other people wrote and approved. People who approved
    words are told if somebody else takes them back.
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
        for proposal in waiting:
            for person in asked_to_approve(incident, proposal.by):
                if any(person.same_as(one) for one in new):
                    yield Notice(kind="question", at_once=True, to=person, number=proposal.number)


def _reader(context: AppContext, person: Person, but: Sequence[Person]) -> Person | None:
    """Return `person` with the organisation's name for them, or None if they are no member or are one of `but`."""
    if person.address is None or not context.roster.has(person.address) or any(person.same_as(one) for one in but):
        return None
    return context.person(person.address)


def _told(to: Person, opening: str, words: str, *, instead: str | None = None) -> Private:
    result = f"Then our mails say: {NOTHING_YET}, until somebody approves other words."
    return Private(
        template="customer_words", to=to, opening=opening, items=(Item(line=words, result=result, instead=instead),)
    )
