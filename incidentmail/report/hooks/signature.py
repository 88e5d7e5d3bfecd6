"""Sign requests to hooks according to the Standard Webhooks specification, so that its libraries can verify them."""

from __future__ import annotations

import base64
import binascii
import hmac

PREFIX = "whsec_"


def signed_headers(secret: str | None, *, id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the header fields with the id, the Unix timestamp in seconds, and a signature if there is a secret.

    The signature is the base64-encoded HMAC-SHA-256 of the id, the timestamp and the body, joined by dots.

    >>> signed_headers("correct horse", id="udtwfx-si6qwd-2-1", timestamp=1795184460, body=b"{}")["webhook-signature"]
    'v1,5nyfvBKXag654MRxkPcI4Xnq06qD0D/D3k6OHQ1AB04='
    """
    found = {"webhook-id": id, "webhook-timestamp": str(timestamp)}
    if secret is not None:
        mac = hmac.digest(key_of(secret), f"{id}.{timestamp}.".encode() + body, "sha256")
        found["webhook-signature"] = f"v1,{base64.b64encode(mac).decode()}"
    return found


def key_of(secret: str) -> bytes:
    """Return the signing key for a secret: the decoded base64 after `whsec_`, or else the text itself.

    Raise ValueError if the text after `whsec_` is not base64.

    >>> key_of("whsec_c2VjcmV0"), key_of("secret")
    (b'secret', b'secret')
    """
    if not secret.startswith(PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError(f"what follows {PREFIX} in the secret is not base64") from None
