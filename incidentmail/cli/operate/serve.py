"""`incidentmail serve`: the service in the foreground, for systemd or a terminal."""

from __future__ import annotations

import json

import click

from incidentmail.cli.common import context_of, json_option
from incidentmail.service.event_log import set_up
from incidentmail.service.listeners import BoundAddress
from incidentmail.service.serve import reading_pool, serve


@click.command("serve")
@click.option("--mute", is_flag=True, help="Record everything, send nothing: the stop switch.")
@json_option
@click.pass_context
def serve_command(ctx: click.Context, mute: bool, as_json: bool) -> int:
    """Listen for mail, apply it, send what is due. Ends on SIGTERM, after what is in flight.

    With --json the first line on standard output says where it listens.
    """
    with context_of(ctx, warn=True, pool=reading_pool()) as context:
        set_up(context.config.settings.log.format)
        if mute:
            context = context.muted()
            click.echo("MUTED: everything is recorded, nothing is sent", err=True)
        serve(context, lambda bound: _ready(bound, as_json=as_json))
    return 0


def _ready(bound: list[BoundAddress], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"listening": [{"protocol": b.protocol, "address": b.where} for b in bound]}))
    else:
        for one in bound:
            click.echo(f"listening for {one.protocol.upper()} on {one.where}")
