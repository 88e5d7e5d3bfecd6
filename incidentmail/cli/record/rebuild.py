"""`incidentmail ledger rebuild`: make a new ledger from saved mail."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import click

from incidentmail.cli.common import json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.core.frozen import plain
from incidentmail.core.record.removed import ranges_of
from incidentmail.core.text import counted

from .progress import progress_of

NAMED_MAX = 20
"""The maximum number of files and gaps that are named. The remaining ones are only counted."""
NOT_IN_MAIL = (
    "What no mail to the list says is not there: changes that waited for the next update, who answered which question, "
    "whether a commander who was assumed has acted since, proposals, private mail, actions and notes from the command "
    "line, and incidents that were kept silent."
)


@command("rebuild", "ledger rebuild ~/Maildir/.incidents", "ledger rebuild archive.mbox --unproven")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--unproven", is_flag=True, help="The key is lost: believe every mail that has the form of ours.")
@json_option
@click.pass_context
def rebuild(ctx: click.Context, paths: tuple[Path, ...], unproven: bool, as_json: bool) -> int:
    """Make a new ledger from the mail at PATH: a list's archive (mbox), or any subscriber's mailbox.

    The key has to be in its place, and there must be no ledger. Our own mail is checked and read back; people's answers
    are kept as notes. Other mail in that mailbox is ignored. If the command is interrupted, run it again to continue.

    With --unproven, mail is believed without proof, so anybody who could write to that mailbox decides what the ledger
    says. The ledger records this, and each of its entries has the trust of a stranger.
    """
    from incidentmail.app.keeping.rebuild import rebuild as rebuild_ledger
    from incidentmail.app.keeping.saved_mail import saved_mails
    from incidentmail.config.load import load

    config = load(ctx.find_root().obj.get("config"))
    mails = chain.from_iterable(map(saved_mails, paths))
    done = rebuild_ledger(config, mails, is_proven=not unproven, progress=progress_of("read", "mails"))
    if as_json:
        print_json(plain(done))
        return 0
    say(
        f"rebuilt {config.ledger_path} from {done.kept} of {counted(done.mails, 'mail')}: "
        f"{counted(done.incidents, 'incident')}, {counted(done.updates, 'update')}, {counted(done.replies, 'note')}"
    )
    for gap in done.gaps[:NAMED_MAX]:
        if gap.missing:
            say(f"missing of {gap.incident}: update {_shown(gap.missing)}")
        if gap.skipped:
            say(f"not missing: a promotion skipped update {_shown(gap.skipped)} of {gap.incident}")
    for reason in done.unplaced[:NAMED_MAX]:
        say(f"not used: {reason}")
    say(NOT_IN_MAIL)
    if not done.is_proven:
        say("incidentmail: warning: no key proves any of this, and the ledger says so", err=True)
    say("'incidentmail promote' makes this installation the one that leads; until then it is silent")
    return 0


def _shown(numbers: Sequence[int]) -> str:
    return ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in ranges_of(numbers))
