"""Find repeated problems: words shared by the descriptions of several incidents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from incidentmail.core.frozen import Frozen
from incidentmail.report.near_duplicates import things

from .distribution import Share
from .measured import Measured

WORDS_MIN = 2
"""The minimum number of shared words. A single one, such as the name of a product, does not make outages alike."""
SHOWN_MAX = 10


class Repeat(Frozen, kw_only=True):
    """Words shared by the descriptions of some incidents. `incidents` are ids, oldest first."""

    words: tuple[str, ...]
    incidents: tuple[str, ...]


class Repeats(Frozen, kw_only=True):
    """The groups, largest first, and the share of incidents that have two words in common with an earlier one.

    Restricted incidents are not considered.
    """

    groups: tuple[Repeat, ...]
    again: Share


def repeats(incidents: Iterable[Measured]) -> Repeats:
    """Return the repeated problems. Pairs of words that occur in the same incidents form one group.

    A group is omitted if all its incidents are in a larger group.
    """
    compared = [one for one in incidents if not one.restricted]
    by_pair: dict[tuple[str, str], list[str]] = defaultdict(list)
    again = 0
    for one in sorted(compared, key=lambda one: (one.declared_at, one.id)):
        pairs = list(combinations(sorted(things(one.description)), WORDS_MIN))
        again += any(pair in by_pair for pair in pairs)
        for first, second in pairs:
            by_pair[first, second].append(one.id)
    words: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for pair, ids in by_pair.items():
        if len(ids) > 1:
            words[tuple(ids)] |= set(pair)
    groups = [Repeat(words=tuple(sorted(shared)), incidents=ids) for ids, shared in words.items()]
    groups.sort(key=lambda group: (-len(group.incidents), group.words))
    return Repeats(groups=tuple(_largest(groups)), again=Share(part=again, n=len(compared)))


def _largest(groups: Sequence[Repeat]) -> list[Repeat]:
    kept: list[Repeat] = []
    for group in groups:
        if len(kept) < SHOWN_MAX and not any(set(group.incidents) <= set(other.incidents) for other in kept):
            kept.append(group)
    return kept
