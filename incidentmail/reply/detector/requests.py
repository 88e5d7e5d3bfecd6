"""Define requests worded in ways that are not commands: `taking this`, `resolved`, `ich übernehme`.

These words change nothing, because each can also mean something else. The writer is told which replies would work. A
request must be a whole sentence or a first clause. Inside a longer sentence, the same words are a report.

Each line of the tables is a regular expression that is matched against lower-case text with single spaces and straight
quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from incidentmail.reply.parsed import About, Context


def _any(table: str) -> str:
    return "(?:" + "|".join(line.strip() for line in table.strip().splitlines()) + ")"


_ME = (
    r"(?:i'll|i will|i can|i could|i'd like to|i want to|let me|happy to|can i|may i|shall i|i'm|i am|going to|i|we'll)"
)
_IT = r"(?: (?:this|it|that|this one|the incident|command|the lead|lead|the con+|point|ic|charge|ownership|over))?"
_TAKING = _any(rf"""
    (?:{_ME} )?(?:tak(?:e|ing)|took|run|running|lead|leading|own|owning|handl(?:e|ing)|driv(?:e|ing))(?: over)?{_IT}
    (?:{_ME} )?(?:coordinat(?:e|ing)|command(?:ing)?|tak(?:e|ing)){_IT}(?: from here| as (?:ic|commander|lead))
    (?:{_ME} )?(?:tak(?:e|ing)|have) the (?:con+|lead|wheel|reins)
    {_ME} be (?:the |your )?(?:ic|(?:incident )?commander|in charge|lead)(?: for this| today)?
    (?:i've |i have |i )?(?:got|have) (?:this|it|the con+|command|the lead)(?: from here)?
    (?:this is |it's )?(?:mine|on me)
    (?:i'm|i am) (?:on point|in charge|leading|the lead|lead|your (?:ic|commander))
    (?:ic|commander|lead)[ :,=-]*(?:me|i|myself|here)
    (?:me|i|myself)[ :,=-]*(?:ic|commander|as ic|lead)
    (?:ic|commander|lead) is me
    i relieve (?:you|\w+)
    put me (?:down )?as (?:ic|commander)
    \w+(?: \w+)? (?:is|isn't) (?:not |no longer )?(?:the )?(?:ic|(?:incident )?commander)(?: any ?more)?,? i am
    \w+(?: \w+)?(?: has)? (?:handed|passed|gave|given)(?= .*\bme\b)(?: (?:it|this|over|to|me|command|the lead))+
    volunteering(?: as ic)?
    (?:ich )?übernehme(?: (?:das|es|jetzt|die leitung|das kommando|den vorfall|ab hier))*
    ich (?:leite|mache|führe|koordiniere)(?: (?:das|es|jetzt|den vorfall|ab hier))*
    ich bin (?:der |die )?(?:ic|incident commander|einsatzleiter(?:in)?|verantwortlich)
    je (?:prends|gère|dirige|pilote)(?: (?:le (?:relais|commandement|lead)|la (?:main|direction)|ça))*
    je (?:prends|gère|dirige|pilote) (?:l'incident|ça en charge)
    je (?:m'occupe de (?:ça|l'incident)|suis (?:ic|incident commander|le commandant|responsable))
    (?:yo )?(?:lo |me )?(?:tomo|asumo|encargo|ocupo|llevo)(?: (?:yo|el (?:mando|control)|(?:de )?esto|la dirección))*
    soy (?:el |la )?(?:ic|incident commander|comandante|responsable)
    (?:eu )?(?:assumo|fico com|tomo conta)(?: (?:o (?:comando|controle)|d?isto|d?isso|eu))*
    deixa comigo
    (?:eu )?sou (?:o |a )?(?:ic|incident commander|comandante|responsável)
    ik (?:neem|pak|leid|regel|coördineer)(?: (?:het|dit|over|op|de (?:leiding|leid)|commando))*
    ik ben (?:de )?(?:ic|incident commander|leider)
    (?:ja )?(?:przejmuję|biorę|prowadzę|dowodzę|zajm(?:ę|uję) się)(?: (?:to|tym|dowodzenie|dowództwo|na siebie))*
    jestem (?:ic|incident commander|dowódcą)
    """)
_OVER_WORD = (
    r"(?:(?:all|now|mostly|fully) )?(?:resolved|solved|fixed|mitigated|recovered|restored|stable|contained|monitoring"
    r"|over|sorted)"
)
_SUBJECT = r"(?:it|this|that|all|we|everything|(?:the )?(?:incident|issue|problem))"
_OVER = _any(rf"""
    (?:{_SUBJECT}(?:'s|'re| is| are| has been| have been| looks| seems| should be)? )?{_OVER_WORD}(?: and monitoring)?
    (?:mitigated|fixed|resolved) ?[,/&] ?(?:now )?monitoring
    all (?:clear|good|green|well|ok|fine|done)
    back to normal
    (?:everything|all|it)(?: is|'s)? (?:back(?: up)?|up again|work(?:s|ing)|ok(?:ay)?|fine|normal|done)(?: again)?
    (?:we're|we are) (?:back|good|done|ok|clear|through)
    status:? (?:resolved|mitigated|monitoring|fixed)
    (?:it|this)(?:'s| is) (?:done|over|finished)
    works?(?: again)?
    recovering
    (?:(?:ist|alles|es ist|ist jetzt) )*(?:erledigt|behoben|gelöst|gefixt|vorbei|wieder (?:da|ok|gut|normal)|in ordnung)
    (?:es )?(?:läuft|geht) wieder
    (?:c'est |tout est |est )?(?:résolu|réglé|corrigé|rétabli|fini|terminé)
    ça (?:re)?marche(?: à nouveau)?
    (?:(?:ya|está|todo) )*(?:resuelto|solucionado|arreglado|terminado)
    (?:(?:já|está|tudo) )*(?:resolvido|solucionado|corrigido|terminado)
    (?:(?:het is|is|alles) )*(?:opgelost|verholpen|hersteld|voorbij|klaar)
    (?:(?:już|jest) )*(?:rozwiązane|naprawione|załatwione|po wszystkim|działa)
    """)
_CLOSE_IT = r"close(?:d)?(?: (?:this|it|the incident))?"
_CLOSING = _any(rf"""
    (?:can|could|may|shall|should) (?:we|i|you|someone|somebody|this|it)(?: be)?(?: now)? {_CLOSE_IT}
    (?:let's|we can|we could|i think we can|i'd|you can|i want to|i'll) (?:be )?{_CLOSE_IT}
    (?:it's |it is )?(?:feel free|go ahead|good|safe|ok(?:ay)?|fine) (?:to|and) {_CLOSE_IT}
    (?:(?:ready|time|going|ok(?:ay)?) )?to (?:be )?{_CLOSE_IT}
    (?:can|to|should) be closed
    (?:please )?(?:end|stop|finish|terminate|wrap up|shut down) (?:this|it|the incident)
    incident (?:closed|over|ended|can be closed)
    end of incident
    (?:bitte )?(?:schließen|abgeschlossen|beenden|geschlossen|zu ?machen)
    (?:on (?:peut )?)?(?:clôture[rz]?|fermer?|fermé|clos|clôturé)
    (?:se puede )?(?:cerrar|cerrado|cierro)
    (?:pode )?(?:fechar|fechado|encerrar|encerrado)
    (?:kan )?(?:sluiten|gesloten|dicht)
    (?:można )?(?:zamknąć|zamknięte|zamykam|zamykamy)
    """)
_FALSE = r"false (?:alarm|positive|alert)"
_ALARM = _any(rf"""
    (?:(?:it's|it is|it was|was|this was|this is|that was|sorry|oops),? )*(?:just )?(?:a )?(?:mistake|{_FALSE})
    (?:(?:it's|it is|it was|was|this was|this is|that was) )?(?:just )?(?:a )?non[ -]?(?:issue|event|incident)
    (?:(?:it's|it is|this is|this was|that was) )?(?:not|no) (?:an |a )?(?:real )?incident(?: after all)?
    incidental
    never ?mind
    nvm
    (?:please )?(?:ignore|disregard)(?: (?:this|it|that))?
    fehlalarm
    (?:war (?:ein )?)?falscher alarm
    kein (?:vorfall|incident)
    fausse alerte
    pas un incident
    falsa alarma
    no es un incidente
    (?:falso alarme|alarme falso)
    não é (?:um )?incidente
    (?:vals|loos) alarm
    fałszywy alarm
    """)
_AGAIN = _any(rf"""
    (?:{_SUBJECT}(?:'s|'re| is| are)? )?(?:back(?: again)?|(?:happening|down|failing|broken) again)
    (?:{_SUBJECT}(?:'s|'re| is| are)? )?(?:not (?:fixed|over|resolved|solved)(?: (?:yet|after all|at all))?)
    (?:{_SUBJECT}(?:'s|'re| is| are)? )?(?:still (?:broken|failing|happening|down|there|an issue|not working))
    (?:{_SUBJECT} )?(?:recurring|recurred|returned|has returned|came back|started again)
    (?:please |can (?:we|you|someone) |let's )re-?open(?: (?:this|it|the incident))?
    same (?:problem|issue|error) again
    again
    (?:bitte )?wieder (?:öffnen|offen|kaputt|da)
    wiedereröffnen
    (?:à )?rouvrir
    ça recommence
    (?:reabrir|otra vez|volta(?:ram)?|de novo|heropenen)
    weer (?:stuk|kapot)
    (?:otworzyć ponownie|znowu nie działa)
    """)
_UNDO = _any(r"""
    (?:please )?(?:undo|revert|roll back|take back|reverse|cancel)(?: (?:it|that|this|the (?:change|update)))?
    (?:please )?(?:undo|revert|roll back|take back|reverse|cancel) (?:the |my )?last(?: (?:one|change|update))?
    (?:that|this|the last (?:one|update)) (?:was|is) (?:wrong|a mistake|not right|incorrect)
    (?:scratch|ignore|forget|strike) (?:that|my last)
    my (?:mistake|bad)
    wrong (?:number|severity|phase|thread|incident|one)
    oops
    rückgängig(?: machen)?
    (?:annuler|annulez|deshacer|desfazer|ongedaan maken|cofnij)
    """)
_WISH = r"(?:(?:please|pls|can (?:we|you|someone)|we (?:should|need to|must|can|could)|let's|i'd) )?"
_WORSE = _any(rf"""
    {_WISH}(?:escalat|upgrad|rais|bump)(?:e|ing)?(?: (?:this|it|that|(?:the )?severity|the incident|up|a level))*
    (?:(?:it's|it is|this is|that's) )?(?:getting |got )?(?:much |even |a lot )?worse(?: than (?:that|this|i thought))?
    (?:severity|sev) (?:up|higher|should be higher)
    (?:higher severity|more severe)
    (?:bitte )?(?:eskalieren|hochstufen|höher stufen|wird schlimmer|schlimmer)
    (?:(?:à )?escalader|c'est pire|escalar|está peor|es peor|piorou|está pior|escaleren|erger|eskalować|jest gorzej)
    """)
_MILDER = _any(rf"""
    {_WISH}(?:downgrad|lower|reduc|de-?escalat|drop)(?:e|ing)?(?: (?:this|it|that|(?:the )?severity|the incident))*
    (?:less severe|lower severity)
    (?:it's |this is )?not (?:that|so) (?:severe|bad)
    (?:severity|sev) (?:down|lower|should be lower)
    (?:bitte )?(?:herabstufen|runterstufen)
    """)
_NEXT_PHASE = _any(r"""
    (?:(?:moving (?:on )?to|going to|on to|enter(?:ing)?) )?(?:the )?next phase
    (?:nächste phase|phase suivante|siguiente fase|próxima fase|volgende fase|następna faza)
    """)
_NO_CHANGE = _any(r"""
    (?:still )?(?:nothing|no) (?:new|news|to report|updates?)(?: (?:yet|here|so far|from (?:us|me|here)))?
    (?:still )?(?:the )?same(?: (?:as before|here|state|status))?
    (?:unchanged|status quo)
    no change (?:yet|here|so far)
    (?:keine (?:änderung|neuigkeiten)|unverändert|nichts neues|rien de nouveau|pas de changement)
    (?:sin (?:cambios|novedades)|sem (?:alterações|novidades|mudanças)|geen (?:verandering|nieuws)|bez zmian|nic nowego)
    """)
_CLOCK = r"\d{1,2}(?:[:.h]\d{2})? ?(?:[ap]\.?m\.?)?(?: ?(?:utc|gmt|cet|cest|pst|pdt))?|noon|midnight"
_TIME_OF_DAY = re.compile(_CLOCK)
_WHILE = r"(?:an?|\d{1,3}) ?(?:m|mins?|minutes?|h|hrs?|hours?)|half an hour"
_TELLING = (
    r"(?:be back|report back|update(?: (?:you|again|everyone|everybody|the list|here))*|write again|get back to you)"
)
_NEXT_UPDATE = _any(rf"""
    (?:(?:i will|i'll|we will|we'll|will) )?{_TELLING} ?(?:at|in|by|around|:) ?(?P<time>{_CLOCK}|{_WHILE})
    (?:more(?: (?:news|info|details))?|news) (?:comes |follows )?(?:at|in|by|around) (?P<more>{_CLOCK}|{_WHILE})
    """)
_HELPING = _any(r"""
    i can (?:help|join|be (?:an? )?(?:sme|expert))
    joining as (?:an? )?(?:sme|expert|subject[ -]matter expert)
    (?:i'll|i will|i can|happy to) (?:be|join as) (?:an? |the )?(?:sme|expert|subject[ -]matter expert)
    sme:? me
    add me as (?:an? )?(?:sme|expert)
    """)
_LIST = r"(?:(?:this|the|your|that) )?(?:mailing )?(?:list|thread|e?mails?|here|this)"
_LEAVE = _any(rf"""
    (?:please |pls |can you )?(?:remove|unsubscribe|delete|take) me(?: off)?
    (?:please |pls |can you )?(?:remove|unsubscribe|delete|take) me (?:from|off|out of) {_LIST}
    (?:please )?unsubscribe(?: me)?
    stop (?:sending|mailing)(?: me)?(?: (?:this|these|e?mails?))*
    (?:bitte )?(?:abmelden|austragen|abbestellen)
    (?:me désabonner|désabonnez[ -]moi|darme de baja|descadastrar|uitschrijven|wypisz mnie)
    """)
_TAIL = r"(?: (?:now|please|pls|here|for now|thanks|all|everyone|then|again))?"

Offers = Callable[[Context, re.Match[str]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Request:
    """A kind of request: its words, the fact that it concerns, and the replies that would carry it out."""

    pattern: re.Pattern[str]
    about: About
    offers: Offers
    holds: Callable[[Context], bool] = lambda context: True


def _later_phases(context: Context, found: re.Match[str]) -> tuple[str, ...]:
    numbers = sorted(step.number for step in context.words.policy.phases)
    late = [number for number in numbers[-2:] if context.phase is None or number > context.phase]
    return (*(f"phase {number}" for number in late), "close")


def _worse(context: Context, found: re.Match[str]) -> tuple[str, ...]:
    now, levels = context.severity, sorted(step.level for step in context.words.policy.severities)
    worse = levels[:2] if now is None else [level for level in reversed(levels) if level < now][:2]
    return tuple(f"sev {level}" for level in worse)


def _milder(context: Context, found: re.Match[str]) -> tuple[str, ...]:
    now, levels = context.severity, sorted(step.level for step in context.words.policy.severities)
    milder = levels[-2:] if now is None else [level for level in levels if level > now][:2]
    return tuple(f"sev {level}" for level in milder)


def _next_phase(context: Context, found: re.Match[str]) -> tuple[str, ...]:
    numbers = sorted(step.number for step in context.words.policy.phases)
    return tuple(f"phase {number}" for number in numbers if number > (context.phase or 0))[:1]


def _time(context: Context, found: re.Match[str]) -> tuple[str, ...]:
    time = (found["time"] or found["more"]).strip()
    return (f"next {time}",) if _TIME_OF_DAY.fullmatch(time) else (f"next in {time}",)


def _undo(context: Context, found: re.Match[str]) -> tuple[str, ...]:
    return (f"undo {context.updates}",)


def _expert(context: Context, found: re.Match[str]) -> tuple[str, ...]:
    return (f"{context.words.key('roles.subject_matter_experts')}: +me",)


def _always(*offers: str) -> Offers:
    return lambda context, found: offers


def _request(words: str, about: About, offers: Offers, holds: Callable[[Context], bool] | None = None) -> Request:
    return Request(re.compile(words + _TAIL), about, offers, holds or (lambda context: True))


REQUESTS: tuple[Request, ...] = (
    _request(_LEAVE, "list", _always()),
    _request(_AGAIN, "reopen", _always("reopen"), lambda context: not context.is_open),
    _request(_TAKING, "command", _always("taking command")),
    _request(_HELPING, "role", _expert),
    _request(_CLOSING, "end", _always("close")),
    _request(_OVER, "end", _later_phases),
    _request(_ALARM, "end", _always("retract")),
    _request(_UNDO, "undo", _undo, lambda context: context.updates > 0),
    _request(_WORSE, "severity", _worse),
    _request(_MILDER, "severity", _milder),
    _request(_NEXT_PHASE, "phase", _next_phase),
    _request(_NO_CHANGE, "update", _always("no change")),
    _request(_NEXT_UPDATE, "time", _time),
)

_LEADS = (
    r"(?:has|takes|is taking|took|to take|will take|should take|can take|take|in) (?:over )?"
    r"(?:command|(?:as )?(?:TITLES))"
)
NAMED = (
    r"(?:(?:let|make) )?(?P<name>[^\W\d_][^\s,:;!?]{0,30}(?: [^\s,:;!?]{1,30}){0,2}?) "
    rf"(?:is (?:now )?(?:the )?(?:TITLES)|{_LEADS}|takes over|is taking over|as (?:TITLES))"
    r"(?: (?:now|please|from here))?"
)
"""The pattern of `Ann takes over`. TITLES is replaced by the commander's titles."""
HANDED = (
    r"(?:i'm |i am |i'll |i )?(?:hand(?:ing|ed)?(?:[ -]?off|[ -]?over)?|pass(?:ing)?|giv(?:e|ing)|transfer(?:ring)?)"
    r"(?: (?:it|this|over|off|command|the lead|incident command|TITLES))* to"
    r" (?P<name>@?[^\W\d_][^\s,:;!?]{0,40}(?: [^\s,:;!?]{1,30}){0,2})"
)
PLACE = re.compile(
    r"(?:(?:(?:the|our|new) )*(?:bridge|venue|war ?room|call|meeting|zoom|meet|teams|chat|channel|slack|huddle)"
    r"(?: (?:link|call|room|channel|url))?(?: is)? ?(?:at|on|in|via|:|=|->)?"
    r"|(?:please )?join(?: (?:us|me|the (?:call|bridge)))?(?: ?(?:at|on|in|via|:))?"
    r"|(?:we (?:are|meet|talk)|we're|moving|move|let's (?:use|meet|talk))(?: (?:to|on|in|at|via))?)"
    r" (?P<place>https?://\S{4,200}|#[\w-]{2,60}(?: (?:on|in) \w{2,20})?)",
    re.I,
)
