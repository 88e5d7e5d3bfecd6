"""Define the kinds of private messages to one person, and decide whether another message may be sent.

All private mail is noted here, whatever makes it due, so that the limits apply to all of it together. So a program
that answers everything is stopped at some point, and nobody is flooded in our name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from incidentmail.app.context import AppContext
from incidentmail.core.frozen import Frozen, json_text
from incidentmail.core.model import Person
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import PrivateMail
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.operator_alarm import Alarm
from incidentmail.outbound.private_mails import Private, Template

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADDRESS_AN_HOUR_MAX = 10
"""Private messages to one address. This is more than a person in trouble needs, and few enough to be read."""
ADDRESS_A_DAY_MAX = 40
INCIDENT_AN_HOUR_MAX = 60
"""Private messages about one incident."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
SERIALS_FROM = 100_000_000
"""The serial numbers of other private messages stay below this: they follow the size of the ledger."""


class Kind(Frozen, kw_only=True):
    """One kind of private mail.

    `why` says what makes it due, and `templates` which templates write it. Besides the limits for all kinds, it has
    its own limits. One address gets it only once within `once_in`. All addresses together get `together_an_hour_max`.
    The same words are answered `same_an_hour_max` and `same_a_day_max` times to the same person. If
    `waits_while_muted` is true, the mail is still useful after the stop switch is turned off.
    """

    why: str
    templates: tuple[Template, ...]
    once_in: timedelta | None = None
    together_an_hour_max: int | None = None
    same_an_hour_max: int = 2
    same_a_day_max: int = 6
    waits_while_muted: bool = False


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
            templates=("passed_on",), waits_while_muted=True,
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
        "named": Kind(why="somebody else names a member to a role", templates=("named", "controls")),
        "outsider": Kind(
            why="somebody names a person to a role who is not a member",
            templates=("named", "controls"), together_an_hour_max=20,
        ),
        "controls": Kind(why="somebody takes command", templates=("controls",)),
        "offer": Kind(why="command is offered to somebody", templates=("offer",), waits_while_muted=True),
        "question": Kind(
            why="a change waits for somebody to confirm it", templates=("confirm",), waits_while_muted=True
        ),
        "proposal_over": Kind(
            why="a proposal was rejected or has expired", templates=("proposal_over",), waits_while_muted=True
        ),
        "declined": Kind(why="somebody declines command, or a role", templates=("declined",), waits_while_muted=True),
        "undelivered": Kind(
            why="a mail did not reach somebody whom its reader waits for",
            templates=("undelivered",), same_a_day_max=1, waits_while_muted=True,
        ),
        "paused": Kind(why="somebody has had ten private mails within an hour", templates=("paused",)),
        "briefing": Kind(why="a worse severity adds people who saw no mail before", templates=()),
        "not_returned": Kind(why="the list has not returned a mail of ours", templates=()),
        "alarm": Kind(
            why="something failed that only the operator can fix",
            templates=(), together_an_hour_max=10, same_a_day_max=1,
        ),
    }
)  # fmt: skip
"""Mail that is written at once, by code of its own, has no template here, as it needs more than a `Private` holds."""


def note_due(
    context: AppContext, tx: Transaction, content: Private, *, kind: str, at: datetime, incident: str | None = None,
    said: str | None = None, filed: int | None = None, once: str | None = None, urgent: bool = False,
) -> str | None:  # fmt: skip
    """Note that a private message is due, or return the reason why it is not sent.

    `said` holds the words that it answers. A reply to it declares the accepted message `filed`. One address gets one
    message of its kind about the thread `once`. If the message is `urgent`, because a severity or a commander was not
    understood, neither the daily limits nor those for all addresses together apply.
    """
    if content.template not in KINDS[kind].templates:
        raise ValueError(f"{content.template} is not a template of {kind}")
    address = str(content.to.address)
    digest = digest_of(kind, address, incident or "", said) if said is not None else None
    if once is not None:
        digest = hashlib.sha256("\0".join(("once", kind, address, once)).encode("utf-8", "replace")).hexdigest()
        if tx.private_mails_since(_EVER, address=address, kind=kind, digest=digest):
            return "told already"
    if context.is_muted and not KINDS[kind].waits_while_muted:
        return "mute"
    over = over_a_limit(tx, kind, address, incident, at, digest, urgent=urgent)
    if over is not None:
        ref = None if incident else _free_ref(context, tx)
        _note_pause(tx, content.to, incident, at=at, ref=ref)
        return over
    tx.add_private_mail(
        PrivateMail(
            kind=kind, address=address, incident=incident, at=at, digest=digest, content=json_text(content),
            ref=None if incident else _free_ref(context, tx), filed=filed,
        )
    )  # fmt: skip
    return None


def _note_pause(tx: Transaction, to: Person, incident: str | None, *, at: datetime, ref: str | None = None) -> None:
    """Tell somebody who has just got the last mail allowed in an hour that there was one more, once in that hour."""
    address, since = str(to.address), at - HOUR
    is_full = tx.private_mails_since(since, address=address) >= ADDRESS_AN_HOUR_MAX
    if not is_full or tx.private_mails_since(since, address=address, kind="paused"):
        return
    content = json_text(Private(template="paused", to=to, number=ADDRESS_AN_HOUR_MAX))
    tx.add_private_mail(PrivateMail(kind="paused", address=address, incident=incident, at=at, content=content, ref=ref))


HIDES_AUTHORS = "hides_authors"
"""The kind under which it is recorded that a list hides who writes. It causes no mail."""


def note_hidden_authors(tx: Transaction, list_address: str, *, at: datetime) -> bool:
    """Record that the list hides who writes to it. Return False if that was already known."""
    if hides_authors(tx, list_address):
        return False
    tx.add_private_mail(PrivateMail(kind=HIDES_AUTHORS, address=list_address, incident=None, at=at))
    return True


def hides_authors(view: LedgerView, list_address: str) -> bool:
    """Return whether a reply has come through the list without its author's address."""
    return view.private_mails_since(datetime.min.replace(tzinfo=UTC), address=list_address, kind=HIDES_AUTHORS) > 0


def note_alarm(tx: Transaction, alarm: Alarm, *, address: str, at: datetime) -> bool:
    """Note that the operator has to be told something. Return False if a limit prevents it."""
    digest = hashlib.sha256(f"{alarm.kind}\0{alarm.subject}".encode("utf-8", "replace")).hexdigest()
    if over_a_limit(tx, "alarm", address, None, at, digest) is not None:
        return False
    content = json_text(alarm)
    tx.add_private_mail(
        PrivateMail(kind="alarm", address=address, incident=None, at=at, digest=digest, content=content)
    )
    return True


class Reserved(Frozen):
    """A private mail that is written at once.

    It has a serial number (None if the mail goes to nobody), its recipients, and in words, who is left out because of
    a limit.
    """

    serial: int | None
    to: tuple[str, ...]
    untold: tuple[str, ...]


def reserve(
    tx: Transaction, *, kind: str, to: Iterable[str], at: datetime, incident: str, digest: str | None = None
) -> Reserved:
    """Count a private message that is written at once for each of `to`, except those whom a limit excludes.

    `digest` is recorded, so that the same message can be found again.
    """
    serials: dict[str, int] = {}
    untold: list[str] = []
    for address in to:
        over = over_a_limit(tx, kind, address, incident, at)
        if over is not None:
            untold.append(not_told(address, over))
            _note_pause(tx, Person.called("", address), incident, at=at)
            continue
        mail = PrivateMail(kind=kind, address=address, incident=incident, at=at, digest=digest)
        serials[address] = SERIALS_FROM + tx.add_private_mail(mail)
    return Reserved(next(iter(serials.values()), None), tuple(serials), tuple(untold))


def not_told(address: str, over: str) -> str:
    """Return in words that a limit prevents a private message."""
    return f"{address} was not told ({over})"


def over_a_limit(
    view: LedgerView, kind: str, address: str, incident: str | None, at: datetime, digest: str | None = None, *,
    urgent: bool = False,
) -> str | None:  # fmt: skip
    """Return the limit that prevents another private message, or None. `digest` is that of the answered words.

    If the message is `urgent`, only the hourly limits for one address or incident apply.
    """
    limits = KINDS[kind]
    if (
        limits.once_in is not None
        and not urgent
        and view.private_mails_since(at - limits.once_in, address=address, kind=kind)
    ):
        return "told already"
    if digest:
        for since, same_max in ((HOUR, limits.same_an_hour_max), (DAY, limits.same_a_day_max)):
            if urgent and since is DAY:
                continue
            if view.private_mails_since(at - since, address=address, kind=kind, digest=digest) >= same_max:
                return "the same words were answered before"
    together = limits.together_an_hour_max
    if together is not None and not urgent and view.private_mails_since(at - HOUR, kind=kind) >= together:
        return f"{together} an hour to all together"
    if view.private_mails_since(at - HOUR, address=address) >= ADDRESS_AN_HOUR_MAX:
        return f"{ADDRESS_AN_HOUR_MAX} an hour to one address"
    if not urgent and view.private_mails_since(at - DAY, address=address) >= ADDRESS_A_DAY_MAX:
        return f"{ADDRESS_A_DAY_MAX} a day to one address"
    if incident and view.private_mails_since(at - HOUR, incident=incident) >= INCIDENT_AN_HOUR_MAX:
        return f"{INCIDENT_AN_HOUR_MAX} an hour about one incident"
    return None


def digest_of(kind: str, address: str, incident: str, said: str) -> str:
    """Return a digest that is the same for the same words about the same incident, whatever ticket numbers they
    contain.

    A short number in the first line is part of the words: `undo 3` and `undo 4` are different.
    """
    first = re.sub(r"\d{3,}", "", said.strip().partition("\n")[0])
    words = [character for character in said.casefold() if character.isalpha()]
    words += [character for character in first if character.isdecimal()]
    parts = (kind, address, incident, "".join(words))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _free_ref(context: AppContext, tx: LedgerView) -> str:
    ref = context.new_ref()
    while tx.incident_by_ref(ref) is not None or tx.is_ref_taken(ref):
        ref = context.new_ref()
    return ref
