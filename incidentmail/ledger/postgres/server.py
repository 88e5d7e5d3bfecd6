"""Query a database server for its version, its settings, and the privileges of our role."""

from __future__ import annotations

from collections.abc import Mapping

from incidentmail.core.frozen import Frozen

from . import schema
from .postgres_rows import PostgresView


class Server(Frozen, kw_only=True):
    """A server and our role on it.

    `unsafe` holds the settings with which a crash may lose acknowledged mail. `can_change` holds the tables that the
    role could change although it should only append to them, and `lacking` those to which it cannot append.
    """

    version: str
    role: str
    unsafe: Mapping[str, str]
    can_change: tuple[str, ...]
    lacking: tuple[str, ...]
    bytes: int


def server_of(view: PostgresView) -> Server:
    """Return the server's version and settings, and our privileges on it."""
    database = view.connection.database
    version, role, fsync, pages = view.connection.execute(
        "SELECT current_setting('server_version'), current_user, current_setting('fsync'),"
        " current_setting('full_page_writes')"
    ).fetchone()
    found = {"fsync": fsync, "full_page_writes": pages}
    return Server(
        version=version,
        role=role,
        unsafe={name: value for name, value in found.items() if value == "off"},
        can_change=tuple(schema.rights_too_many(database)),
        lacking=tuple(schema.rights_lacking(database)),
        bytes=view.bytes_used(),
    )
