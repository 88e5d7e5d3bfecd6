"""Find out which addresses deliver to the same mailbox, because they differ only by a tag (RFC 5233)."""

from __future__ import annotations

from incidentmail.core.names.person import Person


def mailbox_of(address: str) -> str:
    """Return the mailbox that `address` delivers to: in lower case, without a tag (RFC 5233).

    Use it to compare people. Send mail to the address that a person gave.

    >>> mailbox_of("Bo+alerts@Example.com"), mailbox_of("+bo@example.com")
    ('bo@example.com', '+bo@example.com')
    """
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def is_same_mailbox(address: str, other: str) -> bool:
    """Return whether two addresses deliver to the same mailbox, so that one person reads mail to both.

    >>> is_same_mailbox("bo+x@example.com", "bo@example.com"), is_same_mailbox("bo@example.com", "bo@example.org")
    (True, False)
    """
    return mailbox_of(address) == mailbox_of(other)


def share_mailbox(person: Person, other: Person) -> bool:
    """Return whether two people are the same person, or have addresses of the same mailbox.

    >>> share_mailbox(Person(name="A", address="a+x@x.example"), Person(name="B", address="a@x.example"))
    True
    """
    if person.address and other.address:
        return is_same_mailbox(person.address, other.address)
    return person.same_as(other)
