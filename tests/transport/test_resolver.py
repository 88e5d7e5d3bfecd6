"""DNS: an answer, no record, no telling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S

from incidentmail.errors import DnsUnavailableError
from incidentmail.transport.resolver import Resolver

if TYPE_CHECKING:
    from conftest import Names


def test_a_long_record_comes_whole_and_is_asked_for_once(names: Names) -> None:
    names.records["k._domainkey.example.com"] = b"p=" + b"A" * 500
    resolver = Resolver(names.address, PATIENCE_S)
    assert [resolver.txt("k._domainkey.example.com") for _ in range(3)] == [b"p=" + b"A" * 500] * 3
    assert names.asked == ["k._domainkey.example.com"]


@pytest.mark.parametrize("name", ["nowhere.example.com", "a" * 64 + ".example.com"])
def test_no_such_name_is_an_answer(names: Names, name: str) -> None:
    assert Resolver(names.address, PATIENCE_S).txt(name) is None


@pytest.mark.parametrize(
    ("answer", "timeout_s", "said"),
    [("", PATIENCE_S, "could not tell"), (None, 0.2, "did not answer in 0.2 s")],
)
def test_a_server_that_cannot_tell_or_is_silent_is_no_answer(
    names: Names, answer: str | None, timeout_s: float, said: str
) -> None:
    names.records["k.example.com"] = answer
    with pytest.raises(DnsUnavailableError, match=said):
        Resolver(names.address, timeout_s).txt("k.example.com")
    names.records["k.example.com"] = b"later"
    assert Resolver(names.address, PATIENCE_S).txt("k.example.com") == b"later"


def test_the_servers_of_this_machine_are_asked_where_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.resolver

    def none(*_: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", none)
    with pytest.raises(DnsUnavailableError, match="no DNS server is known"):
        Resolver(None, 1).txt("k.example.com")
