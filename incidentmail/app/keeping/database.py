"""Create or update the tables of a ledger in a database, and grant the service its privileges."""

from __future__ import annotations

from contextlib import closing
from urllib.parse import parse_qsl, urlsplit

from incidentmail.app.keeping.open_ledger import check_package
from incidentmail.config.load import Config
from incidentmail.core.frozen import Frozen
from incidentmail.errors import UsageError


class Prepared(Frozen, kw_only=True):
    """The migrations that were applied, and the role that was granted privileges (if another role owns the tables)."""

    applied: tuple[int, ...]
    number: int
    role: str | None


def prepare_database(config: Config, *, owner_url: str | None = None, origin: str | None = None) -> Prepared:
    """Apply the missing migrations, as the owner of the tables if `owner_url` is given.

    Everything is done in one transaction. A new ledger gets the origin `origin`, or a random one. Raise UsageError if
    `owner_url` names another database, and LedgerError if the database cannot be opened or changed.
    """
    url = str(config.ledger.database_url)
    role = urlsplit(url).username
    is_owner_other = owner_url is not None and urlsplit(owner_url).username != role
    if owner_url is not None and not is_same_database(owner_url, url):
        raise UsageError("--as names another database than [ledger] url", hint="only the user may differ")
    if is_owner_other and role is None:
        raise UsageError(
            "[ledger] url names no user, who would get the rights", hint="write postgresql://USER@HOST/DATABASE"
        )
    password = None if is_owner_other else config.ledger_password()
    check_package()
    from incidentmail.ledger.postgres.administration import Administration

    with closing(Administration(owner_url or url, password=password)) as database:
        applied, number = database.migrate(origin=origin, role=role if is_owner_other else None)
    return Prepared(applied=tuple(applied), number=number, role=role if is_owner_other else None)


def is_same_database(url: str, other: str) -> bool:
    """Return whether two URLs name the same database, regardless of their users."""
    places = [
        (parts.hostname, parts.port, parts.path.strip("/"), dict(parse_qsl(parts.query)).get("host"))
        for parts in map(urlsplit, (url, other))
    ]
    return places[0] == places[1]
