"""Build and recognise the secret address for alerts, known only within the organisation."""

from __future__ import annotations

import hashlib
import hmac

from incidentmail.core.ids import TOKEN_CHARS, base32
from incidentmail.core.text import fold_case

WORD = "alert"


def alert_address(key: bytes, address: str) -> str:
    """Return the address for alerts, such as `bot+alert.MAC@example.com` (RFC 5233).

    MAC is 16 base32 characters of an HMAC-SHA-256 computed with `key`.

    >>> alert_address(b"k", "bot@example.com")
    'bot+alert.isy5b4ukbvb7qcwh@example.com'
    """
    local, _, domain = address.rpartition("@")
    return f"{local}+{WORD}.{_token(key)}@{domain}"


def is_alert_address(key: bytes, address: str, text: str) -> bool:
    """Return whether `text` is the alert address, ignoring case. The comparison is constant-time."""
    ours = fold_case(alert_address(key, address)).encode()
    return hmac.compare_digest(ours, fold_case(text.strip()).encode("utf-8", "replace"))


def _token(key: bytes) -> str:
    return base32(hmac.new(key, b"alerts", hashlib.sha256).digest(), TOKEN_CHARS)
