"""Send a short mail, from a separate template, to people who are added as recipients because of the severity."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.app.telling.private_mail import reserve
from incidentmail.app.telling.private_numbers import private_number
from incidentmail.core.facts import old_values
from incidentmail.core.model import Incident
from incidentmail.ledger.port import Transaction

from .enqueue import MadeMails, Untold, enqueue, occasion


def tell_executives(context: AppContext, tx: Transaction, incident: Incident) -> MadeMails:
    """Put the short mail that accompanies a declaration or follow-up into the outbox, if it has recipients.

    For restricted incidents and drills, there is no such mail. When the incident becomes less severe, the people added
    by the worse severity get one last mail.
    """
    before = old_values(incident.unannounced).get("severity")
    levels = (incident.severity, *([before] if isinstance(before, int) else []))
    steps = (context.words.policy.severity(level) for level in levels)
    to = dict.fromkeys(address for step in steps if step and step.also_template for address in step.also_to)
    if not to or incident.restricted or incident.drill:
        return MadeMails()
    from incidentmail.outbound.teams.executives import render_for_executives

    reserved = reserve(tx, kind="executives", to=to, at=context.now(), incident=incident.id)
    untold = tuple(Untold(incident.id, text) for text in reserved.untold)
    if reserved.serial is None:
        return MadeMails(untold=untold)
    number = private_number(context.key, reserved.serial)
    sender, moment = context.sender(incident), occasion(context, tx, incident)
    mail = render_for_executives(sender, incident, moment, to=reserved.to, serial=number)
    enqueue(context, tx, incident, mail)
    return MadeMails((mail.message_id,), untold=untold)
