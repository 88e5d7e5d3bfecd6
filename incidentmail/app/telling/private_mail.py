"""Schedule a private message to one person, unless a limit prevents it.

All private mail is scheduled here, whatever its cause, so that the limits in mail_kinds.py apply to all of it. They
stop loops with other programs, and keep people from flooding others in our name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from incidentmail.app.context import AppContext
from incidentmail.core.frozen import Frozen, json_text
from incidentmail.core.model import Person, Trust
from incidentmail.core.names.mailboxes import mailbox_of
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import PrivateMail
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.operator_alarm import Alarm
from incidentmail.outbound.private_mails import Private

from .limit_reached import Over, over_a_limit
from .mail_kinds import ALARM, DAY, HOUR, KINDS, NOBODY, cause_of_unproven

TOLD_ALREADY = "told already"
"""The reason why a message that is sent only once is not sent again."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)


def note_due(
    context: AppContext, tx: Transaction, content: Private, *, kind: str, at: datetime, incident: str | None = None,
    said: str | None = None, filed: int | None = None, once: str | None = None, urgent: bool = False,
    cause: str | None = None, is_claimed: bool = False, host: str | None = None, warns: bool = False,
) -> str | None:  # fmt: skip
    """Schedule a private message, or return the reason why it is not sent. `cause` is the result of `cause_of`.

    `is_claimed` is true if the message answers a mail whose author could be another person. If anybody at all may have
    written that mail, `host` is the host that delivered it, and the message is charged to that host.

    `said` holds the words that the message answers. If `filed` is given, a reply to the message turns the accepted
    message with that number into a declaration. If `once` is given, each address gets only one message of this kind
    with that value of `once`. If the message is `urgent`, because a severity or a commander was not understood, neither
    the daily limits nor those for all addresses together apply. If it `warns` about something that only its reader can
    act on, the limits of the reader's mailbox do not apply.
    """
    if content.template not in KINDS[kind].templates:
        raise ValueError(f"{content.template} is not a template of {kind}")
    address = str(content.to.address)
    digest = digest_of(kind, address, incident or "", said) if said is not None else None
    if once is not None:
        digest = hashlib.sha256("\0".join(("once", kind, address, once)).encode("utf-8", "replace")).hexdigest()
        if tx.private_mails_since(EVER, address=address, kind=kind, digest=digest):
            return TOLD_ALREADY
    if context.is_muted and not KINDS[kind].waits_while_muted:
        return "mute"
    cause = cause if host is None else cause_of_unproven(host)
    over = over_a_limit(
        tx, kind, address, incident, at, digest, urgent=urgent, cause=cause, is_claimed=is_claimed, host=host,
        warns=warns,
    )  # fmt: skip
    if over is not None:
        note_pause(tx, over, content.to, incident, at=at, ref=None if incident else _free_ref(context, tx))
        _tell_of_limit(context, tx, over, at=at)
        return over.reason
    serial = tx.add_private_mail(
        PrivateMail(
            kind=kind, address=address, incident=incident, at=at, digest=digest, content=json_text(content),
            ref=None if incident else _free_ref(context, tx), filed=filed, cause=cause,
        )
    )  # fmt: skip
    if offered := dict.fromkeys(reply for item in content.items for reply in item.replies()):
        tx.note_offered(serial, list(dict.fromkeys(map(without_words, offered))), at=at)
    return None


_OF_OUR_WORDS = re.compile(
    r"(?:reopen, )?sev \d{1,6}|phase \d{1,6}|undo \d{1,6}|(?:done|cannot) \d{1,6}|\d{1,6} (?:holds|refuted|unknown)"
    r"|close|retract|reopen|taking command|accept|reject|decline|no change|catch up|joining|help"
    r"|next \d\d:\d\d|no change; next \+\d{1,3}[mh]|Duplicate of: [a-z0-9-]{1,80}"
)


def without_words(reply: str) -> str:
    """Return a reply that we offer, or "" if it may hold somebody's words, which only the record keeps.

    >>> without_words("sev 1"), without_words("Deputy: Ann Lee <ann@example.com>")
    ('sev 1', '')
    """
    return reply if _OF_OUR_WORDS.fullmatch(reply) else ""


def could_be_another(context: AppContext, trust: Trust) -> bool:
    """Return whether a mail's author could be somebody else: senders are verified here, but this one is not."""
    return trust is Trust.MEMBER and context.roster.verify != "none"


def note_pause(
    tx: Transaction, over: Over, to: Person, incident: str | None, *, at: datetime, ref: str | None = None
) -> None:
    """Tell a person, once, that a limit prevents more mail to them, and for how long."""
    address, digest = str(to.address), f"paused after {over.most} in {over.within}"
    if over.again_at is None:
        return
    if tx.private_mails_since(at - over.within, mailbox=mailbox_of(address), kind="paused", digest=digest):
        return
    within: Literal["hour", "day"] = "day" if over.within > HOUR else "hour"
    content = json_text(Private(template="paused", to=to, number=over.most, within=within, until=over.again_at))
    tx.add_private_mail(
        PrivateMail(
            kind="paused", address=address, incident=incident, at=at, content=content, ref=ref, digest=digest
        )
    )  # fmt: skip


def _tell_of_limit(context: AppContext, tx: Transaction, over: Over, *, at: datetime) -> None:
    """Tell the operator about a limit if the people who get no answers because of it are not told themselves."""
    operator = context.config.settings.operator.address
    if not over.for_operator or operator is None or context.is_muted:
        return
    alarm = Alarm(
        kind="limited",
        subject=over.reason,
        lines=(f"answers are kept back: {over.reason}",),
        remedy="Their writers are not told, because somebody else may have written under their names. Mail is recorded "
        "all the same. 'incidentmail inbox' shows what came; if it is not yours, block the host that sends it.",
    )
    note_alarm(tx, alarm, address=operator, at=at)


HIDES_AUTHORS = "hides_authors"
"""The kind of a row which records that a list hides its authors. It causes no mail."""


def note_hidden_authors(tx: Transaction, list_address: str, *, at: datetime) -> bool:
    """Record that the list hides its authors. Return False if that was already known."""
    if hides_authors(tx, list_address):
        return False
    tx.add_private_mail(PrivateMail(kind=HIDES_AUTHORS, address=list_address, incident=None, at=at))
    return True


def hides_authors(view: LedgerView, list_address: str) -> bool:
    """Return whether a reply has come through the list without its author's address."""
    return view.private_mails_since(datetime.min.replace(tzinfo=UTC), address=list_address, kind=HIDES_AUTHORS) > 0


ALARMS_OF_A_KIND_AN_HOUR_MAX, ALARMS_OF_A_KIND_A_DAY_MAX = 5, 20
"""Limits for each kind of alarm, so that forged reports, for example, do not use up the alarms of other kinds."""
KEPT_BACK = "alarm_kept_back"
"""The kind of a row which records that a limit stopped an alarm. The operator is told how many there were."""


def note_alarm(
    tx: Transaction, alarm: Alarm, *, address: str, at: datetime, always: bool = False, once: bool = False
) -> bool:  # fmt: skip
    """Schedule an alarm to the operator. Return False if a limit prevents it.

    Each subject of a kind is reported once a day or, if `once` is true, only once. If `always` is true, no other limit
    applies, because the subject is an address from the configuration, which contains only a few.
    """
    digest = hashlib.sha256(f"{alarm.kind}\0{alarm.subject}".encode("utf-8", "replace")).hexdigest()
    since = EVER if once else at - DAY
    if any(tx.private_mails_since(since, kind=kind, digest=digest) for kind in (ALARM, KEPT_BACK)):
        return False
    of_a_kind = ((HOUR, ALARMS_OF_A_KIND_AN_HOUR_MAX), (DAY, ALARMS_OF_A_KIND_A_DAY_MAX))
    if not always and any(
        tx.private_mails_since(at - within, kind=ALARM, cause=alarm.kind) >= most for within, most in of_a_kind
    ):
        tx.add_private_mail(
            PrivateMail(kind=KEPT_BACK, address="", incident=None, at=at, digest=digest, cause=alarm.kind)
        )
        return False
    content = json_text(alarm)
    tx.add_private_mail(
        PrivateMail(kind=ALARM, address=address, incident=None, at=at, digest=digest, content=content, cause=alarm.kind)
    )
    return True


class Reserved(Frozen):
    """A private mail that is written at once.

    It has a serial number (None if nobody gets the mail), recipients, and a text for each person whom a limit excludes.
    """

    serial: int | None
    to: tuple[str, ...]
    untold: tuple[str, ...]


def reserve(
    tx: Transaction, *, kind: str, to: Iterable[str], at: datetime, incident: str, digest: str | None = None
) -> Reserved:
    """Count a private message, written at once, for each address in `to` that no limit excludes.

    `digest` is recorded, so that the same message can be recognised later.
    """
    serials: dict[str, int] = {}
    untold: list[str] = []
    for address in to:
        over = over_a_limit(tx, kind, address, incident, at, cause=NOBODY)
        if over is not None:
            untold.append(not_told(address, over.reason))
            note_pause(tx, over, Person.called("", address), incident, at=at)
            continue
        mail = PrivateMail(kind=kind, address=address, incident=incident, at=at, digest=digest, cause=NOBODY)
        serials[address] = tx.add_private_mail(mail)
    return Reserved(next(iter(serials.values()), None), tuple(serials), tuple(untold))


def not_told(address: str, over: str) -> str:
    """Return a text saying that a limit prevents a private message to `address`."""
    return f"{address} was not told ({over})"


def digest_of(kind: str, address: str, incident: str, said: str) -> str:
    """Return a digest of words about an incident, without regard to ticket numbers in the words.

    A short number in the first line does count: `undo 3` and `undo 4` are different.
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
