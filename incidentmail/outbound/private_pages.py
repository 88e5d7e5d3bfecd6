"""Render the private messages that also have an HTML page. Pure.

These include the brief for people who ask for a summary, the controls for a new commander, and reminders. The text and
the page have the same content. Text written by people is quoted after `> `, so that nothing in it is treated as a
command if somebody quotes the message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from incidentmail.core.conduct.promises import next_update
from incidentmail.core.events import Recorded
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.model import Incident
from incidentmail.core.text import clip, one_line
from incidentmail.core.times import show_time
from incidentmail.core.tracking.tracked_items import Item, numbered, open_items
from incidentmail.core.words import BRIEF_LEAD, BRIEF_NEWS_LEAD, BRIEFING_SINCE, CONTROLS_LEAD, NOBODY_ELSE, in_brackets
from incidentmail.templating import Templates

from .explaining.command_brief import hours_line
from .explaining.severities import meanings_of_replies
from .html_page import page
from .reply_links import Answer, Link, commander_controls, reply_links, subscriber_links
from .update_history import declaration_paragraphs, update_paragraphs
from .wording import Wording

LEAVING = "leaving"
ITEMS_SHOWN_MAX = 12
"""The maximum number of items of one kind in a brief. The newest are shown."""
ITEM_CHARS_MAX = 300
"""The maximum length of a tracked item's text."""


class Paragraph(Frozen, kw_only=True):
    """A paragraph. If `quoted` is true, the paragraph repeats what others wrote or explains the effect of a reply."""

    text: str
    quoted: bool = False

    def __str__(self) -> str:
        if not self.quoted:
            return self.text
        return "\n".join(f"> {line}".rstrip() for line in self.text.split("\n"))


class Sheet(Frozen, kw_only=True):
    """The parts of a message that has an HTML page."""

    lead: str
    paragraphs: Sequence[Paragraph]
    links: Sequence[Link]
    closing: str = NOBODY_ELSE
    notes: Sequence[str] = ()
    """Lines that appear only on the page."""

    def values(self) -> dict[str, object]:
        """Return the values for the message's template."""
        return {"lead": self.lead, "paragraphs": [str(p) for p in self.paragraphs], "closing": self.closing}

    def page(
        self, templates: Templates, wording: Wording, incident: Incident | None, *, title: str, explanation: str
    ) -> str:
        """Return the HTML. `title` is used only if the message is not about an incident."""
        pieces = [(text, one.quoted) for one in self.paragraphs for text in one.text.split("\n\n")]
        return page(
            templates, incident, wording.words.policy, title=title, lead=self.lead,
            state=wording.state_words(incident) if incident else None, paragraphs=[text for text, _ in pieces],
            boxed=[index for index, (_, is_quoted) in enumerate(pieces) if is_quoted], fields=(),
            closing=self.closing, explanation=explanation, links=self.links, notes=self.notes,
        )  # fmt: skip


class News(Frozen, kw_only=True):
    """The events since a time: a line for each, with its time and author, newest last."""

    since: datetime
    lines: tuple[str, ...] = ()


def brief(
    wording: Wording, incident: Incident, recorded: Iterable[Recorded], at: datetime, answer: Answer,
    news: News | None = None,
) -> Sheet:  # fmt: skip
    """Return a summary for people who join late or come back, on one screen.

    `recorded` holds the entries of the incident. If `news` is given, it replaces the announced updates.
    """
    on = at.date()
    declaration, *details = declaration_paragraphs(wording, incident, on)
    if news is None:
        updates = update_paragraphs(wording, recorded, on)
        changed = [Paragraph(text=text) for text in ([BRIEFING_SINCE, *updates] if updates else ())]
    else:
        since = show_time(news.since, wording.zones, on)
        changed = [Paragraph(text=f"New since {since}:" if news.lines else f"Nothing is new since {since}.")]
        changed += [Paragraph(text="\n".join(news.lines), quoted=True)] if news.lines else []
    shown = replace(incident, next_update_at=next_update(incident, wording.words.policy))
    fields = [str(line) for line in wording.fields(shown, on, without=("need",))]
    fields += [hours_line(wording, incident, at)] if incident.is_open else []
    paragraphs = [
        Paragraph(text=declaration),
        *(Paragraph(text=text, quoted=True) for text in details),
        *changed,
        *tracked_paragraphs(wording, incident, at),
        *_roll_call(wording, incident, on),
        *([Paragraph(text="\n".join(fields), quoted=True)] if fields else []),
    ]
    lead = BRIEF_LEAD if news is None else BRIEF_NEWS_LEAD
    return Sheet(lead=lead, paragraphs=paragraphs, links=subscriber_links(answer, incident, wording.words))


def _roll_call(wording: Wording, incident: Incident, on: date) -> list[Paragraph]:
    """Return the answers to the newest roll call, one line per person."""
    call = incident.roll_call
    if call is None or not incident.is_open:
        return []
    title = f"Roll call of {show_time(call.at, wording.zones, on)}:"
    rows = "\n".join(f"{name}: {clip(text, ITEM_CHARS_MAX)}" for name, text in call.rows())
    return [Paragraph(text=title), Paragraph(text=rows, quoted=True)]


def tracked_paragraphs(wording: Wording, incident: Incident, at: datetime) -> list[Paragraph]:
    """Return the tracked items: a heading for each kind, followed by its items."""
    items, on = incident.items, at.date()
    sorts: tuple[tuple[str, Iterable[Item]], ...] = (
        ("To be done:", open_items(items, "action")),
        ("Needed:", open_items(items, "need")),
        ("Only assumed, and to be looked at again:", open_items(items, "assumption")),
        ("Seen, or ruled out:", [i for i in items if i.kind in ("evidence", "ruled_out") or i.is_judged]),
        ("Decided:", [item for item in items if item.kind == "decision"]),
        ("About to be done:", [item for item in items if item.kind == "about_to" and not item.done]),
    )
    paragraphs: list[Paragraph] = []
    for title, found in sorts:
        lines = [item_line(wording, item, on, now=at) for item in found]
        left_out = len(lines) - ITEMS_SHOWN_MAX
        earlier = [f"({left_out} earlier ones are left out here)"] if left_out > 0 else []
        if lines:
            text = "\n".join((*earlier, *lines[-ITEMS_SHOWN_MAX:]))
            paragraphs += [Paragraph(text=title), Paragraph(text=text, quoted=True)]
    return paragraphs


def passed_on(lead: str, line: str | None, replies: Sequence[Link]) -> Sheet:
    """Return a question that somebody else has not answered, with links for `replies`. `line` is their text."""
    return Sheet(
        lead=lead,
        paragraphs=[Paragraph(text=line, quoted=True)] if line else [],
        links=replies,
    )


def reminder(
    wording: Wording, incident: Incident, items: Sequence[tuple[str, str | None, Sequence[str]]],
    checklists: Sequence[str], answer: Answer,
) -> Sheet:  # fmt: skip
    """Return the due items of an incident. Each consists of our text, text that somebody wrote, and possible replies.

    `checklists` are the checklists of roles that somebody gave the reader. The replies are shown after `> `, so that
    nothing in the message is treated as a command if somebody quotes it.
    """
    (lead, *_), *_ = items
    paragraphs: list[Paragraph] = []
    every_reply = [reply for _, _, replies in items for reply in replies]
    for text, quoted, replies in items:
        paragraphs += [] if text is lead else [Paragraph(text=text)]
        paragraphs += [Paragraph(text=quoted, quoted=True)] if quoted else []
        paragraphs += [Paragraph(text=f"Reply with: {reply}") for reply in replies]
    paragraphs += [Paragraph(text=points, quoted=True) for points in checklists]
    return Sheet(lead=lead, paragraphs=paragraphs, links=reply_links(answer, every_reply, wording.words))


def checklist(templates: Templates, role: str) -> str:
    """Return the checklist of a role, one point per line. An organisation can provide checklists for its own roles."""
    name = f"checklist/{role}.txt.j2"
    known = name in templates.names() or templates.is_overridden(name)
    return templates.text(name if known else "checklist/other.txt.j2", {})


def role_taken(roles: Sequence[str], checklists: Sequence[str], answer: Answer) -> Sheet:
    """Return the duties of people who have taken roles."""
    return Sheet(
        lead=f"You are {' and '.join(roles)} of this incident now. This is what it means:",
        paragraphs=[
            *(Paragraph(text=points, quoted=True) for points in checklists),
            Paragraph(text=f"If you cannot do it any more, reply: {LEAVING}. Then it is nobody's."),
        ],
        links=[answer.link(f"Reply: {LEAVING}", f"{LEAVING}\n")],
    )


def controls(
    wording: Wording, incident: Incident, by: str, roles: Sequence[str], checklists: Sequence[str],
    known: Sequence[str], answer: Answer,
) -> Sheet:  # fmt: skip
    """Return the facts for a new commander (`known`), and the replies that they can send with one tap.

    `by` is the person who named the commander, or "" if nobody else did. The two may have agreed on it before.
    """
    title = wording.words.title
    named = " and ".join((title, *(role for role in roles if role != title)))
    lead = f"You are {named} of this incident now{f', says {by}' if by else ''}."
    decline = _decline(wording, incident, by) if by else ""
    possible = commander_controls(incident, wording.words)
    meanings = meanings_of_replies(wording.words)
    links = [answer.link(one.label, one.body, meaning=meanings.get(one.line, "")) for one in possible]
    lines = "\n".join(f"{control.label}. Reply with: {control.line}" for control in possible)
    paragraphs = [
        *(Paragraph(text=text, quoted=True) for text in known),
        *([Paragraph(text=decline)] if decline else []),
        *([Paragraph(text=CONTROLS_LEAD), Paragraph(text=lines)] if possible else []),
        *(Paragraph(text=points, quoted=True) for points in checklists),
    ]
    return Sheet(lead=lead, paragraphs=paragraphs, links=links)


def _decline(wording: Wording, incident: Incident, by: str) -> str:
    """Return how a commander named by `by` can decline, and who is then told and leads."""
    named = incident.named
    if named is None:
        return wording.words.decline_hint(incident.declared_by.name)
    return wording.words.decline_hint(named.was.name, "" if named.by.same_as(named.was) else by)


def tasks(wording: Wording, incident: Incident, lead: str, numbers: Sequence[int], on: date, answer: Answer) -> Sheet:
    """Return the items with these numbers, each with replies saying that it is done or cannot be done."""
    items = [item for number in numbers if (item := numbered(incident.items, number))]
    paragraphs, links = list[Paragraph](), []
    for item in items:
        done, cannot = f"done {item.number}", f"cannot {item.number}"
        paragraphs.append(Paragraph(text=item_line(wording, item, on), quoted=True))
        paragraphs.append(Paragraph(text=f"If it is done, reply: {done}. If you cannot do it, reply: {cannot}."))
        links += [answer.link(f"Reply: {reply}", f"{reply}\n") for reply in (done, cannot)]
    return Sheet(lead=lead, paragraphs=paragraphs, links=links)


def item_line(wording: Wording, item: Item, on: date, *, now: datetime | None = None) -> str:
    """Return an item with its number and its time: `Action 3: restart the queue (by 15:10 UTC)`.

    If `now` is given, also show the owner, whether the item is overdue, and the latest judgement.
    """
    owner = item.owner.name if item.owner and now else None
    due = f"by {show_time(item.due_at, wording.zones, on)}" if item.due_at else None
    about = f"for {item.about}" if item.about else None
    text = clip(one_line(item.text), ITEM_CHARS_MAX)
    late = "overdue" if now and item.is_overdue(now) else None
    judged = f"{item.verdict}, says {item.judged_by.name}" if now and item.verdict and item.judged_by else None
    asked = "asked whether it holds, no answer yet" if now and item.is_asked else None
    return f"{wording.words.key(item.kind)} {item.number}: {text}{in_brackets(owner, due, late, about, judged, asked)}"
