"""Turn a post into the copy that a mailing list sends to its subscribers, as Mailman 3 does.

Message-ID, References, In-Reply-To, Date, Auto-Submitted and unknown fields are kept. Subject prefix, Reply-To, the
fields of RFC 2369 and RFC 2919, and a footer are added. A list may also rewrite From (munge), wrap the post, or hide
authors.
"""

from __future__ import annotations

import base64
import hashlib
from copy import copy
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.generator import BytesGenerator
from email.header import Header, decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import formataddr, getaddresses, make_msgid, parseaddr
from io import BytesIO
from typing import Final

from incidentmail.core.subject_prefixes import REPLY_PREFIX
from incidentmail.core.text import one_line

_WIRE: Final = compat32.clone(linesep="\r\n")
_SHARED: Final = ("to", "date", "in-reply-to", "references", "precedence", "subject", "reply-to", "cc")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListStyle:
    """The settings of one list.

    `prefix` includes the brackets, as in "[incidents]". `footer` consists of whole lines.
    """

    address: str
    prefix: str | None = None
    footer: str | None = None
    munge: bool = False
    wrap: bool = False
    anonymous: bool = False

    def role(self, name: str) -> str:
        """Return the list's own address for one purpose.

        >>> ListStyle(address="incidents@example.com").role("bounces")
        'incidents-bounces@example.com'
        """
        local, _, domain = self.address.partition("@")
        return f"{local}-{name}@{domain}"


def list_copy(raw: bytes, style: ListStyle) -> bytes:
    r"""Return the post as it is sent to subscribers, with CRLF line ends.

    >>> copy = list_copy(b"From: m@example.com\nSubject: Re: mail down\n\nsev 1\n", ListStyle(
    ...     address="incidents@example.com", prefix="[incidents]"))
    >>> b"Subject: [incidents] Re: mail down\r\n" in copy
    True
    """
    message = BytesParser(policy=compat32).parsebytes(raw)
    author = str(message["From"] or "")
    _add_list_fields(message, style)
    if style.anonymous:
        _anonymise(message, style)
    if style.wrap:
        message = _wrapped(message, style)
    if (style.munge or style.wrap) and not style.anonymous:
        _munge(message, author, style)
    if style.footer is not None:
        _append_footer(message, style.footer)
    buffer = BytesIO()
    BytesGenerator(buffer, policy=_WIRE).flatten(message)  # compat32 puts ">" before "From " lines, as lists do
    return buffer.getvalue()


def _add_list_fields(message: Message, style: ListStyle) -> None:
    """Add or replace the fields that a list sets. The author's Reply-To comes before the list's."""
    local, _, domain = style.address.partition("@")
    if not message["Message-ID"]:
        _set(message, "Message-ID", make_msgid(domain=domain))
    identifier = str(message["Message-ID"]).strip().strip("<>").encode("ascii", "replace")
    replies = getaddresses([str(value) for value in message.get_all("Reply-To", [])])
    if style.address not in [address.lower() for _, address in replies]:
        replies.append(("", style.address))
    for name in {name for name in message if name.lower().startswith("list-")}:
        del message[name]
    _set(
        message, "Message-ID-Hash", base64.b32encode(hashlib.sha1(identifier, usedforsecurity=False).digest()).decode()
    )
    _set(message, "X-MailFrom", parseaddr(str(message["From"] or ""))[1])
    _set(message, "X-Mailman-Version", "3.3.8")
    _set(message, "Precedence", "list")
    _set(message, "Reply-To", ", ".join(formataddr(pair) for pair in replies))
    if style.prefix is not None:
        subject = _subject(message, style.prefix.strip())
        _set(
            message,
            "Subject",
            subject if subject.isascii() else Header(subject, "utf-8", header_name="Subject").encode(),
        )
    _set(message, "List-Id", f"<{local}.{domain}>")
    _set(message, "List-Help", f"<mailto:{style.role('request')}?subject=help>")
    _set(message, "List-Owner", f"<mailto:{style.role('owner')}>")
    _set(message, "List-Post", f"<mailto:{style.address}>")
    _set(message, "List-Subscribe", f"<mailto:{style.role('join')}>")
    _set(message, "List-Unsubscribe", f"<mailto:{style.role('leave')}>")


def _subject(message: Message, prefix: str) -> str:
    """Return the subject with the prefix once, and one "Re:" in place of all reply prefixes (in several languages)."""
    value = message["Subject"]
    try:
        rest = str(make_header(decode_header(value))) if value is not None else "(no subject)"
    except (HeaderParseError, LookupError, UnicodeError):
        rest = str(value)
    rest, is_reply = one_line(rest), False
    while True:
        if rest.lower().startswith(prefix.lower()) and prefix:
            rest = rest[len(prefix) :].lstrip()
        elif found := REPLY_PREFIX.match(rest):
            rest, is_reply = rest[found.end() :], True
        else:
            return f"{prefix} {'Re: ' if is_reply else ''}{rest}".strip()


def _munge(message: Message, author: str, style: ListStyle) -> None:
    """Put the list's address in From and the author in Cc, because Reply-To is already the list's address."""
    name, address = parseaddr(author)
    local = style.address.partition("@")[0]
    _set(message, "From", formataddr((f"{name or address.partition('@')[0]} via {local.capitalize()}", style.address)))
    copies = [str(value) for value in message.get_all("Cc", [])]
    _set(message, "Cc", ", ".join([*copies, author]))


def _anonymise(message: Message, style: ListStyle) -> None:
    """Remove everything that identifies the author, and set a new Message-ID."""
    for name in {name for name in message if name.lower() in ("sender", "received", "return-path", "x-mailfrom", "cc")}:
        del message[name]
    _set(message, "From", formataddr((style.address.partition("@")[0].capitalize(), style.address)))
    _set(message, "Reply-To", style.address)
    _set(message, "Message-ID", make_msgid(domain="localhost"))


def _wrapped(message: Message, style: ListStyle) -> Message:
    """Return a new message that contains the post as message/rfc822."""
    outer = Message()
    for name, value in message.items():
        if name.lower() in _SHARED or name.lower().startswith(("list-", "x-mailman-")):
            outer[name] = value
    outer["MIME-Version"] = "1.0"
    outer["Message-ID"] = make_msgid(domain="localhost")
    outer["From"] = str(message["From"] or "")
    outer["Content-Type"] = "multipart/mixed"
    part = Message()
    part["Content-Type"], part["Content-Disposition"] = "message/rfc822", "inline"
    part.set_payload([message])
    outer.set_payload([part])
    return outer


def _append_footer(message: Message, footer: str) -> None:
    """Append the footer to a text/plain message, or add it as another part to a multipart/mixed message.

    A message of any other type is first wrapped in multipart/mixed.
    """
    footer = footer.rstrip("\n") + "\n"
    kind = message.get_content_type()
    text = _text(message) if kind == "text/plain" else None
    if text is not None:
        text = text if text.endswith("\n") or not text else text + "\n"
        _set_text(message, text + footer)
        return
    part = Message()
    part["Content-Type"], part["MIME-Version"], part["Content-Disposition"] = "text/plain", "1.0", "inline"
    _set_text(part, footer)
    if kind == "multipart/mixed" and message.is_multipart():
        message.attach(part)
        return
    inner = copy(message)  # not get_payload(), which loses bytes that are not ASCII
    for name in set(message.keys()):
        del (message if name.lower().startswith("content-") else inner)[name]
    message.preamble = message.epilogue = None
    _set(message, "MIME-Version", "1.0")
    _set(message, "Content-Type", "multipart/mixed")
    message.set_payload([inner, part])


def _text(message: Message) -> str | None:
    """Return the text of a part with LF line ends, or None if it cannot be decoded."""
    payload = message.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return None
    try:
        text = payload.decode(message.get_content_charset() or "us-ascii")
    except (LookupError, UnicodeError):
        return None
    return text.replace("\r\n", "\n")


def _set_text(message: Message, text: str) -> None:
    """Set the text: ASCII as it is, anything else as base64 of UTF-8, like Mailman."""
    del message["Content-Transfer-Encoding"]
    message.set_payload(text, "us-ascii" if text.isascii() else "utf-8")


def _set(message: Message, name: str, value: str) -> None:
    del message[name]
    message[name] = value
