"""DNS queries: an answer, no record, or no server that can tell."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S

from incidentmail.errors import DnsUnavailableError
from incidentmail.transport.resolver import QUESTIONS_MAX, Resolver

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


def hurried(names: Names, timeout_s: float = PATIENCE_S) -> Resolver:
    """Return a resolver that does not wait for an answer."""
    resolver = Resolver(names.address, timeout_s)
    resolver.patience_s = 0
    return resolver


def answer_of(resolver: Resolver, name: str) -> bytes | None:
    """Return the answer that a resolver without waiting has in the end."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            return resolver.txt(name)
        except DnsUnavailableError as error:
            assert "not answered yet" in str(error)
            time.sleep(0.01)
    raise AssertionError("there was never an answer")


def test_who_does_not_wait_finds_the_answer_later_and_asks_once(names: Names) -> None:
    names.records["k.example.com"] = b"a key"
    assert answer_of(hurried(names), "k.example.com") == b"a key"
    assert names.asked == ["k.example.com"]


def test_of_a_server_that_does_not_answer_it_is_known_for_a_while(names: Names) -> None:
    names.records["lame.example.com"] = None
    resolver = hurried(names, 0.2)
    resolver.patience_s = PATIENCE_S
    for _ in range(3):
        with pytest.raises(DnsUnavailableError, match=r"did not answer in 0\.2 s"):
            resolver.txt("lame.example.com")
    assert len(set(names.asked)) == 1
    first = len(names.asked)
    with pytest.raises(DnsUnavailableError):
        resolver.txt("lame.example.com")
    assert len(names.asked) == first


def test_only_so_many_questions_are_open_at_a_time_and_nobody_waits_behind_them(names: Names) -> None:
    lame = [f"lame{number}.example.com" for number in range(QUESTIONS_MAX)]
    names.records |= dict.fromkeys(lame) | {"k.example.com": b"a key"}
    resolver = hurried(names)
    for name in lame:
        with pytest.raises(DnsUnavailableError, match="not answered yet"):
            resolver.txt(name)
    with pytest.raises(DnsUnavailableError, match="was not asked"):
        resolver.txt("k.example.com")


def test_all_texts_of_a_name_are_told(names: Names) -> None:
    names.records["example.com"] = [b"v=spf1 mx -all", b"x" * 300]
    assert sorted(Resolver(names.address, PATIENCE_S).texts("example.com")) == ["v=spf1 mx -all", "x" * 300]


def test_mail_servers_come_in_the_order_of_preference(names: Names) -> None:
    names.others["example.com", "MX"] = ["20 Second.example.", "10 first.example."]
    resolver = Resolver(names.address, PATIENCE_S)
    assert resolver.mail_servers("example.com") == ["first.example", "second.example"]
    assert resolver.mail_servers("other.example") == []


def test_a_service_that_a_domain_does_not_offer_is_none(names: Names) -> None:
    names.others["_submissions._tcp.example.com", "SRV"] = ["10 1 465 smtp.example."]
    names.others["_imaps._tcp.example.com", "SRV"] = ["0 0 0 ."]  # RFC 2782: "." means that there is no such service
    resolver = Resolver(names.address, PATIENCE_S)
    assert resolver.services("_submissions._tcp.example.com") == [("smtp.example", 465)]
    assert resolver.services("_imaps._tcp.example.com") == []
