"""Parse a message that belongs to no incident, to find out whether it declares one and what to ask the writer."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from incidentmail.app.receiving.match import Match
from incidentmail.core.drills.run import REF as DRILLS_REF
from incidentmail.core.frozen import replace as with_fields
from incidentmail.core.subject_prefixes import is_answer, is_forwarded, without_answer_marks
from incidentmail.inbound.message import Message
from incidentmail.inbound.thread import begins_a_thread
from incidentmail.reply.extraction.line_kinds import MARKERS
from incidentmail.reply.new_matter import Stated, in_subject, in_text
from incidentmail.reply.parsed import Context
from incidentmail.reply.understand import Understood

DECLARES = frozenset({"severity", "commander"})
UNKNOWN_KEYS_MIN = 2
"""A text with this many `Key: value` lines with unknown keys was written by a program."""
_KEY_LINE = re.compile(r"\s{0,3}[^\W\d_][^\s:]{0,30}(?: [^\s:]{1,30})?:\s+\S.*")
_PROGRAM = re.compile(
    r"(?:.*[-_.+])?(?:alerts?|alarms?|alertmanager|monitor(?:ing)?|nagios|icinga|zabbix|grafana|prometheus|datadog|sentry"
    r"|pagerduty|opsgenie|pingdom|uptime|jenkins|cron|root|daemon|notifications?|notify)(?:[-_.+].*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A message that begins something: whether it `declares` an incident, and what its subject and text name.

    `is_new` is true if nothing in it is an answer. `is_forward` is true if it forwards another person's message.
    `understood` contains no commands if another person may have written them.
    """

    declares: bool
    understood: Understood
    subject: Stated | None = None
    text: Stated | None = None
    is_stated: bool = False
    """Whether the message's own text states a severity or a commander in a valid form."""
    is_new: bool = True
    is_forward: bool = False

    @property
    def title(self) -> str:
        """The subject without a severity before or after it, or "" if nothing is left."""
        return self.subject.title if self.subject else ""

    @property
    def severity(self) -> int | None:
        """The severity that the message names, or None if it names none or several."""
        named = {number for stated in (self.subject, self.text) if stated for number in stated.severities}
        return next(iter(named)) if len(named) == 1 else None


def beginning_of(
    message: Message, understood: Understood, found: Match, context: Context, *, answered: Collection[str] = ()
) -> Beginning:
    """Return the contents of a message, on the assumption that it begins something new.

    `answered` holds the REFs of our messages that this message answers, if it belongs to no incident that it may
    change. If there are any, the message begins nothing, unless all of them belong to drill mails.
    """
    answers_us, answers_drill = bool({*answered} - {DRILLS_REF}), {*answered} == {DRILLS_REF}
    forward = is_forwarded(message.subject)
    is_new = (
        answers_drill
        or begins_a_thread(message)
        or (found.beside is not None and not found.answers)
        or found.filed is not None
    )
    # Otherwise the words of the forwarded message would be mistaken for the sender's.
    if forward and not _is_told_apart(message, understood):
        understood = with_fields(understood, read=with_fields(understood.read, commands=(), problems=()))
    stated = [command for command in understood.read.commands if command.name in DECLARES]
    subject = (
        in_subject(without_answer_marks(message.subject), context.words.policy, context.written_at)
        if is_new or forward
        else None
    )
    if subject is not None and is_answer(message.subject):  # the subject of an answer was written by somebody else
        subject = replace(subject, declares=False)
    text = in_text(understood.extraction.new_text, context.words)
    declares = bool(stated) or (is_new and subject is not None and subject.declares)
    if not is_new and not forward and all(command.form == "shorthand" for command in stated):
        declares = False  # `sev 1` alone, in an unknown thread, may be meant for an open incident
    if found.doubted:
        declares = False
    if answers_us and found.filed is None:
        declares, subject, text = False, None, None
    if declares and found.filed is None and _is_a_programs(message, understood):
        declares = False
    return Beginning(
        declares=declares, understood=understood, subject=subject, text=text, is_stated=bool(stated), is_new=is_new,
        is_forward=forward,
    )  # fmt: skip


def _is_told_apart(message: Message, understood: Understood) -> bool:
    """Return whether a forwarded message is attached or clearly separated from the sender's own words."""
    attached = any(kind.type == "message/rfc822" for kind in message.kinds)
    return attached or any(not kept.kept and kept.line.kind in MARKERS for kept in understood.extraction.lines)


def _is_a_programs(message: Message, understood: Understood) -> bool:
    """Return whether a monitoring program seems to have written the message, judging by address or unknown keys."""
    author = message.header_from
    if author is not None and _PROGRAM.fullmatch(author.address.partition("@")[0]):
        return True
    if any(command.form != "line" for command in understood.read.commands):
        return False
    lines = {command.line for command in understood.read.commands}
    first = understood.extraction.new_text.split("\n\n", 1)[0].split("\n")
    return sum(1 for line in first if _KEY_LINE.fullmatch(line.rstrip())) - len(lines) >= UNKNOWN_KEYS_MIN
