"""Build and parse identifiers in mail: incident ids, Message-IDs, plus-addresses, and their keyed hashes.

Nothing here generates random numbers: callers pass in the bytes.
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
from functools import partial
from itertools import islice

from .frozen import Frozen, JsonValue
from .lazy_pattern import lazy_pattern
from .record.keys import proven_by
from .text import fold_case
from .words import CODE_WORD

ID_CHARS_MAX = 48
REF_CHARS = 6
MAC_CHARS = 10
TOKEN_CHARS = 16
_MESSAGE_ID = lazy_pattern(
    r"<(?P<ref>[a-z2-7]{6})\.(?P<origin>[a-z2-7]{6})\.(?P<number>\d{1,6}|p\d{1,9})\.(?P<mac>[a-z2-7]{10})@[^<>@\s]+>"
)
_TOKEN = lazy_pattern(r"(?P<local>.+)\+(?P<ref>[a-z2-7]{6})\.p(?P<number>[1-9]\d{0,5})\.(?P<mac>[a-z2-7]{16})")
_CODE = lazy_pattern(rf"\b{CODE_WORD} (?P<ref>[a-z2-7]{{6}})-(?P<mac>[a-z2-7]{{10}})\b", re.A | re.I)
CODES_MAX = 20
"""The maximum number of codes checked per mail, to limit the time that a long mail takes."""
_PLUS = lazy_pattern(r"(?P<local>.+)\+(?P<ref>[a-z2-7]{6})\.(?P<mac>[a-z2-7]{10})")


BY_SEVERITY = "severity"


class OurField:
    """The names of our own header fields. Mail filters match on them, and a standby parses them."""

    PREFIX = "Incident-"
    ID = "Incident-Id"
    UPDATE = "Incident-Update"
    SEVERITY = "Incident-Severity"
    PHASE = "Incident-Phase"
    STATUS = "Incident-Status"
    COMMANDER = "Incident-Commander"
    ROLES = "Incident-Roles"
    CUSTOMER_WORDS = "Incident-Customer-Words"
    CHANGED = "Incident-Changed"
    DECLARED = "Incident-Declared"
    NEXT_UPDATE = "Incident-Next-Update"
    NEXT_UPDATE_FROM = "Incident-Next-Update-From"
    """Present if nobody stated that time. Its value names the source of the time, BY_SEVERITY."""
    DRILL = "Incident-Drill"
    RESTRICTED = "Incident-Restricted"
    LEDGER = "Incident-Ledger"
    PROOF = "Incident-Proof"
    AFTER = "Incident-After"
    """In mail from a laptop: the Message-ID of its previous mail, which has to be processed first."""
    EPOCH = "Incident-Epoch"


def base32(raw: bytes, chars: int) -> str:
    """Return the first `chars` characters of lower-case base32 (RFC 4648 section 6).

    >>> base32(b"\\x00\\xff\\x00\\xff", 6)
    'ad7qb7'
    """
    return base64.b32encode(raw).decode("ascii").lower()[:chars]


def slug(description: str, chars_max: int = ID_CHARS_MAX - 11) -> str:
    """Return a few ASCII words of `description`, easy to say on the phone and usable as a channel name.

    Long descriptions are cut between words.

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
    """Return an incident id of at most 48 characters: date and slug, then `-2`, `-3` ... if that id is taken.

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
    """Return the id of a restricted incident: only date and REF, because channel names and screens show ids.

    >>> from datetime import UTC
    >>> restricted_id("abcdef", datetime(2026, 11, 20, tzinfo=UTC))
    '2026-11-20-abcdef'
    """
    return f"{declared_at:%Y-%m-%d}-{ref}"


def public_ref(key: bytes, ref: str) -> str:
    """Return the REF that stands for a restricted incident on the main list. The real REF cannot be derived from it.

    >>> public_ref(b"k", "abcdef")
    'xxvxrr'
    """
    return mac(key, "public", ref)[:REF_CHARS]


def mac(key: bytes, *parts: str) -> str:
    """Return a keyed hash of `parts` (HMAC-SHA-256, RFC 2104), short enough for ids that have to fit on one line."""
    return base32(hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).digest(), MAC_CHARS)


class MailName(Frozen):
    """The parts of one of our Message-IDs: incident REF, ledger ORIGIN, and message number (`p7` if private)."""

    ref: str
    origin: str
    number: str


def message_id(key: bytes, name: MailName, domain: str) -> str:
    """Return the Message-ID `<REF.ORIGIN.N.MAC@domain>` (RFC 5322 section 3.6.4).

    >>> message_id(b"k", MailName("abcdef", "ghijkl", "0"), "Example.com")
    '<abcdef.ghijkl.0.o6wrunmcul@example.com>'
    """
    check = mac(key, "message-id", name.ref, name.origin, name.number)
    return f"<{name.ref}.{name.origin}.{name.number}.{check}@{domain.lower()}>"


def read_message_id(key: bytes, text: str) -> MailName | None:
    """Return the parts of one of our Message-IDs, ignoring case, or None if its hash is wrong."""
    found = _MESSAGE_ID.fullmatch(fold_case(text.strip()))
    if not found or proving_key(key, text) is None:
        return None
    return MailName(found["ref"], found["origin"], found["number"])


def proving_key(key: bytes, text: str) -> bytes | None:
    """Return the key, current or previous, that verifies one of our Message-IDs, or None."""
    found = _MESSAGE_ID.fullmatch(fold_case(text.strip()))
    if not found:
        return None
    named = ("message-id", found["ref"], found["origin"], found["number"])
    return proven_by(key, found["mac"], lambda one: mac(one, *named))


def plus_address(key: bytes, address: str, ref: str) -> str:
    """Return `bot+REF.MAC@example.com`, the address for mail about one incident (RFC 5233 sub-addressing)."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{ref}.{mac(key, 'plus', ref)}@{domain}"


def is_sub_address(address: str, text: str) -> bool:
    """Return whether `text` is `address` with any tag (RFC 5233).

    >>> is_sub_address("bot@example.com", "bot+x@example.com"), is_sub_address("bot@example.com", "bo+x@example.com")
    (True, False)
    """
    local, _, domain = address.rpartition("@")
    text_local, _, text_domain = text.rpartition("@")
    return text_domain == domain and text_local.startswith(f"{local}+")


def read_plus_address(key: bytes, address: str, text: str) -> str | None:
    """Return the REF in one of our plus-addresses, ignoring case, or None for any other address."""
    local, _, domain = fold_case(address).rpartition("@")
    text_local, _, text_domain = fold_case(text.strip()).rpartition("@")
    found = _PLUS.fullmatch(text_local)
    if not found or found["local"] != local or text_domain != domain:
        return None
    return found["ref"] if proven_by(key, found["mac"], lambda one: mac(one, "plus", found["ref"])) else None


def token_address(key: bytes, address: str, ref: str, number: int, person: str) -> str:
    """Return `bot+REF.pN.MAC@example.com`, the address to which `person` sends the answer to proposal N.

    The hash covers `person`, an address, so that nobody else can use the token address.
    """
    local, _, domain = address.rpartition("@")
    return f"{local}+{ref}.p{number}.{_token(key, ref, number, person)}@{domain}"


def read_token_address(key: bytes, address: str, text: str, person: str) -> tuple[str, int] | None:
    """Return the REF and the proposal number in a token address of `person`, ignoring case, or None."""
    local, _, domain = fold_case(address).rpartition("@")
    text_local, _, text_domain = fold_case(text.strip()).rpartition("@")
    found = _TOKEN.fullmatch(text_local)
    if not found or found["local"] != local or text_domain != domain:
        return None
    ref, number = found["ref"], int(found["number"])
    return (ref, number) if proven_by(key, found["mac"], lambda one: _token(one, ref, number, person)) else None


def _token(key: bytes, ref: str, number: int, person: str) -> str:
    """Return an 80-bit hash. It is longer than that of `mac`, because it authorises an action."""
    signed = "\0".join(("proposal", ref, str(number), fold_case(person)))
    return base32(hmac.new(key, signed.encode(), hashlib.sha256).digest(), TOKEN_CHARS)


def code_line(key: bytes, ref: str) -> str:
    """Return the last line of our messages, which identifies the incident even if all header fields are lost.

    >>> code_line(b"k", "abcdef")
    'Ref abcdef-zqzsk5rb62'
    """
    return f"{CODE_WORD} {ref}-{mac(key, 'code', ref)}"


def _code(ref: str, key: bytes) -> str:
    return mac(key, "code", ref)


def read_codes(key: bytes, text: str) -> tuple[str, ...]:
    """Return the distinct REFs in our code lines in `text`, quoted or not.

    >>> read_codes(b"k", "On Friday, Incidents wrote:\\n> Ref ABCDEF-ZQZSK5RB62\\n> Ref abcdeg-zqzsk5rb62")
    ('abcdef',)
    """
    found: dict[str, None] = {}
    for match in islice(_CODE.finditer(text), CODES_MAX):
        ref, claimed = fold_case(match["ref"]), fold_case(match["mac"])
        if proven_by(key, claimed, partial(_code, ref)):
            found[ref] = None
    return tuple(found)


def has_code(text: str) -> bool:
    """Return whether a line of `text` has the form of our code line, even with a wrong hash.

    >>> has_code("> Ref abcdef-zqzsk5rb62"), has_code("Ref abcdef")
    (True, False)
    """
    return _CODE.search(text) is not None


def without_codes(text: str) -> str:
    """Return `text` without lines in the form of our code line.

    >>> without_codes("On it.\\n> Ref abcdef-zqzsk5rb62\\nBo")
    'On it.\\nBo'
    """
    return "\n".join(line for line in text.split("\n") if not has_code(line)) if has_code(text) else text


class Announcement(Frozen, kw_only=True):
    """The signed content of one of our messages: the changed facts, and the incident, REF, origin and number.

    `epoch` is the number of promotions known to the sending ledger.
    """

    incident: str
    ref: str
    origin: str
    number: int
    facts: Mapping[str, JsonValue]
    epoch: int = 0


def proof(key: bytes, announcement: Announcement) -> str:
    """Return the value of `Incident-Proof`: a keyed hash of the whole announcement (256 bits)."""
    signed = json.dumps(
        [
            "incidentmail.v1",
            announcement.incident,
            announcement.ref,
            announcement.origin,
            announcement.number,
            dict(announcement.facts),
            *([announcement.epoch] if announcement.epoch else []),
        ],
        sort_keys=True,
        separators=(",", ":"),
    )
    return base32(hmac.new(key, signed.encode(), hashlib.sha256).digest(), 52)


def proves(key: bytes, announcement: Announcement, claimed: str) -> bool:
    """Return whether `claimed` is the proof of exactly this announcement. The comparison is constant-time."""
    return proven_by(key, claimed.strip().lower(), lambda one: proof(one, announcement)) is not None
