"""A mail that kills the process that parses it is tried three times, then set aside and reported; others continue."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import hostile_readers
import pytest
from faulty_relay import FaultyRelay
from patience import PATIENCE_S
from waiting_mail import apply_all

from incidentmail.app.context import AppContext, open_context
from incidentmail.app.receiving.apply import ATTEMPTS_MAX, accept_mails, apply_next, apply_some
from incidentmail.app.receiving.assign import assign
from incidentmail.app.sending.flush import flush
from incidentmail.config.load import load
from incidentmail.errors import UnreadMailError
from incidentmail.inbound.message import Envelope
from incidentmail.isolation.limits import Limits
from incidentmail.isolation.pool import Pool
from incidentmail.isolation.process import Start, forked, interpreted

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"
OPERATOR = "postmaster@example.com"
STARTS = {"forked": forked(hostile_readers.answer), "interpreter": interpreted("hostile_readers:answer")}
TIGHT = Limits(processor_s=0.5, wall_s=PATIENCE_S)
PIPE = Envelope(way="pipe")
APPLY = """
import sys; sys.path[:] = sys.argv[2:]
import hostile_readers
from incidentmail.app.context import open_context
from incidentmail.app.receiving.apply import apply_some
from incidentmail.config.load import load
from incidentmail.isolation.pool import Pool
from incidentmail.isolation.process import forked
context = open_context(load(sys.argv[1]), pool=Pool(forked(hostile_readers.answer)))
while done := apply_some(context):
    print(*(f"{one.seq}:{one.outcome}" for one in done), flush=True)
context.close()
"""


@contextmanager
def context_of(installation: Installation, start: Start, limits: Limits = TIGHT, size: int = 1) -> Iterator[AppContext]:
    pool = Pool(start, size=size, limits=limits)
    context = open_context(load(str(installation.config)), installation.clock, pool=pool)
    try:
        yield context
    finally:
        context.close()


def accept(context: AppContext, *raws: bytes) -> None:
    accept_mails(context, [(raw, PIPE) for raw in raws])


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("killed", "was killed"),
        ("crash", "crashed (SIGSEGV)"),
        ("memory", "MiB of memory"),
        ("spin", "0.5 s of processor time"),
        ("fail", "UnboundLocalError"),
    ],
)
def test_a_mail_that_ends_what_reads_it_is_tried_three_times_then_set_aside_and_told_and_the_next_one_flows(
    installation: Installation, mails: Mails, start: str, what: str, why: str
) -> None:
    with FaultyRelay() as relay:
        installation.configure(f'[operator]\naddress = "{OPERATOR}"\n', relay=relay.url())
        installation.ok("declare", "Cards fail")
        bad = mails.new("sev 2", sender=JAYLA, subject=f"{what} by this", message_id="<bad@example.com>")
        good = mails.new("Severity: 1", sender=JAYLA, subject="Search is slow")
        with context_of(installation, STARTS[start]) as context:
            accept(context, bad, good)
            outcomes = sorted(apply_all(context), key=lambda outcome: outcome.seq)
            flush(context)
        assert [outcome.outcome for outcome in outcomes] == ["quarantined", "applied"]
        assert why in str(outcomes[0].reason) and "\x1b" not in str(outcomes[0].reason)
        told = [raw for to, raw in relay.taken if to == (OPERATOR,)]
        assert len(told) == 1 and b"number 1" in told[0] and why.split()[0].encode() in told[0]
        assert [line["outcome"] for line in installation.ok("inbox", "--all", "--json").lines] == [
            "quarantined",
            "applied",
        ]


def test_a_mail_that_sleeps_is_ended_by_the_wall_clock(installation: Installation, mails: Mails) -> None:
    limits = Limits(processor_s=PATIENCE_S, wall_s=0.7)
    with context_of(installation, STARTS["forked"], limits) as context:
        accept(context, mails.new("sev 2", sender=JAYLA, subject="sleep"))
        outcome = apply_next(context)
    assert outcome is not None and outcome.outcome == "quarantined" and "longer than 0.7 s" in str(outcome.reason)


def test_each_attempt_is_counted_before_it_begins_and_forgotten_when_the_mail_has_its_outcome(
    installation: Installation, mails: Mails
) -> None:
    with context_of(installation, STARTS["forked"]) as context:
        accept(context, mails.new("sev 2", sender=JAYLA, subject="end everything"))
    for _ in range(ATTEMPTS_MAX):
        done = _apply_in_a_process(installation)
        assert (done.returncode, done.stdout) == (-signal.SIGKILL, b"")
    with installation.context() as context, context.ledger.snapshot() as view:
        accepted = view.accepted(1)
        assert accepted is not None and accepted.attempts == ATTEMPTS_MAX
    assert _apply_in_a_process(installation).stdout == b"1:quarantined\n"
    with installation.context() as context, context.ledger.snapshot() as view:
        accepted = view.accepted(1)
        assert accepted is not None and accepted.attempts == 0


def test_a_mail_that_ends_every_process_takes_no_other_with_it(installation: Installation, mails: Mails) -> None:
    with context_of(installation, STARTS["forked"]) as context:
        subjects = ["One", "end everything", "Two", "end everything", "Three"]
        accept(context, *(mails.new("Severity: 2", sender=JAYLA, subject=subject) for subject in subjects))
    codes = [_apply_in_a_process(installation).returncode for _ in range(2 * ATTEMPTS_MAX)]
    assert codes == [-signal.SIGKILL] * (2 * ATTEMPTS_MAX - 1) + [0]
    outcomes = [line["outcome"] for line in installation.ok("inbox", "--all", "--json").lines]
    assert outcomes == ["applied", "quarantined", "applied", "quarantined", "applied"]


def test_later_mail_does_not_wait_for_one_that_takes_long_and_that_one_is_decided_once_it_is_read(
    installation: Installation, mails: Mails
) -> None:
    limits = Limits(processor_s=PATIENCE_S, wall_s=PATIENCE_S)
    with context_of(installation, STARTS["forked"], limits, size=2) as context:
        subjects = ("wait for it", "Search is slow", "Cards fail")
        accept(context, *(mails.new("Severity: 2", sender=JAYLA, subject=subject) for subject in subjects))
        seqs = [outcome.seq for outcome in apply_some(context)]
        while len(seqs) < len(subjects):
            context.reader.reading(1, PATIENCE_S)
            seqs += [outcome.seq for outcome in apply_some(context)]
    assert seqs == [2, 3, 1]
    assert {line["outcome"] for line in installation.ok("inbox", "--all", "--json").lines} == {"applied"}


def test_what_was_late_when_the_process_ended_is_decided_first_by_the_next_one(
    installation: Installation, mails: Mails
) -> None:
    limits = Limits(processor_s=PATIENCE_S, wall_s=PATIENCE_S)
    with context_of(installation, STARTS["forked"], limits) as context:
        accept(context, mails.new("Severity: 2", sender=JAYLA, subject="sleep"))
        assert apply_some(context) == []
        accept(context, mails.new("Severity: 2", sender=JAYLA, subject="Cards fail"))
    with installation.context() as context:
        assert [(outcome.seq, outcome.outcome) for outcome in apply_all(context)] == [(1, "applied"), (2, "applied")]


def test_mail_is_decided_in_the_order_of_its_acceptance_however_many_read_it(
    installation: Installation, mails: Mails
) -> None:
    limits = Limits(processor_s=PATIENCE_S, wall_s=PATIENCE_S)
    with context_of(installation, STARTS["forked"], limits, size=2) as context:
        raws = [
            mails.new(
                "Severity: 2\n" + "long " * (9_000 if number % 2 else 1), sender=JAYLA, subject=f"Number {number}"
            )
            for number in range(70)
        ]
        accept(context, *raws)
        assert [outcome.seq for outcome in apply_all(context)] == list(range(1, 71))


def test_processes_that_read_at_the_same_time_count_no_attempt_of_one_another(
    installation: Installation, mails: Mails
) -> None:
    with context_of(installation, STARTS["forked"]) as context:
        accept(context, *(mails.new("Severity: 2", sender=JAYLA, subject=f"Number {n}") for n in range(8)))
    words = [sys.executable, "-c", APPLY, str(installation.config), *sys.path]
    running = [subprocess.Popen(words, stdout=subprocess.PIPE) for _ in range(6)]
    told = b"".join(one.communicate(timeout=PATIENCE_S)[0] for one in running).split()
    assert sorted(told) == [b"%d:applied" % number for number in range(1, 9)]


def test_what_another_process_has_decided_is_not_kept_in_memory(installation: Installation, mails: Mails) -> None:
    with (
        context_of(installation, STARTS["forked"]) as slow,
        context_of(installation, STARTS["forked"]) as quick,
    ):
        accept(slow, *(mails.new("Severity: 2", sender=JAYLA, subject=f"Number {n}") for n in range(4)))
        apply_some(slow, until=0.0)  # they are being read, and time is over before the first of them is decided
        assert slow.reader.begun == {1, 2, 3, 4}
        assert len(apply_all(quick)) == 4
        accept(slow, mails.new("Severity: 2", sender=JAYLA, subject="The next one"))
        assert [outcome.seq for outcome in apply_some(slow)] == [5]
        assert slow.reader.begun == set()


def test_a_strangers_body_is_read_by_nobody(installation: Installation, mails: Mails) -> None:
    eve = "Eve <eve@evil.test>"
    read = {}
    with context_of(installation, STARTS["forked"]) as context:
        for sender in (JAYLA, eve):
            read[sender] = context.reader.read(mails.new("sev 1 \xe9", sender=sender, subject="x"), PIPE)
        shown = read[JAYLA]
        assert shown.extraction is not None and shown.message.text == "sev 1 \xe9\n"
        assert (read[eve].extraction, read[eve].message.text, read[eve].message.html) == (None, "", None)
        bounce = mails.new("550 unknown user", sender="MAILER-DAEMON@evil.test", subject="Undelivered mail")
        assert "550" in context.reader.read(bounce, PIPE).message.text
        claims = mails.new("Severity 1", sender=eve, subject="x", more="Incident-Proof: x\n")
        assert "Severity" in context.reader.read(claims, PIPE).message.text


def _apply_in_a_process(installation: Installation) -> subprocess.CompletedProcess[bytes]:
    words = [sys.executable, "-c", APPLY, str(installation.config), *sys.path]
    return subprocess.run(words, stdout=subprocess.PIPE, timeout=PATIENCE_S, check=False)


def test_what_was_set_aside_is_read_once_more_when_the_operator_says_where_it_belongs(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare("Cards fail", "--severity", "2")
    with context_of(installation, STARTS["forked"]) as context:
        more = f"In-Reply-To: {declared['Message-ID']}\n"
        accept(context, mails.new("sev 1", sender=JAYLA, subject="killed by this", more=more))
        assert [outcome.outcome for outcome in apply_all(context)] == ["quarantined"]
        with pytest.raises(UnreadMailError):
            assign(context, 1, "cards")
    done = installation.ok("inbox", "assign", "1", "cards", "--json").json
    assert (done["outcome"], done["rule"]) == ("applied", "assigned")
    assert "before that set aside: " in done["reason"]
    assert installation.show()["severity"] == 1
    assert installation.run("inbox", "assign", "1", "cards").code == 2
