"""Search, for a fixed time, for the line of which 64 kB take longest to parse.

A line is a few pieces in a row: words and marks that the rules of reading look for. The search tries such lines at
random, and changes the most expensive ones found so far. Time is that of this thread, compared with a count of the
words in 200 kB of prose, as in hostile.py.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Final

from incidentmail.reply.memory.earlier_words import Memory
from incidentmail.reply.understand import understand

from .hostile import count_words, seconds
from .hostile_tasks import CONTEXT, EARLIER
from .hostile_texts import KB_64
from .table import Row

SEARCH_S: Final = 20.0
PIECES_MAX: Final = 4
KEPT: Final = 12
"""How many of the most expensive lines are changed further."""
COUNTS_MAX: Final = 16.0
LIMIT: Final = 24.0
"""The ratio above which the bench fails. Each search finds another line, and the worst of hundreds is measured."""
PIECES: Final = (
    *("sev 1", "Sev 2", "severity", "phase 2", "P1", "s1", "taking command", "I am ", "Bo Keller", "Bo", "is ", "IC"),
    *("incident commander", "Coordinating via ", "http://a.B ", "a.b/c", "no change", "next 15:00", "next", "+30m"),
    *("Severity: 1", "Phase: 2", "Status: closed", "SME: +a", "Commander: Bo", "At: 14:00", "Note: x", "Venue: x"),
    *("Next update: 15:00", "Customer liaison: Ann, Bo", "From: Bo", "Sent: 1 May 2026", "Subject: x", "K: v"),
    *("On 1 May 2026 Bo wrote:", "wrote:", "bo@example.com", "2026", "14:07", "-- ", "---", "__", "> ", "| ", "BK> "),
    *("Sent from my phone", "Regards,", "Hi all,", "thanks", "please ", "maybe", "if ", "not ", "because ", "as of "),
    *(", ", ". ", "; ", ": ", "? ", "! ", " - ", "(", ")", '"', "*", "_", "/", "@", "<", "\t", " ", "\n", "\n\n"),
    *("a", "A", "1", "é", "\u200b", "\u00a0", "One in five card payments is declined.", "nothing yet", "and ", "to "),
)


def rows() -> Iterator[Row]:
    """Search, then yield the most expensive line of each way of reading: without an earlier message, and with one."""
    seed = random.SystemRandom().randrange(10**6)
    rng, memory = random.Random(seed), Memory.of([EARLIER])
    for what, earlier in (("", Memory()), (" behind a mail", memory)):
        line, ours, tried = worst_line(rng, earlier, SEARCH_S / 2)
        floor = seconds(count_words)
        ours = min(ours, seconds(lambda line=line, earlier=earlier: _read(line, earlier)))  # type: ignore[misc]
        yield Row(
            what=f"read 64 kB of the worst line found{what}", unit="ms", ours=ours * 1000, floor=floor * 1000,
            ratio=ours / floor, goal=COUNTS_MAX, at="most", is_must=ours / floor > LIMIT,
            how=f"the words of 200 kB counted; {line!r}, the worst of {tried:,}, seed {seed}",
        )  # fmt: skip


def worst_line(rng: random.Random, earlier: Memory, seconds_max: float) -> tuple[str, float, int]:
    """Return the most expensive line that was found, the seconds that 64 kB of it take, and how many were tried."""
    found: list[tuple[float, tuple[str, ...]]] = []
    tried, ends = 0, time.monotonic() + seconds_max
    while time.monotonic() < ends:
        tried += 1
        pieces = _changed(rng.choice(found)[1], rng) if found and rng.random() < 0.6 else _made(rng)
        start = time.thread_time()
        _read("".join(pieces), earlier)
        found = sorted([*found, (time.thread_time() - start, pieces)], reverse=True)[:KEPT]
    return "".join(found[0][1]), found[0][0], tried


def _read(line: str, earlier: Memory) -> None:
    understand((line * (KB_64 // len(line) + 1))[:KB_64], CONTEXT, earlier)


def _made(rng: random.Random) -> tuple[str, ...]:
    return tuple(rng.choice(PIECES) for _ in range(rng.randint(1, PIECES_MAX)))


def _changed(pieces: tuple[str, ...], rng: random.Random) -> tuple[str, ...]:
    """Return the pieces with one of them replaced, or with one more."""
    at = rng.randrange(len(pieces))
    rest = pieces[at + 1 :] if rng.random() < 0.6 or len(pieces) > PIECES_MAX else pieces[at:]
    return (*pieces[:at], rng.choice(PIECES), *rest)
