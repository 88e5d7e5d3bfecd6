"""`incidentmail completion`: print or install the script with which a shell completes our commands and options.

It also completes the ids of open incidents.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from incidentmail.cli.common import say
from incidentmail.cli.help import command, option
from incidentmail.cli.main import COMPLETE
from incidentmail.errors import NotPermittedError, UsageError

SHELLS = ("bash", "zsh", "fish")
_COMPINIT = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }\n"
"""Commands that zsh needs before it can complete. Many people already have them in their .zshrc."""


@command("completion", "completion --install", "completion bash")
@click.argument("shell", required=False, type=click.Choice(SHELLS), metavar="[bash|zsh|fish]")
@option("--install", is_flag=True, help="Put it where your shell finds it; else it is printed.")
@click.pass_context
def completion_command(ctx: click.Context, shell: str | None, install: bool) -> int:
    """Let the TAB key complete commands, options and open incidents in your shell, by default $SHELL."""
    name = shell or Path(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise UsageError(
            f"there is no completion for {name or 'a shell without a name'}", hint="name bash, zsh or fish"
        )
    script = _script(ctx, name)
    if not install:
        click.echo(script)
        return 0
    file = _place(name)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(script, encoding="utf-8")
        if name == "zsh":
            _source_from(Path(os.environ.get("ZDOTDIR") or Path.home()) / ".zshrc", file)
    except OSError as error:
        raise NotPermittedError(f"{file}: {error.strerror}", hint=f"incidentmail completion {name} > FILE") from error
    say(f"wrote {file}; new {name} shells complete incidentmail")
    return 0


def _script(ctx: click.Context, shell: str) -> str:
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"click knows no completion for {shell}", hint="install a newer click")
    complete = kind(ctx.find_root().command, {}, "incidentmail", COMPLETE)
    # click's own `source` for bash starts a bash to ask for its version
    script = complete.source_template % complete.source_vars()
    return _COMPINIT + script if shell == "zsh" else script


def _place(shell: str) -> Path:
    """Return the file from which the shell loads the script, as documented for that shell and XDG base directories."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return {
        "bash": data / "bash-completion" / "completions" / "incidentmail",
        "zsh": data / "incidentmail" / "completion.zsh",
        "fish": config / "fish" / "completions" / "incidentmail.fish",
    }[shell]


def _source_from(startup: Path, file: Path) -> None:
    """Make zsh load the file when it starts, because unlike other shells it does not search a user's directory."""
    line = f'source "{file}"'
    text = startup.read_text(encoding="utf-8") if startup.exists() else ""
    if line not in text.splitlines():
        with startup.open("a", encoding="utf-8") as stream:
            stream.write(f"{'' if text.endswith(chr(10)) or not text else chr(10)}{line}\n")
