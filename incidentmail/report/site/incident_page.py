"""Render the page of one incident: the problem, its severity, the last change, facts, picture, timeline, people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from markupsafe import Markup

from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Holders, Incident, Item, ItemKind, Status
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.text import clip
from incidentmail.core.times import show_time
from incidentmail.core.words import NEEDED, NOT_CONFIRMED, NOT_NEEDED, in_brackets
from incidentmail.report.ages import show_length
from incidentmail.report.html_page import html_page
from incidentmail.report.picture.drawing import NARROW, WIDE
from incidentmail.report.picture.history_words import describe_history
from incidentmail.report.picture.incident_picture import incident_picture, severity_class
from incidentmail.templating import Templates

from .record import Record, in_short, sentence
from .setting import Setting

MOMENTS_MAX = 1000
"""The maximum number of moments on a page; the newest are shown. `incidentmail timeline` shows all."""
ENDED = {
    Status.OPEN: "", Status.CLOSED: "closed", Status.RETRACTED: "retracted: a false alarm",
    Status.MERGED: "merged into another incident",
}  # fmt: skip
_ITEMS: tuple[tuple[str, tuple[ItemKind, ...]], ...] = (
    ("Decisions", ("decision",)),
    ("Actions and needs", ("action", "need")),
    ("Assumptions and evidence", ("assumption", "evidence", "ruled_out")),
    ("Documents", ("document",)),
)
_VERDICTS = {"holds": "it holds", "refuted": "refuted", "unknown": "not known yet", None: "not checked"}


class Row(Frozen):
    """A row in a table of facts: a label, a value, and a CSS class if it needs attention."""

    label: str
    value: str | Markup
    tone: str = ""


def incident_page(record: Record, setting: Setting, templates: Templates, *, pages: Iterable[str]) -> str:
    """Return the HTML page of an incident. `pages` holds the ids of the incidents that can be linked to."""
    return html_page(templates, "page/incident.html.j2", _Page(record, setting, frozenset(pages)).values())


def page_name(incident_id: str) -> str:
    """Return the file name of an incident's page."""
    return f"{incident_id}.html"


class _Page:
    def __init__(self, record: Record, setting: Setting, pages: frozenset[str]) -> None:
        self.record, self.setting, self.pages = record, setting, pages
        self.state, self.words, self.masks = record.state, setting.words, record.masks

    def values(self) -> dict[str, Any]:
        state, record, history = self.state, self.record, self.record.history
        shown = record.moments[-MOMENTS_MAX:]
        newest = next((one for one in reversed(record.moments) if one.is_main), None)
        return {
            "site": self.setting,
            "incident": state,
            "title": self.masks.shown(state.description),
            "tab_title": clip(f"{clip(self.masks.shown(state.description), 50)} · {self.setting.title}", 70),
            "tone": severity_class(state.severity, self.words.policy) if state.is_open else "",
            "ended": ENDED[state.status],
            "declared_by": self.masks.name(state.declared_by),
            "length": show_length(history.end - history.begin),
            "state": self._state_lines(),
            "newest": newest,
            "sentence": sentence,
            "in_short": in_short,
            "details": self.setting.linked(self.masks.shown(state.details)),
            "facts": list(self._facts()),
            "rows": list(self._rows()),
            "pictures": [
                (style, incident_picture(history, self.words, name=style, width=width, is_live=False))
                for style, width in (("wide", WIDE), ("narrow", NARROW))
            ],
            "picture_text": list(describe_history(history, self.words)),
            "moments": shown[::-1],
            "left_out": len(record.moments) - len(shown),
            "people": list(self._people()),
            "items": [(title, rows) for title, kinds in _ITEMS if (rows := list(self._items(kinds)))],
            "changed_at": record.listed.changed_at,
        }

    def _state_lines(self) -> list[str]:
        state, words = self.state, self.words
        noted = {name: NOT_CONFIRMED if name in state.assumed else None for name in ("severity", "phase", "commander")}
        lines = [
            f"{words.severity_clause(state.severity, noted['severity'])}, "
            f"{words.phase_clause(state.phase, noted['phase'])}.",
            words.commander_sentence(self.masks.name(state.commander), noted["commander"]),
        ]
        return lines if state.is_open else []

    def _facts(self) -> Iterator[tuple[str, str, str]]:
        """Yield the large figures: label, figure, and CSS class."""
        history, record = self.record.history, self.record
        name = self.words.severity_name(history.worst)
        worst = f"{history.worst}{f' · {name}' if name else ''}"
        yield "Worst severity", worst, severity_class(history.worst, self.words.policy)
        if not history.is_open:
            yield "It took", show_length(history.end - history.begin), ""
        if record.statements:
            yield "To the first words for customers", show_length(record.statements[0].at - history.begin), ""
        promises = history.kept + len(history.missed)
        if promises:
            yield "Promised updates sent in time", f"{history.kept} of {promises}", "s1" if history.missed else ""
        yield "Mails to the list", str(len(history.sent)), ""
        yield "People with a part in it", str(people_count(self.state)), ""

    def _rows(self) -> Iterator[Row]:
        state, key = self.state, self.words.key
        for name in ("impact", "not_affected"):
            if value := getattr(state, name):
                yield Row(key(name), self._text(value))
        for name in ("venue", "backchannel"):
            if value := getattr(state, name):
                yield Row(key(name), self._text(value))
        for name in ("started_at", "detected_at"):
            if at := getattr(state, name):
                yield Row(key(name), self.setting.time(at))
        due = self.record.listed.next_update_at
        if due is not None:
            yield Row(key("next_update_at"), Markup("by {}").format(self.setting.time(due)))
        if state.description != state.subject:
            yield Row("Declared as", self._text(state.subject))
        if state.merged_into:
            yield Row("Merged into", self._link(state.merged_into))
        if state.merged_from:
            yield Row("Merged from", Markup(", ").join(self._link(name) for name in state.merged_from))
        yield from self._customers()

    def _customers(self) -> Iterator[Row]:
        said = self.record.statements
        last = said[-1] if said else None
        label = self.words.key("customers_may_be_told")
        if last is None or last.withdrawn_at is not None:
            if self.state.is_open:
                yield Row(label, "nothing yet" if last is None else "nothing any more; the words were taken back")
            return
        by, approver = self.masks.name(last.approval.by), self.masks.name(last.approval.approved_by)
        who = f"{approver}, words by {by}" if last.has_two_people else approver
        words = self.masks.shown(last.words)
        yield Row(label, Markup('“{}” <span class="quiet">({}, {})</span>').format(words, who, self._time(last.at)))

    def _people(self) -> Iterator[Row]:
        state, words = self.state, self.words
        yield Row(words.policy.commander_title, self.masks.shown("; ".join(self._commanders())))
        missing = words.policy.missing_roles(state) if state.is_open else ()
        for name in words.role_keys(state):
            held = state.roles.get(name, Holders())
            if held.people or held.dismissed or name in missing:
                yield self._role(name, held)
        if state.engaged:
            at_work = [f"{self.masks.name(one.person)} (since {self._plain_time(one.since)})" for one in state.engaged]
            yield Row("Also at work", ", ".join(at_work))

    def _commanders(self) -> Iterator[str]:
        """Yield the commanders, each with the times at which they led, newest first."""
        history = self.record.history
        for index, span in enumerate(history.commanders[::-1]):
            length = show_length(span.end - span.begin)
            is_now = history.is_open and index == 0
            yield f"{span.value} (since {self._plain_time(span.begin)})" if is_now else f"{span.value} ({length})"

    def _role(self, name: str, held: Holders) -> Row:
        role = self.words.policy.role(name)
        title, takes = self.words.key(f"roles.{name}"), in_brackets(role.takes) if role and role.takes else ""
        if held.people:
            return Row(title, f"{self.masks.shown(join_names(held.people))}{takes}")
        return Row(title, NOT_NEEDED) if held.dismissed else Row(title, f"{NEEDED}{takes}", "s2")

    def _items(self, kinds: Sequence[ItemKind]) -> Iterator[tuple[Row, str]]:
        for item in self.state.items:
            if item.kind in kinds:
                label = f"{self.words.key(item.kind)} {item.number}"
                yield Row(label, self.masks.shown(item.text), "good" if item.done else ""), self._item_note(item)

    def _item_note(self, item: Item) -> str:
        notes = [
            self.masks.name(item.owner) if item.owner else None,
            f"by {self._plain_time(item.due_at)}" if item.due_at and not item.done else None,
            ("done" if item.done else "open") if item.kind in ("action", "need") else None,
            _VERDICTS[item.verdict] if item.kind == "assumption" else None,
            f"about {item.about}" if item.about else None,
        ]
        return ", ".join(note for note in notes if note)

    def _link(self, name: str) -> Markup:
        if name not in self.pages:
            return Markup("another incident")
        return Markup('<a href="{}">{}</a>').format(page_name(name), name)

    def _text(self, text: str) -> Markup:
        return self.setting.linked(self.masks.shown(text))

    def _time(self, at: Any) -> Markup:
        return self.setting.time(at, self.state.declared_at)

    def _plain_time(self, at: Any) -> str:
        return show_time(at, self.setting.zones, self.state.declared_at.date())


def people_count(state: Incident) -> int:
    """Return the number of people who lead an incident, declared it, hold a role, own an action, or joined."""
    holders = [person for held in state.roles.values() for person in held.people]
    owners = [item.owner for item in state.items if item.owner is not None]
    people = (state.commander, state.declared_by, *holders, *owners, *(one.person for one in state.engaged))
    return len({person.address or person.name for person in people})
