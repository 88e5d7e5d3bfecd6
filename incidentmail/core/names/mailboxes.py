"""Find out which addresses belong to one person: those of one mailbox, whatever tag they have (RFC 5233)."""

from __future__ import annotations

from incidentmail.core.names.person import Person


def mailbox_of(address: str) -> str:
    """Return the address of the mailbox that gets the mail of `address`: without a tag (RFC 5233), in lower case.

    The result identifies a person. Mail still goes to the address that the person gave.

    >>> mailbox_of("Bo+alerts@Example.com"), mailbox_of("+bo@example.com")
    ('bo@example.com', '+bo@example.com')
    """
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def is_same_mailbox(address: str, other: str) -> bool:
    """Return whether both are addresses of one mailbox, so that one person reads the mail of both.

    >>> is_same_mailbox("bo+x@example.com", "bo@example.com"), is_same_mailbox("bo@example.com", "bo@example.org")
    (True, False)
    """
    return mailbox_of(address) == mailbox_of(other)


def share_mailbox(person: Person, other: Person) -> bool:
    """Return whether both are the same person, or have addresses of one mailbox.

    >>> share_mailbox(Person(name="A", address="a+x@x.example"), Person(name="B", address="a@x.example"))
    True
    """
    if person.address and other.address:
        return is_same_mailbox(person.address, other.address)
    return person.same_as(other)
