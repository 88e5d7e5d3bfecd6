"""A hook may reach the public internet, and a private network only if it says so, whatever DNS answers."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from incidentmail.errors import HookUnreachableError
from incidentmail.transport.webhook.places import places_of

PRIVATE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
    "::1", "::", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "ff02::1",
)  # fmt: skip
LINK = ("169.254.169.254", "fe80::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe")


def answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Make DNS answer that the host has these addresses."""

    def getaddrinfo(host: str, port: int, **kw: Any) -> list[tuple[Any, ...]]:
        if not addresses:
            raise socket.gaierror(-2, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def places(*, allow_private: bool = False) -> list[str]:
    return places_of("hooks.example.com", 443, allow_private=allow_private, timeout_s=5)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_to_a_private_address_is_refused_and_the_key_is_named(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    answering(monkeypatch, address)
    with pytest.raises(HookUnreachableError) as refused:
        places()
    assert "a private address" in str(refused.value)
    assert "allow_private = true" in (refused.value.hint or "")
    assert places(allow_private=True) == [address]


@pytest.mark.parametrize("address", LINK)
def test_an_address_of_the_link_is_always_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    answering(monkeypatch, "8.8.8.8", address)
    for allow_private in (False, True):
        with pytest.raises(HookUnreachableError):
            places(allow_private=allow_private)


def test_public_addresses_are_used_and_private_ones_beside_them_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "10.0.0.1", "8.8.8.8", "2001:4860:4860::8888")
    assert places() == ["8.8.8.8", "2001:4860:4860::8888"]


def test_a_name_that_dns_does_not_know_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch)
    with pytest.raises(HookUnreachableError, match=r"DNS knows no address of hooks\.example\.com"):
        places()
