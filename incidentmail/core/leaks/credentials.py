"""Find passwords next to user names: in addresses, header fields and command lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from incidentmail.core.lazy_pattern import lazy_pattern

from .spans import Span
from .values import bare, holds_place, is_key, is_path, is_placeholder, looks_secret

_ADDRESS = lazy_pattern(r"(?<![A-Za-z0-9])(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,30})://(?P<rest>[^\s\"'`<>]{3,1000})")
_USER = lazy_pattern(r"(?P<user>[^:/@\s]{0,100}):")
_HOST = lazy_pattern(r"@(?=[\w\[][\w.\-\[\]]{0,255}(?::\d{1,5})?(?:[/?#,;)]|$))")
_PORT = lazy_pattern(r"\d{1,5}(?:[/?#]|$)")
_WEB = ("http", "https", "ws", "wss", "ftp")
_HEADER = lazy_pattern(
    r"(?i:(?:proxy-)?authorization)[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?(?:(?P<scheme>[A-Za-z][\w-]{1,20})[ \t]{1,3})?"
    r"(?P<secret>[^\s\"'`<>]{4,4000})"
)
_BEARER = lazy_pattern(r"(?i:\bbearer)[ \t]{1,3}(?P<secret>[\w.~+/=-]{16,4000})", re.ASCII)
_COOKIE = lazy_pattern(r"(?i:\b(?:set-)?cookie):[ \t]{0,3}(?P<secret>[^\n\"'`]{8,4000})")
_PAIR = lazy_pattern(
    r"(?i:\b(?:login|log-in|credentials?|creds|zugangsdaten|identifiants?|user ?/ ?pass(?:word)?|user ?/ ?pw|acceso))"
    r"[ \t]{0,3}[:=][ \t]{0,3}[\w.@+-]{1,60}[ \t]{0,3}[/:][ \t]{0,3}(?P<secret>[^\s\"'`<>]{4,200})"
)
_PAIR_WORDS = ("login", "log-in", "cred", "zugangsdaten", "identifiant", "user/", "user /", "acceso")
_PROGRAMS = ("curl", "wget", "mysql", "mariadb", "sshpass", "sqlplus", "redis-cli", "docker", "podman", "helm", "ldap")
_ORACLE = lazy_pattern(r"(?i:jdbc:oracle:\w{1,10}):\w{1,60}/(?P<secret>[^\s@\"'`<>]{1,100})@")
_FLAG = lazy_pattern(
    r"(?<![\w-])--(?:[a-z]{1,12}-){0,3}(?:password|passwd|passphrase|pass|token|secret|api-?key|secret-key|access-key)"
    r"(?:=| {1,3})"
    r"(?P<quote>[\"'])?(?P<secret>(?(quote)[^\n\"']{1,200}|[^\s\"'<>-][^\s\"'<>]{0,400}))"
)
_PROGRAM = lazy_pattern(
    r"(?<![\w-])(?P<name>curl|wget|mysql\w{0,8}|mariadb\w{0,8}|sshpass|sqlplus|redis-cli|docker|podman|helm|ldap\w{1,8})(?![\w-])"
)
# The options that take a password, by program.
_OPTIONS = {
    "curl": lazy_pattern(
        r"(?<=[ \t])(?:-[a-zA-Z]{0,4}u|--user|--proxy-user|-U)[ =]{0,2}(?P<quote>[\"'])?[^\s:\"']{1,100}:"
        r"(?P<secret>(?(quote)[^\n\"']{1,200}|[^\s\"'<>]{1,200}))"
        r"|(?<=[ \t])(?:-b|--cookie)[ =]{0,2}[\"']?[\w-]{1,60}=(?P<cookie>[^\s\"';<>]{12,2000})"
    ),
    "mysql": lazy_pattern(r"(?<=[ \t])-p(?P<quote>[\"'])?(?P<secret>[^\s\"'<>-][^\s\"'<>]{2,100})"),
    "sshpass": lazy_pattern(
        r"(?<=[ \t])-p[ ]{0,2}(?P<quote>[\"'])?(?P<secret>(?(quote)[^\n\"']{1,100}|[^\s\"'<>]{1,100}))"
    ),
    "docker": lazy_pattern(r"login\b[^\n]{0,200}?[ \t]-p[ ]{1,2}(?P<quote>[\"'])?(?P<secret>[^\s\"'<>]{4,200})"),
    "sqlplus": lazy_pattern(r"[ \t]\w{1,60}/(?P<secret>[^\s@\"'<>]{2,100})(?=@|[ \t]|$)", re.MULTILINE),
    "redis-cli": lazy_pattern(r"(?<=[ \t])(?:-a|--pass)[ =]{1,2}(?P<quote>[\"'])?(?P<secret>[^\s\"'<>]{3,200})"),
    "ldap": lazy_pattern(r"(?<=[ \t])-w[ ]{0,2}(?P<quote>[\"'])?(?P<secret>[^\s\"'<>]{3,200})"),
}  # fmt: skip
_FAMILY = {"wget": "curl", "podman": "docker", "helm": "docker"}


def find_credentials(text: str, lowered: str) -> Iterator[Span]:
    """Yield passwords next to a user name, and credentials in header fields and command lines."""
    if "://" in text:
        yield from _in_addresses(text)
    if "authorization" in lowered:
        for match in _HEADER.finditer(text):
            if _proves(match["scheme"], match["secret"]):
                yield Span("authorization header", *_inner(match, "secret"))
    if "bearer" in lowered:
        yield from (
            Span("authorization header", *_inner(m, "secret")) for m in _BEARER.finditer(text) if is_key(m["secret"])
        )
    if "cookie:" in lowered:
        for match in _COOKIE.finditer(text):
            if any(is_key(pair.partition("=")[2]) for pair in match["secret"].split(";")):
                yield Span("cookie", *match.span("secret"))
    if any(word in lowered for word in _PAIR_WORDS):
        yield from (Span("password", *_inner(m, "secret")) for m in _PAIR.finditer(text) if looks_secret(m["secret"]))
    if "jdbc:oracle" in lowered:
        yield from (Span("password in an address", *m.span("secret")) for m in _ORACLE.finditer(text)
                    if not is_placeholder(m["secret"]))  # fmt: skip
    if "--" in text:
        yield from _in_flags(text)
    if any(program in text for program in _PROGRAMS):
        yield from _on_command_lines(text)


def _in_addresses(text: str) -> Iterator[Span]:
    """Yield passwords in URLs (RFC 3986 section 3.2.1).

    A password may contain characters that should have been percent-encoded, because people often forget to.
    """
    for address in _ADDRESS.finditer(text):
        rest = address["rest"]
        user = _USER.match(rest)
        if user is None:
            continue
        if address["scheme"].lower() in _WEB and _PORT.match(rest, user.end()):
            continue
        hosts = [found.start() for found in _HOST.finditer(rest, user.end())]
        password = rest[user.end() : hosts[-1]] if hosts else ""
        if len(password) > 2 and not holds_place(password):
            start = address.start("rest") + user.end()
            yield Span("password in an address", start, start + len(password))


def _proves(scheme: str | None, value: str) -> bool:
    """Return whether a header value, with or without a scheme, contains a credential (RFC 9110 section 11.4)."""
    if scheme is None:
        return is_key(value)
    if is_placeholder(value):
        return False
    return is_key(value) or (scheme.lower() == "basic" and len(bare(value)) >= 8)


def _in_flags(text: str) -> Iterator[Span]:
    for match in _FLAG.finditer(text):
        if not is_placeholder(match["secret"]) and not is_path(match["secret"]):
            yield Span("password", *match.span("secret"))


def _on_command_lines(text: str) -> Iterator[Span]:
    done = -1
    for program in _PROGRAM.finditer(text):
        if program.start() < done:
            continue
        end = text.find("\n", program.end())
        done = len(text) if end < 0 else end
        name = program["name"]
        options = _OPTIONS.get(_FAMILY.get(name, name)) or _OPTIONS["ldap" if name.startswith("ldap") else "mysql"]
        for match in options.finditer(text, program.end(), done):
            group = "cookie" if match.groupdict().get("cookie") else "secret"
            if not is_placeholder(match[group]):
                yield Span("password" if group == "secret" else "cookie", *match.span(group))


def _inner(match: re.Match[str], group: str) -> tuple[int, int]:
    start = match.start(group)
    return start, start + len(bare(match[group]) if match[group][-1:] not in "=" else match[group])
