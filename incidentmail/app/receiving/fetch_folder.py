"""Fetch new mail from an IMAP folder into the ledger, each message exactly once even after interruptions.

The position in the folder is committed together with the accepted messages. So if the process is killed at any point,
no message is lost or counts twice. Messages are marked on the server only after the commit. A renumbered folder is
fetched again, and messages that were accepted before are recognised by their bytes.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from incidentmail.app.context import AppContext
from incidentmail.errors import MailboxRefusedError, MailboxUnavailableError
from incidentmail.inbound.fields import read_head
from incidentmail.inbound.limits import MESSAGE_BYTES_MAX, WHOLE_HEADER_BYTES_MAX
from incidentmail.inbound.message import Envelope, canonical_address
from incidentmail.ledger.values import Folder
from incidentmail.transport.imap_client import MAILS_OF_WINDOW, UIDS_PER_COMMAND, Listed, Session
from incidentmail.transport.mailbox_url import Mailbox

from .stored_mail import envelope_json

log = logging.getLogger("incidentmail")

BATCH_MAILS: Final = 50
BATCH_BYTES: Final = MESSAGE_BYTES_MAX
"""Roughly how many bytes of mail are in memory at a time. Each batch is one commit."""
BACKLOG_AGE: Final = timedelta(days=1)
"""At the first look at a mailbox, messages older than this change nothing, since nobody is waiting for them."""
WITHHELD_MAX: Final = 5
"""How often to request a message that the server does not deliver although it delivers others."""
PROGRESS_MAILS: Final = 1_000


@dataclass(slots=True)
class Fetched:
    """The result of checking the folder once: the numbers of accepted messages, how many were not accepted, and why."""

    seqs: list[int] = field(default_factory=list)
    copies: int = 0
    unfetched: int = 0
    withheld: int = 0

    def __str__(self) -> str:
        parts = [f"{len(self.seqs)} fetched"]
        parts += [f"{self.copies} known already"] if self.copies else []
        parts += [f"{self.unfetched} of them without their bodies"] if self.unfetched else []
        parts += [f"{self.withheld} not given by the server, asked for again later"] if self.withheld else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class _Got:
    uid: int
    raw: bytes
    envelope: Envelope


def fetch_new(
    context: AppContext, session: Session, mailbox: Mailbox, is_over: Callable[[], bool] = lambda: False
) -> Fetched:
    """Accept everything in the folder that has not been fetched yet. Raise MailboxError or LedgerError."""
    return _Look(context, session, mailbox, is_over).run()


class _Look:
    """One check of the folder."""

    def __init__(self, context: AppContext, session: Session, mailbox: Mailbox, is_over: Callable[[], bool]) -> None:
        self.context, self.session, self.name, self.is_over = context, session, mailbox.name, is_over
        self.after = context.config.settings.imap.after
        self.done = Fetched()
        self.is_marking = self.after != "leave"
        self.uidvalidity = 0
        self.backlog_before: datetime | None = None

    def run(self) -> Fetched:
        opened = self.session.open(read_only=self.after == "leave")
        folder = self._folder(opened.uidvalidity)
        self._mark(folder.to_mark)
        for uids in self.session.uids(after=folder.uid, before=opened.uid_next):
            for batch in self._batches(uids):
                if self.is_over():
                    return self.done
                self._take(batch, may_withhold=False)
        if passed := max(0, opened.uid_next - 1 - MAILS_OF_WINDOW):
            self._pass(passed)  # so that a long range without messages is not searched each time
        again = sorted(folder.withheld)
        for batch in self._batches(again):
            self._take(batch, may_withhold=True)
        with self.context.ledger.transaction() as tx:
            tx.note_looked(self.name, at=self.context.now())
        return self.done

    def _folder(self, uidvalidity: int) -> Folder:
        with self.context.ledger.snapshot() as view:
            folder = view.folder(self.name)
        if folder is None or folder.uidvalidity != uidvalidity:
            if folder is not None:
                log.warning("imap: %s was renumbered by its server; everything in it is looked at anew", self.name)
            with self.context.ledger.transaction() as tx:
                folder = tx.open_folder(self.name, uidvalidity=uidvalidity, at=self.context.now())
        self.uidvalidity = uidvalidity
        self.backlog_before = folder.opened_at - BACKLOG_AGE
        return folder

    def _batches(self, uids: Sequence[int]) -> Iterator[list[tuple[int, Listed | None]]]:
        """Yield batches of messages, limited in number and in bytes."""
        for start in range(0, len(uids), UIDS_PER_COMMAND):
            some = uids[start : start + UIDS_PER_COMMAND]
            listed = self.session.listed(some)
            batch: list[tuple[int, Listed | None]] = []
            held = 0
            for uid in some:
                size = min(found.size, MESSAGE_BYTES_MAX) if (found := listed.get(uid)) else 0
                if batch and (len(batch) >= BATCH_MAILS or held + size > BATCH_BYTES):
                    yield batch
                    batch, held = [], 0
                batch.append((uid, found))
                held += size
            if batch:
                yield batch

    def _take(self, batch: list[tuple[int, Listed | None]], *, may_withhold: bool) -> None:
        """Fetch, accept and mark the messages of one batch."""
        before = len(self.done.seqs) // PROGRESS_MAILS
        small = [uid for uid, found in batch if found and found.size <= MESSAGE_BYTES_MAX]
        bodies = self._bodies(small)
        got: list[_Got] = []
        missing: list[int] = []
        for uid, found in batch:
            if found and (raw := bodies.pop(uid, None)) is not None and len(raw) <= MESSAGE_BYTES_MAX:
                got.append(_Got(uid, raw, self._envelope(raw, found)))
            elif found and (found.size > MESSAGE_BYTES_MAX or raw is not None):
                got.append(self._without_body(uid, found, f"it has {found.size} bytes, more than {MESSAGE_BYTES_MAX}"))
            else:
                missing.append(uid)
        withheld, gone, given_up = self._sorted_out(missing, is_alive=bool(got or self.done.seqs or self.done.copies))
        if withheld and not got and not may_withhold and not self.done.seqs and not self.done.copies:
            raise MailboxRefusedError(f"the server gives none of {len(withheld)} new mails", mailbox=self.name)
        self._commit([*got, *given_up], withheld=withheld, gone=gone, upto=0 if may_withhold else batch[-1][0])
        if len(self.done.seqs) // PROGRESS_MAILS > before:
            log.info("imap: %s: %s so far", self.name, self.done)

    def _bodies(self, uids: list[int]) -> dict[int, bytes]:
        """Return the messages of a batch. If the server refuses to deliver them together, fetch them one by one."""
        if not uids:
            return {}
        try:
            return self.session.fetch(uids)
        except MailboxRefusedError:
            found: dict[int, bytes] = {}
            for uid in uids:
                try:
                    found |= self.session.fetch([uid])
                except MailboxRefusedError as error:
                    log.warning("imap: mail %d: %s", uid, error)
            return found

    def _sorted_out(self, missing: list[int], *, is_alive: bool) -> tuple[list[int], list[int], list[_Got]]:
        """Sort the messages that the server did not deliver into those withheld, those gone, and those given up."""
        withheld: list[int] = []
        gone: list[int] = []
        given_up: list[_Got] = []
        with self.context.ledger.snapshot() as view:
            folder = view.folder(self.name)
        for uid in missing:
            if not any(self.session.uids(after=uid - 1, before=uid + 1)):
                gone.append(uid)
            elif is_alive and folder and folder.withheld.get(uid, 0) + 1 >= WITHHELD_MAX:
                given_up.append(_Got(uid, b"", Envelope(way="imap", unfetched=f"the server does not give mail {uid}")))
            else:
                withheld.append(uid)
        return withheld, gone, given_up

    def _without_body(self, uid: int, found: Listed, reason: str) -> _Got:
        log.warning("imap: %s: mail %d is not fetched: %s", self.name, uid, reason)
        try:
            raw = self.session.header(uid, WHOLE_HEADER_BYTES_MAX) or b""
        except MailboxRefusedError:
            raw = b""  # the message is recorded nevertheless
        envelope = Envelope(way="imap", backlog=self._is_backlog(found), unfetched=reason)
        return _Got(uid, raw, envelope)

    def _envelope(self, raw: bytes, found: Listed) -> Envelope:
        return Envelope(way="imap", reverse_path=reverse_path_of(raw), backlog=self._is_backlog(found))

    def _is_backlog(self, found: Listed) -> bool:
        return bool(found.arrived_at and self.backlog_before and found.arrived_at < self.backlog_before)

    def _commit(self, got: list[_Got], *, withheld: list[int], gone: list[int], upto: int) -> None:
        """Accept messages and advance the position in one transaction, then mark them."""
        fresh: dict[bytes, _Got] = {}
        copies = 0
        with self.context.ledger.transaction() as tx:
            folder = tx.folder(self.name)
            if folder is None or folder.uidvalidity != self.uidvalidity:
                raise MailboxUnavailableError("it was renumbered meanwhile", mailbox=self.name)
            for one in got:
                if one.uid <= folder.uid and one.uid not in folder.withheld:
                    continue  # another process was faster
                digest = hashlib.sha256(one.raw or f"{self.uidvalidity} {one.uid}".encode()).digest()
                if digest in fresh or tx.was_fetched(self.name, digest):
                    copies += 1
                else:
                    fresh[digest] = one
            mails = [(one.raw, envelope_json(one.envelope)) for one in fresh.values()]
            seqs = tx.store_mails(mails, at=self.context.now()) if mails else []
            to_mark = [one.uid for one in got if one.envelope.unfetched is None] if self.after != "leave" else []
            tx.note_fetched(
                self.name,
                uid=upto,
                digests=list(fresh),
                to_mark=to_mark,
                withheld=[uid for uid in withheld if uid > folder.uid or uid in folder.withheld],
                settled=[*(one.uid for one in got), *gone],
            )
        self.done.seqs += seqs
        self.done.copies += copies
        self.done.withheld += len(withheld)
        self.done.unfetched += sum(one.envelope.unfetched is not None for one in fresh.values())
        self._mark(to_mark)

    def _pass(self, uid: int) -> None:
        with self.context.ledger.snapshot() as view:
            folder = view.folder(self.name)
        if folder and folder.uid < uid and folder.uidvalidity == self.uidvalidity:
            with self.context.ledger.transaction() as tx:
                tx.note_fetched(self.name, uid=uid, digests=(), to_mark=(), withheld=(), settled=())

    def _mark(self, uids: Sequence[int]) -> None:
        """Mark these messages on the server as accepted. If the server refuses, this is retried later."""
        for start in range(0, len(uids) if self.is_marking else 0, UIDS_PER_COMMAND):
            some = list(uids[start : start + UIDS_PER_COMMAND])
            try:
                if self.after == "seen":
                    self.session.mark_seen(some)
                else:
                    self.session.move(some, self.after.removeprefix("move:"))
            except MailboxRefusedError as error:
                log.warning("imap: %s", error)
                self.is_marking = False
                return
            with self.context.ledger.transaction() as tx:
                tx.note_marked(self.name, some)


def reverse_path_of(raw: bytes) -> str | None:
    r"""Return the reverse-path from the first Return-Path field.

    The delivering server puts this field at the top (RFC 5321 section 4.4). Return None if there is none that can be
    parsed, and "" for the null path.

    >>> reverse_path_of(b"Return-Path: <>\r\nReturn-Path: <mara@example.com>\r\n\r\n")
    ''
    """
    said = next((value for name, value in read_head(raw).fields if name == "return-path"), None)
    if said is None:
        return None
    text = said.strip()
    return "" if text == "<>" else canonical_address(text.removeprefix("<").removesuffix(">"))
