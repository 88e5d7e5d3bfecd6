"""Determine, on a machine without a ledger, the state of the incidents from the list's newest mails.

Nothing in the mailbox is marked or moved. If this machine has the key, the key is used to verify the mails.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime

from incidentmail.app.key_file import read_key
from incidentmail.app.receiving.fetch_loop import secret_of
from incidentmail.core.facts import merge
from incidentmail.core.frozen import Frozen, JsonValue, read, replace
from incidentmail.core.ids import Announcement, OurField, proves, read_message_id
from incidentmail.core.model import Person, Status
from incidentmail.core.subject_prefixes import without_answer_marks
from incidentmail.core.words import DRILL_PREFIX
from incidentmail.errors import ConfigError, MailboxError, NoMailHereError
from incidentmail.inbound.fields import read_date
from incidentmail.inbound.message import Envelope, Message, parse_message
from incidentmail.inbound.thread import plain_subject
from incidentmail.reply.own_mail import read_own
from incidentmail.transport.imap_client import Session
from incidentmail.transport.mailbox_url import parse_mailbox

from .laptop import Laptop

MAILS_MAX = 100
"""How many of the newest mails are read. An incident has about ten, so this covers all open incidents."""
_FIELDS = (
    OurField.ID, OurField.UPDATE, OurField.SEVERITY, OurField.PHASE, OurField.STATUS, OurField.COMMANDER,
    OurField.DECLARED, OurField.NEXT_UPDATE, OurField.DRILL, OurField.RESTRICTED,
)  # fmt: skip
NUMBER_DIGITS_MAX = 6
"""The longest number in our header fields (core/ids.py)."""


class Seen(Frozen, kw_only=True, gc=True):
    """The state of an incident when its newest mail was written, taken from that mail's header fields.

    `is_proven` is true if the key proves severity, phase, status and commander, false if it does not, and None if there
    is no key on this machine. `text` is the text of the mail.
    """

    id: str
    description: str
    status: Status
    severity: int
    phase: int
    commander: Person
    update: int
    drill: bool
    restricted: bool
    declared_at: datetime | None
    next_update_at: datetime | None
    mailed_at: datetime
    is_proven: bool | None
    text: str

    @property
    def is_open(self) -> bool:
        return self.status is Status.OPEN


def newest_mails(laptop: Laptop) -> list[Seen]:
    """Return each incident as its newest mail shows it, the worst first.

    Raise ConfigError if no mailbox is configured, MailboxError if it cannot be read, and NoMailHereError if it holds
    none of our mail.
    """
    url = laptop.config.settings.imap.url
    if url is None:
        raise ConfigError(
            f"this machine has no ledger ({laptop.home} has it), and no mailbox in which to look",
            hint=f"look in your mail program for the newest mails to {laptop.config.list_address}; the first lines"
            " say where each incident stands; or set [imap] url to your own mailbox",
        )
    mailbox = parse_mailbox(url)
    try:
        with closing(Session(mailbox, secret_of(laptop.config, mailbox))) as session:
            session.open(read_only=True)
            raws = session.fetch(session.having_field(OurField.UPDATE, newest=MAILS_MAX))
    except MailboxError as error:
        error.hint = "; ".join(
            filter(None, (error.hint, _elsewhere(laptop), "'incidentmail doctor' tries the mailbox"))
        )
        raise
    if not raws:
        raise NoMailHereError(
            "no mail of incidentmail is here, so nothing is known of any incident",
            mailbox=mailbox.name,
            hint=f"if there has been an incident: is this account subscribed to {laptop.config.list_address}? If a "
            "filter puts the list's mails into another folder, name that folder in [imap] url: "
            f"imaps://user@host/FOLDER; {_elsewhere(laptop)}",
        )
    found = _by_incident(laptop, raws.values())
    if not found and laptop.config.key_path.is_file():
        raise NoMailHereError(
            "the key of this machine proves none of the mails about incidents here",
            mailbox=mailbox.name,
            hint=f"{laptop.config.key_path} has to be the key of {laptop.home}; copy that one, or move it away to see "
            f"the mails without proof; {_elsewhere(laptop)}",
        )
    return found


def _elsewhere(laptop: Laptop) -> str:
    return f"until then, look in your mail program for the newest mails to {laptop.config.list_address}"


def _by_incident(laptop: Laptop, raws: Iterable[bytes]) -> list[Seen]:
    """Return each incident as its newest mail shows it. If the key is on this machine, unproven mails are left out."""
    key = read_key(laptop.config.key_path) if laptop.config.key_path.is_file() else None
    newest: dict[str, Seen] = {}
    announced: dict[str, dict[int, Mapping[str, JsonValue]]] = {}
    for raw in raws:
        message = parse_message(raw, Envelope(way="imap"))
        seen = _seen(message, laptop)
        if seen is None:
            continue
        if key is not None:
            announcement = _announcement(message, laptop, key)
            if announcement is None:
                continue
            announced.setdefault(seen.id, {})[announcement.number] = announcement.facts
        known = newest.get(seen.id)
        if known is None or (seen.update, seen.mailed_at) > (known.update, known.mailed_at):
            newest[seen.id] = seen
    found = (_proven(seen, announced[seen.id]) if key is not None else seen for seen in newest.values())
    return sorted(found, key=lambda one: (not one.is_open, one.severity, one.id))


def _seen(message: Message, laptop: Laptop) -> Seen | None:
    """Return the incident state given in a mail's header fields, or None if the mail is not ours."""
    fields = {name: message.field(name) or "" for name in _FIELDS}
    number, severity, phase = (fields[name] for name in (OurField.UPDATE, OurField.SEVERITY, OurField.PHASE))
    status = {one.value: one for one in Status}.get(fields[OurField.STATUS])
    if status is None or message.date is None or not fields[OurField.ID]:
        return None
    if not all(text.isdecimal() and len(text) <= NUMBER_DIGITS_MAX for text in (number, severity, phase)):
        return None
    try:
        commander = Person.parse(fields[OurField.COMMANDER])
    except ValueError:
        return None
    subject = without_answer_marks(plain_subject(message, laptop.config.lists))
    return Seen(
        id=fields[OurField.ID],
        description=subject.removeprefix(DRILL_PREFIX),
        status=status,
        severity=int(severity),
        phase=int(phase),
        commander=commander,
        update=int(number),
        drill=bool(fields[OurField.DRILL]),
        restricted=bool(fields[OurField.RESTRICTED]),
        declared_at=read_date(fields[OurField.DECLARED]),
        next_update_at=read_date(fields[OurField.NEXT_UPDATE]),
        mailed_at=message.date,
        is_proven=None,
        text=message.text,
    )


def _announcement(message: Message, laptop: Laptop, key: bytes) -> Announcement | None:
    """Return the announcement in a mail, or None if the key does not prove its Message-ID and its fields."""
    if read_message_id(key, message.message_id or "") is None:
        return None
    claimed = message.field(OurField.PROOF) or ""
    readings = read_own(message, key=key, address=laptop.home, words=laptop.words)
    return next((one for one in readings if proves(key, one, claimed)), None)


def _proven(seen: Seen, announced: Mapping[int, Mapping[str, JsonValue]]) -> Seen:
    """Return the state that results from all announcements in order. If the declaration is missing, it is unproven."""
    facts: dict[str, JsonValue] = {"status": Status.OPEN.value, **merge(*(announced[one] for one in sorted(announced)))}
    whole = 0 in announced
    named = all(facts.get(name) is not None for name in ("severity", "phase", "commander"))
    if not (whole and named):
        return replace(seen, is_proven=False)
    return replace(
        seen, is_proven=True, severity=int(str(facts["severity"])), phase=int(str(facts["phase"])),
        status=Status(str(facts["status"])), commander=read(Person, facts["commander"]),
    )  # fmt: skip
