"""Making a ledger anew from an archive of the list, against parsing its mail."""

from __future__ import annotations

import email
import mailbox
import random
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing
from email.message import Message
from email.utils import format_datetime
from pathlib import Path

from incidentmail.app.actions import change
from incidentmail.app.context import now_utc, open_context
from incidentmail.app.keeping.rebuild import rebuild
from incidentmail.app.keeping.saved_mail import saved_mails
from incidentmail.app.sending.flush import flush
from incidentmail.config.load import load
from incidentmail.core.commands import SetSeverity

from .accepting import declare_some
from .servers import write_config
from .storing import PROSE_WORDS, VOCABULARY
from .table import Row, compare, seconds

INCIDENTS, UPDATES = 20, 6
"""How many incidents there are, and updates of each. All other mails are replies of 3 kB to these."""


def rows(folder: Path, size: int) -> Iterator[Row]:
    """Measure how long a rebuild from `size` messages takes. It is done once, and the floor with it."""
    (folder / "rebuild").mkdir()
    config = write_config(folder / "rebuild", mute=False)
    config.write_text(config.read_text().replace('"smtp://127.0.0.1:25"', f'"maildir://{folder}/rebuild/out"'))
    archive = folder / "rebuild" / "archive.mbox"
    _write(config, archive, size)
    yield compare(
        f"rebuild from an mbox of {size:,} mails", "/s", _rebuilt(config, archive, size), _parsed(archive, size),
        goal=0.3, at="least", how="mailbox.mbox, and message_from_bytes with compat32 for each mail", rounds=1,
    )  # fmt: skip


def _write(config: Path, archive: Path, size: int) -> None:
    """Write an archive: the mail of some incidents, and replies to it."""
    with closing(open_context(load(str(config)))) as context:
        declare_some(context, INCIDENTS)
        with context.ledger.snapshot() as view:
            names = [one.id for one in view.incidents(everything=True)]
        for number in range(UPDATES):
            for name in names:
                change(context, name, [SetSeverity(1 + number % 2)])
            flush(context, early=True)
    ours = [file.read_bytes() for file in sorted((config.parent / "out" / "new").iterdir())]
    ours = [raw for raw in ours if b"\nIncident-Update:" in raw]
    box = mailbox.mbox(str(archive))
    for raw in (*ours, *_replies(ours, size - len(ours))):
        box.add(raw)
    box.close()


def _replies(ours: list[bytes], count: int) -> Iterator[bytes]:
    chance, words = random.Random(1), [word for page in VOCABULARY for word in page.read_text(encoding="utf-8").split()]
    answered = [email.message_from_bytes(raw) for raw in ours]
    for number in range(count):
        prose = textwrap.fill(" ".join(chance.choices(words, k=PROSE_WORDS)), 72)
        yield _reply(chance.choice(answered), number, prose)


def _reply(answered: Message, number: int, prose: str) -> bytes:
    return (
        f"From: Mara Lindqvist <mara@example.com>\nTo: incidents@example.com\nSubject: Re: {answered['Subject']}\n"
        f"Date: {format_datetime(now_utc())}\nMessage-ID: <rebuild.{number}@bench.example>\n"
        f"In-Reply-To: {answered['Message-ID']}\n\n{prose}\n"
    ).encode()


def _rebuilt(config: Path, archive: Path, size: int) -> Callable[[], float]:
    def run() -> float:
        for end in ("", "-wal", "-shm"):
            (config.parent / f"ledger.db{end}").unlink(missing_ok=True)
        return size / seconds(lambda: rebuild(load(str(config)), saved_mails(archive)))

    return run


def _parsed(archive: Path, size: int) -> Callable[[], float]:
    def run() -> None:
        box = mailbox.mbox(str(archive), create=False)
        for key in box.iterkeys():
            email.message_from_bytes(box.get_bytes(key))
        box.close()

    return lambda: size / seconds(run)
