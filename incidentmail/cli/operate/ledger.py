"""`incidentmail ledger`: does the record hold?"""

from __future__ import annotations

from dataclasses import asdict

import click

from incidentmail.cli.common import context_of, json_option, print_json, say
from incidentmail.core.words import OurField


@click.group("ledger")
def ledger_command() -> None:
    """Verify the ledger."""


@ledger_command.command("verify")
@json_option
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> int:
    """Walk the whole chain: every entry, every text, every accepted mail. Exits 1 where something does not hold."""
    with context_of(ctx) as context:
        verdict = context.ledger.verify()
    if as_json:
        print_json(asdict(verdict))
    elif verdict.ok:
        say(f"the ledger holds: {verdict.size} entries, head {verdict.head}")
    else:
        where = f"entry {verdict.first_bad}: " if verdict.first_bad is not None else ""
        say(f"incidentmail: error: the ledger does not hold: {where}{verdict.reason}", err=True)
        say(
            f"hint: keep the file as it is, and compare its head with the {OurField.LEDGER} field of any mail you got",
            err=True,
        )
    return 0 if verdict.ok else 1
