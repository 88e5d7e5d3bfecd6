"""Find the envelope sender with which a list's copy arrives."""

from __future__ import annotations

import re


def bounces_of(raw: bytes) -> str | None:
    """Return the envelope sender of the list that sent a mail, or None if no list sent it."""
    post = re.search(rb"(?im)^List-Post: <mailto:([^@\s]+)@([^>\s]+)>", raw)
    return f"{post[1].decode()}-bounces@{post[2].decode()}" if post else None
