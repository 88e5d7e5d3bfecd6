"""Recognise replies that ask incidentmail for a summary, for what has happened since a given time, or for help."""

from __future__ import annotations

import re
from datetime import datetime

from incidentmail.core.time_forms.written_times import NoTime, read_time
from incidentmail.reply.grammar.courtesy import is_thanks, without_courtesy
from incidentmail.reply.grammar.patterns import FLAGS, POLITE_TAIL
from incidentmail.reply.parsed import Context

ASKING_CHARS_MAX = 300
"""The maximum length of a reply that is only a question, with a greeting and thanks."""
SINCE_CHARS_MAX = 80
"""The maximum length of a reply that asks for what has happened since a given time."""
_BRIEF = re.compile(
    r"(?:please\s+|pls\s+|can\s+(?:somebody|someone|you)\s+|(?:can|could|may)\s+i\s+(?:get|have|see)\s+(?:an?\s+|the\s+)?)?(?:catch(?:\s+me)?[\s-]up|status(?:\s+(?:update"
    r"|please|report))?|(?:any\s+)?(?:eta|news|updates?|progress)\s*\?"
    r"|any\s+(?:eta|news|updates?|progress)|summary|summari[sz]e|sitrep|brief(?:\s+me|ing)?|tl;?dr"
    r"|current\s+(?:status|state)"
    r"|what(?:['’]?s|\s+is)\s+(?:the\s+)?(?:(?:current\s+|latest\s+)?(?:status|state|eta|news|latest)"
    r"|going\s+on|happening|new)"
    r"|where\s+(?:are\s+we|do\s+(?:we|things)\s+stand|does\s+(?:it|this)\s+stand)"
    r"|wat\s+is\s+de\s+stand(?:\s+van\s+zaken)?|jaki\s+jest\s+(?:teraz\s+)?stan|como\s+está\s+(?:a\s+situação|isto)|como\s+estamos"
    r"|wie\s+ist\s+(?:denn\s+)?der\s+(?:aktuelle\s+|derzeitige\s+|jetzige\s+)?(?:stand|status)(?:\s+der\s+dinge)?"
    r"|wo\s+stehen\s+wir|wie\s+sieht(?:['’]?s|\s+es)\s+aus|gibt\s+es\s+(?:et)?was\s+neues"
    r"|où\s+en\s+(?:est-on|sommes[- ]nous)"
    r"|on\s+en\s+est\s+où|en\s+qué\s+(?:punto\s+)?estamos|quel\s+est\s+l['’]état(?:\s+actuel)?|a\s+che\s+punto\s+siamo|qual\s+è\s+la\s+situazione"
    r"|cómo\s+(?:vamos|va\s+esto)|cuál\s+es\s+el\s+estado"
    r"|bring\s+me\s+up\s+to\s+(?:speed|date)|what\s+did\s+I\s+miss|how\s+is\s+it\s+going)"
    r"(?:\s+(?:(?:on|with)\s+(?:this|it)|here|now|so\s+far|please|pls|yet))?",
    FLAGS,
)
HELP = re.compile(
    r"(?:help|help\s+me|commands?\??|usage|what\s+(?:can|do|should)\s+i\s+(?:say|do|reply|write|type)(?:\s+here)?"
    r"|how\s+(?:do|can)\s+i\s+(?:use\s+this|reply|answer)|how\s+does\s+this\s+work|hilfe|aide|ayuda|ajuda|pomoc)",
    FLAGS,
)
_SINCE = re.compile(
    r"(?:please[ \t])?(?:catch(?:[ \t]me)?[ \t-]?up|brief(?:[ \t]me)?|status|summary|what(?:['’]?s|[ \t]is)[ \t]new)"
    r"[ \t]since[ \t]"
    r"(?P<time>.{1,40})",
    re.I | re.S,
)


_BEHIND_TIME = re.compile(
    r"[ \t]*(?:[,;(]|[.!](?=\s)|\s[-–—]\s)"
    r"|[ \t]+(?=(?:please|pls|plz|thanks|thx|ty|cheers|for|guys|all|if|so|because|i|just)\b)",
    FLAGS,
)
"""The beginning of what may follow a time: thanks, or why it is asked."""
_CATCH_UP = re.compile(
    r"catch(?:\s+me)?[\s-]up(?:[ \t]+(?:please|pls|plz|guys|now)\b)*(?:[ \t]*(?:[.!,;:–—-]+(?=\s|$)|$)|(?<=s|z)[ \t])",
    FLAGS,
)


def begins_with_catch_up(text: str) -> bool:
    """Return whether a short reply begins with `catch up`, and gives a reason after it.

    >>> begins_with_catch_up("catch up, I just landed"), begins_with_catch_up("catch up with the bank tomorrow")
    (True, False)
    """
    return len(text) <= ASKING_CHARS_MAX and _CATCH_UP.match(without_courtesy(text)) is not None


def asks_for_brief(text: str) -> bool:
    """Return whether a whole reply, such as `catch up` or `status?`, asks for a summary.

    >>> asks_for_brief("Any ETA?"), asks_for_brief("catch up, thanks"), asks_for_brief("status of the bank?")
    (True, True, False)
    """
    if len(text) > ASKING_CHARS_MAX:
        return False
    text = without_courtesy(text)
    found = _BRIEF.match(text)
    rest = text[found.end() :] if found else ":"
    return not rest.lstrip().startswith((":", "：")) and is_thanks(rest.replace("?", " "))


_BRIEF_ME = re.compile(
    r"\b(?:please|pls|can|could|would|will)\b[^.?!\n]{0,30}\b(?:(?:tell|give|send)\s+me\b[^.?!\n]{0,30}\b(?:where\s+(?:we|things)"
    r"\s+(?:stand|are)|what\s+is\s+going\s+on|an?\s+(?:short\s+|quick\s+)?(?:summary|overview))|(?:bring|get)\s+me\s+up\s+to"
    r"\s+(?:speed|date)|(?:catch|fill)\s+me\s+(?:up|in))\b",
    FLAGS,
)


def asks_to_be_briefed(text: str) -> bool:
    """Return whether a sentence asks for a summary in words other than those of `asks_for_brief`.

    >>> asks_to_be_briefed("Can someone bring me up to speed?"), asks_to_be_briefed("I'll tell you where we stand")
    (True, False)
    >>> asks_to_be_briefed("A short recap would help."), asks_to_be_briefed("I will send a recap of the call")
    (True, False)
    """
    if len(text) > ASKING_CHARS_MAX:
        return False
    return any(asks(text) for asks in (_BRIEF_ME.search, _asks_for_summary, asks_for_a_fact))


_NOW = (
    r"(?:now|right\s+now|currently|at\s+the\s+moment|at\s+present|today|tonight|please|pls|actually|here|again|due|yet"
    r"|gerade|jetzt|aktuell|momentan|eigentlich|maintenant|actuellement|en\s+ce\s+moment|ahora|nu|teraz|agora|ora|just\s+nu)"
)
_LEADER = (
    r"(?:the\s+)?(?:incident\s+)?(?:commander|ic|lead|in\s+(?:charge|command)|leading(?:\s+(?:this|it))?"
    r"|running\s+(?:this|it|the\s+(?:show|incident))|on\s+point)"
)
_FACT = re.compile(
    r"(?:who(?:['’]?s|\s+is|\s+are)\s+" + _LEADER + r"|who\s+(?:leads|commands|runs\s+(?:this|it)|has\s+(?:the\s+)?"
    r"(?:command|lead|hat))|whose\s+(?:incident\s+)?is\s+(?:this|it)"
    r"|(?:where|what|which)(?:['’]?s|\s+is)\s+(?:the\s+)?(?:(?:incident|zoom|teams|meet|webex|war|chat|dial[\s-]?in|bridge|call)\s+)*"
    r"(?:bridge|call|venue|zoom|meeting|room|channel|link|dial[\s-]?in|number|chat)|(?:who\s+has|does\s+(?:any|some)(?:one|body)\s+have)"
    r"\s+(?:the|a)\s+(?:(?:zoom|teams|meet|bridge|call)\s+)?link|where\s+(?:do|are|can)\s+(?:we|people|i)\s+(?:meet|meeting|join|dial\s+in)"
    r"|when(?:['’]?s|\s+is|\s+will)\s+(?:the\s+)?(?:next|another)\s+(?:update|mail|news|report)(?:\s+(?:be|come|coming|out|sent))?"
    r"|when\s+(?:do|will)\s+we\s+(?:get|have|hear)\s+(?:the\s+next|an(?:other)?)\s+(?:update|mail)"
    r"|(?:what|which)(?:['’]?s|\s+is)?\s+(?:the\s+)?(?:current\s+)?(?:severity|sev|phase)(?:\s+(?:is\s+(?:this|it)|are\s+we(?:\s+(?:at|in))?))?"
    r"|wer\s+(?:leitet(?:\s+(?:das|den\s+vorfall))?|hat\s+(?:die\s+leitung|den\s+hut\s+auf|das\s+kommando)|ist\s+(?:der\s+)?(?:ic|einsatzleiter|commander))"
    r"|wo\s+(?:ist|treffen)\s+(?:die\s+|der\s+|das\s+|wir\s+)?(?:konferenz|brücke|bridge|call|meeting|raum|kanal|link|uns)"
    r"|wann\s+(?:kommt|gibt\s+es)\s+(?:das\s+|ein\s+)?(?:nächste|neues)\s+(?:update|meldung|nachricht)"
    r"|qui\s+(?:dirige|pilote|commande|est\s+(?:le\s+)?(?:ic|commandant|responsable))|où\s+est\s+(?:le\s+|la\s+)?(?:pont|conf(?:érence)?|call|réunion|salle|lien)"
    r"|(?:c['’]est\s+)?quand\s+(?:est\s+)?(?:la\s+)?prochaine\s+(?:mise\s+à\s+jour|nouvelle)"
    r"|quién\s+(?:dirige|lleva\s+(?:esto|el\s+mando)|manda|está\s+al\s+mando)|(?:dónde|cuál)\s+es\s+(?:la\s+|el\s+)?(?:llamada|sala|enlace|canal|puente)"
    r"|cuándo\s+es\s+(?:la\s+)?próxima\s+actualización"
    r"|wie\s+(?:leidt|heeft\s+de\s+leiding)|wanneer\s+(?:is|komt)\s+de\s+volgende\s+update|kto\s+(?:dowodzi|prowadzi)|kiedy\s+następna\s+aktualizacja"
    r"|quem\s+(?:lidera|comanda|está\s+no\s+comando)|quando\s+é\s+a\s+próxima\s+atualização|chi\s+(?:dirige|comanda)|vem\s+leder)"
    rf"(?:\s+(?:for|of|on|für|pour)\s+(?:this|it|the\s+incident))?(?:\s+{_NOW})*\s*(?=[?.!,;\n]|$)",
    FLAGS,
)
_STARTS = re.compile(r"(?:^|[.!?,;:\n]\s*)[¿\s]*(?:(?:and|but|so|btw|sorry|hey|hi|und|et)\b[\s,]*)?")


def asks_for_a_fact(text: str) -> bool:
    """Return whether a clause asks who leads, where people meet, how bad it is, or when the next update comes.

    >>> asks_for_a_fact("Who is IC right now?"), asks_for_a_fact("Where's the bridge?"), asks_for_a_fact("who was IC?")
    (True, True, False)
    """
    return any(_FACT.match(text, begin.end()) for begin in _STARTS.finditer(text))


_SUMMARY = re.compile(
    r"\b(?:recap|summary|overview|tl;?dr|short\s+version|zusammenfassung|überblick|résumé|récap(?:itulatif)?|resumen|resumo"
    r"|samenvatting|overzicht|podsumowanie|streszczenie|riassunto|riepilogo|sammanfattning"
    r"|summari[sz]e|sum\s+(?:(?:it|this|that)\s+)?up|zusammenfass(?:en|t)|auf\s+(?:den\s+)?(?:neuesten\s+)?stand\s+bringen"
    r"|résumer|faire\s+le\s+point|mettre\s+au\s+courant|resumir|poner(?:me|nos)?\s+al\s+(?:día|corriente)|pôr\s+a\s+par"
    r"|wie\s+es\s+steht|wo\s+wir\s+stehen|où\s+(?:on\s+)?en\s+est|stand\s+van\s+zaken|state\s+of\s+play|where\s+we\s+(?:are|stand)"
    r"|brief\s+me|fill\s+me\s+in|catch\s+me\s+up|up\s+to\s+date|samenvatten|bijpraten|podsumować|streścić|riassumere|sammanfatta)"
    r"\b(?!\s+(?:for|of|to|für|von|pour|para|voor|dla|per)\b)",
    re.I,
)
_WISHED = re.compile(
    r"\b(?:would\s+(?:save|help|be\s+(?:great|nice|good|lovely|welcome|appreciated|helpful))|could\s+use|i\s+need"
    r"|i['’]d\s+(?:like|love|appreciate)|can\s+i\s+(?:get|have)|may\s+i\s+have|(?:can|could|would|will)\s+(?:some|any)?(?:body|one|you)"
    r"|(?:send|give)\s+(?:me|us)|please|pls|is\s+there|any\s+chance|bitte|(?:kann|könnte)\s+(?:mir|uns|jemand|bitte|man|wer)"
    r"|hätte\s+gern|ich\s+brauche|wäre|svp|stp|s['’]il\s+vous\s+plaît|(?:peut|pourrait|pouvez|pourriez)|j['’]aimerais|serait"
    r"|il\s+me\s+faut(?:\s+un)?|por\s+favor|alguien|podéis|pueden|puedes|podrían|necesito|sería|seria|alguém|podem|preciso"
    r"|graag|kan\s+iemand|zou\s+iemand|kunnen\s+jullie|poproszę|proszę|ktoś|czy\s+mogę|qualcuno|potreste|vorrei|någon)\b",
    re.I,
)
_NOT_WISHED = re.compile(
    r"\b(?:not|don['’]t|wrote|written|sent|yesterday|will\s+(?:write|send)|let\s+me|nicht|pas|no\s+hace)\b",
    re.I,
)


def _asks_for_summary(text: str) -> bool:
    """Return whether a sentence names a summary and wishes for it: `a short recap would help`."""
    if _SUMMARY.search(text) is None:
        return False
    return any(
        _SUMMARY.search(one) and _WISHED.search(one) and not _NOT_WISHED.search(one)
        for one in re.split(r"[.!?\n]", text)
    )


_HOW = re.compile(
    r"(?:how\s+(?:do|can|would|should|does)\s+(?:i|we|one)\s+(?:tell|change|set|say|make|get|write|use|enter|record|close|reply|let)\b"
    r"|wie\s+(?:sage|ändere|setze|schreibe|mache|bediene|schließe)\s+ich\b|comment\s+(?:je|on|puis-je)\b)[^.?!\n]{0,60}?"
    r"\b(?:this\s+(?:thing|tool|bot|system|list|robot)|incidentmail|by\s+(?:e-?)?mail|per\s+mail|par\s+mail|diese[ms]?\s+(?:ding|tool|system))\b",
    FLAGS,
)


def asks_how(text: str) -> bool:
    """Return whether a reply begins with a question about how to use incidentmail.

    >>> asks_how("How do I set the phase by mail?"), asks_how("How do we tell the customers?")
    (True, False)
    """
    return len(text) <= ASKING_CHARS_MAX and _HOW.match(without_courtesy(text)) is not None


def asks_for_help(text: str) -> bool:
    """Return whether a whole reply asks which replies are possible.

    >>> asks_for_help("Help please, what can I do?"), asks_for_help("help from a DBA is on its way")
    (True, False)
    """
    if len(text) > ASKING_CHARS_MAX:
        return False
    text = without_courtesy(text)
    for _ in range(2):
        found = HELP.match(text)
        if found is None:
            return False
        rest = text[found.end() :].replace("?", " ")
        if is_thanks(rest):
            return True
        again = POLITE_TAIL.match(rest)
        text = rest[again.end() if again else 0 :].lstrip(" \t\n,.;:!-")
    return False


def brief_since(text: str, context: Context) -> datetime | NoTime | None:
    """Return the time in `catch up since 14:00`, the reason why it is invalid, or None for other replies."""
    text = text[: 2 * SINCE_CHARS_MAX]
    if "since" not in text.casefold():
        return None
    text = without_courtesy(text)
    found = _SINCE.match(text) if len(text) <= SINCE_CHARS_MAX else None
    if found is None:
        return None
    time = found["time"].split("\n")[0].rstrip(" .!?")
    at: datetime | NoTime | None = None
    for written in (time, *(time[: mark.start()] for mark in reversed(list(_BEHIND_TIME.finditer(time))))):
        again = read_time(written, written_at=context.written_at, nearest="last")
        if not isinstance(again, NoTime):
            return again
        at = at or again
    return at
