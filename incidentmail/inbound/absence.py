"""Distinguish absence notices from messages about a system, whose subjects can start in the same way."""

from __future__ import annotations

import re

from incidentmail.core.subject_prefixes import bare_subject

TEXT_CHARS_MAX = 2_000
# Words that begin absence notices, but also other subjects: `Away: booking site returns errors`.
_ORDINARY = re.compile(
    r"(?:away|auto|ooo|ausente|assente|assenza|absent|afwezig|abwesend|abwesenheit|semester|frånvaro|frånvarande|fravær"
    r"|fraværende|poissa|nieobecność|en congé|fuori sede|on vacation|外出|不在)\s*[:：–—-]",
    re.I,
)
_ABSENT = re.compile(
    r"\b(?:i am|i['’]m|i will be|currently|we are)\b[^.\n]{0,40}"
    r"\b(?:away|out of|off|on (?:leave|vacation|holiday)|absent|abroad)"
    r"|\b(?:back|return(?:ing)?|available again) (?:on|in|at|by|from)\b|\buntil\b"
    r"|\bout of (?:the )?office\b|\bvacation\b|\bholiday"
    r"|\burgent (?:matters|cases|requests)\b|\blimited access\b|\bmaternity|\bparental"
    r"|\b(?:abwesend|urlaub|zurück|vertretung|dringend|congé|absent|retour|urgence|ausente|vacaciones|vuelta|assente|ferie"
    r"|rientro|afwezig|vakantie|terug|semester|tillbaka|ferie|tilbage|tilbake|lomalla|nieobecn|urlop|férias|dovolen)"
    r"|отпуск|不在|休暇|休假",
    re.I,
)
_ABSENT_IN_SUBJECT = re.compile(r"\b(?:out of (?:the )?office|on (?:leave|vacation|holiday)|maternity leave)\b", re.I)


def says_absent(title: str) -> bool:
    """Return whether a title says itself that somebody is away.

    >>> says_absent("Bo Keller is out of the office"), says_absent("nobody can open the doors")
    (True, False)
    """
    return _ABSENT_IN_SUBJECT.search(title) is not None


def is_ordinary_title(subject: str, text: str) -> bool:
    """Return whether the subject is an ordinary title, although it starts like the subject of an absence notice.

    The subject is ordinary if neither it nor the text says that somebody is away.

    >>> is_ordinary_title("Away: booking site returns errors", "Nobody can book.")
    True
    >>> is_ordinary_title("Away: booking site", "I am away until Monday."), is_ordinary_title("Out of office: x", "Hm.")
    (False, False)
    """
    title = bare_subject(subject)
    if _ORDINARY.match(title) is None or says_absent(title):
        return False
    return _ABSENT.search(text[:TEXT_CHARS_MAX]) is None
