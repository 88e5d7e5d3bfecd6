"""`incidentmail serve`: the service in the foreground, for systemd or a terminal."""

from __future__ import annotations

import json

import click

from incidentmail.journal import set_up
from incidentmail.listening import Bound
from incidentmail.serve import serve

from .common import json_option, office_of


@click.command("serve")
@click.option("--mute", is_flag=True, help="Record everything, send nothing: the stop switch.")
@json_option
@click.pass_context
def serve_command(ctx: click.Context, mute: bool, as_json: bool) -> int:
    """Listen for mail, apply it, send what is due. Ends on SIGTERM, after what is in flight.

    With --json the first line on standard output says where it listens.
    """
    with office_of(ctx, warn=True) as office:
        set_up(office.config.settings.log.format)
        if mute:
            office = office.muted()
            click.echo("MUTED: everything is recorded, nothing is sent", err=True)
        serve(office, lambda bound: _ready(bound, as_json=as_json))
    return 0


def _ready(bound: list[Bound], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"listening": [{"protocol": b.protocol, "address": b.where} for b in bound]}))
    else:
        for one in bound:
            click.echo(f"listening for {one.protocol.upper()} on {one.where}")
