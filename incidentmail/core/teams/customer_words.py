"""Decide which words for customers take effect at once, who approves others, and who can withdraw them.

Words by the customer liaison and by communications take effect at once. Words by other people wait until the commander,
a liaison, a deputy or the declarer approves them. Apart from the customer liaison and communications, nobody can
approve their own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from incidentmail.core.commands import Command, Declare, Held, Refused, SetText
from incidentmail.core.decision.checks import text_value
from incidentmail.core.decision.roles import distinct
from incidentmail.core.events import Event, TextChanged
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Actor, Incident, Person, Proposal, TextField, Trust
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.policy import Policy
from incidentmail.core.tracking.role_kinds import COMMUNICATIONS, DEPUTY, LIAISONS
from incidentmail.core.words import Words

from .approval import Approval
from .team_events import CustomerWordsApproved

CUSTOMER_WORDS: TextField = "customers_may_be_told"
CUSTOMER_LIAISON, BUSINESS_LIAISON = LIAISONS
SPEAKERS = (CUSTOMER_LIAISON, COMMUNICATIONS)
"""The keys of the roles whose words for customers take effect at once."""
WAITS = "words for customers count once a second person approves them"


def is_about_customers(command: Command) -> bool:
    """Return whether a command sets the words for customers."""
    return isinstance(command, SetText) and command.name == CUSTOMER_WORDS


def waits_for_approval(proposal: Proposal) -> bool:
    """Return whether a proposal suggests words for customers."""
    value: JsonValue = proposal.command
    return isinstance(value, dict) and value.get("command") == "set_text" and value.get("name") == CUSTOMER_WORDS


def suggested_words(proposal: Proposal) -> str | None:
    """Return the proposed words, or None if the proposal withdraws words."""
    text = proposal.command.get("text") if isinstance(proposal.command, dict) else None
    return text if isinstance(text, str) else None


def is_asked_already(state: Incident, proposal: Proposal, person: Person) -> bool:
    """Return whether `person` was already asked about the same words in another open proposal."""
    if not waits_for_approval(proposal):
        return False
    words = suggested_words(proposal)
    others = (p for p in state.proposals if p.state == "open" and p.number < proposal.number and waits_for_approval(p))
    same = (p for p in others if suggested_words(p) == words and not p.by.same_as(person))
    return any(person.same_as(confirmer) for p in same for confirmer in p.confirmers)


def speaks_for_customers(state: Incident, actor: Actor, policy: Policy) -> bool:
    """Return whether the words of `actor` take effect at once.

    A role that could be forged gives no right. Nor does a role that the actor took themselves, until this is announced:
    otherwise a single message could take the role and use it.
    """
    if policy.may_be_forged(actor):
        return False
    roles = [role for role in SPEAKERS if not _has_just_taken(state, role, actor.person)]
    return any(actor.person.same_as(person) for person in _holders(state, roles))


def _has_just_taken(state: Incident, role: str, person: Person) -> bool:
    changes = (one for one in state.unannounced if one.fact == ROLE_PREFIX + role)
    return any(one.by.same_as(person) and one.confirmed_by is None for one in changes)


def approvers(state: Incident) -> tuple[Person, ...]:
    """Return the people who can approve others' words: customer liaisons first, each person once."""
    return distinct(
        (
            *_holders(state, (CUSTOMER_LIAISON,)),
            state.commander,
            *_holders(state, (BUSINESS_LIAISON, DEPUTY)),
            state.declared_by,
        )
    )


def may_approve(state: Incident, person: Person, author: Person) -> bool:
    """Return whether `person` can approve words by `author` now. A name without an address proves nothing."""
    if person.address is None or share_mailbox(person, author):
        return False
    return any(person.same_as(other) for other in approvers(state))


def seconds(state: Incident, words: str | None, person: Person) -> bool:
    """Return whether `person` approves the current words by repeating them. The author of the words cannot do this."""
    present = state.approved_words
    if present is None or words is None or words != present.words or not share_mailbox(present.by, present.approved_by):
        return False
    return may_approve(state, person, present.by)


def asked_to_approve(state: Incident, author: Person) -> tuple[Person, ...]:
    """Return the people to ask about words by `author`: customer liaisons and commander if possible, else others.

    More people may approve, but they are not asked, because each question is a mail.
    """
    able = [person for person in approvers(state) if may_approve(state, person, author)]
    first = (*_holders(state, (CUSTOMER_LIAISON,)), state.commander)
    return tuple(person for person in able if any(person.same_as(other) for other in first)) or tuple(able)


def may_withdraw(state: Incident, actor: Actor, policy: Policy) -> bool:
    """Return whether `actor` can withdraw words alone, as the operator or because they can approve or set words."""
    if actor.trust is Trust.OPERATOR or speaks_for_customers(state, actor, policy):
        return True
    if policy.may_be_forged(actor):
        return False
    return any(actor.person.same_as(person) for person in approvers(state))


def held_for_approval(state: Incident, command: Command, actor: Actor, policy: Policy) -> Held | None:
    """Return a hold on words for customers that need a second person's approval, otherwise None."""
    if not isinstance(command, SetText) or not is_about_customers(command):
        return None
    if speaks_for_customers(state, actor, policy) or (
        seconds(state, command.text, actor.person) and not policy.may_be_forged(actor)
    ):
        return None
    if command.text is None and may_withdraw(state, actor, policy):
        return None
    asked = asked_to_approve(state, actor.person)
    title = Words(policy).key(f"roles.{CUSTOMER_LIAISON}")
    if any(_has_just_taken(state, role, actor.person) for role in SPEAKERS):
        later = "write them again once the list has been told of the role that you took"
        return Held(
            reason=WAITS,
            remedy=f"{join_names(asked)} can approve them, or {later}" if asked else later,
            confirmers=asked,
        )
    remedy = f"{join_names(asked)} can approve them; until then mails do not say it"
    alone = f"name somebody who can approve them: '{title}: NAME <ADDRESS>'; or ask the operator"
    return Held(reason=WAITS, remedy=remedy if asked else alone, confirmers=asked)


def approved_in_declaration(command: Declare, by: Person) -> Approval | Refused | None:
    """Return the approval of the words in a declaration, None if it has no words, or a refusal.

    People whose words need approval cannot put them into a declaration. They can propose them afterwards.
    """
    words = text_value(dict(command.texts).get(CUSTOMER_WORDS))
    if words is None:
        return None
    held = (holders for role, holders in command.roles if role in SPEAKERS)
    if any(by.same_as(person) for holders in held for person in holders.people):
        return Approval(words=words, by=by, approved_by=by)
    return Refused(reason=WAITS, remedy="declare without them, and suggest them after that")


def with_approval(state: Incident, events: Sequence[Event], *, by: Person, approved_by: Person) -> tuple[Event, ...]:
    """Return `events` with an approval after each new text for customers."""
    found: list[Event] = []
    for event in events:
        if isinstance(event, CustomerWordsApproved):
            continue
        found.append(event)
        if isinstance(event, TextChanged) and event.name == CUSTOMER_WORDS and event.text is not None:
            approval = Approval(words=event.text, by=by, approved_by=approved_by)
            found += [] if approval == state.approval else [CustomerWordsApproved(approval=approval)]
    return tuple(found)


def refused_restoring(state: Incident, events: Iterable[Event], actor: Actor, policy: Policy) -> Refused | None:
    """Return a refusal if an undo would restore words for customers that `actor` cannot set, otherwise None."""
    restores = any(
        isinstance(event, TextChanged) and event.name == CUSTOMER_WORDS and event.text is not None for event in events
    )
    if not restores or may_withdraw(state, actor, policy):
        return None
    return Refused(
        reason="it would change what customers are told, and that needs somebody who may approve it",
        remedy=f"ask {state.commander.name} to undo it",
    )


def stop(state: Incident, actor: Actor) -> tuple[Event, ...] | Refused:
    """Return the event that withdraws the words for customers. Only commander, deputies and operator can do this."""
    if state.customers_may_be_told is None:
        return Refused(reason="nothing is approved for customers, so there is nothing to stop", remedy="")
    if actor.trust is not Trust.OPERATOR and not may_stop(state, actor.person):
        return Refused(
            reason="only the commander or a deputy can stop what customers are told",
            remedy=f"tell {state.commander.name} why it is wrong",
        )
    return (TextChanged(name=CUSTOMER_WORDS, text=None, was=state.customers_may_be_told),)


def may_stop(state: Incident, person: Person) -> bool:
    """Return whether there are words for customers that `person` can withdraw as commander or deputy."""
    able = (state.commander, *_holders(state, (DEPUTY,)))
    return state.customers_may_be_told is not None and any(person.same_as(other) for other in able)


def _holders(state: Incident, roles: Sequence[str]) -> tuple[Person, ...]:
    return tuple(person for role in roles if role in state.roles for person in state.roles[role].people)
