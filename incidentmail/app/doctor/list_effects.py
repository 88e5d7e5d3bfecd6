"""Find out what the list changes in our mail, by comparing one of our mails with the copy that the list returned."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen
from incidentmail.core.ids import OurField
from incidentmail.inbound.authentication.dkim_signature import tags_of
from incidentmail.inbound.fields import Head, decode_words, read_head

BODY_BYTES_MAX = 100_000
PREFIX_CHARS_MAX, SIGNATURES_MAX = 60, 5
"""How much of a subject prefix is shown, and how many signatures are shown and looked up in DNS."""


class ListEffects(Frozen, kw_only=True):
    """What the list changed in our mail, and the domain and selector of each signature on the copy that it returned.

    `keeps_reply_to` is true if our own address is still in Reply-To, so that replies also come to us directly.
    """

    prefix: str
    rewrites_subject: bool
    rewrites_from: bool
    keeps_reply_to: bool
    adds_footer: bool
    rewrites_text: bool
    keeps_our_fields: bool
    keeps_message_id: bool
    signatures: tuple[tuple[str, str], ...]

    def in_words(self) -> str:
        """Return all changes in one line."""
        found = [
            f"puts {self.prefix!r} before the subject" if self.prefix else "",
            "rewrites the subject" if self.rewrites_subject else "",
            "rewrites From" if self.rewrites_from else "",
            "replaces Reply-To" if not self.keeps_reply_to else "",
            "adds a footer" if self.adds_footer else "",
            "rewrites the text" if self.rewrites_text else "",
            "takes our header fields out" if not self.keeps_our_fields else "",
            "gives it another Message-ID" if not self.keeps_message_id else "",
        ]
        said = [text for text in found if text]
        signers = ", ".join(dict.fromkeys(domain for domain, _ in self.signatures))
        changes = f"it {', '.join(said)}" if said else "it changes nothing"
        return f"{changes}; {f'signed by {signers}' if signers else 'no signature is on the copy'}"

    @property
    def breaks_signatures(self) -> bool:
        """Whether the list's changes break any signature that our mail had before it reached the list."""
        return bool(self.prefix) or self.rewrites_subject or self.adds_footer or self.rewrites_text


def effects(sent: bytes, returned: bytes, own_address: str) -> ListEffects:
    """Return what the list changed. `own_address` is this program's address; replies go to an extension of it."""
    before, after = read_head(sent), read_head(returned)
    subject, other = (decode_words(head.first("subject")) for head in (before, after))
    text, copy = _body(sent, before), _body(returned, after)
    local, _, domain = own_address.partition("@")
    reply_to = after.first("reply-to").lower()
    ours = [name for name, _ in before.fields if name.startswith(OurField.PREFIX.lower())]
    return ListEffects(
        prefix=other[: -len(subject)].strip()[:PREFIX_CHARS_MAX]
        if subject and other != subject and other.endswith(subject)
        else "",
        rewrites_subject=bool(subject) and not other.endswith(subject),
        rewrites_from=before.first("from").lower() != after.first("from").lower(),
        keeps_reply_to=not before.first("reply-to") or (f"{local.lower()}+" in reply_to and f"@{domain}" in reply_to),
        adds_footer=text in copy and len(copy) > len(text),
        rewrites_text=text not in copy,
        keeps_our_fields=all(name in after.by_name for name in ours),
        keeps_message_id=before.first("message-id").lower() == after.first("message-id").lower(),
        signatures=_signatures_of(after),
    )


def _signatures_of(head: Head) -> tuple[tuple[str, str], ...]:
    """Return the domain and selector of each DKIM signature in a message."""
    tags = [tags_of(value) for value in head.all("dkim-signature")]
    return tuple((one["d"].lower(), one["s"].lower()) for one in tags if one.get("d") and one.get("s"))[:SIGNATURES_MAX]


def _body(raw: bytes, head: Head) -> bytes:
    return raw[head.body_start : head.body_start + BODY_BYTES_MAX].replace(b"\r\n", b"\n").strip()
