"""Define the forms of addresses, hosts and other network settings in the configuration (see value_types.py)."""

from __future__ import annotations

import re
from typing import Annotated

from incidentmail.core.names.person import ADDRESS, ADDRESS_CHARS_MAX

from .description import Form
from .value_types import text

# Anybody can have an address at these domains, so such an address does not show who belongs to the organisation.
PUBLIC_DOMAINS = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com",
    "icloud.com", "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net", "gmx.com", "web.de", "mail.com", "mail.ru",
    "yandex.ru", "yandex.com", "proton.me", "protonmail.com", "qq.com", "163.com", "126.com", "zoho.com", "t-online.de",
    "fastmail.com", "hey.com", "tutanota.com", "tuta.com", "free.fr", "orange.fr", "wanadoo.fr", "libero.it",
    "googlegroups.com", "groups.io",
})  # fmt: skip
PORT_MAX = 65535


def address(value: object) -> str:
    """Return `value` as a bare address in lower case. Raise ValueError if it is not one."""
    found = text(value).lower()
    check_ascii(found)
    if len(found) > ADDRESS_CHARS_MAX or not ADDRESS.fullmatch(found):
        raise ValueError("write a bare address, such as 'incidents@example.com'")
    return found


def check_ascii(found: str) -> None:
    """Raise a ValueError that says what to write instead if an address contains characters other than ASCII."""
    local, at, domain = found.strip().rpartition("@")
    if found.isascii() or not at or "<" in found:
        return
    from incidentmail.core.hosts import public_host

    in_ascii = public_host(domain)
    if not local.isascii():
        raise ValueError("the part before the @ has to be ASCII; write another address of this mailbox")
    if in_ascii is None:
        raise ValueError("its domain has to be ASCII; write the form that begins with 'xn--'")
    raise ValueError(f"write its domain in ASCII: '{local}@{in_ascii}'")


def address_of_person(value: object) -> str:
    check_ascii(text(value).lower())
    try:
        return address(value)
    except ValueError as error:
        raise ValueError('write the address first: "jayla@example.com" = "Jayla M."') from error


def member(value: object) -> str:
    """Return `value` in lower case. It must be an address, or `*@` and a domain."""
    pattern = text(value).lower()
    check_ascii(pattern)
    if len(pattern) > ADDRESS_CHARS_MAX or not ADDRESS.fullmatch(pattern.replace("*@", "x@", 1)):
        raise ValueError("write an address, or a whole domain as '*@example.com'")
    if pattern.startswith("*@") and pattern[2:] in PUBLIC_DOMAINS:
        raise ValueError(f"anybody can have an address at {pattern[2:]}; name the members' addresses one by one")
    return pattern


def archive_url(value: object) -> str:
    """Return `value` as the URL of a message in a web archive, with a placeholder for the message's id."""
    found = text(value)
    bare = found.replace("{hash}", "").replace("{message_id}", "")
    if bare == found or not re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+/[!#$%&'()*+,./0-9:;=?@A-Z_a-z~-]*", bare):
        raise ValueError("write an address with {hash} or {message_id}, as 'https://lists.example.com/mail/{hash}/'")
    return found


def domain(value: object) -> str:
    """Return `value` as a domain, in lower-case ASCII."""
    from incidentmail.inbound.authentication.domains import domain_of

    found = domain_of(text(value))
    if found is None or "@" in text(value):
        raise ValueError("write a domain, such as 'lists.example.com'")
    return found


def authserv_id(value: object) -> str:
    if not re.fullmatch(r"[!-:<-~]{1,253}", text(value)):
        raise ValueError("write the first word of the field, such as 'mx.example.com'")
    return text(value)


def host(value: object) -> str:
    """Return a host in its public form, `*.domain` for all hosts below a domain, or a scheme such as `tel:`."""
    from incidentmail.core.hosts import public_host

    name = text(value)
    if re.fullmatch(r"[a-z]{2,20}:", name.lower()):
        return name.lower()
    wild, rest = ("*.", name[2:]) if name.startswith("*.") else ("", name)
    found = public_host(f"[{rest}]" if rest.count(":") > 1 else rest)
    if found is None or (re.search(r"[/@?#\s]|:\d+$", rest) and rest.count(":") < 2):
        raise ValueError("write a host such as 'meet.example.com', or '*.example.com', without https:// and path")
    return f"{wild}{found}"


def host_name(value: object) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,253}", text(value)):
        raise ValueError("write a host name, such as 'incidents.example.com'")
    return text(value)


def host_port(value: object) -> str:
    found = re.fullmatch(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})", text(value))
    if not found or int(found[1]) > PORT_MAX:
        raise ValueError("write host and port, such as '127.0.0.1:9108'")
    return text(value)


def listen(value: object) -> str:
    """Return an address that `transport.smtp.listen_address` can parse.

    The address is checked here without importing that module.
    """
    found = re.fullmatch(
        r"unix:/[^\0]+|systemd:[\w.-]+|(?:[\w.-]+|\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]):(?P<port>[0-9]{1,5})",
        text(value),
        re.ASCII,
    )
    if not found or int(found["port"] or 0) > PORT_MAX:
        raise ValueError("write host:port, such as '127.0.0.1:8024', or 'unix:/run/incidentmail/lmtp.sock'")
    return text(value)


def trusted_relay(value: object) -> str:
    """Return a trusted relay in the form in which the listener writes the addresses of its peers."""
    name = text(value)
    if name in ("unix", "pipe", "imap"):
        return name
    import ipaddress

    try:
        network = ipaddress.ip_network(name)
    except ValueError as error:
        raise ValueError("write IP addresses or networks of your own servers, or 'unix', 'pipe', 'imap'") from error
    if network.prefixlen == 0:
        raise ValueError("that is everybody; name your own servers")
    return str(network if "/" in name else network.network_address)


def resolver_address(value: object) -> str:
    """Return a DNS server in the form used by `transport.resolver`: an IP address, and a port if it is not 53."""
    import ipaddress

    pattern = r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+)):(\d{1,5})|([0-9A-Fa-f:.]+)"
    found = re.fullmatch(pattern, text(value), re.ASCII)
    try:
        if found is None or int(found[3] or 53) > PORT_MAX:
            raise ValueError(value)
        ipaddress.ip_address(found[1] or found[2] or found[4])
    except ValueError as error:
        raise ValueError("write the IP address of a DNS server, such as '127.0.0.1' or '127.0.0.1:5353'") from error
    return text(value)


def relay_url(value: object) -> str:
    from incidentmail.transport.relay_url import parse_relay

    parse_relay(text(value))
    return text(value)


def imap_url(value: object) -> str:
    from incidentmail.transport.mailbox_url import parse_mailbox

    parse_mailbox(text(value))
    return text(value)


def after_fetch(value: object) -> str:
    from incidentmail.transport.mailbox_url import folder_name

    what = text(value)
    if what.startswith("move:"):
        folder_name(what.removeprefix("move:"))
    elif what not in ("seen", "leave"):
        raise ValueError("write 'seen', 'leave' or 'move:' and a folder, such as 'move:Archive'")
    return what


Address = Annotated[str, Form(address)]
ArchiveUrl = Annotated[str, Form(archive_url)]
AddressOfPerson = Annotated[str, Form(address_of_person)]
Member = Annotated[str, Form(member)]
RelayUrl = Annotated[str, Form(relay_url)]
ImapUrl = Annotated[str, Form(imap_url)]
AfterFetch = Annotated[str, Form(after_fetch)]
Host = Annotated[str, Form(host)]
HostName = Annotated[str, Form(host_name)]
HostPort = Annotated[str, Form(host_port)]
Listen = Annotated[str, Form(listen)]
TrustedRelay = Annotated[str, Form(trusted_relay)]
AuthservId = Annotated[str, Form(authserv_id)]
Domain = Annotated[str, Form(domain)]
ResolverAddress = Annotated[str, Form(resolver_address)]
