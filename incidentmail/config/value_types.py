"""Define the forms of the configuration's values: what each must look like, and what to write if it does not.

Each function takes the value from TOML and returns the parsed value, or raises a ValueError that says what to write.
The forms of addresses and of network settings are in network_types.py.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from incidentmail.core.model import Person, Trust
from incidentmail.core.text import LINE_CHARS_MAX, one_line

from .description import Form

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("write text, in quotes")
    return value


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("write true or false, without quotes")
    return value


def whole_number(*, least: int, most: int | None = None) -> Form:
    """Return a `Form` that accepts whole numbers from `least` to `most`."""

    def number(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError("write a whole number, without quotes")
        if value < least:
            raise ValueError(f"write {least} or more")
        if most is not None and value > most:
            raise ValueError(f"write {most} or less")
        return value

    return Form(number)


def line(value: object) -> str:
    found = one_line(text(value))
    if len(found) > LINE_CHARS_MAX:
        raise ValueError(f"write at most {LINE_CHARS_MAX} characters")
    return found


def role_key(value: object) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", text(value)):
        raise ValueError("a role is called by small letters, digits and _, such as 'customer_liaison'")
    return text(value)


def trust(value: object) -> Trust:
    try:
        return Trust(text(value))
    except ValueError as error:
        raise ValueError("write 'member', 'verified' or 'operator'") from error


def duration(value: object) -> timedelta:
    found = re.fullmatch(r"(\d{1,6})\s*([smhd])", value) if isinstance(value, str) else None
    if not found:
        raise ValueError("write a number and s, m, h or d, such as '20s' or '30m'")
    return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


def patience(value: object) -> timedelta:
    """Return a duration. For "never", return 0 s, which disables the check."""
    return timedelta() if value == "never" else duration(value)


def imap_wait(value: object) -> timedelta:
    """Return a duration of 1 s to 29 min, because a server may log out a client that is idle for 30 min (RFC 2177)."""
    found = duration(value)
    if not timedelta(seconds=1) <= found <= timedelta(minutes=29):
        raise ValueError("write between '1s' and '29m'")
    return found


def zone(value: object) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    name = text(value)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {name!r}; write one such as 'Europe/Berlin'") from error
    return name


def person(value: object) -> Person:
    if not isinstance(value, str):
        raise ValueError("write a name and an address, in quotes")
    return Person.parse(value)


def mailbox(value: object) -> Person:
    found = person(value)
    if found.address is None:
        raise ValueError("an address is needed, such as 'Incidents <incident-bot@example.com>'")
    return found


def socket_mode(value: object) -> int:
    """Return a file mode that is written in octal digits, as for chmod."""
    if not isinstance(value, str) or not re.fullmatch("0?[0-7]{3}", value):
        raise ValueError("write it as chmod does, such as '0660'")
    return int(value, 8)


def absolute_path(value: object) -> Path:
    """Return an absolute path. A relative path would lead to a different key or ledger in each working directory."""
    if not isinstance(value, str):
        raise ValueError("write a path, in quotes")
    path = Path(value)
    found = path.expanduser() if path.parts[:1] == ("~",) else path
    if not found.is_absolute():
        raise ValueError("write the whole path, from / or ~/ on")
    return found


def bare_text(value: object) -> str:
    """Return a line of text that can be written in mail and parsed again unchanged."""
    found = line(value)
    if re.search(r"[();:]", found) or re.match(r"assumed$|was\s", found, re.IGNORECASE):
        raise ValueError("it stands in every mail and is read back from there; write it without ( ) ; and :")
    return found


def bare_name(value: object) -> str:
    if not (found := bare_text(value)):
        raise ValueError("it is empty")
    return found


def abbreviation(value: object) -> str:
    if not re.fullmatch(r"(?=.{1,30}$)\w+(?:[&/.+-]\w+)*", text(value)):
        raise ValueError("an abbreviation is one word of at most 30 letters and digits, such as 'PSP' or \"R&D\"")
    return text(value)


def meaning(value: object) -> str:
    if not (found := line(value)):
        raise ValueError("it is empty; write what the abbreviation means")
    return found


def alert_pattern(value: object) -> str:
    """Return a pattern for alerts, such as `checkout*critical`."""
    from incidentmail.inbound.alerts import patterns  # imported here because few configurations have a pattern

    found = line(value)
    if fault := patterns.fault_of(found):
        raise ValueError(f"{fault}; write words, with * for any text, such as 'checkout*critical'")
    return found


def alert_key(value: object) -> str:
    from incidentmail.inbound.alerts.patterns import KEY

    found = alert_pattern(value)
    if KEY not in found:
        raise ValueError("write {key} for what repeats of one alert have in common, such as 'host {key} *'")
    return found


Text = Annotated[str, Form(text)]
Flag = Annotated[bool, Form(flag)]
Amount = Annotated[int, whole_number(least=1)]
Number = Annotated[int, whole_number(least=0, most=999)]
Line = Annotated[str, Form(line)]
BareText = Annotated[str, Form(bare_text)]
BareName = Annotated[str, Form(bare_name)]
PersonText = Annotated[Person, Form(person)]
Mailbox = Annotated[Person, Form(mailbox)]
Permission = Annotated[Trust, Form(trust)]
AlertPattern = Annotated[str, Form(alert_pattern)]
AlertKey = Annotated[str, Form(alert_key)]
Abbreviation = Annotated[str, Form(abbreviation)]
Meaning = Annotated[str, Form(meaning)]
RoleKey = Annotated[str, Form(role_key)]
Duration = Annotated[timedelta, Form(duration)]
Patience = Annotated[timedelta, Form(patience)]
ImapWait = Annotated[timedelta, Form(imap_wait)]
Zone = Annotated[str, Form(zone)]
AbsolutePath = Annotated[Path, Form(absolute_path)]
SocketMode = Annotated[int, Form(socket_mode)]
