"""Keep people's messages while another installation leads. The messages change nothing here and are not answered.

The leading installation acts on the same messages, and announces the changes by mail. If this installation is promoted
later, it processes again those messages that were not acted on (app/promote.py).
"""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import who_leads
from incidentmail.app.record import record
from incidentmail.core.commands import AddNote
from incidentmail.core.events import NoteAdded
from incidentmail.core.frozen import replace
from incidentmail.core.leaks.leaked_secrets import masked_command
from incidentmail.core.model import Actor, Trust
from incidentmail.core.text import TEXT_CHARS_MAX
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted

from ..outcomes import cause, only, remember
from ..recognise import Recognised
from ..shortfall import Judgement
from .leadership import tell_mail_still_comes

FOLLOWED = "another-leads"
"""The rule of a message that arrived while another installation led."""


def keep_reply(context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised) -> Judgement:
    """Record a member's reply, in full, as a note. Any other message is filed."""
    reason = who_leads(context, tx, mail.incident)
    text = _words(mail)
    if text:
        tell_mail_still_comes(context, tx, accepted)
    if mail.incident is None or mail.understood is None or mail.who is None or not text:
        return _followed(only(accepted, mail, "filed", reason))
    assert mail.trust is not None
    note, _ = masked_command(AddNote(text))
    assert isinstance(note, AddNote)
    record(
        context, tx, mail.incident.id, [NoteAdded(text=note.text)], version=mail.incident.version,
        actor=Actor(person=mail.who, trust=mail.trust), at=mail.decided_at, caused_by=cause(accepted), announces=False,
    )  # fmt: skip
    remember(tx, mail.incident.id, mail.message, mail.understood)
    return _followed(only(accepted, mail, "note", reason))


def _words(mail: Recognised) -> str:
    """Return the words of a member's reply, or "" if the message is not a member's reply."""
    if not mail.is_letter or mail.understood is None or mail.trust in (None, Trust.STRANGER):
        return ""
    return mail.understood.extraction.new_text.strip()[:TEXT_CHARS_MAX]


def _followed(judged: Judgement) -> Judgement:
    """Return the judgement with the rule for messages that were only filed or kept as notes."""
    return Judgement(outcome=replace(judged.outcome, rule=FOLLOWED), incident=judged.incident)
