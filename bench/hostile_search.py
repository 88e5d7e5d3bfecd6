"""Search, for a fixed time, for the message of each kind that is most expensive to parse within the limits.

For each kind, messages are built from a set of pieces. A message is a few pieces in a row, repeated as often as a
limit of the kind allows. The search tries such rows at random, modifies the most expensive row found so far for each
kind, and keeps the more expensive result. Processor time is the worker's own; its memory is the amount by which it
grew during the whole search.
"""

from __future__ import annotations

import json
import random
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from incidentmail.inbound.authentication.author import Roster
from incidentmail.inbound.authentication.examine import examine
from incidentmail.inbound.limits import (
    BOUNDARY_LINES_MAX,
    COMMAND_TEXT_BYTES_MAX,
    FIELD_BYTES_MAX,
    HTML_BYTES_MAX,
    LONG_FIELD_BYTES_MAX,
    MESSAGE_BYTES_MAX,
)
from incidentmail.inbound.message import Envelope
from incidentmail.isolation.limits import Limits
from incidentmail.isolation.pool import Pool
from incidentmail.isolation.process import forked
from incidentmail.isolation.worker import Failure
from incidentmail.reply.read_mail import answer, reading, request, roster_json

from .hostile_tasks import NOW
from .table import Row

SEARCH_S: Final = 30.0
PIECES_MAX: Final = 5
MEGABYTE: Final = 1024 * 1024
LIMITS: Final = Limits()
FROM: Final = "From: Mara Lindqvist <mara@example.com>\n"
_ENVELOPE: Final = Envelope(way="lmtp", peer="unix")
_ROSTER: Final = Roster(
    members=("*@example.com",), relays=("unix",), list_address="incidents@example.com",
    own_address="incident-bot@example.com", verify="dkim",
)  # fmt: skip
_HTML: Final = "Content-Type: text/html; charset=utf-8\n\n"
_MIXED: Final = "Content-Type: multipart/mixed; boundary=b\n\n"
_SIGNED: Final = (
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=k; h=from; bh=AAAA; b=AAAA\n" + FROM + "\n"
)
_ODD: Final = ("a", " ", "\n", "(", ")", '"', "\\", "<", ">", ",", ";", ":", "=", "é", "\x00", "\r")


@dataclass(frozen=True, slots=True)
class Kind:
    """Messages of one kind: the text before and after the pieces, and the most bytes of pieces to try."""

    start: str
    pieces: tuple[str, ...]
    bytes_max: int
    end: str = "\n\nsev 1\n"


_WORDS: Final = ("a@b.c", ",", "<", ">", '"', "\\", "(", ")", ":", ";", " ", "a", "@")
_FIELD: Final = FIELD_BYTES_MAX - 60
_LONG_FIELD: Final = LONG_FIELD_BYTES_MAX - 60
_LARGE: Final = 9 * MEGABYTE
KINDS: Final = {
    "attributes": Kind(FROM + _HTML, ("<p ", "a=1 ", "b='", 'c="', "d ", ">", "x", "</p>", "a{n}=1 "), HTML_BYTES_MAX),
    "nested tables": Kind(
        FROM + _HTML, ("<table>", "<tr>", "<td>", "</td>", "<b>", "</b>", "x", "<a>"), HTML_BYTES_MAX
    ),
    "pages": Kind(
        FROM + _HTML,
        ("<div>", "<blockquote>", "<br>", "<p>", "<pre>", "</pre>", "<style>", "<!--", "-->", "<li>", "\n"),
        HTML_BYTES_MAX,
    ),
    "entities": Kind(
        FROM + _HTML, ("&amp;", "&#x41;", "&#", "&", "&CounterClockwiseContourIntegral;", ";"), HTML_BYTES_MAX
    ),
    "boundaries": Kind(
        FROM + _MIXED,
        ("--b\n", "--b--\n", "--bb\n", "--", "b", "\n", "Content-Type: text/plain\n", "x\n", " "),
        _LARGE,
    ),
    "parts in parts": Kind(
        FROM + _MIXED,
        (
            "--b\nContent-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n",
            "--b\nContent-Type: message/rfc822\n\n",
            "--b\n\n",
            "x\n",
        ),
        4 * MEGABYTE,
    ),
    "encoded words": Kind(
        FROM + "Subject: ", ("=?utf-8?q?", "=?utf-8?b?", "a", "?=", " ", "=41", "=?", "?", "QUJD"), _FIELD
    ),
    "addresses": Kind(FROM + "To: ", _WORDS, _FIELD),
    "many addresses": Kind(FROM + "Cc: ", _WORDS, _LONG_FIELD),
    "a long thread": Kind(
        FROM + "References: ", ("<a{n}@b.c>", "<", ">", "a@b.c", " ", ",", "@", "=?utf-8?q?a?="), _LONG_FIELD
    ),
    "an author": Kind("From: ", _WORDS, _FIELD),
    "base64": Kind(
        FROM + "Content-Transfer-Encoding: base64\n\n",
        ("QUJD", "=", "\n", " ", "!", "Q", "QUJDQUJDQUJDQUJD" * 4),
        _LARGE,
    ),
    "quoted-printable": Kind(
        FROM + "Content-Transfer-Encoding: quoted-printable\n\n",
        ("=", "=4", "=41", "=\n", " ", "\n", "a", "=="),
        _LARGE,
    ),
    "charsets": Kind(
        FROM + "Content-Type: text/plain; charset={charset}\n\n",
        (*_ODD, "\x1b$B", "\x1b(B", "+AGE-", "+", "~{", "~}", "\xff"),
        2 * MEGABYTE,
    ),
    "flowed": Kind(
        FROM + "Content-Type: text/plain; format=flowed; delsp=yes\n\n",
        (" \n", "\n", ">", "> ", "x ", "-- \n", "x"),
        _LARGE,
    ),
    "RFC 2231": Kind(
        FROM + "Content-Type: text/plain; ",
        ("a*{n}=b; ", "a*{n}*=utf-8''%41; ", "charset*0=x;", "%", "'", '"', ";", "*", "="),
        _FIELD,
    ),
    "parts by RFC 2231": Kind(
        FROM + _MIXED,
        (
            "--b\n",
            "Content-Disposition: attachment; filename*{n}*=utf-8''%41; x=\"",
            *("\n\n", ";", '"', "x\n"),
        ),
        MEGABYTE,
    ),
    "DKIM": Kind(_SIGNED, (" ", "\t", "\r\n", "x", " x", "\n"), _LARGE),
    "DKIM fields": Kind(
        FROM,
        (
            "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=k{n}; h=",
            *("from:", "to:", "; bh=A; b=A\n", "ARC-Seal: i={n}; ", "=", ";", " "),
        ),
        60_000,
    ),
    "results": Kind(
        FROM + "Authentication-Results: mx.example.com; ",
        ("dkim=pass ", "(", ")", ";", "header.d=x ", '"', "\\", "="),
        _FIELD,
    ),
    "long lines": Kind(
        FROM + "\n",
        (*_ODD, "> ", "On ", " wrote:", "From: ", "-- ", "sev 1", "http://", "*", "_", "|"),
        COMMAND_TEXT_BYTES_MAX,
    ),
    "a large mail": Kind(FROM + "\n", ("a", "\n", "\r", " ", ">", "-"), MESSAGE_BYTES_MAX - 1_000),
}
CHARSETS: Final = (
    "utf-7",
    "iso-2022-jp",
    "hz",
    "gb18030",
    "big5",
    "utf-16",
    "utf-32",
    "utf-8",
    "idna",
    "punycode",
    "x-y",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One message: its kind, the pieces that are repeated, their total size in bytes, and the charset that it names."""

    kind: str
    pieces: tuple[str, ...]
    size: int
    charset: str

    def raw(self) -> bytes:
        kind = KINDS[self.kind]
        unit = "".join(self.pieces)
        count = max(1, self.size // max(1, len(unit.encode())))
        if self.kind == "boundaries" and "--" in unit:
            count = min(count, BOUNDARY_LINES_MAX // unit.count("--"))
        many = "".join(unit.replace("{n}", str(n)) for n in range(count)) if "{n}" in unit else unit * count
        text = kind.start.replace("{charset}", self.charset) + many + kind.end
        return text.encode("latin-1" if self.kind == "charsets" else "utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one message: the seconds of the worker, those of its parent to parse the answer, or why it was
    given up.
    """

    worker_s: float
    parent_s: float
    failure: str | None = None


def rows() -> Iterator[Row]:
    """Search, then yield the results, for each kind and for the limits that apply to all kinds."""
    seed = random.SystemRandom().randrange(10**6)
    worst, grown = search(random.Random(seed), SEARCH_S)
    for kind, (candidate, cost) in sorted(worst.items(), key=lambda found: -found[1][1].worker_s):
        row = "".join(candidate.pieces)[:60]
        yield _row(
            f"read the worst mail found: {kind}", "ms", 1000 * cost.worker_s, 1000 * LIMITS.processor_s,
            how=f"none; {row!r} for {candidate.size:,} bytes, seed {seed}{_given_up(cost)}",
        )  # fmt: skip
    taken = max(cost.parent_s for _, cost in worst.values())
    yield _row("take the largest answer of a worker", "ms", 1000 * taken, 50, how="none, it is a bound")
    yield _row("memory of the worker above its start", "MB", grown / MEGABYTE, LIMITS.memory_bytes / MEGABYTE,
               how="none, it is a bound")  # fmt: skip


def search(rng: random.Random, seconds: float) -> tuple[dict[str, tuple[Candidate, Cost]], int]:
    """Return the most expensive message of each kind, and the bytes by which the worker grew."""
    pool = Pool(forked(_measured), limits=LIMITS)
    base = _peak(pool)
    worst: dict[str, tuple[Candidate, Cost]] = {}
    ends = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < ends or len(worst) < len(KINDS):
        kind = [*KINDS][turn % len(KINDS)]
        turn += 1
        best = worst.get(kind)
        candidate = _changed(best[0], rng) if best and rng.random() < 0.6 else _made(kind, rng)
        cost = _cost(pool, candidate.raw())
        if best is None or (cost.failure is not None, cost.worker_s) > (best[1].failure is not None, best[1].worker_s):
            worst[kind] = (candidate, cost)
    grown = _peak(pool) - base
    pool.close()
    return worst, grown


def _made(kind: str, rng: random.Random) -> Candidate:
    pieces = tuple(rng.choice(KINDS[kind].pieces) for _ in range(rng.randint(1, PIECES_MAX)))
    size = KINDS[kind].bytes_max if rng.random() < 0.7 else rng.randint(1, KINDS[kind].bytes_max)
    return Candidate(kind, pieces, size, rng.choice(CHARSETS))


def _changed(found: Candidate, rng: random.Random) -> Candidate:
    """Return the candidate with one piece added, removed or replaced, or with another length."""
    pieces, kind = [*found.pieces], KINDS[found.kind]
    at = rng.randrange(len(pieces))
    changes: tuple[Callable[[], object], ...] = (
        lambda: pieces.insert(at, rng.choice(kind.pieces)),
        lambda: pieces.pop(at) if len(pieces) > 1 else None,
        lambda: pieces.__setitem__(at, rng.choice(kind.pieces)),
    )
    rng.choice(changes)()
    size = found.size if rng.random() < 0.7 else min(kind.bytes_max, max(1, int(found.size * rng.uniform(0.5, 1.5))))
    return Candidate(found.kind, tuple(pieces), size, found.charset if rng.random() < 0.8 else rng.choice(CHARSETS))


def _cost(pool: Pool, raw: bytes) -> Cost:
    pool.submit(1, request(raw, _ENVELOPE, roster_json(_ROSTER)))
    told = pool.take(1, None)
    if isinstance(told, Failure) or told is None:
        return Cost(LIMITS.processor_s, 0.0, failure=str(told))
    took, _, content = told.partition(b"\n")
    start = time.thread_time()
    reading(content)
    return Cost(json.loads(took), time.thread_time() - start)


def _measured(asked: bytes) -> bytes:
    """Run in the worker: parse a message, check its signatures, and return the cost."""
    if asked == b"peak":
        return b"%d" % (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    start = time.process_time()
    found = answer(asked)
    read = reading(found)
    raw = asked[asked.find(b"From:") :] if b"DKIM" not in asked else asked[asked.find(b"DKIM") :]
    examine(raw, read.message, _ROSTER, "example.com", look_up=lambda name: b"", at=NOW)
    return json.dumps(time.process_time() - start).encode() + b"\n" + found


def _peak(pool: Pool) -> int:
    pool.submit(1, b"peak")
    told = pool.take(1, None)
    return int(told) if isinstance(told, bytes) else 0


def _given_up(cost: Cost) -> str:
    return f"; GIVEN UP: {cost.failure}" if cost.failure else ""


def _row(what: str, unit: str, ours: float, goal: float, *, how: str) -> Row:
    return Row(what=what, unit=unit, ours=ours, floor=None, ratio=None, goal=goal, at="most", how=how, is_must=True)
