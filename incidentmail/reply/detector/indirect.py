"""Find indirect wishes: clauses that only say how things are, from which a change follows: `subject is misleading`.

They are looked for with a second lexicon, and only in replies in which nothing else was found. As in `wishes.py`, a
kind is shown by tags and counts only beside few unknown words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import takewhile
from typing import NamedTuple

from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.text import one_line
from incidentmail.reply.grammar.person_names import is_name
from incidentmail.reply.parsed import About, Context

from .clauses import Clause, clauses_of
from .gatherings import gathering
from .needs import need
from .people import TAKE, role_named
from .vocabulary import may_be_indirect, tagged
from .wishes import Wish

VALUE_CHARS_MAX = 160
"""The maximum length of the writer's own words that are offered as a description or impact."""


_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n")


class Said(NamedTuple):
    """A clause, the clauses after it, the whole text, and the context."""

    clause: Clause
    after: tuple[Clause, ...]
    text: str
    context: Context


class Kind(NamedTuple):
    """A kind of indirect wish: the tags that all have to be there, and the maximum number of unknown words beside them.

    If `asks`, it counts only beside words that ask (`please change the title`). `allowed` tags do not take it back.
    """

    tags: tuple[str, ...]
    about: About
    offers: Callable[[Said], tuple[str, ...]]
    strays_max: int = 0
    asks: bool = False
    allowed: frozenset[str] = frozenset()


def _description(said: Said) -> tuple[str, ...]:
    return _with_words("description", said)


def _record(said: Said) -> tuple[str, ...]:
    return (*_with_words("impact", said), *_with_words("news", said))


def _with_words(fact: str, said: Said) -> tuple[str, ...]:
    """Return the line that gives a fact the writer's words before this clause, or else after it, if there are any."""
    before, _, after = said.text.partition(said.clause.text)
    around = [one.strip(" ,;:-\n") for one in (*reversed(_SENTENCE_END.split(before)), *_SENTENCE_END.split(after))]
    words = next((one for one in around if len(one.split()) > 2), None)
    return () if words is None else (f"{said.context.words.key(fact)}: {one_line(words)[:VALUE_CHARS_MAX]}",)


def _mentioned(fact: str) -> Callable[[Said], tuple[str, ...]]:
    def offers(said: Said) -> tuple[str, ...]:
        at = said.clause.first("mention")
        what = "" if at is None else said.clause.text[said.clause.words[at].end :].strip()
        return (f"{said.context.words.key(fact)}: {what}",) if what else ()

    return offers


def _fixing(said: Said) -> tuple[str, ...]:
    late = sorted(phase.number for phase in said.context.words.policy.phases)[-2:-1]
    return tuple(f"phase {number}" for number in late if said.context.phase is None or number > said.context.phase)


def _watching(said: Said) -> tuple[str, ...]:
    last = sorted(phase.number for phase in said.context.words.policy.phases)[-1:]
    if said.clause.has("me") and not said.clause.is_wish:
        return ()  # `I'm watching this` is what anybody may do
    offers = tuple(f"phase {number}" for number in last if said.context.phase is None or number > said.context.phase)
    return (*offers, "close") if offers else ()


def _lead(said: Said) -> tuple[str, ...]:
    return TAKE if any(clause.has("do it") for clause in said.after) else ()


def _take_over(said: Said) -> tuple[str, ...]:
    return () if said.clause.has("time", "number") else TAKE  # `I could take over at 6`


def _role(key: str) -> Callable[[Said], tuple[str, ...]]:
    def offers(said: Said) -> tuple[str, ...]:
        fact = ROLE_PREFIX + key
        known = said.context.words.policy.role(key) is not None
        return (f"{said.context.words.key(fact)}: +me",) if known else ()

    return offers


def _role_of_another(said: Said) -> tuple[str, ...]:
    """Return the reply that gives a role to the person with whose name the sentence before begins."""
    named = role_named(said.clause, said.context)
    sentences = [one.strip() for one in _SENTENCE_END.split(said.text.partition(said.clause.text)[0]) if one.strip()]
    if named is None or not sentences:
        return ()
    name = " ".join(takewhile(lambda word: word[:1].isupper(), sentences[-1].split()))
    return (f"{named[0]}: +{name}",) if is_name(name) and not tagged(name)[0].tags else ()


_DENIED, _DOUBTFUL, _OFFERED = frozenset({"denied"}), frozenset({"doubtful"}), frozenset({"others", "doubtful"})
KINDS = (
    Kind(("text", "misleading"), "text", _description, strays_max=1),
    Kind(("text", "amend"), "text", _description, strays_max=1, asks=True),
    Kind(("impact", "mention"), "text", _mentioned("impact"), strays_max=8, asks=True),
    Kind(("text", "mention"), "text", _mentioned("description"), strays_max=8, asks=True),
    Kind(("record",), "text", _record, strays_max=1),
    Kind(("reword",), "text", _description, strays_max=12, allowed=frozenset({"doubtful", "others"})),
    Kind(("meeting",), "venue", lambda said: (), 3, asks=True, allowed=frozenset({"denied", "doubtful"})),
    Kind(("unwanted", "box"), "list", lambda said: (), allowed=_DENIED | _DOUBTFUL),
    Kind(("offering", "contact", "audience"), "role", _role("customer_liaison"), 2, allowed=_OFFERED),
    Kind(("offering", "contact", "bosses"), "role", _role("business_liaison"), 2, allowed=_OFFERED),
    Kind(("offering", "minutes"), "role", _role("scribe"), 1, allowed=_OFFERED),
    Kind(("offering", "takes over"), "command", _take_over, allowed=_DOUBTFUL),
    Kind(("add", "pronoun", "role"), "role", _role_of_another, 2, asks=True, allowed=frozenset({"reported"})),
    Kind(("chief",), "command", _lead, 2, allowed=_DENIED | _DOUBTFUL),
    Kind(("remedy", "underway"), "phase", _fixing, 1),
    Kind(("cause", "found"), "phase", _fixing, 1),
    Kind(("fixing",), "phase", _fixing, 1),
    Kind(("watching",), "phase", _watching),
    Kind(("recovered",), "phase", _watching, 1),
)
_TOPICS = tuple(kind.tags for kind in KINDS)
_NO_OFFERS = frozenset({"list", "text", "venue"})
"""The topics of which the writer is told how to do it, if their words give no reply to offer."""


def indirect(text: str, context: Context) -> Iterator[Wish]:
    """Yield what the first clauses of a short reply indirectly ask for, at most one wish for each topic."""
    clauses = tuple(clauses_of(text, wide=True)) if may_be_indirect(text, _TOPICS) else ()
    known: set[About] = set()
    for at, clause in enumerate(clauses):
        said = Said(clause, clauses[at + 1 :], text, context)
        kind = next((kind for kind in KINDS if _is_meant(clause, kind)), None)
        if kind is None or kind.about in known:
            continue
        offers = kind.offers(said)
        if offers or kind.about in _NO_OFFERS:
            known.add(kind.about)
            yield Wish(kind.about, offers, clause.text)
    for find in (gathering, need):
        if wish := find(text, context):
            yield wish


def _is_meant(clause: Clause, kind: Kind) -> bool:
    if not all(map(clause.has, kind.tags)) or len(clause.strays) > kind.strays_max:
        return False
    if kind.asks and not (clause.is_wish or clause.has("please", "wish")):
        return False
    if clause.is_question and not (clause.asks or kind.allowed & _DOUBTFUL or clause.has("offering")):
        return False
    tags = clause.tags - kind.allowed
    return not tags & _TAKEN_BACK and "condition" not in clause.words[0].tags


_TAKEN_BACK = frozenset({"denied", "past", "reported", "doubtful", "later", "often", "others"})
