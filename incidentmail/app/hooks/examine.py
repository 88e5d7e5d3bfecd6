"""Examine the hooks for `doctor`: can each be reached, and does its template work? Nothing is posted."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

from incidentmail.app.context import AppContext
from incidentmail.app.doctor.finding import Finding, failed, failure, ok, warning
from incidentmail.app.samples.hook_calls import sample_call
from incidentmail.config.hook_section import SECRET, HookSection
from incidentmail.config.hooks import secret_of, url_of
from incidentmail.core.frozen import replace
from incidentmail.errors import ConfigError, HookUnreachableError, RenderError
from incidentmail.report.hooks.body import body_of
from incidentmail.report.hooks.hook_events import HOOK_EVENTS
from incidentmail.report.hooks.signature import key_of
from incidentmail.templating import Templates

CHECK = "hook"


def hooks(context: AppContext) -> Iterator[Finding]:
    """Yield the first fault of each hook, or a finding that it works."""
    strict = replace(context, templates=Templates(context.templates.overrides))
    for hook in context.config.settings.hook:
        yield next(_faults(strict, hook), ok(CHECK, f"{hook.name} can be called: {hook.place}"))


def _faults(context: AppContext, hook: HookSection) -> Iterator[Finding]:
    yield from _secret(hook)
    yield from _form(context, hook)
    yield from _program(hook) if hook.command is not None else _receiver(hook)


def _secret(hook: HookSection) -> Iterator[Finding]:
    try:
        secret = secret_of(hook)
        if secret is not None:
            key_of(secret)
    except ConfigError as error:
        yield failed(CHECK, error, cure="see docs/hooks.md")
        return
    except ValueError as error:
        yield failure(CHECK, f"{hook.name}: {error}", f"correct secret_command or ${hook.variable}")
        return
    wants = any(SECRET in line for line in hook.headers) or hook.template == "pagerduty"
    if secret is None and wants:
        yield failure(CHECK, f"{hook.name} needs a secret, and has none", f"set secret_command or ${hook.variable}")


def _form(context: AppContext, hook: HookSection) -> Iterator[Finding]:
    """Try the hook's template with each event for which it is called, and yield its fault, if any."""
    if hook.template is None:
        return
    try:
        for event in HOOK_EVENTS:
            if hook.wants(event):
                body_of(sample_call(context, event, awkward=True), hook.template, context.templates, secret="secret")
    except RenderError as error:
        yield failed(CHECK, error, cure="'incidentmail template check' tries all of them")


def _program(hook: HookSection) -> Iterator[Finding]:
    try:
        arguments = shlex.split(hook.command or "")
    except ValueError as error:
        yield failure(CHECK, f"{hook.name}: command cannot be read: {error}", "close each quotation mark in it")
        return
    program = arguments[0] if arguments else ""
    if "/" in program and not Path(program).is_absolute():
        yield failure(CHECK, f"{hook.name}: {program} is looked for in /", "write the whole path of the program")
    elif shutil.which(program) is None:
        there = Path(program).exists()
        said = f"{program} is not executable for {os.getuid()}" if there else f"there is no program {program}"
        yield failure(CHECK, f"{hook.name}: {said}", f"chmod +x {program}" if there else "write its whole path")


def _receiver(hook: HookSection) -> Iterator[Finding]:
    from incidentmail.transport.webhook.post import Limits  # imported here because it loads slowly
    from incidentmail.transport.webhook.reach import reach

    limits = Limits(
        timeout_s=hook.timeout.total_seconds(), allow_private=hook.allow_private, ca_file=hook.ca_file
    )  # fmt: skip
    try:
        reach(url_of(hook), limits)
    except ConfigError as error:
        yield failed(CHECK, error, cure="see docs/hooks.md")
    except HookUnreachableError as error:
        cure = error.hint or f"'incidentmail hook test {hook.name}' tries it again"
        yield warning(CHECK, f"{hook.name}: {error}", cure)
