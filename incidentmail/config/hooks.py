"""Check the hooks against each other, and get their secrets from the environment and from commands."""

from __future__ import annotations

import os
from collections.abc import Sequence

from incidentmail.errors import ConfigError

from .hook_section import HookSection, fault_of


def check_hooks(hooks: Sequence[HookSection]) -> None:
    """Raise ConfigError if a hook's settings contradict each other, or if two hooks have the same name."""
    names: list[str] = []
    for number, hook in enumerate(hooks):
        if fault := fault_of(hook):
            key, what, hint = fault
            called = f"[[hook]] {hook.name or number + 1}"
            raise ConfigError(f"{called} {what}", hint=hint, keys=("hook", number, key))
        if hook.name in names:
            raise ConfigError(
                f"two [[hook]] tables are called {hook.name}",
                hint='give each a name of its own: name = "pager"',
                keys=("hook", number, "on"),
            )
        names.append(hook.name)


def secret_of(hook: HookSection) -> str | None:
    """Return the secret from the environment or secret_command, or None. Raise ConfigError if the command fails."""
    if from_environment := os.environ.get(hook.variable):
        return from_environment
    return _first_line(hook, "secret_command", hook.secret_command) if hook.secret_command else None


def url_of(hook: HookSection) -> str:
    """Return the URL from the file, otherwise from url_command. Raise ConfigError if the result is not a URL."""
    if hook.url is not None:
        return hook.url
    from .hook_section import hook_url

    found = _first_line(hook, "url_command", hook.url_command or "")
    try:
        url = hook_url(found)
    except ValueError:
        url = ""
    if not url or (url.startswith("http:") and not hook.allow_private):
        raise ConfigError(
            f"[[hook]] {hook.name}: url_command printed something that is not a URL with https://",
            hint="run it in a shell of the same user; its first line must be the URL",
        )
    return url


def _first_line(hook: HookSection, key: str, command: str) -> str:
    from .identity import password_of

    return password_of(command, key=f"[[hook]] {hook.name}: {key}")
