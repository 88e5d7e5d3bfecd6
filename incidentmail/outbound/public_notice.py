"""Render what anyone may know about a restricted incident: severity, phase, commander and status. Pure.

Such a message belongs to a separate thread, whose ids and REF cannot be traced to the incident. A reply to it has no
effect, and its templates receive no other facts.
"""

from __future__ import annotations

from collections.abc import Mapping

from incidentmail.core.frozen import JsonValue, replace
from incidentmail.core.ids import OurField, mac, public_ref
from incidentmail.core.model import Incident
from incidentmail.core.words import PUBLIC_HINT, RESTRICTED_SUBJECT

from .draft import Draft, Occasion, Sender, thread_subject
from .header_fields import Mail, outlook_fields
from .html_page import page
from .wording import changes

PUBLIC_FACTS = ("severity", "phase", "status", "commander")


def tells_public(incident: Incident) -> bool:
    """Return whether the pending message changes any fact that anyone may know.

    Return True for every declaration of a restricted incident, and once if the incident is restricted later. Return
    False for silent incidents and for incidents that are not restricted.
    """
    if not incident.restricted or incident.silent:
        return False
    return _is_first(incident) or bool(_public_changes(incident))


def render_public(sender: Sender, incident: Incident, occasion: Occasion) -> Mail:
    """Return the message to the main list that accompanies message N to the incident's own list.

    `sender` contains the main list, and the address from which we write to it.
    """
    shown, was = public_side(sender.key, incident), _public_changes(incident)
    number = 0 if _is_first(incident) else incident.updates + 1
    state = sender.wording.state_words(shown, was)
    values = {"incident": shown, "state": str(state), "hint": PUBLIC_HINT}
    text = sender.templates.text("email/public.txt.j2", values)

    def html(explanation: str) -> str:
        return page(
            sender.templates, shown, sender.wording.words.policy, state=state, paragraphs=(), fields=(),
            closing=PUBLIC_HINT, explanation=explanation, links=(),
        )  # fmt: skip

    def serial(update: int) -> int:
        return _serial(sender, shown, update)

    draft = Draft(
        sender=sender,
        ref=shown.ref,
        origin=occasion.origin,
        number=f"p{serial(number)}",
        at=occasion.at,
        to=(sender.list_address,),
        cc=sender.also_to,
        subject=thread_subject(shown, reply=bool(number)),
        replies_to=(sender.list_address,) if sender.replies_to_list else (),
        note=f"severity {incident.severity}",
        thread_index=outlook_fields(shown, thread_subject(shown, reply=False), number=serial(number) if number else 0),
        fields={
            OurField.SEVERITY: str(incident.severity),
            OurField.PHASE: str(incident.phase),
            OurField.STATUS: incident.status.value,
            OurField.COMMANDER: str(incident.commander),
            **({OurField.DRILL: "yes"} if incident.drill else {}),
            OurField.RESTRICTED: "yes",
        },
    )
    if number:
        draft = replace(draft, thread=(replace(draft, number=f"p{serial(0)}").message_id,))
    return draft.mail(text, html)


def public_side(key: bytes, incident: Incident) -> Incident:
    """Return a copy of `incident` with only the facts that anyone may know, and with another REF.

    The times in the copy are those of the message.
    """
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


def _is_first(incident: Incident) -> bool:
    """Return whether this is the first notice to the main list, because the incident is new or was just restricted."""
    return not incident.is_announced or any(change.fact == "restricted" for change in incident.unannounced)


def _serial(sender: Sender, shown: Incident, number: int) -> int:
    """Return a serial number for the public message that accompanies message `number`. It does not reveal `number`."""
    return int.from_bytes(mac(sender.key, "public-serial", shown.ref, str(number)).encode()) % 10**9


def _public_changes(incident: Incident) -> Mapping[str, JsonValue]:
    return {name: was for name, was in changes(incident).items() if name in PUBLIC_FACTS}
