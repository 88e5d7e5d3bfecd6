"""`incidentmail ledger rotate-key`: make a new key, and keep the old one for old mail."""

from __future__ import annotations

import click

from incidentmail.cli.common import config_beside_ledger, json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.errors import UsageError


@command("rotate-key", "ledger rotate-key")
@json_option
@click.pass_context
def rotate_key(ctx: click.Context, as_json: bool) -> int:
    """Make a new key for all mail from now on. The old one is kept beside it and still proves old mail.

    Do this if people who have left may know the key. Stop 'serve' first. Copy all keys to the standby and into the
    back-up. Open restricted incidents get a new thread on the main list.
    """
    from incidentmail.app.context import now_utc
    from incidentmail.app.keeping.new_key import rotate_key as make_new_key
    from incidentmail.app.key_file import earlier_files
    from incidentmail.app.serve_lock import is_running

    config = config_beside_ledger(ctx)
    if config.ledger_path.exists() and is_running(config.ledger_path):
        raise UsageError("'incidentmail serve' is running with the present key", hint="stop it, then try again")
    old = make_new_key(config, ctx.find_root().obj.get("clock") or now_utc)
    count = len(earlier_files(config.key_path))
    if as_json:
        print_json({"key": str(config.key_path), "old": str(old), "earlier": count})
        return 0
    say(f"{config.key_path} is a new key; the old one is {old}, and still proves old mail")
    say("back up both now ('incidentmail ledger backup FILE --with-key'), and copy them to the standby if there is one")
    return 0
