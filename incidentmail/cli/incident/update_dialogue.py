"""Run the dialogue of `update` at a terminal: what is new, how bad it is, how far along the response is."""

from __future__ import annotations

from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.cli.preview.change_form import draft_form
from incidentmail.cli.preview.draft import Draft
from incidentmail.cli.preview.letters import SENTENCE
from incidentmail.cli.preview.loop import asked
from incidentmail.cli.preview.questions import says_yes

from .declare_dialogue import say_severities


def ask_what_is_new(context: AppContext, which: str | None, draft: Draft) -> Draft | None:
    """Return `draft` with the answers of the person at the terminal. Return None if they say nothing."""
    with context.ledger.snapshot() as view:
        incident = choose(view, which)
    form, words = draft_form(context, draft, lambda _: None, lambda _: ""), context.words
    note = "Enter: no sentence"
    draft = asked(context, draft, form, SENTENCE, f"What is new about {incident.id}, in one sentence?", note=note)
    say_severities(words)
    severity = " ".join(filter(None, (str(incident.severity), words.severity_name(incident.severity))))
    draft = asked(context, draft, form, "severity", "Severity", note=f"number or name; Enter: it stays {severity}")
    phase = words.phase_clause(incident.phase).removeprefix("phase ")
    draft = asked(context, draft, form, "phase", "Phase", note=f"number or name; Enter: it stays {phase}")
    if draft.facts or draft.sentence:
        return draft
    if says_yes("Tell the list that nothing has changed?", note="y: yes; Enter: no"):
        return draft.put(SENTENCE, "")
    return None
