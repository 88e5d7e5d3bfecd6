"""Define `[[hook]]`: which events are reported to a program of the organisation, and how to reach that program."""

# The annotations are needed at run time, so this module does not use "from __future__ import annotations".

import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from incidentmail.report.hooks.hook_events import HOOK_EVENTS, HookEvent

from .description import Form, Section
from .value_types import AbsolutePath, Duration, Flag, Text, text

ALL = "all"
SECRET = "{secret}"
"""The placeholder for the secret in the value of a header field."""
TIMEOUT_MAX = timedelta(minutes=1)
_GUARDED = ("authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token")
_OURS = ("host", "content-length", "transfer-encoding", "connection", "webhook-id", "webhook-timestamp",
         "webhook-signature")  # fmt: skip


def hook_event(value: object) -> str:
    if value not in (ALL, *HOOK_EVENTS):
        raise ValueError(f"write {', '.join(HOOK_EVENTS)}, or {ALL}")
    return str(value)


def hook_name(value: object) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,62}", text(value)):
        raise ValueError("a hook is called by small letters, digits, '.', '_' and '-', such as 'pager'")
    return text(value)


def hook_url(value: object) -> str:
    """Return `value` as a URL to which events can be posted. Raise ValueError if it is not one."""
    found = text(value)
    try:
        parts = urlsplit(found)
        fits = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0 and found.isprintable()
    except ValueError:
        fits = False
    if not fits or " " in found:
        raise ValueError("write a URL such as 'https://hooks.example.com/incidents'")
    if parts.username is not None or parts.password is not None:
        raise ValueError("write no password into the URL; see headers and secret_command")
    return found


def template_name(value: object) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", text(value)):
        raise ValueError("name a template, such as 'slack'; 'incidentmail template list' shows them below hook/")
    return text(value)


def header(value: object) -> str:
    """Return a header field (RFC 9110 section 5), which must be `Name: value` in printable ASCII."""
    found = re.fullmatch(r"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}): *([ -~]{1,2000})", text(value))
    if not found:
        raise ValueError("write name and value of a header field, such as 'X-Team: payments'")
    if found[1].lower() in _OURS:
        raise ValueError("incidentmail sets this header field itself")
    return f"{found[1]}: {found[2]}"


def hook_timeout(value: object) -> timedelta:
    from .value_types import duration

    found = duration(value)
    if not timedelta(seconds=1) <= found <= TIMEOUT_MAX:
        raise ValueError("write between '1s' and '60s'")
    return found


def place_of_url(url: str) -> str:
    """Return a URL without the parts that may be secret.

    >>> place_of_url("https://hooks.slack.example/services/T0/B0/x"), place_of_url("https://hooks.example.com")
    ('https://hooks.slack.example/...', 'https://hooks.example.com/')
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/{'...' if parts.path.strip('/') or parts.query else ''}"


class HookSection(Section):
    on: tuple[Annotated[str, Form(hook_event)], ...]
    name_: Annotated[str, Form(hook_name)] | None = None
    url: Annotated[str, Form(hook_url)] | None = None
    url_command: Text | None = None
    command: Text | None = None
    template: Annotated[str, Form(template_name)] | None = None
    secret_command: Text | None = None
    headers: tuple[Annotated[str, Form(header)], ...] = ()
    restricted: Flag = False
    drills: Flag = False
    allow_private: Flag = False
    ca_file: AbsolutePath | None = None
    timeout: Annotated[timedelta, Form(hook_timeout)] = timedelta(seconds=10)
    give_up_after: Duration = timedelta(days=1)

    @property
    def name(self) -> str:
        """The name under which deliveries are stored: as configured, otherwise the host or the name of the command."""
        if self.name_ is not None:
            return self.name_
        if self.url is not None:
            return (urlsplit(self.url).hostname or "").lower()
        return re.sub(r"[^a-z0-9._-]+", "-", (self.command or "").split(" ")[0].rpartition("/")[2].lower()).strip("-")

    @property
    def variable(self) -> str:
        """The environment variable that can hold the secret."""
        return f"INCIDENTMAIL_HOOK_SECRET_{re.sub('[^A-Z0-9]', '_', self.name.upper())}"

    @property
    def place(self) -> str:
        """The URL or command without the parts that may be secret, such as the path of a URL."""
        if self.url is not None:
            return place_of_url(self.url)
        return self.command.split(" ")[0] if self.command else "the url that url_command prints"

    def wants(self, event: HookEvent) -> bool:
        return ALL in self.on or event in self.on


def fault_of(hook: HookSection) -> tuple[str, str, str] | None:
    """Return the faulty key of a hook, what is wrong with it, and what to do, or None if there is no fault."""
    ways = [key for key in ("url", "url_command", "command") if getattr(hook, key) is not None]
    if len(ways) != 1:
        said = "has no url and no command" if not ways else f"has {' and '.join(ways)}"
        return (
            "on",
            f"{said}, and exactly one is needed",
            'url = "https://...", url_command = "...", or command = "..."',
        )
    if not hook.on:
        return (
            "on",
            "is called for nothing, as on is empty",
            f"name events, such as on = [{', '.join(HOOK_EVENTS[:2])}]",
        )
    if not hook.name:
        return ways[0], "needs a name", 'name = "pager"'
    if hook.url is not None and hook.url.startswith("http:") and not hook.allow_private:
        return (
            "url", "would send in the clear, for everybody on the way to read",
            "write https://, or set allow_private = true for a receiver on your own network",
        )  # fmt: skip
    for name, _, value in (line.partition(": ") for line in hook.headers):
        if name.lower() in _GUARDED and SECRET not in value:
            return (
                "headers", f"has a secret in the file, in the header field {name}",
                f'write "{name}: Bearer {SECRET}" or the like, and set secret_command or ${hook.variable}',
            )  # fmt: skip
    if hook.command is not None and (hook.headers or hook.allow_private or hook.ca_file):
        return "command", "is a command, so headers, allow_private and ca_file mean nothing", "take them out"
    return None
