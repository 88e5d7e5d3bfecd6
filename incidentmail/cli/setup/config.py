"""`incidentmail config`: check the configuration, show the values in effect, print the example with every key."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from incidentmail.cli.common import json_option, print_json, say
from incidentmail.cli.help import group
from incidentmail.config.check import Checked, check, warnings_of
from incidentmail.config.effective import Value, effective
from incidentmail.config.file import default_path, example_text, read_text
from incidentmail.config.lines import Keys, lines_of
from incidentmail.core.frozen import JsonValue
from incidentmail.errors import ConfigError

FAULTY = ConfigError.exit_code


@group("config", "config check", "config show", "config example")
def config_command() -> None:
    """Check the configuration, show what is in effect, or print an example."""


@config_command.command("example", examples=("config example",))
def example_command() -> None:
    """Print a configuration with every key, its meaning and its default."""
    click.echo(example_text(), nl=False)


@config_command.command("check", examples=("config check", "config check --json"))
@json_option
@click.pass_context
def check_command(ctx: click.Context, as_json: bool) -> int:
    """Name every fault in the configuration: the line, what is wrong, what to write. Exit code 78 if there is one.

    It does not test whether anything works; 'incidentmail doctor' does.
    """
    found = check(ctx.find_root().obj.get("config"))
    if as_json:
        print_json(_check_json(found))
    else:
        _print_check(found)
    return FAULTY if found.faults else 0


def _check_json(found: Checked) -> dict[str, JsonValue]:
    return {
        "ok": not found.faults,
        "file": str(found.path) if found.path else None,
        "faults": [{"line": one.line, "what": one.what, "what_to_do": one.cure} for one in found.faults],
        "warnings": [one.what for one in warnings_of(found.config)] if found.config else [],
    }


def _print_check(found: Checked) -> None:
    for fault in found.faults:
        place = f"{found.path}, line {fault.line}: " if fault.line else ""
        say(f"incidentmail: error: {place}{fault.what}", err=True)
        if fault.cure:
            say(f"hint: {fault.cure}", err=True)
    if found.config is None:
        return
    for warning in warnings_of(found.config):
        say(f"incidentmail: warning: {warning.what}", err=True)
        say(f"hint: {warning.cure}", err=True)
    say(f"{found.path} has no fault; incidents go to {found.config.list_address}")


@config_command.command("show", examples=("config show", "config show --set", "config show --json"))
@click.option("--set", "only_set", is_flag=True, help="Only what the file or the environment sets.")
@json_option
@click.pass_context
def show_command(ctx: click.Context, only_set: bool, as_json: bool) -> int:
    """Show the values in effect, as a configuration, and where each comes from. Passwords are never shown."""
    found = check(ctx.find_root().obj.get("config"))
    if found.config is None:
        _print_check(found)
        return FAULTY
    lines = lines_of(read_text(found.path)) if found.path else {}
    values = list(effective(found.config, lines))
    if only_set:
        values = [one for one in values if one.source in ("file", "environment")]
    if as_json:
        for one in values:
            print_json(_value_json(one))
    else:
        click.echo(f"# {found.path or f'no file; it would be {default_path()}'}")
        for line in _as_toml(values):
            say(line)
    return 0


def _value_json(one: Value) -> dict[str, JsonValue]:
    return {
        "key": ".".join(str(key) for key in one.keys),
        "value": one.value,
        "source": one.source,
        "line": one.line,
        "variable": one.variable,
    }


def _as_toml(values: Sequence[Value]) -> list[str]:
    """Return the values as lines of a configuration. Lines for passwords and for unset values begin with #."""
    lines: list[str] = []
    table: Keys = ()
    for one in values:
        if one.keys[:-1] != table:
            table = one.keys[:-1]
            lines += ["", _head(table)]
        given = f"{_key(one.keys[-1])} = {_toml(one.value)}" if one.value is not None else f"# {one.keys[-1]} = not set"
        hidden = "# " if one.value == "***" else ""
        lines.append(f"{hidden}{given}  # {_origin(one)}" if one.value is not None else given)
    return lines


def _head(table: Keys) -> str:
    if isinstance(table[-1], int):
        return f"[[{table[0]}]]"
    return f"[{'.'.join(_key(key) for key in table)}]"


def _key(key: str | int) -> str:
    text = str(key)
    return text if text.replace("_", "").isalnum() and text.isascii() else json.dumps(text, ensure_ascii=False)


def _toml(value: JsonValue) -> str:
    """Return a value in TOML, which writes strings, numbers, booleans and arrays of these in the same way as JSON."""
    return json.dumps(value, ensure_ascii=False)


def _origin(one: Value) -> str:
    match one.source:
        case "file":
            return f"line {one.line}"
        case "environment":
            return f"from ${one.variable}"
        case "derived":
            return "follows from other values"
        case "default":
            return "the default"
