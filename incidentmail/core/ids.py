"""The names on the wire: incident ids, Message-IDs, plus-addresses, and the keyed hash that proves a mail is ours.

Nothing here draws random numbers: callers hand in bytes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice

from .frozen import Frozen, JsonValue
from .text import fold_case
from .words import CODE_WORD

ID_CHARS_MAX = 48
REF_CHARS = 6
MAC_CHARS = 10
TOKEN_CHARS = 16
_MESSAGE_ID = re.compile(
    r"<(?P<ref>[a-z2-7]{6})\.(?P<origin>[a-z2-7]{6})\.(?P<number>\d{1,6}|p\d{1,9})\.(?P<mac>[a-z2-7]{10})@[^<>@\s]+>"
)
_TOKEN = re.compile(r"(?P<local>.+)\+(?P<ref>[a-z2-7]{6})\.p(?P<number>[1-9]\d{0,5})\.(?P<mac>[a-z2-7]{16})")
_CODE = re.compile(rf"\b{CODE_WORD} (?P<ref>[a-z2-7]{{6}})-(?P<mac>[a-z2-7]{{10}})\b", re.A | re.I)
CODES_MAX = 20
"""How many codes of one mail are looked at."""
_PLUS = re.compile(r"(?P<local>.+)\+(?P<ref>[a-z2-7]{6})\.(?P<mac>[a-z2-7]{10})")


def base32(raw: bytes, chars: int) -> str:
    """The first `chars` characters of lower-case base32 (RFC 4648 section 6).

    >>> base32(b"\\x00\\xff\\x00\\xff", 6)
    'ad7qb7'
    """
    return base64.b32encode(raw).decode("ascii").lower()[:chars]


def slug(description: str, chars_max: int = ID_CHARS_MAX - 11) -> str:
    """A few words that can be said on a phone and name a channel: ASCII, cut between words.

    >>> slug("Checkout is rejecting card payments (über 20 %)!")
    'checkout-is-rejecting-card-payments'
    >>> slug("決済が失敗している")
    'incident'
    """
    plain = unicodedata.normalize("NFKD", description).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z0-9]+", plain)
    text = ""
    for word in words:
        if len(text) + 1 + len(word) > chars_max and text:
            break
        text = f"{text}-{word}" if text else word[:chars_max]
    return text or "incident"


def incident_id(description: str, declared_at: datetime, taken: Callable[[str], bool]) -> str:
    """Date and slug, `-2`, `-3` ... where taken; at most 48 characters.

    >>> from datetime import UTC
    >>> incident_id("Odd.", datetime(2026, 11, 20, tzinfo=UTC), {"2026-11-20-odd"}.__contains__)
    '2026-11-20-odd-2'
    """
    day = declared_at.strftime("%Y-%m-%d")
    candidate, number = f"{day}-{slug(description)}", 1
    while taken(candidate):
        number += 1
        suffix = f"-{number}"
        candidate = f"{day}-{slug(description, ID_CHARS_MAX - 11 - len(suffix))}{suffix}"
    return candidate


def restricted_id(ref: str, declared_at: datetime) -> str:
    """The id of a restricted incident, which stands in channel names and on screens: date and REF only.

    >>> from datetime import UTC
    >>> restricted_id("abcdef", datetime(2026, 11, 20, tzinfo=UTC))
    '2026-11-20-abcdef'
    """
    return f"{declared_at:%Y-%m-%d}-{ref}"


def public_ref(key: bytes, ref: str) -> str:
    """The REF under which everybody else hears of a restricted incident. It leads back to the incident for nobody.

    >>> public_ref(b"k", "abcdef")
    'xxvxrr'
    """
    return mac(key, "public", ref)[:REF_CHARS]


def mac(key: bytes, *parts: str) -> str:
    """A short keyed hash over `parts` (HMAC-SHA-256, RFC 2104), for ids that must fit a line."""
    return base32(hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).digest(), MAC_CHARS)


class MailName(Frozen):
    """What a Message-ID of ours says: the incident's REF, the ledger's ORIGIN, the mail's number (`p7`: private)."""

    ref: str
    origin: str
    number: str


def message_id(key: bytes, name: MailName, domain: str) -> str:
    """`<REF.ORIGIN.N.MAC@domain>` (RFC 5322 section 3.6.4).

    >>> message_id(b"k", MailName("abcdef", "ghijkl", "0"), "Example.com")
    '<abcdef.ghijkl.0.o6wrunmcul@example.com>'
    """
    check = mac(key, "message-id", name.ref, name.origin, name.number)
    return f"<{name.ref}.{name.origin}.{name.number}.{check}@{domain.lower()}>"


def read_message_id(key: bytes, text: str) -> MailName | None:
    """The name behind a Message-ID of ours, in any case of letters; None where the hash does not hold."""
    found = _MESSAGE_ID.fullmatch(fold_case(text.strip()))
    if not found:
        return None
    name = MailName(found["ref"], found["origin"], found["number"])
    holds = hmac.compare_digest(found["mac"], mac(key, "message-id", name.ref, name.origin, name.number))
    return name if holds else None


def plus_address(key: bytes, address: str, ref: str) -> str:
    """`bot+REF.MAC@example.com`: mail to it belongs to that incident (RFC 5233 sub-addressing)."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{ref}.{mac(key, 'plus', ref)}@{domain}"


def read_plus_address(key: bytes, address: str, text: str) -> str | None:
    """The REF behind a plus-address of ours, in any case of letters; None for any other address."""
    local, _, domain = fold_case(address).rpartition("@")
    text_local, _, text_domain = fold_case(text.strip()).rpartition("@")
    found = _PLUS.fullmatch(text_local)
    if not found or found["local"] != local or text_domain != domain:
        return None
    return found["ref"] if hmac.compare_digest(found["mac"], mac(key, "plus", found["ref"])) else None


def token_address(key: bytes, address: str, ref: str, number: int, person: str) -> str:
    """`bot+REF.pN.MAC@example.com`: an answer sent there by the mailbox `person` speaks for it about proposal `number`.

    The hash is over the recipient's address, so that it is worth nothing in anybody else's mail.
    """
    local, _, domain = address.rpartition("@")
    return f"{local}+{ref}.p{number}.{_token(key, ref, number, person)}@{domain}"


def read_token_address(key: bytes, address: str, text: str, person: str) -> tuple[str, int] | None:
    """REF and proposal number behind a token address that was made for `person`, in any case of letters; else None."""
    local, _, domain = fold_case(address).rpartition("@")
    text_local, _, text_domain = fold_case(text.strip()).rpartition("@")
    found = _TOKEN.fullmatch(text_local)
    if not found or found["local"] != local or text_domain != domain:
        return None
    ref, number = found["ref"], int(found["number"])
    return (ref, number) if hmac.compare_digest(found["mac"], _token(key, ref, number, person)) else None


def _token(key: bytes, ref: str, number: int, person: str) -> str:
    """80 bits: it lets somebody act, and is not only a way to find an incident."""
    signed = "\0".join(("proposal", ref, str(number), fold_case(person)))
    return base32(hmac.new(key, signed.encode(), hashlib.sha256).digest(), TOKEN_CHARS)


def code_line(key: bytes, ref: str) -> str:
    """The line at the end of our mails that names the incident even where every header field is lost.

    >>> code_line(b"k", "abcdef")
    'Ref abcdef-zqzsk5rb62'
    """
    return f"{CODE_WORD} {ref}-{mac(key, 'code', ref)}"


def read_codes(key: bytes, text: str) -> tuple[str, ...]:
    """The REFs of all code lines of ours in `text`, quoted or not, once each.

    >>> read_codes(b"k", "On Friday, Incidents wrote:\\n> Ref ABCDEF-ZQZSK5RB62\\n> Ref abcdeg-zqzsk5rb62")
    ('abcdef',)
    """
    found: dict[str, None] = {}
    for match in islice(_CODE.finditer(text), CODES_MAX):
        ref, claimed = fold_case(match["ref"]), fold_case(match["mac"])
        if hmac.compare_digest(claimed, mac(key, "code", ref)):
            found[ref] = None
    return tuple(found)


class Announcement(Frozen, kw_only=True):
    """What one of our mails announces: only the facts that changed, under the names it bears."""

    incident: str
    ref: str
    origin: str
    number: int
    facts: Mapping[str, JsonValue]


def proof(key: bytes, announcement: Announcement) -> str:
    """The value of `Incident-Proof`: a keyed hash over incident, origin, number and the changed facts."""
    signed = json.dumps(
        [
            "incidentmail.v1",
            announcement.incident,
            announcement.ref,
            announcement.origin,
            announcement.number,
            dict(announcement.facts),
        ],
        sort_keys=True,
        separators=(",", ":"),
    )
    return base32(hmac.new(key, signed.encode(), hashlib.sha256).digest(), 52)


def proves(key: bytes, announcement: Announcement, claimed: str) -> bool:
    """Whether `claimed` is the proof of exactly this announcement; compared in constant time."""
    return hmac.compare_digest(proof(key, announcement).encode(), claimed.strip().lower().encode("utf-8", "replace"))
