"""Define the kinds of private mail and their limits. limit_reached.py decides whether another message may be sent.

Each reader has two budgets: one for mail that the reader's own messages cause, such as answers, and one for mail that
other people cause, such as offers and questions. So nobody can use up another person's answers. Mail that a person
causes for others is also charged to that person. All addresses of one mailbox count as one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Actor, Person, Trust
from incidentmail.core.names.mailboxes import is_same_mailbox, mailbox_of
from incidentmail.outbound.private_mails import Template

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADDRESS_AN_HOUR_MAX = 10
"""Private messages to one mailbox, in each budget. A person in trouble needs fewer, and can still read this many."""
UNVERIFIED_AN_HOUR_MAX = 5
"""Answers to mail that could not be verified although other mail can be. Somebody else may have written it, so some
answers are reserved for the real owner of the address.
"""
ADDRESS_A_DAY_MAX = 40
INCIDENT_AN_HOUR_MAX = 60
"""Private messages about one incident, in each budget."""
AUTHOR_AN_HOUR_MAX = 20
"""Private messages that one person causes for others. This is enough to name a whole team."""
AUTHOR_TO_ONE_AN_HOUR_MAX = 5
"""Private messages that one person causes for one mailbox, so that other people can reach it as well."""
WARNINGS_OF_ONE_AN_HOUR_MAX, WARNINGS_AN_HOUR_MAX = 10, 20
"""Warnings (`Kind.guards`) to one mailbox, caused by one person, and by all people. Other mail does not use up this
budget, because only the readers of warnings can act on them.
"""
HOST_AN_HOUR_MAX = 60
"""Answers to unproven mail that comes from one host and does not answer our mail.

Anybody can write such mail under any number of names, and each name would have its own budget.
"""
NOBODY = ""
"""The cause of a message that a terminal or the clock triggered. It is charged to its reader only."""
ALARM = "alarm"
"""The kind of a message to the operator. It has separate limits (private_mail.py), and does not count for others."""


REMINDER, LEFT_OPEN = "reminder", "left_open"
"""Kinds that are due at certain times. core/conduct/digests/budget.py has separate, lower limits for them."""


class Kind(Frozen, kw_only=True):
    """One kind of private mail.

    `why` says when the mail is due, and `templates` lists the templates that render it. In addition to the limits for
    all kinds, each kind has limits of its own. One address gets the mail only once within `once_in`. All addresses
    together get at most `together_an_hour_max` an hour. The same words from one person are answered at most
    `same_an_hour_max` times an hour and `same_a_day_max` times a day. If `waits_while_muted` is true, the mail is still
    useful after the stop switch is turned off. If `guards` is true, the mail is a warning that only its reader can act
    on, so it has a separate budget.
    """

    why: str
    templates: tuple[Template, ...]
    once_in: timedelta | None = None
    together_an_hour_max: int | None = None
    same_an_hour_max: int = 2
    same_a_day_max: int = 6
    waits_while_muted: bool = False
    guards: bool = False


# Forging a From costs nothing, a domain has an unlimited number of addresses, and anybody can be named to a role. The
# limits for all addresses together keep us from being a source of unwanted mail.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "answer": Kind(
            why="a member's mail was not carried out, or only a part of it",
            templates=("answer",), together_an_hour_max=200,
        ),
        "ask": Kind(why="a reply seems to ask for a change, in words that nobody reads", templates=("answer",)),
        "passed_on": Kind(
            why="somebody does not answer a question about a worse severity",
            templates=("passed_on",), waits_while_muted=True, guards=True,
        ),
        "which": Kind(why="a mail has only the subject of an incident", templates=("which",)),
        "new_thread": Kind(
            why="a member's mail to the list declares nothing",
            templates=("new_thread",), together_an_hour_max=30,
        ),
        "stranger": Kind(
            why="a mail comes from an address that is not a member's",
            templates=("stranger",), once_in=DAY, together_an_hour_max=20,
        ),
        "brief": Kind(why="somebody asks where things stand", templates=("brief",)),
        "guide": Kind(why="a member asks what they can write", templates=("guide",)),
        "open_incidents": Kind(why="a member asks which incidents are open", templates=("open_incidents",)),
        "named": Kind(why="somebody else names a member to a role", templates=("named", "controls")),
        "tasks": Kind(
            why="somebody is given something to do, or it is still open at the end",
            templates=("tasks",), waits_while_muted=True,
        ),
        "outsider": Kind(
            why="somebody names a person to a role, or to do something, who is not a member",
            templates=("named", "controls", "tasks", "invitation"), together_an_hour_max=20,
        ),
        "checklist": Kind(why="somebody takes a role", templates=("checklist",)),
        "controls": Kind(why="somebody takes command", templates=("controls",)),
        "offer": Kind(why="command is offered to somebody", templates=("offer",), waits_while_muted=True, guards=True),
        "question": Kind(
            why="a change waits for somebody to confirm it", templates=("confirm",), waits_while_muted=True, guards=True
        ),
        "customer_words": Kind(
            why="somebody says or takes back what customers may be told", templates=("customer_words",), guards=True
        ),
        "merged": Kind(why="an incident that somebody leads becomes a part of another one", templates=("merged",)),
        "near_duplicate": Kind(
            why="two people declare incidents that may be one", templates=("near_duplicate",),
            together_an_hour_max=20, waits_while_muted=True,
        ),
        "alert": Kind(
            why="an alert proposes an incident", templates=("alert",), same_a_day_max=40, waits_while_muted=True
        ),
        "alert_over": Kind(
            why="an alert is settled about which its reader was asked", templates=("alert_over",),
            waits_while_muted=True,
        ),
        "proposal_over": Kind(
            why="a proposal was rejected or has expired", templates=("proposal_over",), waits_while_muted=True
        ),
        "declined": Kind(
            why="somebody declines command, or a role", templates=("declined",), waits_while_muted=True, guards=True
        ),
        REMINDER: Kind(why="something is due in an incident, or was kept for a digest", templates=("reminder",)),
        LEFT_OPEN: Kind(why="something is still to be done after an incident has ended", templates=("reminder",)),
        "invitation": Kind(
            why="a retrospective is planned, moved or called off", templates=("invitation",), waits_while_muted=True
        ),
        "undelivered": Kind(
            why="a mail did not reach somebody whom its reader waits for",
            templates=("undelivered",), same_a_day_max=1, waits_while_muted=True,
        ),
        "paused": Kind(why="a limit keeps answers or other private mail from somebody", templates=("paused",)),
        "executives": Kind(why="a severity has people who get a short mail of their own", templates=()),
        "briefing": Kind(why="a worse severity adds people who saw no mail before", templates=()),
        "not_returned": Kind(why="the list has not returned a mail of ours", templates=()),
        ALARM: Kind(why="something failed that only the operator can fix", templates=()),
    }
)  # fmt: skip
"""The kinds, keyed by name. Kinds without templates are written by other code, because a `Private` lacks the data."""


def cause_of(actor: Actor, to: Person) -> str | None:
    """Return the person to whom a message to `to` is charged, or None if the reader's own mail causes the message.

    A member whose mail could not be verified may be somebody else, and therefore does not use up the budget of the
    verified person.
    """
    if actor.trust is Trust.OPERATOR or actor.person.address is None:
        return NOBODY
    if to.address is not None and is_same_mailbox(to.address, actor.person.address):
        return None
    return f"{actor.trust} {mailbox_of(actor.person.address)}"


def cause_of_unproven(host: str) -> str:
    """Return the cause of an answer to mail that anybody may have written: the host that delivered the mail."""
    return f"host {host}"
