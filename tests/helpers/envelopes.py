"""The envelope in which a list's copy arrives."""

from __future__ import annotations

import re


def bounces_of(raw: bytes) -> str | None:
    """The list's own envelope sender, or None for a mail that is no list's."""
    post = re.search(rb"(?im)^List-Post: <mailto:([^@\s]+)@([^>\s]+)>", raw)
    return f"{post[1].decode()}-bounces@{post[2].decode()}" if post else None
