"""`incidentmail password`: create a line for the [listen] users file, for somebody who may submit mail."""

from __future__ import annotations

import sys

import click

from incidentmail.cli.help import command
from incidentmail.errors import UsageError
from incidentmail.transport.smtp.users_file import hashed


@command("password", "password printer")
@click.argument("name")
def password_command(name: str) -> int:
    """Print a line for the [listen] users file that lets NAME submit mail.

    At a terminal, the command asks for the password. Otherwise, it reads the first line of standard input. The printed
    line contains only a hash of the password.
    """
    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise UsageError("there is no password", hint="write it as the first line of standard input")
    try:
        click.echo(hashed(name, password))
    except ValueError as error:
        raise UsageError(f"{name!r} cannot log in: {error}", hint="such as 'incidentmail password jayla'") from error
    return 0
