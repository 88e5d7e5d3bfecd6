"""Determine who is at the terminal, and get passwords.

Both come from the environment, git and commands rather than from the configuration file.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from incidentmail.core.names.person import ADDRESS, Person
from incidentmail.errors import ConfigError

NOBODY = frozenset({"root", "nobody", "daemon", "www-data"})
"""Accounts that do not belong to a person. Mail in their name would not show who declares or leads."""
PASSWORD_S_MAX = 60
"""The timeout of `password_command`, which may have to ask somebody to unlock a password store."""


def person_called(text: str, people: Mapping[str, str]) -> Person:
    """Return the person with this name or address, completed from [people].

    `people` maps addresses to names. Raise ValueError if `text` is neither a name nor an address.
    """
    person = Person.parse(text)
    if person.address and person.name.lower() == person.address and person.address in people:
        return Person(name=people[person.address], address=person.address)
    if person.address is None:
        named = [address for address, name in people.items() if name.casefold() == person.name.casefold()]
        if len(named) == 1:
            return Person(name=people[named[0]], address=named[0])
    return person


def me_from_environment() -> Person:
    """Return the person named by $EMAIL, otherwise by git's user.name and user.email, or else by the login name.

    Raise ConfigError if the address cannot be parsed, or if only an account such as root is known.
    """
    me = _me()
    account = me.name.partition("@")[0].lower()
    if account in NOBODY:
        raise ConfigError(
            f"you would be announced as '{me.name}', and nobody knows who that is",
            hint='run it with EMAIL="Your Name <you@example.com>" before it, or set [me] address to that',
        )
    return me


def _me() -> Person:
    text, name = os.environ.get("EMAIL") or _git("user.email"), _git("user.name")
    if not text:
        return Person(name=name or _login())
    try:
        me = Person.called(name, text.lower()) if name and ADDRESS.fullmatch(text) else Person.parse(text)
        if me.address is None:
            raise ValueError(f"{text!r} is no address")
    except ValueError as error:
        raise ConfigError(f"your own address cannot be read: {error}", hint="set [me] address, or $EMAIL") from error
    return me


def _login() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise ConfigError("nobody knows who you are", hint='set [me] address = "Name <name@example.com>"') from error


def password_of(command: str, *, key: str = "password_command") -> str:
    """Return the first line printed by the shell command `command`.

    If the command fails, raise a ConfigError that names `key`.
    """
    import subprocess  # imported here because most commands of incidentmail run no other program

    hint = "run it in a shell of the same user; its first line must be the secret"
    try:
        run = subprocess.run(
            ["/bin/sh", "-c", command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PASSWORD_S_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ConfigError(f"{key} did not end within {PASSWORD_S_MAX} s", hint=hint) from error
    except UnicodeDecodeError:
        raise ConfigError(f"{key} wrote something that is no text", hint=hint) from None
    if run.returncode:
        said = run.stderr.strip()[:200]
        raise ConfigError(f"{key} ended with {run.returncode}{f': {said}' if said else ''}", hint=hint)
    if not (password := run.stdout.partition("\n")[0].rstrip("\r")):
        raise ConfigError(f"{key} wrote no password", hint=hint)
    return password


def _git(key: str) -> str | None:
    import subprocess

    try:
        run = subprocess.run(["git", "config", "--get", key], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None  # git is only one of several sources
    return run.stdout.strip() or None
