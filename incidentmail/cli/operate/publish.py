"""`incidentmail publish`: write the web pages once."""

from __future__ import annotations

from pathlib import Path

import click

from incidentmail.app.context import AppContext
from incidentmail.app.publishing.publish import Published, is_wanted, publish
from incidentmail.cli.common import context_of, json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.cli.reporting import warn_about_templates
from incidentmail.config.publish_section import check_publish
from incidentmail.core.frozen import JsonValue, replace
from incidentmail.core.text import counted
from incidentmail.errors import LedgerBusyError, UsageError


@command("publish", "publish", "publish /srv/incidents", "publish --json")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--stopped", is_flag=True, help="Let the pages say that nobody keeps them up to date from now on.")
@json_option
@click.pass_context
def publish_command(ctx: click.Context, folder: Path | None, stopped: bool, as_json: bool) -> int:
    """Write web pages and feeds about all incidents that are not restricted, and the public status page.

    Every page is made again, and written if it differs. If FOLDER is given, it is used instead of [publish] folder, and
    the public page is not written. 'serve' and 'flush' keep the configured folders up to date.
    """
    with context_of(ctx) as context:
        if folder is not None:
            context = _into(context, folder.absolute())
        if not is_wanted(context.config.settings.publish):
            raise UsageError(
                "no folder is given and none is configured",
                hint="'incidentmail publish /srv/incidents', or set [publish] folder",
            )
        done = publish(context, anew=True, stopped=stopped, keeps=folder is None)
        warn_about_templates(context)
    if done.is_busy:
        raise LedgerBusyError("another process is writing the pages now", hint="it writes what is due; try again later")
    if as_json:
        folders: list[JsonValue] = [
            {"folder": str(path), "changed": [*sorted(names)]} for path, names in done.changed.items()
        ]
        print_json({"incidents": done.shown, "folders": folders})
    else:
        _print(done)
    return 0


def _into(context: AppContext, folder: Path) -> AppContext:
    """Return the context with `folder` in place of the configured folders."""
    settings = context.config.settings
    section = replace(settings.publish, folder=folder, public=None)
    check_publish(replace(settings.publish, folder=folder))
    return replace(context, config=replace(context.config, settings=replace(settings, publish=section)))


def _print(done: Published) -> None:
    for path, names in done.changed.items():
        say(f"{path}: {counted(len(names), 'file')} changed")
    say(f"{counted(done.shown, 'incident')} {'is' if done.shown == 1 else 'are'} shown")
