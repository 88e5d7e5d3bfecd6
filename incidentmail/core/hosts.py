"""Find out where the links in a text lead: their hosts as browsers parse them, and which are safe to click.

A browser (WHATWG URL, "host parsing") decodes, maps and completes the text between `://` and the path, so hosts can
only be compared in the resulting form. IDNA (UTS #46) is handled by the idna package.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Collection, Iterator
from urllib.parse import unquote

from .lazy_pattern import lazy_pattern
from .text import HIDDEN

HOST_CHARS_MAX = 253
"""The maximum length of a host name (RFC 1035 section 2.3.4)."""
_DOTS = str.maketrans(dict.fromkeys("。．｡", "."))
_LABEL = lazy_pattern(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = lazy_pattern(r"0[xX][0-9a-fA-F]*|[0-9]+")
_PORT = lazy_pattern(r":\d{0,5}\Z")
# Mail programs also make links of names with a dot, without a scheme. A browser ends the host at a backslash, which RFC
# 3986 does not do, so both readings count.
_WEB = lazy_pattern(r"\b(?:https?|ftp|wss?):[/\\]*([^/?#\s]*)", re.I | re.A)
_WITH_SCHEME = lazy_pattern(r"[a-z][a-z0-9+.-]{0,30}:[/\\]{2,}([^/?#\s]*)", re.I | re.A)
_BARE = lazy_pattern(r"(?<![\w@.-])(?:[\w-]{1,63}\.){1,10}[^\W\d_]{2,63}(?![\w.-])")
_TO_SOMEBODY = lazy_pattern(r"\b(?P<scheme>xmpp|sips?|mailto|im|msrp):(?P<to>[^\s?;]{0,2000})", re.I | re.A)
_OTHER = lazy_pattern(
    r"\b(?P<scheme>tel|sms|mms|callto|skype|facetime|javascript|vbscript|data|file|intent|magnet):", re.I
)
_LINK = lazy_pattern(r"\bhttps?://[^\s<>\"'`\\]{1,2000}", re.I | re.A)
_CLOSING = ".,;:!?>'\""
_OPENING = {")": "(", "]": "[", "}": "{"}
_INTERNAL = ("local", "localhost", "internal", "intranet", "lan", "home", "corp", "arpa", "localdomain")


def public_host(text: str) -> str | None:
    """Return the host of an authority (RFC 3986 section 3.2) as a browser resolves it, or None.

    >>> public_host("Meet.Example.com.:443"), public_host("meet.example.com@evil.example"), public_host("0xa000005")
    ('meet.example.com', 'evil.example', '10.0.0.5')
    """
    host = text.rpartition("@")[2]
    if host.startswith("["):  # RFC 3986 section 3.2.2: IPv6
        return _ipv6(host.partition("]")[0][1:]) if "]" in host else None
    host = unquote(_PORT.sub("", host), errors="strict") if "%" in host else _PORT.sub("", host)
    name = _ascii(HIDDEN.sub("", host)[: HOST_CHARS_MAX + 2])
    if name is None:
        return None
    labels = name.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(labels)
    return ".".join(labels) if len(name) <= HOST_CHARS_MAX + 1 and all(map(_LABEL.fullmatch, labels)) else None


def places_in(text: str) -> tuple[str, ...]:
    """Return where the links in `text` lead: hosts in public form, schemes such as `tel:`, and "" for unknown hosts.

    >>> places_in("https://meet.example.com/cards, or #cards on Slack, or tel:+4470000")
    ('tel:', 'meet.example.com')
    >>> places_in("https://meet.example.com@Evil.test:8443/cards and www.evil.test/x")
    ('evil.test', 'www.evil.test')
    """
    text = HIDDEN.sub("", text).translate(_DOTS)
    found: list[str] = []
    for to in _TO_SOMEBODY.finditer(text):
        found += [public_host(one) or "" for one in to["to"].split(",")]
    rest = _TO_SOMEBODY.sub(" ", text)
    found += [f"{other['scheme'].lower()}:" for other in _OTHER.finditer(rest)]
    for pattern in (_WEB, _WITH_SCHEME):
        for place in pattern.finditer(rest):
            found += [public_host(_without_closing(part)) or "" for part in place[1].split("\\")]
        rest = pattern.sub(" ", rest)
    found += [public_host(name) or "" for name in _BARE.findall(unicodedata.normalize("NFKC", rest))]
    return tuple(dict.fromkeys(found))


def covers(hosts: Collection[str], host: str) -> bool:
    """Return whether `host` matches one of `hosts`, each a host or `*.domain`, all in `public_host` form."""
    return any(host.endswith(each[1:]) if each.startswith("*.") else host == each for each in hosts)


def clickable(text: str, hosts: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each web link in `text` that is safe to make clickable.

    The link has to lead to one of `hosts` or, if `hosts` is empty, to a public host. In both cases it must lead where
    it seems to: no user name, no alternative spelling of the host, and no look-alike letters.
    """
    for found in _LINK.finditer(text):
        link = _without_closing(found[0])
        authority = re.split(r"[/?#]", link.partition("://")[2], maxsplit=1)[0]
        host = public_host(authority)
        if (
            host is None
            or text[found.end() : found.end() + 1] == "\\"
            or _PORT.sub("", authority).lower().strip("[]") != host
        ):
            continue
        if covers(hosts, host) if hosts else _is_public(host):
            yield found.start(), found.start() + len(link)


def _without_closing(link: str) -> str:
    """Return a link without trailing punctuation that belongs to the surrounding sentence or bracket."""
    while link and (
        link[-1] in _CLOSING or (link[-1] in ")]}" and link.count(link[-1]) > link.count(_OPENING[link[-1]]))
    ):
        link = link[:-1]
    return link


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and host.rpartition(".")[2] not in _INTERNAL


def _ascii(host: str) -> str | None:
    if host.isascii():
        return host.lower()
    import idna  # most hosts are ASCII, and its tables are slow to load

    try:
        return idna.encode(host.translate(_DOTS), uts46=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return None


def _ipv4(labels: list[str]) -> str | None:
    """Return the IPv4 address for a host such as `0x7f.1` (WHATWG URL, "IPv4 parser"), or None.

    The host has one to four parts in decimal, octal or hexadecimal. The last part fills the remaining bytes.
    """
    if len(labels) > 4 or not all(map(_NUMBER.fullmatch, labels)) or any(len(label) > 20 for label in labels):
        return None
    try:
        parts = [int(n[2:] or "0", 16) if n[:2] in ("0x", "0X") else int(n, 8 if n[:1] == "0" else 10) for n in labels]
    except ValueError:
        return None
    *first, last = parts
    if any(part > 255 for part in first) or last >= 256 ** (5 - len(parts)):
        return None
    number = sum(part << (8 * (3 - place)) for place, part in enumerate(first)) + last
    return str(ipaddress.IPv4Address(number))


def _ipv6(text: str) -> str | None:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        return None
    if address.scope_id is not None:
        return None
    return str(address.ipv4_mapped or address)
