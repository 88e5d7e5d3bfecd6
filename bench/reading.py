"""What reading one reply costs: 3 kB from bytes to commands, against the standard library's parser alone.

Both sides alternate in one run, and each figure is the best of its rounds, in time of this thread, so a busy machine
matters little. An earlier message is read into memory again for each reply; a service that answers many replies keeps
it. The goal is at most 6. It is not met: it costs 7 to 11, and up to 13 on a busy machine. Above 15 the check fails.
"""

from __future__ import annotations

import email
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import policy

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.inbound.screen import screen
from incidentmail.reply.parsed import Context
from incidentmail.reply.understand import Understood, body_of, understand

from .table import Row

GOAL, LIMIT = 6.0, 15.0
ROUNDS, REPEATS = 40, 50
OURS = """\
Severity 2 (major), phase 1 (stopping the damage). Bo Karlsen is incident commander. Coordinating via #checkout.

One in five card payments is declined by the gateway since it changed its certificate at 13:48 UTC. The terminals show
"try again", and a second attempt fails as often as the first one. Refunds and cash are not affected.

Customers may be told: nothing yet
Started: 13:48 UTC
Customer liaison: wanted
Next update: by 14:30 UTC

Worse than this? Reply with the word sev and a number.
"""
TYPED = """\
sev 1, phase 1

Every card payment in the EU is declined now. We talk to the gateway on the phone; they roll their certificate back.
Commander: Mara Lindqvist

The shops in the north see it too since 14:02, and the queue of refunds grows by forty a minute. Tomás has the numbers.

What we tried so far: restarted both gateways in Dublin, no change; sent the traffic of one shop through Frankfurt, and
there every third payment goes through. The bank says that its side is fine, and that the old certificate ended today.
Please tell the shops to keep the terminals on, and that cash works. I will write again when the certificate is back.
"""
HEAD = """\
Return-Path: <incidents-bounces@example.com>
Received: from lists.example.com (lists.example.com [192.0.2.10])
 by mx.example.org (Postfix) with ESMTPS id 4F1x7k2Qz1; Fri, 20 Nov 2026 14:08:03 +0000 (UTC)
Received: from mail.example.com (mail.example.com [192.0.2.11])
 by lists.example.com (Postfix) with ESMTPS id 4F1x7h0Qz1; Fri, 20 Nov 2026 14:08:02 +0000 (UTC)
Received: from [10.1.2.3] (unknown [198.51.100.7])
 by mail.example.com (Postfix) with ESMTPSA id 4F1x7g4Lz9; Fri, 20 Nov 2026 14:08:01 +0000 (UTC)
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=mail; t=1795183681;
\th=from:to:subject:date:message-id:in-reply-to:references; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;
\tb=Zm9yIG1lYXN1cmluZyBvbmx5LCB0aGlzIGlzIG5vdCBhIHJlYWwgc2lnbmF0dXJlIGJ1dCBhcyBsb25nIGFzIG9uZQ
\t dGhhdCBhIG1haWwgc2VydmVyIHdvdWxkIG1ha2UgZm9yIGl0cyBvd24gZG9tYWlu
Authentication-Results: mx.example.org; dmarc=pass header.from=example.com; dkim=pass header.d=example.com
From: Mara Lindqvist <mara@example.com>
To: incidents@example.com
Cc: Incidents <incident-bot@example.com>
Subject: Re: [incidents] Checkout is rejecting card payments
Date: Fri, 20 Nov 2026 14:08:00 +0000
Message-ID: <8f2e1c77-90aa-4a30-bb0e@example.com>
In-Reply-To: <abcdef.0.ghijkl@example.com>
References: <abcdef.0.ghijkl@example.com>
User-Agent: Newmail/128.4
Precedence: list
List-Id: <incidents.example.com>
List-Post: <mailto:incidents@example.com>
List-Unsubscribe: <mailto:incidents-leave@example.com>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

"""
CONTEXT = Context(
    words=Words(Policy()),
    written_at=datetime(2026, 11, 20, 14, 8, tzinfo=UTC),
    writer=Person.parse("Mara Lindqvist <mara@example.com>"),
)
PIPE = Envelope(way="pipe")


def reply(quoted: str) -> bytes:
    return (HEAD + TYPED + "\n" + quoted).encode()


ATTRIBUTION = "On Fri, Nov 20, 2026 at 2:07\u202fPM Incidents <incident-bot@example.com> wrote:\n\n"
MAILS = {
    "quoted with marks": reply(ATTRIBUTION + "".join(f"> {line}\n" for line in OURS.splitlines())),
    "quoted without marks": reply("Von: Incidents\nGesendet: 20. November 2026 14:07\nAn: list\nBetreff: x\n\n" + OURS),
    "nothing quoted": reply(OURS.replace(":", ",").replace("everity", "everal")),
}


def read(raw: bytes, earlier: tuple[str, ...]) -> Understood:
    """Read as every message is read."""
    message = parse_message(raw, PIPE)
    screen(message)
    return understand(body_of(message), CONTEXT, earlier)


def seconds(work: Callable[[], object]) -> float:
    start = time.thread_time()
    for _ in range(REPEATS):
        work()
    return (time.thread_time() - start) / REPEATS


def rows() -> Iterator[Row]:
    """Yield one row for each kind of reply, without an earlier message and with one."""
    for name, raw in MAILS.items():
        for earlier in ((), (OURS,)):
            yield _row(name + (", behind a mail" if earlier else ""), raw, earlier)


def _row(what: str, raw: bytes, earlier: tuple[str, ...]) -> Row:
    assert {command.name for command in read(raw, earlier).read.commands} >= {"severity", "phase"}, what
    rounds = [
        (
            seconds(lambda: email.message_from_bytes(raw, policy=policy.compat32)) * 1e6,
            seconds(lambda: read(raw, earlier)) * 1e6,
        )
        for _ in range(ROUNDS)
    ]
    floor, ours = (min(side) for side in zip(*rounds, strict=True))
    return Row(
        what=f"read a reply: {what}", unit="us", ours=ours, floor=floor, ratio=ours / floor, goal=GOAL, at="most",
        how=f"message_from_bytes with compat32, {len(raw):,} bytes", is_must=ours / floor > LIMIT,
    )  # fmt: skip
