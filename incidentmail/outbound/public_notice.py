"""What everybody may know of a restricted incident: how bad it is, how far along, who leads, whether it is over. Pure.

Such a mail stands in a thread of its own, under names that lead back to the incident for nobody: a reply to it finds
nothing, and the templates get nothing else to show.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from incidentmail.core.ids import MailName, mac, message_id, public_ref
from incidentmail.core.model import Incident
from incidentmail.core.words import DRILL_PREFIX, PUBLIC_HINT, RESTRICTED_SUBJECT, OurField

from .header_fields import Mail, automatic_fields, mailbox, outlook_fields, thread_fields
from .html_page import page
from .list_mails import Occasion, Sender
from .wire_format import to_bytes
from .wording import changes

PUBLIC_FACTS = ("severity", "phase", "status", "commander")


def tells_public(incident: Incident) -> bool:
    """Whether the mail that is due changes anything that everybody may know; the declaration always does."""
    if not incident.restricted or incident.silent:
        return False
    return not incident.is_announced or bool(_public_changes(incident))


def render_public(sender: Sender, incident: Incident, occasion: Occasion) -> Mail:
    """The mail to the main list, beside mail N of the incident to its own. `sender` is us as the main list knows us."""
    shown, was = public_side(sender.key, incident), _public_changes(incident)
    number = incident.updates + 1 if incident.is_announced else 0
    clauses = sender.wording.clauses(shown, was)
    values = {"incident": shown, "state": " ".join(clauses), "hint": PUBLIC_HINT}
    text = sender.templates.text("email/public.txt.j2", values)
    html = page(
        sender.templates, shown, sender.wording.words.policy, clauses=clauses, paragraphs="", fields=(),
        closing=PUBLIC_HINT, links=(),
    )  # fmt: skip

    def name(of: int) -> str:
        return message_id(
            sender.key, MailName(shown.ref, occasion.origin, f"p{_serial(sender, shown, of)}"), sender.domain
        )

    topic = f"{DRILL_PREFIX if incident.drill else ''}{shown.subject}"
    subject = f"Re: {topic}" if number else topic
    also = [address for address in sender.always_to if address != sender.list_address]
    fields = {
        "From": mailbox(sender.bot, note=f"severity {incident.severity}"),
        "To": sender.list_address,
        **({"Cc": ", ".join(also)} if also else {}),
        "Reply-To": sender.list_address,
        "Subject": subject,
        "Message-ID": name(number),
        **(thread_fields([name(0)]) if number else {}),
        **outlook_fields(shown, topic, number=_serial(sender, shown, number) if number else 0),
        **automatic_fields(),
        OurField.SEVERITY: str(incident.severity),
        OurField.PHASE: str(incident.phase),
        OurField.STATUS: incident.status.value,
        OurField.COMMANDER: str(incident.commander),
        **({OurField.DRILL: "yes"} if incident.drill else {}),
        OurField.RESTRICTED: "yes",
    }
    return Mail(
        message_id=fields["Message-ID"], subject=subject, reverse_path=str(sender.bot.address),
        forward_paths=(sender.list_address, *also), text=text,
        raw=to_bytes(fields, date=occasion.at, text=text, html=html),
    )  # fmt: skip


def public_side(key: bytes, incident: Incident) -> Incident:
    """`incident` with nothing in it but what everybody may know, under another REF; times are those of its mail."""
    ref = public_ref(key, incident.ref)
    subject = f"{RESTRICTED_SUBJECT} {ref}"
    return Incident(
        id=ref,
        ref=ref,
        origin=incident.origin,
        description=subject,
        subject=subject,
        status=incident.status,
        severity=incident.severity,
        phase=incident.phase,
        assumed=tuple(name for name in incident.assumed if name in PUBLIC_FACTS),
        commander=incident.commander,
        drill=incident.drill,
        restricted=True,
        declared_at=incident.declared_at,
        declared_by=incident.commander,
        updated_at=incident.updated_at,
        version=incident.version,
    )


def _serial(sender: Sender, shown: Incident, number: int) -> int:
    """A serial number for the mail beside mail `number`, of which nobody else can tell how many there were."""
    return int.from_bytes(mac(sender.key, "public-serial", shown.ref, str(number)).encode()) % 10**9


def _public_changes(incident: Incident) -> Mapping[str, JsonValue]:
    return {name: was for name, was in changes(incident).items() if name in PUBLIC_FACTS}
