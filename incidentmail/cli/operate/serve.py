"""`incidentmail serve`: the service in the foreground, for systemd or a terminal."""

from __future__ import annotations

import json

import click

from incidentmail.cli.common import context_of, json_option
from incidentmail.cli.help import command
from incidentmail.service.event_log import set_up
from incidentmail.service.listeners import BoundAddress
from incidentmail.service.serve import reading_pool, serve

MUTED = "MUTED: everything is recorded, nothing is sent by itself; what people type is still sent"


@command("serve", "serve", "serve --mute")
@click.option("--mute", is_flag=True, help="Record everything, send nothing by itself: the stop switch.")
@json_option
@click.pass_context
def serve_command(ctx: click.Context, mute: bool, as_json: bool) -> int:
    """Listen for mail, apply it, send what is due. On SIGTERM, finish the work in progress and exit.

    With --json, the first line on standard output says where the service listens.
    """
    with context_of(ctx, warn=True, pool=reading_pool()) as context:
        context.ledger.check()
        set_up(context.config.settings.log.format)
        if mute:
            context = context.muted()
        if context.is_muted:
            click.echo(f"{MUTED}; 'incidentmail status' says how to end it", err=True)
        mailbox = context.config.settings.imap.url
        serve(context, lambda bound: _ready(bound, mailbox, as_json=as_json))
    return 0


def _ready(bound: list[BoundAddress], mailbox: str | None, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"listening": [{"protocol": b.protocol, "address": b.where} for b in bound]}))
    else:
        for one in bound:
            click.echo(f"listening for {one.protocol.upper()} on {one.where}")
        if mailbox:
            click.echo(f"fetching from {mailbox}")
