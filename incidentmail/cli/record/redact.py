"""`incidentmail ledger redact`, `hold`, `prune` and `compact`: remove parts of the record, or prevent that."""

from __future__ import annotations

import sys

import click

from incidentmail.app.keeping.removal_plan import RemovalPlan
from incidentmail.cli.common import context_of, incident_names, json_option, print_json, say, time
from incidentmail.cli.help import command
from incidentmail.cli.screen.output import is_terminal
from incidentmail.core.facts import json_time
from incidentmail.core.text import counted
from incidentmail.errors import UsageError

from .progress import progress_of

COMPACT = (
    "'incidentmail ledger compact' removes the bytes from the file; older back-ups, and other people's mail, still have"
    " them"
)
NAMED_MAX = 20
"""The maximum number of each kind that are named. The remaining ones are only counted."""

dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be removed, and do nothing.")
yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask.")


@command(
    "redact", 'ledger redact 53 --reason "a password"', 'ledger redact --mail 7 --reason "sent by mistake"',
    'ledger redact --person bo@example.com --reason "left" --dry-run',
)  # fmt: skip
@click.argument("seq", metavar="[ENTRY]", type=click.IntRange(1), required=False)
@click.option("--mail", metavar="N", type=click.IntRange(1), help="This accepted mail instead, and all it caused.")
@click.option("--person", metavar="ADDRESS", help="This person's address and names instead, wherever they are.")
@click.option("--words", metavar="TEXT", help="These words instead; - reads them from standard input.")
@click.option("--field", "fields", metavar="NAME", multiple=True, help="Only this field of the entry, such as actor.")
@click.option("--reason", metavar="TEXT", required=True, help="Why; it stays in the record.")
@dry_run_option
@yes_option
@json_option
@click.pass_context
def redact(
    ctx: click.Context, seq: int | None, mail: int | None, person: str | None, words: str | None,
    fields: tuple[str, ...], reason: str, dry_run: bool, yes: bool, as_json: bool,
) -> int:  # fmt: skip
    """Remove words from the record for good: those of ENTRY ('incidentmail log --all' shows its number).

    Everything that repeats them is removed too: other entries' texts, accepted mails, our sent mails, and stored texts
    of earlier mails. Each mail is removed as a whole. Hashes, commitments and the envelopes of accepted mails stay, so
    the ledger still verifies. This cannot be undone.
    """
    from incidentmail.app.keeping.redact import Chosen, plan_redaction
    from incidentmail.app.keeping.redact import redact as carry_out

    if sum(one is not None for one in (seq, mail, person, words)) != 1:
        raise UsageError("say what to remove", hint="an entry's number, or --mail N, --person ADDRESS, --words TEXT")
    if fields and seq is None:
        raise UsageError(
            "--field belongs to an entry", hint='incidentmail ledger redact 53 --field actor --reason "..."'
        )
    chosen = Chosen(entry=seq, fields=fields, mail=mail, person=person, words=_given(words))
    with context_of(ctx, looks_only=dry_run) as context:
        asks = not (yes or dry_run or as_json) and is_terminal()
        if asks or dry_run:
            done = plan_redaction(context, chosen, progress_of("searched", "mails"))
        if asks:
            _say_plan(done.plan, "would be removed")
            if not click.confirm("Remove all of this for good?", default=False):
                return 1
        if not dry_run:
            done = carry_out(context, chosen, reason, progress_of("searched", "mails"))
    if as_json:
        print_json({
            "entry": done.seq, "texts": [{"entry": one.seq, "fields": list(one.slots)} for one in done.plan.texts],
            "mails": list(done.plan.mails), "outbox": list(done.plan.outgoing),
        })  # fmt: skip
        return 0
    if not asks:
        _say_plan(done.plan, "would be removed" if dry_run else "removed")
    if done.seq is not None:
        say(f"entry {done.seq} says so; {COMPACT}")
    return 0


@command("hold", 'ledger hold checkout --reason "a court asks for it"', "ledger hold", "ledger hold checkout --lift")
@click.argument("incident", required=False, shell_complete=incident_names)
@click.option("--lift", is_flag=True, help="End the hold.")
@click.option("--reason", metavar="TEXT", default="", help="Why; it stays in the record.")
@json_option
@click.pass_context
def hold(ctx: click.Context, incident: str | None, lift: bool, reason: str, as_json: bool) -> int:
    """Keep an incident from being redacted or pruned until the hold is lifted. Without INCIDENT, list the holds."""
    from incidentmail.app.keeping.hold import holds_in, lift_hold, place_hold

    if incident is None:
        with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
            found = list(holds_in(view).values())
        if as_json:
            print_json({"holds": [{"incident": one.incident, "reason": one.reason} for one in found]})
        else:
            say("\n".join(f"{one.incident}: {one.reason}" for one in found) or "nothing is held")
        return 0
    if not (reason or lift):
        raise UsageError("say why", hint='incidentmail ledger hold checkout --reason "a court asks for it"')
    with context_of(ctx) as context:
        name = (lift_hold if lift else place_hold)(context, incident, reason)
    if as_json:
        print_json({"incident": name, "held": not lift})
    else:
        say(f"{name} is {'no longer held' if lift else 'held: nothing of it can be redacted or pruned'}")
    return 0


@command("prune", "ledger prune --older-than 400d --dry-run", "ledger prune --older-than 400d")
@click.option("--older-than", metavar="TIME", required=True, help="Mail accepted before then: 400d, or a date.")
@dry_run_option
@yes_option
@json_option
@click.pass_context
def prune(ctx: click.Context, older_than: str, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Remove the raw bodies of old accepted mail. Its hashes, envelope and outcome stay, and so do all entries.

    Mail about incidents that are open or on hold is kept, and so is mail that has not been read yet. This cannot be
    undone.
    """
    from incidentmail.app.keeping.hold import prune as carry_out

    with context_of(ctx, looks_only=dry_run) as context:
        before = time(context, older_than, "--older-than", "last")
        done = carry_out(context, before, is_rehearsal=True)
        asks = not (yes or dry_run or as_json) and is_terminal() and done.mails > 0
        if asks and not click.confirm(f"Remove the bodies of {counted(done.mails, 'mail')} for good?", default=False):
            return 1
        if not dry_run:
            done = carry_out(context, before, is_rehearsal=False)
    if as_json:
        print_json({
            "before": json_time(before), "mails": done.mails, "held": done.held, "open": done.open, "entry": done.seq,
        })  # fmt: skip
        return 0
    verb = "would be removed" if dry_run else "removed"
    say(f"{verb}: the bodies of {counted(done.mails, 'mail')}")
    for count, why in ((done.held, "held"), (done.open, "open")):
        if count:
            say(f"kept: {counted(count, 'mail')} of {why} incidents")
    if done.seq is not None:
        say(f"entry {done.seq} says so; {COMPACT}")
    return 0


@command("compact", "ledger compact")
@json_option
@click.pass_context
def compact(ctx: click.Context, as_json: bool) -> int:
    """Rewrite the ledger's file, so that nothing that was removed is left in it or in its write-ahead log.

    This needs as much free space as the ledger takes up, and the file is locked meanwhile. Earlier back-ups are not
    changed: make a new one, and delete the old ones.
    """
    with context_of(ctx) as context:
        with context.ledger.snapshot() as view:
            before = view.bytes_used()
        context.ledger.compact()
        with context.ledger.snapshot() as view:
            after = view.bytes_used()
    if as_json:
        print_json({"was_bytes": before, "bytes": after})
    else:
        say(f"compacted: {before:,} bytes before, {after:,} now")
    return 0


def _given(words: str | None) -> str | None:
    """Return the words, or read them from standard input for `-`, which keeps them out of the shell's history."""
    if words != "-":
        return words
    return sys.stdin.read().strip()


def _say_plan(plan: RemovalPlan, verb: str) -> None:
    lines = [f"entry {one.seq}: {', '.join(one.slots)}" for one in plan.texts]
    lines += [f"accepted mail {seq}" for seq in plan.mails]
    lines += [f"mail {number} in the outbox" for number in plan.outgoing]
    for line in lines[:NAMED_MAX]:
        say(f"{verb}: {line}")
    if len(lines) > NAMED_MAX:
        say(f"{verb}: {len(lines) - NAMED_MAX} more (--json lists all)")
