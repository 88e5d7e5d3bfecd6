"""Create sample web pages about an invented incident, to test their templates. Nothing is recorded."""

from __future__ import annotations

from datetime import UTC, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.publishing.publish import setting_of
from incidentmail.core import events as e
from incidentmail.core.events import Event, Recorded
from incidentmail.core.fold import fold
from incidentmail.core.ids import incident_id
from incidentmail.core.model import Holders
from incidentmail.core.policy import SME
from incidentmail.core.teams.approval import Approval
from incidentmail.core.teams.customer_words import CUSTOMER_WORDS
from incidentmail.core.teams.team_events import CustomerWordsApproved
from incidentmail.core.tracking.tracking_events import ItemTracked
from incidentmail.report.figures.measured import measure
from incidentmail.report.figures.page import page_values
from incidentmail.report.figures.statistics import statistics
from incidentmail.report.html_page import html_page
from incidentmail.report.site.incident_page import incident_page, page_name
from incidentmail.report.site.index_pages import INDEX, Checked, index_page, year_name, year_page
from incidentmail.report.site.public_page import public_pages
from incidentmail.report.site.record import read_incident

from .list_mails import ALICIA, DESCRIPTION, DETAILS, MARA

WORDS = "Card payments may fail. Please pay by invoice."
PUBLIC = "public/"
"""The prefix of the names of public files."""


def sample_pages(context: AppContext) -> dict[str, str]:
    """Return each kind of web page, about an invented incident in this organisation's own words.

    Raise RenderError if a template fails.
    """
    setting, templates, recorded = setting_of(context), context.templates, _recorded(context)
    state = fold(recorded)
    if state is None:
        raise ValueError("no events")
    record, checked, year = read_incident(recorded, state, setting), Checked(context.now()), state.declared_at.year
    shown = [record.listed]
    public = public_pages(shown, checked, setting, templates, key=context.key)
    figures = statistics(measure(recorded, now=context.now()), since=None, until=None, zone_of=lambda _: UTC)
    values = page_values(figures, context.words, made_at=context.now())
    return {
        INDEX: index_page(shown, checked, setting, templates),
        year_name(year): year_page(year, shown, setting, templates),
        page_name(state.id): incident_page(record, setting, templates, pages=[]),
        "figures.html": html_page(templates, "page/figures.html.j2", values),
        **{f"{PUBLIC}{name}": text for name, text in public.items()},
    }


def _recorded(context: AppContext) -> list[Recorded]:
    """Return the events of an invented incident that lasts half an hour.

    It is declared and announced, gets worse, and has words for customers and a decision.
    """
    policy, begin = context.words.policy, context.now() - timedelta(minutes=30)
    name = incident_id(DESCRIPTION, begin, lambda one: False)
    mild = policy.severities[min(1, len(policy.severities) - 1)].level
    approval = Approval(words=WORDS, by=MARA, approved_by=ALICIA)
    happened: list[tuple[int, Event]] = [
        (
            0,
            e.Declared(
                id=name, ref="sample", origin="sample", description=DESCRIPTION, details=DETAILS, severity=mild,
                phase=policy.default_phase, commander=MARA, roles={SME: Holders(people=(ALICIA,))}, declared_at=begin,
                impact="one in five card payments",
            ),
        ),
        (0, e.Announced(number=0, message_id="<sample.0@example.com>")),
        (5, e.TextChanged(name=CUSTOMER_WORDS, text=WORDS, was=None)),
        (5, CustomerWordsApproved(approval=approval)),
        (10, e.SeverityChanged(severity=policy.severities[0].level, was=mild)),
        (10, e.Announced(number=1, message_id="<sample.1@example.com>")),
        (20, ItemTracked(number=1, item="decision", text="We stay on the old gateway.")),
    ]  # fmt: skip
    return [
        Recorded(incident=name, version=number, at=begin + timedelta(minutes=minute), by=MARA, event=event)
        for number, (minute, event) in enumerate(happened, 1)
    ]
