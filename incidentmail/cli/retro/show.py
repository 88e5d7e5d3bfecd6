"""`incidentmail retro show`: print the retrospective of an incident, or keep it in a file that people edit."""

from __future__ import annotations

from pathlib import Path

import click

from incidentmail.app.context import AppContext
from incidentmail.app.retro.which import choose_ended
from incidentmail.cli.common import context_of, incident_argument, json_option, print_json, say
from incidentmail.cli.help import command, option
from incidentmail.core.frozen import plain
from incidentmail.core.model import Incident
from incidentmail.core.text import counted
from incidentmail.errors import UsageError
from incidentmail.ledger.view import LedgerView
from incidentmail.report.retro.contents import Retro


@command("show", "retro show checkout --edit", "retro show checkout --html -o checkout.html")
@incident_argument
@option("--html", "as_html", is_flag=True, help="One page for a browser or a printer, with a picture.")
@option("--edit", is_flag=True, help="Keep it in a file and open that in your editor.")
@option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it to FILE.")
@json_option
@click.pass_context
def show_command(
    ctx: click.Context, incident: str | None, as_html: bool, edit: bool, output: Path | None, as_json: bool
) -> int:
    """Write the retrospective of an incident from its record, as Markdown.

    Without INCIDENT, it is the open incident, or else the one that ended last. Whenever a file is written again, it
    keeps what people wrote between the marked lines.
    """
    if sum((as_html, edit, as_json)) > 1:
        raise UsageError("--html, --edit and --json exclude each other", hint="give one of them")
    from incidentmail.app.retro import kept_file
    from incidentmail.app.retro.write import retro_in

    with context_of(ctx, looks_only=True) as context:
        with context.ledger.snapshot() as view:
            found = choose_ended(view, incident)
            retro = retro_in(context, view, found)
            html = _page(context, view, found, retro) if as_html else None
        if as_json:
            print_json(plain(retro))
        elif html is not None and output:
            kept_file.keep_page(output, html, is_restricted=retro.is_restricted)
            say(f"wrote {output}")
        elif html is not None:
            click.echo(html, nl=False)
        elif edit or output:
            return _write(context, retro, output or kept_file.default_path(context, found.id), edit=edit)
        else:
            _print(context, retro)
    return 0


def _page(context: AppContext, view: LedgerView, incident: Incident, retro: Retro) -> str:
    from incidentmail.app.retro.kept_file import default_path, parts_in
    from incidentmail.app.retro.write import story_in
    from incidentmail.report.retro.page import page

    parts = parts_in(default_path(context, incident.id), incident.id)
    zones = context.config.settings.timezones
    return page(retro, story_in(context, view, incident), context.templates, zones, parts)


def _print(context: AppContext, retro: Retro) -> None:
    """Print the retrospective, including the texts that people have written into its file."""
    from incidentmail.app.retro.kept_file import default_path, parts_in
    from incidentmail.report.retro.markdown import markdown

    parts = parts_in(default_path(context, retro.id), retro.id)
    click.echo(markdown(retro, context.templates, context.config.settings.timezones, parts), nl=False)


def _write(context: AppContext, retro: Retro, path: Path, *, edit: bool) -> int:
    from incidentmail.app.retro.kept_file import being_edited, keep

    with being_edited(path):
        kept = keep(context, retro, path)
        words = f", with your words in {counted(kept.words, 'place')}" if kept.words else ""
        say(f"wrote {kept.path}{words}", err=edit)
        if kept.earlier:
            say(f"it had been changed outside the marked lines: the earlier file is {kept.earlier}", err=True)
        if edit:
            _open_editor(path)
    return 0


def _open_editor(path: Path) -> None:
    try:
        click.edit(filename=str(path))
    except click.ClickException as error:
        raise UsageError(
            f"the editor failed: {error.format_message()}", hint=f"set $EDITOR to one that works here, or open {path}"
        ) from error
