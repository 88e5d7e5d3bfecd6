"""Recognise replies which say that a closed incident is not over. Their writers are asked whether to reopen it."""

from __future__ import annotations

import re

from incidentmail.core.text import one_line

LINES_MAX = 12
LINE_CHARS_MAX = 300
_AGAIN = (
    r"(?:again|once more|wieder|erneut|de nouveau|à nouveau|encore|de nuevo|otra vez|nuevamente|de novo"
    r"|novamente|outra vez"
    r"|di nuovo|nuovamente|weer|opnieuw|znowu|ponownie|igen|igjen|uudelleen|znovu|újra|снова|опять|再び|又)"
)
_BROKEN = (
    r"(?:happen|fail|break|broke|down|start|see|seeing|error|reject|declin|slow|stuck|unreachable|offline|timeout"
    r"|time out"
    r"|problem|issue|trouble|incident|alert|outage|open|kaputt|fehl|ausfall|störung|weg|aus\b|panne|erreur|plant|caíd|fall"
    r"|error|storing|kapot|awari|błąd|nie działa|fora|ca(?:iu|ído)|guasto|giù)"
)
_BACK = re.compile(
    r"\b(?:it|this|that|the (?:problem|issue|error|outage|incident)|problem|issue|same (?:problem|issue|error))"
    r"(?:['’]s|s| is| are| has| seems| keeps| just| came| come)*\s+(?:coming |come )?back\b"
    r"|(?:\b(?:not|never|nicht|pas|nie|niet|não|non|no)|n['’]t)\s+(?:\w+\s+){0,2}(?:over|fixed|resolved|solved|gone"
    r"|done yet"
    r"|erledigt|behoben|gelöst|vorbei|réglé|résolu|fini|resuelto|solucionado|opgelost|resolvido|risolto|rozwiązane)\b"
    r"|\bre-?(?:occurr|curr)(?:ed|ing|s|ence)?\b|\breopen|\bre-open"
    r"|\bstill (?:down|failing|broken|happening|not|see|seeing)\b"
    r"|\bwieder\s?(?:da|öffnen|aufmachen)\b|\bwiedereröffnen|\btritt\b.{0,30}\bwieder auf|\brouvrir|\bréouvrir|\breabr"
    r"|\briaprire|\bheropen|\bponownie otw|\bc['’]est revenu|\bestá de vuelta|\bè tornat|\bis terug\b|\bwróci[łl]"
    r"|\bvoltou\b|\bha vuelto\b",
    re.I,
)
_FAILS_AGAIN = re.compile(rf"\b{_BROKEN}.{{0,60}}?\b{_AGAIN}(?!\w)|(?<!\w){_AGAIN}\b.{{0,60}}?\b{_BROKEN}", re.I)
_FINE = re.compile(
    r"\bback (?:to normal|up\b|online|in (?:service|operation)|again\b.{0,10}\bfine)"
    r"|\b(?:works?|working|up|fine|ok|okay|good) again\b|\bwieder (?:normal|ok|gut|da und läuft)"
    r"|\b(?:funktioniert|läuft) wieder"
    r"|\bfonctionne (?:à|de) nouveau"
    r"|\b(?:funciona|funziona|werkt|działa) (?:de nuevo|otra vez|di nuovo|weer|znowu)"
    r"|\bnot? .{0,20}\bagain\b|\bif\b|\bwhen\b",
    re.I,
)
_SEVERITY = re.compile(r"(?<![\w-])sev(?:erity)?\W{0,3}(?:\d|one\b|two\b|three\b|four\b)", re.I)


def says_it_is_back(prose: str) -> str | None:
    """Return the first line that says a closed incident is not over, or that states a severity. Or return None.

    >>> says_it_is_back("It's back, sev 1"), says_it_is_back("Payments fail again.")
    ("It's back, sev 1", 'Payments fail again.')
    >>> says_it_is_back("Everything is back to normal, thanks!") is None
    True
    """
    lines = [one_line(line)[:LINE_CHARS_MAX] for line in prose.split("\n")[: 4 * LINES_MAX]]
    for line in [line for line in lines if line][:LINES_MAX]:
        if _FINE.search(line):
            continue
        if _SEVERITY.search(line) or _BACK.search(line) or _FAILS_AGAIN.search(line):
            return line
    return None
