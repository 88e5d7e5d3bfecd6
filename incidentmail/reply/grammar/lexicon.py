"""List the words that show whether a command is meant: conditions, doubts, other times, reported speech and thanks.

Each set contains lower-case words in our writers' most common languages. A word can be in several sets.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


CONDITIONS = words(
    """
    if when once unless until till provided assuming pending depending otherwise or before after except wenn
    falls si als jeśli
    """
)
"""Words of conditions. A command next to such a word depends on something else."""

DOUBTS = words(
    """
    maybe perhaps possibly probably apparently supposedly allegedly presumably hopefully likely should could
    would might may unsure unconfirmed tbc tbd imho imo afaik afaict iirc vielleicht peut-être quizás talvez
    misschien może doubtful debatable technically theoretically nominally potentially conceivably tentatively
    ostensibly arguably seemingly reportedly
    """
)
"""Words of doubt. A command next to such a word may not be meant."""

CONTRASTS = words(
    """
    but though although however yet
    """
)
"""Words that begin a clause limiting the previous one."""

OTHER_TIMES = words(
    """
    soon later tomorrow yesterday tonight earlier eventually afterwards
    """
)
"""Words for other times. A command next to such a word is not meant for now."""

SPEECH = words(
    """
    say says said saying think thinks thought guess guesses believe believes suppose supposes reckon reckons
    wrote writes asked asks claim claims claimed hope hopes wonder wonders suggest suggests suggested heard told
    assume assumes feel argues joked doubt doubts object objects disagree disagrees insists proposed proposes
    """
)
"""Words of reported speech or thought."""

PEOPLE = words(
    """
    i he she they we you people somebody someone everybody everyone
    """
)
"""Words for the people whose speech or thoughts are reported."""

PREDICATES = words(
    """
    is isn't isnt was wasn't wasnt were are won't would should could might may had has been seems looks sounds
    feels used doesn't didn't does did
    """
)
"""Words that begin a clause about the command before it: `sev 1, is over`."""

SOMEBODY = words(
    """
    anyone anybody someone somebody you the who there any our your all he she they customers everyone everybody
    people support a an
    """
)
"""Words after which a question is about something else: `is anyone looking?`"""

RETRACTIONS = words(
    """
    resolved fixed solved over done closed recovered mitigated wrong retracted cancelled canceled oops ignore
    nevermind test testing joke joking kidding typo mistake false incidental nope no nah not neither nor never
    disregard withdrawn obsolete outdated past averted finished ended moot unlikely why really seriously
    premature overkill exaggerated unneeded unnecessary confirm discuss
    """
)
"""Words that begin a short clause that takes back the command before it."""

WORSENING = words(
    """
    worse spreads spreading spread down broken failing fails bad serious urgent growing escalating huge
    everywhere affects affecting hurts getting grows critical breaks breaking blocks blocking crashes crashing
    impacts impacting hits hitting real burning dead
    """
)
"""Words that turn a clause with `it` into a reason: `sev 1, it is spreading`."""

BESIDE_COMMANDS = words(
    """
    but not from starting in at no wait actually rather oops argh sorry
    """
)
"""Words directly behind a command that limit, delay or correct it."""

REMAINDERS = words(
    """
    but except only still not left almost until though although however remaining remain remains pending apart
    besides mostly nearly partly partially yet some most wait waiting later then don't doesn't isn't aren't
    can't won't cannot never continue continues monitor monitoring intermittent intermittently partial another
    fails failing aber nur noch nicht außer fast mais sauf encore presque pero salvo aún todavía mas ainda
    exceto maar
    nog niet ale jeszcze nie
    """
)
"""Words in the reason for ending an incident which show that something is, or may be, left to do."""

BEGINS_THANKS = words(
    """
    thanks thank thx thnx tnx ty tia cheers ta sorry please pls plz now kind best warm regards br kr rgds lg vg
    mfg mvh merci danke vielen besten bitte gracias muchas obrigado obrigada bedankt dank hartelijk dziękuję
    dzięki grazie tack takk tak kiitos well great good nice cordialement saludos abraços groet groetjes groeten
    pozdrawiam viele liebe mit will done asap all yours sincerely love x xx hth over
    """
)
"""Words that begin thanks, farewells and politeness."""

IN_THANKS = BEGINS_THANKS | words(
    """
    you everyone everybody team folks guys both again so much very many lots of a lot beaucoup dank work job do
    grüße gruß grüßen freundlichen je wel night day weekend for your the help evening and
    """
)
"""Words that occur in thanks and farewells."""
