"""Render the mail of a drill: the first message, the last, and those from invented people. Pure.

All of these messages are sent from our own address to the list used only for drills. Subject and text say that it is a
drill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from incidentmail.core.drills.drill_events import CLOSING, OPENING
from incidentmail.core.drills.run import REF, Run
from incidentmail.core.frozen import replace
from incidentmail.core.ids import OurField, mac
from incidentmail.core.model import Incident, Person
from incidentmail.core.times import show_time
from incidentmail.core.words import DRILL_PREFIX, DRILL_SENTENCE
from incidentmail.outbound.draft import Draft, Sender, thread_subject
from incidentmail.outbound.header_fields import Mail

INVENTED = "invented"
"""The note after the name of an invented person."""


def render_opening(sender: Sender, run: Run, *, at: datetime, origin: str) -> Mail:
    """Return the mail that announces a drill and explains how to take part and how to stop it."""
    words = sender.wording.words
    values = {
        "drill": DRILL_SENTENCE, "opening": run.scenario.opening, "by": run.started_by.name,
        "ends": show_time(run.ends_at, sender.wording.zones, at.date()), "list_address": sender.list_address,
        "severity_key": words.key("severity"), "commander": words.title,
    }  # fmt: skip
    return _mail(sender, run, OPENING, None, "A drill begins", "opening", values, at=at, origin=origin)


def render_inject(
    sender: Sender, run: Run, number: int, incident: Incident | None, *, thread: Sequence[str], at: datetime,
    origin: str,
) -> Mail:  # fmt: skip
    """Return the mail of an invented person, in the thread of the drill's incident if there is one."""
    inject = run.inject(number)
    person = Person(name=inject.by, address=sender.bot.address)
    values = {"drill": DRILL_SENTENCE, "person": inject.by, "role": inject.role, "text": inject.text}
    invented = replace(sender, bot=person)
    return _mail(
        invented, run, number, incident, inject.subject, "inject", values, thread=thread, note=INVENTED, at=at,
        origin=origin,
    )  # fmt: skip


def render_closing(
    sender: Sender, run: Run, score: Sequence[str], incident: Incident | None, *, thread: Sequence[str], at: datetime,
    origin: str,
) -> Mail:  # fmt: skip
    """Return the mail that ends the drill, says what was really going on, and shows the lines of the score.

    A person who stopped the drill but did not start it gets a copy, because they may not be on the list.
    """
    stopper = run.ended_by if run.was_stopped else None
    is_told = stopper is not None and not stopper.same_as(run.started_by)
    cc = [str(stopper.address)] if stopper and stopper.address and is_told else []
    values = {
        "title": run.scenario.title, "description": run.scenario.description, "run": run.id, "lines": score,
        "stopped_by": stopper.name if stopper else None,
    }  # fmt: skip
    return _mail(
        sender, run, CLOSING, incident, "The drill is over", "closing", values, thread=thread, cc=cc, at=at,
        origin=origin,
    )  # fmt: skip


def _mail(
    sender: Sender, run: Run, number: int, incident: Incident | None, subject: str, template: str,
    values: Mapping[str, object], *, at: datetime, origin: str, thread: Sequence[str] = (), note: str = "",
    cc: Sequence[str] = (),
) -> Mail:  # fmt: skip
    ref = incident.ref if incident else REF
    draft = Draft(
        sender=sender, ref=ref, origin=origin, number=f"p{_serial(sender, run, number)}", at=at,
        to=(sender.list_address,), cc=cc, note=note, thread=thread,
        subject=thread_subject(incident, reply=True) if incident else f"{DRILL_PREFIX}{subject}",
        replies_to=(*([sender.list_address] if sender.replies_to_list else []), sender.plus(ref)),
        fields={OurField.DRILL: "yes", **({OurField.ID: incident.id} if incident else {})},
    )  # fmt: skip
    return draft.mail(sender.templates.text(f"drill/{template}.txt.j2", values))


def _serial(sender: Sender, run: Run, number: int) -> int:
    """Return the serial number of a message in the run. It never changes, so no message is sent twice."""
    return int.from_bytes(mac(sender.key, "drill-serial", run.id, str(number)).encode()) % 10**9
