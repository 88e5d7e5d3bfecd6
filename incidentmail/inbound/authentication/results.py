"""Parse Authentication-Results (RFC 8601), in which our own mail server states its findings about the author.

Anybody can write such a field. It counts only if it is at the top, names our server, and is not below the trace field
of a server that certainly belongs to somebody else. A server may write several fields, one per filter. They are
evaluated together, and one failure outweighs every pass. Comments are removed before the library parses the field,
because it parses them recursively, and strangers can write anything into them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from incidentmail.inbound.limits import COMMENT_DEPTH_MAX, RESULTS_MAX
from incidentmail.inbound.message import Message

from .dkim_signature import covered_by, shortcoming
from .domains import aligned, domain_of, is_elsewhere
from .evidence import NOTHING, Evidence

MICROSOFT_365 = "microsoft365"
_MARK = re.compile(r'\\.|["();]', re.S)
_METHOD = re.compile(r"\s*([a-z0-9-]+)\s*(?:/\s*[0-9]+\s*)?=", re.I | re.A)
_FIRST_WORD = re.compile(r"\s*([^\s;()\"]+)")
_FIRST_QUOTED = re.compile(r'\s*"((?:[^"\\]|\\.)*)"(?=[\s;(]|\Z)')
_BY = re.compile(r"(?:^|\s)by\s+([^\s;()]+)", re.I | re.A)
_METHODS = ("dmarc", "dkim", "spf", "arc", "auth")
_UNREADABLE = "unreadable"
FAILURES = ("fail", "softfail", _UNREADABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Our own mail server: its authserv-id (RFC 8601 section 2.5), or its profile if its fields have no such id.

    `domains` are our other domains. A server in any of them is ours too, and so are the Received fields that it writes.
    """

    authserv_id: str | None
    profile: str = "rfc8601"
    domains: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.authserv_id or "Microsoft 365"

    def wrote(self, value: str, *, in_quotes: bool = False) -> bool:
        """Return whether the field names this server. Names are compared as ASCII, ignoring case.

        If `in_quotes` is true, the name may also be a quoted string (RFC 8601 section 2.2).
        """
        quoted = _FIRST_QUOTED.match(value) if in_quotes else None
        if quoted is not None and self.authserv_id is not None:
            name = re.sub(r"\\(.)", r"\1", quoted[1])
            return name.isascii() and name.lower() == self.authserv_id.lower()
        first = _FIRST_WORD.match(value)
        if self.authserv_id is not None:
            return first is not None and first[1].isascii() and first[1].lower() == self.authserv_id.lower()
        method = _METHOD.match(value)
        return method is not None and method[1].lower() in (*_METHODS, "compauth")

    @property
    def ours(self) -> tuple[str, ...]:
        if self.profile == MICROSOFT_365:
            return ("outlook.com", "office365.us", "outlook.cn", *self.domains)
        return (*([self.authserv_id.lower()] if self.authserv_id else []), *self.domains)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of one authentication method. `properties` holds pairs such as ("header.from", "example.com")."""

    method: str
    result: str
    properties: tuple[tuple[str, str], ...] = ()

    def all(self, name: str) -> list[str]:
        return [value for found, value in self.properties if found == name]

    def passed(self, method: str, name: str) -> list[str]:
        """Return the values of one property if the given method passed, otherwise []."""
        return self.all(name) if (self.method, self.result) == (method, "pass") else []


def clauses(value: str) -> list[str] | None:
    r"""Return the clauses of the field, split at semicolons and without comments.

    Return None if a quote or comment is never closed, or if comments are nested too deeply.

    >>> clauses('mx.example.com; spf=pass (sent by "a;b" (c)) smtp.mailfrom="x;y"@example.com; dkim=none')
    ['mx.example.com', ' spf=pass   smtp.mailfrom="x;y"@example.com', ' dkim=none']
    >>> clauses("(" * 500)
    """
    found: list[str] = []
    kept, start, depth, quoted = "", 0, 0, False
    for mark in _MARK.finditer(value):
        token = mark[0]
        if quoted:
            quoted = token != '"'
        elif token == '"':
            quoted = depth == 0
        elif token == "(":
            kept += value[start : mark.start()] if depth == 0 else ""
            depth += 1
            if depth > COMMENT_DEPTH_MAX:
                return None
        elif token == ")":
            if depth == 0:
                return None
            depth, start, kept = depth - 1, mark.end(), kept + (" " if depth == 1 else "")
        elif token == ";" and depth == 0:
            found.append(kept + value[start : mark.start()])
            kept, start = "", mark.end()
    return None if quoted or depth else [*found, kept + value[start:]]


def read_results(parts: Sequence[str]) -> tuple[Result, ...]:
    """Parse the clauses after the authserv-id, and return the results of the methods used here.

    >>> read_results([" dmarc=pass action=none header.from=example.com", "compauth=pass reason=100"])
    (Result(method='dmarc', result='pass', properties=(('header.from', 'example.com'),)),)
    """
    found = []
    for part in parts[:RESULTS_MAX]:
        method = _METHOD.match(part)
        if method is not None and method[1].lower() in _METHODS:
            found.append(_read_result(method[1].lower(), part))
    return tuple(found)


def _read_result(method: str, part: str) -> Result:
    import authres  # imported here because most installations do not need it

    try:
        header = authres.parse_value(f"x;{part}")
    except (authres.AuthResError, ValueError, RecursionError):
        return Result(method=method, result=_UNREADABLE)
    if len(header.results) != 1:
        return Result(method=method, result=_UNREADABLE)
    (read,) = header.results
    properties = tuple((f"{p.type}.{p.name}", str(p.value or "")) for p in read.properties)
    return Result(method=method, result=str(read.result), properties=properties)


def results_of(message: Message, server: Server) -> tuple[Result, ...] | Evidence:
    """Return the results that our server wrote at the top of this message.

    Return evidence instead if our server's field is missing or cannot be parsed.

    Our server writes its fields above its own Received field (RFC 8601 section 5). A filter behind the server may write
    them below that field, but a sender's forged field could be there too. So all fields of our server above the first
    Received field count in full, as long as no other server's field is between them. If there are none, the topmost
    field below the first Received field counts. From any other field, only failures count.
    """
    found: list[Result] = []
    has_ours = is_below_trace = is_below_others = False
    for name, value in message.fields:
        if name == "received":
            if has_ours or is_elsewhere(_written_by(value), server.ours):
                break
            is_below_trace = True
        if name != "authentication-results":
            continue
        # Servers remove forged fields with their own name, but some may miss a name in quotation marks. There are none
        # above our server's trace field.
        if not server.wrote(value, in_quotes=not is_below_trace):
            if is_below_trace or server.authserv_id is None:  # without a name, only the position shows who wrote it
                break
            is_below_others = True
            continue
        read = _read_field(value, server)
        if isinstance(read, Evidence):
            return read
        counts_whole = not has_ours or not (is_below_trace or is_below_others)
        found += [result for result in read if counts_whole or result.result in FAILURES]
        has_ours = True
        if server.authserv_id is None:
            break
    return tuple(found) if found else NOTHING


def _read_field(value: str, server: Server) -> tuple[Result, ...] | Evidence:
    parts = clauses(value) if value.isascii() else None
    if parts is None or len(parts) > RESULTS_MAX:
        why = f"the Authentication-Results field of {server.name} cannot be read"
        return Evidence(verdict="fail", rule="results-unreadable", why=why)
    return read_results(parts if server.authserv_id is None else parts[1:])


def _written_by(received: str) -> str:
    """Return the name of the server that wrote a Received field (RFC 5321 section 4.4)."""
    parts = clauses(received)
    by = _BY.search(parts[0]) if parts else None
    return by[1] if by else ""


def evidence_of(message: Message, server: Server, author: str, results: Findings | None = None) -> Evidence:
    """Return our server's evidence about the author's address.

    SMTP AUTH (RFC 4954), used for mail within an organisation, is considered first, and then DMARC (RFC 7489) for the
    author's domain. If DMARC neither passed nor failed, aligned DKIM decides. DMARC and DKIM only prove a domain, so
    they do not prove the author if our server says that another person logged in. If the author's host did not send the
    message, the pass is due to a signature. In that case, the signature has to cover everything that is parsed.
    """
    author_domain = domain_of(author) or ""
    results = results_of(message, server) if results is None else results
    if isinstance(results, Evidence):
        return results
    users = [text.lower() for result in results for text in result.passed("auth", "smtp.auth")]
    if users == [author]:
        return Evidence(verdict="pass", rule="auth-pass", why=f"{server.name} says that {author} signed in to send it")
    found = verdict_of(results, server.name, author_domain)
    if found.verdict != "pass":
        return found
    if other := _sent_by_another(results, users, author):
        why = f"{server.name} says that {other} signed in to send it, and that is not {author}"
        return Evidence(verdict="none", rule="other-login", why=why)
    if _sent_by_author(results, author_domain):
        return found
    signed = covered_by(message, author_domain)
    if signed is not None and (fault := shortcoming(message, author_domain, signed)):
        return Evidence(verdict="fail", rule="dkim-fail", why=f"its signature of {author_domain} counts not: {fault}")
    return replace(found, signed=signed)


def verdict_of(results: Sequence[Result], says: str, author_domain: str) -> Evidence:
    """Return the evidence about the author's domain in `results`. `says` names the server that wrote them."""
    dmarc = [result for result in results if result.method == "dmarc"]
    for result in dmarc:
        if result.result in ("fail", _UNREADABLE):
            why = f"{says} says dmarc={result.result} of a mail that claims {author_domain}"
            return Evidence(verdict="fail", rule="dmarc-fail", why=why)
        if result.result == "pass" and [domain_of(name) for name in result.all("header.from")] != [author_domain]:
            why = f"{says} read another author's domain than {author_domain} in it"
            return Evidence(verdict="fail", rule="dmarc-other-from", why=why)
    if len(dmarc) > 1:
        return NOTHING
    passed = bool(dmarc) and dmarc[0].result == "pass"
    vouching = [
        domain
        for result in results
        for domain in map(domain_of, result.passed("dkim", "header.d") or result.passed("dkim", "header.i"))
        if aligned(domain, author_domain)
    ]
    if not (vouching or passed):
        return NOTHING
    rule = "dmarc-pass" if passed else "dkim-pass"
    return Evidence(verdict="pass", rule=rule, why=f"{says} says {rule.replace('-', '=')} for {author_domain}")


def _sent_by_author(results: Sequence[Result], author_domain: str) -> bool:
    """Return whether the author's own server delivered the message (SPF, RFC 7208).

    If so, nobody else sent the message again.
    """
    return any(aligned(sender, author_domain) for result in results for sender in result.passed("spf", "smtp.mailfrom"))


def _sent_by_another(results: Sequence[Result], users: Sequence[str], author: str) -> str | None:
    """Return the user who logged in to send the message if they are not the author, or None.

    Some servers record a login without a domain. If the server records no login at all, an envelope sender with another
    mailbox in the same domain counts as the login.
    """
    local, _, domain = author.rpartition("@")
    if users:
        return next((user for user in users if user not in (author, local)), None)
    if not any(result.method == "auth" and result.result == "pass" for result in results):
        return None
    senders = [value.lower() for result in results for value in result.all("smtp.mailfrom")]
    return next((one for one in senders if one.endswith(f"@{domain}") and one not in (author, f"@{domain}")), None)


Findings = tuple[Result, ...] | Evidence
"""The results of our server, or evidence if they are missing or unreadable; see `results_of`."""


def says_arc_pass(results: Findings) -> bool:
    """Return whether our server says that the chain of seals is valid (RFC 8617 section 7.2)."""
    return not isinstance(results, Evidence) and [r.result for r in results if r.method == "arc"] == ["pass"]
