"""Collect an incident's entries with their sources, and write its retrospective."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from incidentmail.app.context import AppContext
from incidentmail.core.events import Recorded
from incidentmail.core.model import Incident
from incidentmail.inbound.addresses import read_mailboxes
from incidentmail.inbound.fields import read_head
from incidentmail.ledger.values import Entry
from incidentmail.ledger.view import LedgerView
from incidentmail.report.retro.contents import Retro, Source
from incidentmail.report.retro.sections import Sourced, retro_of
from incidentmail.report.retro.story import Story, story_of


def story_in(context: AppContext, view: LedgerView, incident: Incident) -> Story:
    """Return the story of an incident up to now."""
    recorded = (entry.recorded for entry in view.entries(incident.id))
    relief_after = context.config.settings.duty.relief_after or None
    return story_of(recorded, context.words, context.now(), relief_after=relief_after)


def retro_in(context: AppContext, view: LedgerView, incident: Incident) -> Retro:
    """Return the retrospective of an incident, including events of incidents that were merged into it."""
    entries = [entry for name in (incident.id, *incident.merged_from) for entry in view.entries(name)]
    entries.sort(key=lambda entry: (entry.recorded.at, entry.seq))
    told = tuple(Sourced(recorded, source) for recorded, source in _with_sources(context, view, entries))
    return retro_of(story_in(context, view, incident), told, context.config.settings.timezones)


def _with_sources(context: AppContext, view: LedgerView, entries: Iterable[Entry]) -> Iterator[tuple[Recorded, Source]]:
    found: dict[int, Source] = {}
    for entry in entries:
        cause, by = entry.caused_by, entry.recorded.by
        if cause is None:
            is_ours = by.same_as(context.config.bot)
            yield entry.recorded, Source(how="program" if is_ours else "command")
            continue
        if cause.seq not in found:
            found[cause.seq] = _of_mail(context, view, cause.seq)
        yield entry.recorded, found[cause.seq]


def _of_mail(context: AppContext, view: LedgerView, seq: int) -> Source:
    message_id = view.message_ids([seq]).get(seq)
    archive = context.config.settings.list.archive
    is_archived = message_id is not None and archive is not None and _went_to_a_list(context, view, seq)
    link = archive_link(archive, message_id) if is_archived and archive and message_id else None
    return Source(how="mail", message_id=message_id, link=link)


def archive_link(archive: str, message_id: str) -> str:
    """Return the URL of a mail in the archive of a list.

    `{message_id}` stands for the id without its angle brackets, and `{hash}` for what Mailman 3 calls the
    Message-ID-Hash: the SHA-1 of that id in base32.

    >>> archive_link("https://lists.example.com/mail/{hash}/", "<a@example.com>")
    'https://lists.example.com/mail/CGSYNTI7PVLTXBLPSSTBTLUANKNGH4FE/'
    """
    bare = message_id.strip("<>")
    digest = base64.b32encode(hashlib.sha1(bare.encode(), usedforsecurity=False).digest()).decode("ascii")
    return archive.replace("{hash}", digest).replace("{message_id}", quote(bare, safe="@"))


def _went_to_a_list(context: AppContext, view: LedgerView, seq: int) -> bool:
    """Return whether the mail also reached one of our lists. Only then is it in that list's archive."""
    accepted = view.accepted(seq)
    if accepted is None:
        return False
    head = read_head(accepted.raw)
    named = {box.address for box in read_mailboxes([*head.all("to"), *head.all("cc")])}
    return bool(head.first("list-id")) or not named.isdisjoint(context.config.lists)
