"""Combine the classes in this package: everything that a transaction of any store can read and write."""

from __future__ import annotations

from .delivery_rows import DeliveryRows
from .figure_rows import FigureRows
from .folder_rows import FetchRows
from .outbox_rows import OutboxRows
from .private_mail_rows import PrivateMailRows
from .question_rows import QuestionRows
from .record_rows import KnownStates
from .removal_rows import RemovalRows
from .statements import Connection


class LedgerRows(RemovalRows, FetchRows, OutboxRows, PrivateMailRows, QuestionRows, FigureRows, DeliveryRows):
    """A LedgerView or a Transaction, depending on how the block was opened."""

    def __init__(self, connection: Connection, origin: str, known: KnownStates) -> None:
        self.connection = connection
        self.origin = origin
        self.known = known
        self.states = {}
