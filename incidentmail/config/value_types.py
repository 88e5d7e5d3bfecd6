"""The forms of the configuration's values: what each must look like, and what to write if it does not."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, Strict

from incidentmail.core.hosts import public_host
from incidentmail.core.model import ADDRESS, ADDRESS_CHARS_MAX, Person
from incidentmail.core.text import LINE_CHARS_MAX, one_line

# Anybody can have an address at these, so it does not show who belongs to the organisation.
PUBLIC_DOMAINS = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com",
    "icloud.com", "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net", "gmx.com", "web.de", "mail.com", "mail.ru",
    "yandex.ru", "yandex.com", "proton.me", "protonmail.com", "qq.com", "163.com", "126.com", "zoho.com", "t-online.de",
    "fastmail.com", "hey.com", "tutanota.com", "tuta.com", "free.fr", "orange.fr", "wanadoo.fr", "libero.it",
    "googlegroups.com", "groups.io",
})  # fmt: skip
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> object:
    found = re.fullmatch(r"(\d{1,6})\s*([smhd])", value) if isinstance(value, str) else None
    if found:
        return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
    raise ValueError("write a number and s, m, h or d, such as '20s' or '30m'")


def _host_port(value: str) -> str:
    if re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):\d{1,5}", value) and int(value.rpartition(":")[2]) < 65536:
        return value
    raise ValueError("write host and port, such as '127.0.0.1:9108'")


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {name!r}; write one such as 'Europe/Berlin'") from error
    return name


def _person(value: object) -> Person:
    if not isinstance(value, str):
        raise ValueError("write a name and an address, in quotes")
    return Person.parse(value)


def _mailbox(person: Person) -> Person:
    if person.address is None:
        raise ValueError("an address is needed, such as 'Incidents <incident-bot@example.com>'")
    return person


def member(pattern: str) -> str:
    pattern = pattern.lower()
    if not ADDRESS.fullmatch(pattern.replace("*@", "x@", 1)):
        raise ValueError("write an address, or a whole domain as '*@example.com'")
    if pattern.startswith("*@") and pattern[2:] in PUBLIC_DOMAINS:
        raise ValueError(f"anybody can have an address at {pattern[2:]}; name the members' addresses one by one")
    return pattern


def relay_url(url: str) -> str:
    from incidentmail.transport.relay_url import parse_relay

    parse_relay(url)
    return url


def imap_url(url: str) -> str:
    from incidentmail.transport.mailbox_url import parse_mailbox

    parse_mailbox(url)
    return url


def after_fetch(value: str) -> str:
    from incidentmail.transport.mailbox_url import folder_name

    if value.startswith("move:"):
        folder_name(value.removeprefix("move:"))
    elif value not in ("seen", "leave"):
        raise ValueError("write 'seen', 'leave' or 'move:' and a folder, such as 'move:Archive'")
    return value


def imap_wait(value: timedelta) -> timedelta:
    """Return `value` if it is 1 s to 29 min: a server may log out an idle client after 30 min (RFC 2177)."""
    if not timedelta(seconds=1) <= value <= timedelta(minutes=29):
        raise ValueError("write between '1s' and '29m'")
    return value


def _listen(value: str) -> str:
    """Return `value` if `transport.smtp.listen_address` can read it. This checks it without importing that module."""
    found = re.fullmatch(
        r"unix:/[^\0]+|systemd:[\w.-]+|(?:[\w.-]+|\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]):(?P<port>[0-9]{1,5})",
        value,
        re.ASCII,
    )
    if not found or int(found["port"] or 0) > 65535:
        raise ValueError("write host:port, such as '127.0.0.1:8024', or 'unix:/run/incidentmail/lmtp.sock'")
    return value


def _socket_mode(value: object) -> object:
    """Return the mode that octal digits mean, as for chmod."""
    if isinstance(value, str) and re.fullmatch("0?[0-7]{3}", value):
        return int(value, 8)
    raise ValueError("write it as chmod does, such as '0660'")


def trusted_relay(value: str) -> str:
    """Return a trusted relay, spelled as the listener names its peers."""
    if value in ("unix", "pipe", "imap"):
        return value
    try:
        network = ipaddress.ip_network(value)
    except ValueError as error:
        raise ValueError("write IP addresses or networks of your own servers, or 'unix', 'pipe', 'imap'") from error
    if network.prefixlen == 0:
        raise ValueError("that is everybody; name your own servers")
    return str(network if "/" in value else network.network_address)


def domain(value: str) -> str:
    """Return a domain in ASCII lower case."""
    from incidentmail.inbound.authentication.domains import domain_of

    found = domain_of(value)
    if found is None or "@" in value:
        raise ValueError("write a domain, such as 'lists.example.com'")
    return found


def resolver_address(value: str) -> str:
    """Return a DNS server in the form that `transport.resolver` reads: an IP address, and a port if it is not 53."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):(\d{1,5})|([0-9A-Fa-f:.]+)", value, re.ASCII)
    try:
        if found is None or int(found[3] or 53) > 65535:
            raise ValueError(value)
        ipaddress.ip_address(found[1] or found[2] or found[4])
    except ValueError as error:
        raise ValueError("write the IP address of a DNS server, such as '127.0.0.1' or '127.0.0.1:5353'") from error
    return value


def _absolute(path: Path) -> Path:
    """Return an absolute path. A relative one would mean another key or ledger in each current folder."""
    found = path.expanduser() if path.parts[:1] == ("~",) else path
    if not found.is_absolute():
        raise ValueError("write the whole path, from / or ~/ on")
    return found


def _patience(value: object) -> object:
    """Return a duration. "never" is 0 s, which switches the check off."""
    return timedelta() if value == "never" else _duration(value)


def _host(name: str) -> str:
    """Return a host in its public form, `*.domain` for all hosts below one, or a scheme without hosts (`tel:`)."""
    if re.fullmatch(r"[a-z]{2,20}:", name.lower()):
        return name.lower()
    wild, rest = ("*.", name[2:]) if name.startswith("*.") else ("", name)
    host = public_host(f"[{rest}]" if rest.count(":") > 1 else rest)
    if host is None or (re.search(r"[/@?#\s]|:\d+$", rest) and rest.count(":") < 2):
        raise ValueError("write a host such as 'meet.example.com', or '*.example.com', without https:// and path")
    return f"{wild}{host}"


def _no_brackets(text: str) -> str:
    if re.search(r"[();:]", text) or re.match(r"assumed$|was\s", text, re.IGNORECASE):
        raise ValueError("it stands in every mail and is read back from there; write it without ( ) ; and :")
    return text


Zone = Annotated[str, AfterValidator(_zone)]
Line = Annotated[str, AfterValidator(one_line), Field(max_length=LINE_CHARS_MAX)]
Address = Annotated[str, AfterValidator(str.lower), Field(pattern=f"^{ADDRESS.pattern}$", max_length=ADDRESS_CHARS_MAX)]
HostPort = Annotated[str, AfterValidator(_host_port)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Host = Annotated[str, AfterValidator(_host)]
Patience = Annotated[timedelta, BeforeValidator(_patience)]
PersonText = Annotated[Person, PlainValidator(_person)]
Mailbox = Annotated[PersonText, AfterValidator(_mailbox)]
Listen = Annotated[str, AfterValidator(_listen)]
BareText = Annotated[Line, AfterValidator(_no_brackets)]
BareName = Annotated[BareText, Field(min_length=1)]
SocketMode = Annotated[int, BeforeValidator(_socket_mode)]
AbsolutePath = Annotated[Path, AfterValidator(_absolute)]
Amount = Annotated[int, Strict(), Field(ge=1)]
Number = Annotated[int, Strict(), Field(ge=0, le=999)]
