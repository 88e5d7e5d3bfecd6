"""Write the pages of the incidents that have changed, then the lists, and remove pages that are no longer wanted.

The ledger's entries since the last published head show which incidents have changed. If anything else has changed, such
as the configuration, a template or the ledger itself, all pages are regenerated. Only pages that differ from those in
the folder are written.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from incidentmail.app.context import AppContext
from incidentmail.config.publish_section import PublishSection
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.record.record_events import Redacted
from incidentmail.core.record.streams import APART, RECORD
from incidentmail.errors import PagesError, RenderError
from incidentmail.ledger.view import LedgerView
from incidentmail.report.site.feeds import incident_feed
from incidentmail.report.site.incident_page import incident_page, page_name
from incidentmail.report.site.index_pages import (
    CHECK_EVERY,
    FEED,
    INDEX,
    Checked,
    index_page,
    visible,
    year_name,
    year_page,
)
from incidentmail.report.site.public_page import public_pages
from incidentmail.report.site.record import Listed
from incidentmail.report.site.setting import Setting

from .folder import PagesFolder, open_folder
from .incidents import Incidents
from .kept import Kept, PagesState, beside, read_kept, read_state, write_kept, write_state

LOCK = "pages-lock"
BATCH = 50
"""How many pages are held in memory before they are written."""


class Published(Frozen, kw_only=True):
    """The names of the files that were written or removed, by folder, and the number of incidents shown.

    `is_busy` is true if nothing was done because another process is writing the pages.
    """

    changed: dict[Path, tuple[str, ...]]
    shown: int = 0
    is_busy: bool = False

    @property
    def count(self) -> int:
        return sum(map(len, self.changed.values()))


def publish(context: AppContext, *, anew: bool = False, stopped: bool = False, keeps: bool = True) -> Published:
    """Bring the folders of `[publish]` up to date with the ledger, and return what was changed.

    If `anew` is true, all pages are regenerated and every file is compared with its page. If `stopped` is true, the
    pages say that they are no longer kept up to date. For folders other than the configured ones, set `keeps` to false,
    so that the stored state is not changed. Raise PagesError if a folder cannot be written, or RenderError if a page
    cannot be rendered; `status` shows such an error until publishing succeeds.
    """
    ledger = context.config.ledger_path
    with _turn(ledger) as is_ours:
        if not is_ours:
            return Published(changed={}, is_busy=True)
        before, now = read_state(ledger), context.now()
        try:
            published, kept = _Publisher(context, now).publish(anew=anew, stopped=stopped)
        except (PagesError, RenderError) as error:
            if keeps:
                failed_at = before.failed_at if before.fault else now
                write_state(ledger, replace(before, fault=str(error), failed_at=failed_at))
            raise
        if keeps:
            write_kept(ledger, kept)
            write_state(ledger, PagesState(size=kept.size, made_by=kept.made_by, checked_at=now, stopped=stopped))
        return published


def publish_if_due(context: AppContext, *, is_first: bool = True) -> Published:
    """Publish if the record has changed, or if it is time to renew the statement that the pages are up to date.

    If `is_first` is true, also check for changes in the configuration and the templates. Each process needs to check
    this only once. If nothing has changed, this call is cheap. Raise PagesError and RenderError like `publish`.
    """
    ledger, now = context.config.ledger_path, context.now()
    state = read_state(ledger)
    with context.ledger.snapshot() as view:
        is_same = view.head().size == state.size
    is_fresh = state.checked_at is not None and state.checked_at <= now < state.checked_at + CHECK_EVERY
    is_same = is_same and (not is_first or state.made_by == made_by(context))
    if is_same and is_fresh and not state.stopped and state.fault is None:
        return Published(changed={})
    return publish(context)


def setting_of(context: AppContext) -> Setting:
    """Return what the pages need to know about the organisation."""
    settings = context.config.settings
    publish = settings.publish
    return Setting(
        words=context.words,
        zones=settings.timezones,
        title=publish.title,
        public_title=publish.public_title,
        archive=publish.archive,
        url=publish.url,
        public_url=publish.public_url,
        domain=str(context.config.bot.address).rpartition("@")[2],
        components=publish.components,
        drills=publish.drills == "marked",
    )


class _Publisher:
    def __init__(self, context: AppContext, now: datetime) -> None:
        self.context, self.now = context, now
        self.setting, self.section = setting_of(context), context.config.settings.publish
        self.templates, self.ledger = context.templates, context.config.ledger_path
        self.made_by = made_by(context)
        self.changed: dict[Path, list[str]] = {}

    def publish(self, *, anew: bool, stopped: bool) -> tuple[Published, Kept]:
        folders = {path: open_folder(path) for path in self.section.folders}
        self.changed = {path: [] for path in folders}
        with self.context.ledger.snapshot() as view:
            kept = None if anew else self._kept(view, folders)
            if anew:
                for folder in folders.values():
                    folder.compare()
            head = view.head()
            listed = dict(kept.listed) if kept else {}
            touched = self._touched(view, kept, listed)
            incidents = Incidents(view, self.setting)
            years = self._write_incidents(incidents, touched, listed, folders.get(self.section.folder or Path()))
        shown = visible(listed.values(), self.setting)
        checked = Checked(self.now, stopped)
        if self.section.folder is not None:
            self._write_lists(folders[self.section.folder], shown, years if kept else None, checked)
        if self.section.public is not None:
            self._write_public(folders[self.section.public], listed.values(), checked)
        after = Kept(made_by=self.made_by, origin=head.origin, size=head.size, hash=head.hash, listed=listed)
        changed = {path: tuple(names) for path, names in self.changed.items()}
        return Published(changed=changed, shown=len(shown)), after

    def _kept(self, view: LedgerView, folders: Mapping[Path, PagesFolder]) -> Kept | None:
        """Return the state of publication, or None if anything except the ledger's growth has changed since then."""
        kept = read_kept(self.ledger)
        if kept is None or kept.made_by != self.made_by or any(not folder.names for folder in folders.values()):
            return None
        if any(isinstance(entry.recorded.event, Redacted) for entry in view.entries(RECORD, after=kept.size)):
            return None  # texts were removed, and any page may contain them
        head = view.head_at(kept.size) if kept.size else None
        is_same = kept.size == 0 or (head is not None and (head.origin, head.hash) == (kept.origin, kept.hash))
        return kept if is_same else None

    def _touched(self, view: LedgerView, kept: Kept | None, listed: Mapping[str, Listed]) -> list[str]:
        """Return the incidents whose pages may have changed. Those without a page come first, so that links work."""
        if kept is None:
            return [state.id for state in view.incidents(everything=True)]
        names = {entry.recorded.incident for entry in view.entries(after=kept.size)} - APART
        near = {name for one in names for name in (listed[one].linked if one in listed else ())}
        near |= {name for name, one in listed.items() if names & set(one.linked)}
        group = Incidents(view, self.setting).group(names | near) if names else set()
        return sorted(group, key=lambda name: (name in listed, name))

    def _write_incidents(
        self, incidents: Incidents, touched: Iterable[str], listed: dict[str, Listed], folder: PagesFolder | None
    ) -> set[int]:
        """Read the incidents into `listed`, write their pages, and return the years in which they were declared."""
        years, pages = set[int](), dict[str, str]()
        for name in touched:
            found = incidents.read(name)
            listed[name] = found if isinstance(found, Listed) else found.listed
            years.add(listed[name].declared_at.year)
            if folder is None or isinstance(found, Listed) or not visible([found.listed], self.setting):
                continue
            pages[page_name(name)] = incident_page(
                found, self.setting, self.templates, pages=incidents.pages(found)
            )  # fmt: skip
            if len(pages) >= BATCH:
                self._write(folder, pages)
                pages = {}
        if folder is not None:
            self._write(folder, pages)
        return years

    def _write_lists(
        self, folder: PagesFolder, shown: list[Listed], years: set[int] | None, checked: Checked
    ) -> None:  # fmt: skip
        """Write the page of each year, then the feed and the first page, and remove pages that nothing links to."""
        all_years = {one.declared_at.year for one in shown}
        pages = {
            year_name(year): year_page(year, shown, self.setting, self.templates)
            for year in sorted(all_years)
            if years is None or year in years
        }
        self._write(folder, pages)
        self._write(folder, {FEED: incident_feed(shown, self.setting)})
        self._write(folder, {INDEX: index_page(shown, checked, self.setting, self.templates)})
        wanted = {FEED, INDEX, *map(year_name, all_years), *(page_name(one.id) for one in shown)}
        self.changed[folder.path] += folder.keep_only(wanted)

    def _write_public(self, folder: PagesFolder, listed: Iterable[Listed], checked: Checked) -> None:
        pages = public_pages(list(listed), checked, self.setting, self.templates, key=self.context.key)
        for name, text in pages.items():  # in this order: the first page links to the others
            self._write(folder, {name: text})
        self.changed[folder.path] += folder.keep_only(pages)

    def _write(self, folder: PagesFolder, pages: Mapping[str, str]) -> None:
        self.changed[folder.path] += folder.write(pages)


def made_by(context: AppContext) -> str:
    """Return a digest of everything, apart from the record, that affects how pages look."""
    from importlib.metadata import version

    templates, section = context.templates, context.config.settings.publish
    names = [name for name in templates.names() if name.startswith("page/")]
    parts = [version("incidentmail"), repr(section), repr(setting_of(context)), context.key.hex()]
    parts += [templates.file(name).read_text(encoding="utf-8") for name in names]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_wanted(section: PublishSection) -> bool:
    """Return whether any folder for web pages is configured."""
    return bool(section.folders)


@contextmanager
def _turn(ledger: Path) -> Iterator[bool]:
    """Acquire the lock for writing pages if it is free, and yield whether this process holds it during the block."""
    handle = os.open(beside(ledger, LOCK), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)
