"""`incidentmail hook`: show the hooks, and test one."""

from __future__ import annotations

from typing import cast

import click

from incidentmail.app.context import AppContext
from incidentmail.app.hooks.call import Caller
from incidentmail.cli.common import context_of, json_option, print_json, say
from incidentmail.cli.help import group
from incidentmail.cli.main import TEMPORARY_FAILURE
from incidentmail.config.hook_section import HookSection
from incidentmail.core.frozen import JsonValue
from incidentmail.core.text import counted
from incidentmail.errors import UsageError
from incidentmail.ledger.deliveries import HookFigures
from incidentmail.report.hooks.hook_events import HOOK_EVENTS, HookEvent

REFUSED = 69


@group("hook", "hook list", "hook test pager")
def hook_command() -> None:
    """Show the hooks, and call one to see whether it works."""


@hook_command.command("list", examples=("hook list",))
@json_option
@click.pass_context
def list_command(ctx: click.Context, as_json: bool) -> None:
    """List the hooks, with their events and the number of waiting calls."""
    with context_of(ctx, looks_only=True) as context:
        with context.ledger.snapshot() as view:
            figures = {one.hook: one for one in view.hook_figures(failed_since=context.now())}
        hooks = context.config.settings.hook
        for hook in hooks:
            if as_json:
                print_json(_json(hook, figures.get(hook.name)))
                continue
            one = figures.get(hook.name)
            waits = f", {counted(one.queued, 'call')} waiting" if one and one.queued else ""
            form = f", as {hook.template}" if hook.template else ""
            say(f"{hook.name}  {hook.place}{form}{waits}")
            say(f"    on {', '.join(hook.on)}")
        if not hooks and not as_json:
            click.echo("no hook is configured; docs/hooks.md says how to add one", err=True)


def _json(hook: HookSection, figures: HookFigures | None) -> dict[str, JsonValue]:
    return {
        "name": hook.name,
        "place": hook.place,
        "on": [*hook.on],
        "template": hook.template,
        "restricted": hook.restricted,
        "drills": hook.drills,
        "queued": figures.queued if figures else 0,
        "last_error": figures.last_error if figures else None,
    }


@hook_command.command("test", examples=("hook test pager", "hook test chat --event update --dry-run"))
@click.argument("name")
@click.option("--event", type=click.Choice(HOOK_EVENTS), help="Which event. Default: the first that it is called for.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and call nothing.")
@click.pass_context
def test_command(ctx: click.Context, name: str, event: str | None, dry_run: bool) -> int:
    """Call a hook now, about an invented incident that is marked as a test. Nothing is recorded.

    Exit code 75 if the hook was not reached, 69 if it refused.
    """
    from incidentmail.app.samples.hook_calls import sample_call

    with context_of(ctx, looks_only=True) as context:
        hook = _hook(context, name)
        chosen = cast(HookEvent, event or next((one for one in hook.on if one in HOOK_EVENTS), "declared"))
        payload, caller = sample_call(context, chosen), Caller(context, hook)
        if dry_run:
            click.echo(caller.body(payload) or f"nothing: the template leaves out {chosen}")
            return 0
        verdict = caller.call(payload, name=f"test-{context.now():%Y%m%dT%H%M%S}", event=chosen, incident="test")
        if verdict.outcome == "taken":
            say(f"the hook {hook.name} took it: {chosen}, {hook.place}")
            return 0
        say(f"incidentmail: error: the hook {hook.name} did not take it: {verdict.said}", err=True)
        return REFUSED if verdict.outcome == "refused" else TEMPORARY_FAILURE


def _hook(context: AppContext, name: str) -> HookSection:
    hooks = {hook.name: hook for hook in context.config.settings.hook}
    if name not in hooks:
        known = f"there are: {', '.join(hooks)}" if hooks else "none is configured; docs/hooks.md says how to add one"
        raise UsageError(f"no hook is called {name}", hint=known)
    return hooks[name]
