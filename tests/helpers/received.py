"""Define the class of received mails in tests."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any


class Received(EmailMessage):
    """A mail as a program without HTML shows it."""

    def get_content(self, *args: Any, **kw: Any) -> Any:
        """Return the text, or the plain part of multipart/alternative."""
        if not self.is_multipart():
            return super().get_content(*args, **kw)
        plain = self.get_body(("plain",))
        assert plain is not None
        return plain.get_content(*args, **kw)
