"""Write an invented incident's retrospective, to test the templates of retrospectives. Nothing is recorded."""

from __future__ import annotations

from datetime import timedelta

from incidentmail.app.context import AppContext
from incidentmail.core.events import Declared, Event, NoteAdded, Recorded, SeverityChanged, StatusChanged
from incidentmail.core.model import Person, Status
from incidentmail.core.tracking.tracking_events import ItemJudged, ItemTracked
from incidentmail.report.retro.contents import Source
from incidentmail.report.retro.markdown import LEARNED, markdown
from incidentmail.report.retro.page import page
from incidentmail.report.retro.sections import Sourced, retro_of
from incidentmail.report.retro.story import story_of

MARA = Person(name="Mara Lindqvist", address="mara@example.com")


def sample_retros(context: AppContext) -> dict[str, str]:
    """Return the retrospective as Markdown and as a page, keyed by template name.

    Raise RenderError if a template fails.
    """
    severities = [step.level for step in context.words.policy.severities]
    mild, bad, begin = severities[-1], severities[0], context.now() - timedelta(hours=5)
    happened: tuple[Event, ...] = (
        Declared(
            id="sample", ref="sample", origin="sample", description="Sample: checkout is rejecting card payments",
            severity=mild, phase=context.words.policy.phases[0].number, commander=MARA, declared_at=begin,
        ),
        ItemTracked(number=1, item="assumption", text="the second gateway is healthy"),
        ItemTracked(number=2, item="action", text="call the bank", owner=MARA, due_at=begin + timedelta(hours=1)),
        ItemTracked(number=3, item="decision", text="no deployments today"),
        SeverityChanged(severity=bad, was=mild),
        ItemJudged(number=1, verdict="refuted"),
        NoteAdded(text="The bank has found the fault."),
        StatusChanged(status=Status.CLOSED, was=Status.OPEN),
    )  # fmt: skip
    entries = [
        Recorded(
            incident="sample", version=number, at=begin + timedelta(minutes=30 * (number - 1)), by=MARA, event=event
        )
        for number, event in enumerate(happened, 1)
    ]
    story = story_of(entries, context.words, context.now())
    zones, parts = context.config.settings.timezones, {LEARNED: "Ask the bank sooner."}
    retro = retro_of(story, [Sourced(one, Source(how="command")) for one in entries], zones)
    return {
        "report/retro.md.j2": markdown(retro, context.templates, zones, parts),
        "page/retro.html.j2": page(retro, story, context.templates, zones, parts),
    }
