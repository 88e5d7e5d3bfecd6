"""Render a retrospective as one HTML page for browsers and printers, with a picture and people's own text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from incidentmail.core.times import show_time
from incidentmail.report.ages import show_length
from incidentmail.report.html_page import html_page
from incidentmail.report.picture.drawing import NARROW, WIDE
from incidentmail.report.picture.history import history_of
from incidentmail.report.picture.history_words import describe_history
from incidentmail.report.picture.incident_picture import incident_picture, severity_class
from incidentmail.templating import Templates

from .contents import Retro
from .human_parts import kept_elsewhere
from .markdown import ATTENDED, LEARNED, TO_DO
from .story import Story
from .summary import worst

TEMPLATE = "page/retro.html.j2"


def page(retro: Retro, story: Story, templates: Templates, zones: Sequence[str], parts: Mapping[str, str]) -> str:
    """Return the page. `parts` maps names of places to people's text. Raise RenderError if rendering fails."""
    history = history_of(story.entries, story.until)
    on = story.began_at.date()

    def time(at: datetime) -> str:
        return show_time(at, zones, on)

    names = [LEARNED, TO_DO, ATTENDED, *(question.key for question in retro.questions)]
    values = {
        "retro": retro,
        "parts": parts,
        "others": list(kept_elsewhere(parts, names).values()),
        "tone": severity_class(worst(story)[0], story.words.policy),
        "wide": incident_picture(history, story.words, name="wide", width=WIDE),
        "narrow": incident_picture(history, story.words, name="narrow", width=NARROW),
        "described": list(describe_history(history, story.words)),
        "time": time,
        "length": lambda minutes: show_length(timedelta(minutes=minutes)),
        "since": lambda at, earlier: show_length(at - earlier),
    }
    return html_page(templates, TEMPLATE, values)
