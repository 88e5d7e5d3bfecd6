"""Group commit: many clients, one durable write.

The promise: `GroupCommit.submit` returns after its mail is durable in the ledger, and raises where it is not; there
is no third way. Mails that come while a commit is under way wait for the next one and share it. Cancelling `accept`
does not take a mail back: it may be stored all the same, as where a client leaves before it reads the reply.

One thread writes. It asks for the ledger's lock anew for each batch, and a batch is bounded in bytes and number, so
that other processes get their turn in between. What waits is bounded too: beyond that `accept` raises at once, and the
client hears 451 and keeps its mail.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from incidentmail.errors import LedgerBusyError
from incidentmail.inbound.limits import COMMIT_BYTES_MAX, WAITING_MAX
from incidentmail.inbound.message import Envelope

Mail = tuple[bytes, Envelope]


@dataclass(frozen=True, slots=True)
class _Waiting:
    mail: Mail
    stored: asyncio.Future[None]


class GroupCommit:
    """Hands batches of mails to `store`, which is durable when it returns; `accepted` hears after each batch."""

    def __init__(self, store: Callable[[Sequence[Mail]], object], accepted: Callable[[], None]) -> None:
        self._store, self._accepted = store, accepted
        self._waiting: deque[_Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "accept")

    async def submit(self, raw: bytes, envelope: Envelope) -> None:
        """Durable when it returns. Raises LedgerBusyError where too many wait, else whatever `store` raised."""
        if len(self._waiting) >= WAITING_MAX:
            raise LedgerBusyError(
                f"{WAITING_MAX} mails wait for the disk", hint="their senders will come again; look at the disk"
            )
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting((raw, envelope), stored))
        if self._writer is None:  # it ends itself in the same step in which it finds nothing left: no wake-up is lost
            self._writer = asyncio.create_task(self._write())
        await stored

    async def close(self) -> None:
        """Waits for what was given to `accept`, then ends the thread."""
        if self._writer is not None:
            await self._writer
        self._thread.shutdown()

    async def _write(self) -> None:
        """Batch after batch, until nothing waits."""
        loop = asyncio.get_running_loop()
        try:
            while batch := self._next_batch():
                try:
                    await loop.run_in_executor(self._thread, self._store, [one.mail for one in batch])
                except Exception as error:
                    _tell(batch, error)
                else:
                    _tell(batch, None)
                    self._accepted()
                del batch  # so that its mails are not held while the next one is being written
        finally:
            self._writer = None

    def _next_batch(self) -> list[_Waiting]:
        """What shares the next commit: one mail at least, and then as many as its bound allows."""
        count = size = 0
        for one in self._waiting:
            size += len(one.mail[0])
            if count and size > COMMIT_BYTES_MAX:
                break
            count += 1
        batch = list(islice(self._waiting, count))
        for _ in batch:
            self._waiting.popleft()
        return batch


def _tell(batch: list[_Waiting], error: Exception | None) -> None:
    for one in batch:
        if one.stored.done():  # whoever waited was cancelled
            continue
        if error is None:
            one.stored.set_result(None)
        else:
            one.stored.set_exception(error)
