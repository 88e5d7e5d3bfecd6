"""Shorten the texts of a declaration that are too long, and keep the rest as notes. Pure.

Every shortened text says where to find the rest. A text that is too long must not prevent a declaration.
"""

from __future__ import annotations

from collections.abc import Iterator

from incidentmail.core.commands import Declare
from incidentmail.core.events import NoteAdded
from incidentmail.core.frozen import replace
from incidentmail.core.text import LINE_CHARS_MAX, TEXT_BYTES_MAX, TEXT_CHARS_MAX, clip, one_line, paragraphs

REST_IS_KEPT = "Cut here, because a list holds what is longer: the rest is kept in the notes of this incident."
REST_IS_LOST = "Cut here, because it is too long to keep: the rest is only where it was written."
NOTES_MAX = 20
"""The maximum number of notes for the rest: about 400,000 characters, more than anybody writes."""
_POINTER_BYTES = 2 + max(len(REST_IS_KEPT), len(REST_IS_LOST))


def fitted(command: Declare) -> tuple[Declare, tuple[NoteAdded, ...]]:
    """Return the declaration with each text short enough for one message, and notes with the removed text."""
    notes: list[NoteAdded] = []

    def line(name: str, text: str) -> str:
        whole = one_line(text)
        if len(whole) > LINE_CHARS_MAX:
            notes.extend(NoteAdded(text=piece) for piece in _pieces(f"The {name} in full: {whole}", NOTES_MAX))
        return clip(whole)

    description, details = one_line(command.description), paragraphs(command.details)
    if len(description) > LINE_CHARS_MAX:
        details = paragraphs(f"{description}\n\n{details}")
    venue = line("venue", command.venue) if command.venue else command.venue
    texts = tuple((name, line(name.replace("_", " "), text) if text else text) for name, text in command.texts)
    first, *rest = _pieces(details, NOTES_MAX + 2, spare=_POINTER_BYTES) if details else [""]
    if rest:
        first = f"{first}\n\n{REST_IS_KEPT if len(rest) <= NOTES_MAX else REST_IS_LOST}"
        notes += [NoteAdded(text=piece) for piece in rest[:NOTES_MAX]]
    fits = replace(command, description=clip(description), details=first, venue=venue, texts=texts)
    return fits, tuple(notes)


def _pieces(text: str, pieces_max: int, spare: int = 0) -> Iterator[str]:
    """Yield `text` in at most `pieces_max` pieces, each short enough for one message.

    Split between lines or words if possible. If there is more than one piece, each leaves `spare` bytes unused.
    """
    if _fits(text, 0):
        yield text
        return
    start = 0
    for _ in range(pieces_max):
        end = start + TEXT_CHARS_MAX - spare
        while not _fits(text[start:end], spare):
            end = start + (end - start) * 9 // 10
        if end < len(text):
            end = next((at for mark in ("\n", " ") if (at := text.rfind(mark, end - (end - start) // 4, end)) > 0), end)
        piece = text[start:end].strip()
        if piece:
            yield piece
        start = end
        if start >= len(text):
            return


def _fits(text: str, spare: int) -> bool:
    return len(text) + spare <= TEXT_CHARS_MAX and len(text.encode("utf-8", "replace")) + spare <= TEXT_BYTES_MAX
