"""`incidentmail template`: list, show, check and preview the mail templates."""

from __future__ import annotations

from pathlib import Path

import click

from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.app.samples.hook_calls import check_hook_templates, sample_call
from incidentmail.app.samples.list_mails import mails_of, sample_mails
from incidentmail.app.samples.pages import sample_pages
from incidentmail.app.samples.retros import sample_retros
from incidentmail.app.samples.unused import unused_templates
from incidentmail.cli.common import context_of, json_option, print_json, say
from incidentmail.cli.help import group
from incidentmail.core.frozen import replace
from incidentmail.errors import UsageError
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.wire_format import page_of, readable
from incidentmail.report.hooks.body import body_of
from incidentmail.templating import Templates

SAMPLE_KINDS = (
    "declaration", "follow-up", "offer", "public", "briefing", "executives", "answer", "new-thread", "which",
    "stranger", "named", "guide", "open-incidents", "brief", "controls", "tasks", "checklist", "passed-on", "paused",
    "reminder", "customer-words", "merged", "near-duplicate", "confirm", "approve-words", "proposal-over", "declined",
    "alert", "alert-over",
    "invitation", "undelivered", "not-returned", "alarm", "trial", "drill-opening", "drill-inject", "drill-closing",
)  # fmt: skip
OF_HOOK = "hook-"
HOOK_KINDS = ("hook-slack", "hook-teams", "hook-matrix", "hook-pagerduty")
"""Previews of hook calls. 'incidentmail hook test NAME --dry-run' shows other events too."""


@group("template", "template list", "template preview --open")
def template_command() -> None:
    """Show, check and preview the mail templates."""


@template_command.command("list", examples=("template list",))
@json_option
@click.pass_context
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List the templates, and where each is read from."""
    with context_of(ctx, looks_only=True) as context:
        templates = context.templates
        for name in templates.names():
            is_own = templates.is_overridden(name)
            if as_json:
                print_json({"name": name, "own": is_own, "file": str(templates.file(name))})
            else:
                say(f"{name}  {'yours, ' + str(templates.file(name)) if is_own else 'built in'}")
        _warn_about_unused(context)


@template_command.command("show", examples=("template show email/follow_up.txt.j2",))
@click.argument("name")
@click.option("--built-in", is_flag=True, help="The built-in one, if you have one of your own.")
@click.pass_context
def show_command(ctx: click.Context, name: str, built_in: bool) -> None:
    """Print a template. To use your own version, put a changed copy into your templates folder."""
    with context_of(ctx, looks_only=True) as context:
        templates = Templates() if built_in else context.templates
        if name not in templates.names():
            raise UsageError(f"there is no template {name}", hint="'incidentmail template list' names all of them")
        click.echo(templates.file(name).read_text(encoding="utf-8"), nl=False)


@template_command.command("check", examples=("template check",))
@click.pass_context
def check_command(ctx: click.Context) -> int:
    """Try all templates with a made-up incident. Exit code 70 if one has a fault."""
    with context_of(ctx, looks_only=True) as context:
        strict = replace(context, templates=Templates(context.templates.overrides))
        mails, hooks, pages = sample_mails(strict), check_hook_templates(strict), sample_pages(strict)
        sample_retros(strict)
        _warn_about_unused(context)
        say(f"{len(mails)} kinds of mail can be made: {', '.join(mails)}")
        say(f"{len(hooks)} templates of hooks can be used: {', '.join(hooks)}")
        say(f"{len(pages)} kinds of web page can be made")
        return 0


@template_command.command(
    "preview",
    examples=(
        "template preview",
        "template preview checkout --kind follow-up --open",
    ),
)
@click.argument("incident", required=False)
@click.option(
    "--kind",
    type=click.Choice((*SAMPLE_KINDS, *HOOK_KINDS)),
    default="declaration",
    show_default=True,
    help="Which mail.",
)
@click.option("--html", "as_html", is_flag=True, help="Print the page instead of the text.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write text and page into this folder.")
@click.option("--open", "opened", is_flag=True, help="Open the page in a browser.")
@click.pass_context
def preview_command(
    ctx: click.Context, incident: str | None, kind: str, as_html: bool, out: Path | None, opened: bool
) -> int:
    """Show a mail as it would be written now, about INCIDENT or a made-up one. Nothing is sent or recorded."""
    with context_of(ctx, looks_only=True) as context:
        if kind in HOOK_KINDS:
            call = sample_call(context, "declared")
            click.echo(body_of(call, kind.removeprefix(OF_HOOK), context.templates, secret="***"))
            return 0
        mail = _mail(replace(context, templates=Templates(context.templates.overrides)), incident, kind)
        page = page_of(mail.raw)
        if out is not None or opened:
            _write(out or _temporary_folder(), kind, mail, page, opened=opened)
        elif as_html:
            click.echo(page)
        else:
            click.echo(readable(mail.raw), nl=False)
    return 0


def _mail(context: AppContext, which: str | None, kind: str) -> Mail:
    if which is None:
        return sample_mails(context)[kind]
    with context.ledger.snapshot() as view:
        return mails_of(context, view, choose(view, which))[kind]


def _write(folder: Path, kind: str, mail: Mail, page: str, *, opened: bool) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{kind}.txt").write_text(readable(mail.raw), encoding="utf-8")
        (folder / f"{kind}.html").write_text(page, encoding="utf-8")
        (folder / f"{kind}.eml").write_bytes(mail.raw)
    except OSError as error:
        raise UsageError(f"--out {folder}: {error.strerror}", hint="name a folder that you may write to") from error
    say(f"written: {folder}/{kind}.txt, .html and .eml")
    if opened:
        click.launch(str(folder / f"{kind}.html"))


def _temporary_folder() -> Path:
    import tempfile

    return Path(tempfile.mkdtemp(prefix="incidentmail-"))


def _warn_about_unused(context: AppContext) -> None:
    """Warn about files that are ignored because no template has their name, which is probably misspelled."""
    for path in unused_templates(context):
        say(f"incidentmail: warning: {path} is used by nothing; see 'incidentmail template list'", err=True)
