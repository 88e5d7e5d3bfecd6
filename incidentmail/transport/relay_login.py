"""Log in to a relay with a password or, as Google and Microsoft require, an OAuth 2 access token (XOAUTH2)."""

from __future__ import annotations

import smtplib


def log_in(client: smtplib.SMTP, user: str, secret: str, *, is_token: bool) -> None:
    """Log in as `user`. Raise SMTPException if the relay refuses the login or does not accept access tokens.

    If a relay refuses a token, it sends a challenge that explains why, and its final reply follows our empty response.
    """
    if not is_token:
        client.login(user, secret)
        return
    if "XOAUTH2" not in client.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError("it takes no access tokens (XOAUTH2)")

    def answer(challenge: bytes | None = None) -> str:
        return f"user={user}\1auth=Bearer {secret}\1\1" if challenge is None else ""

    client.auth("XOAUTH2", answer)
