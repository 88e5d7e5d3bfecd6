"""Hosts are compared in the form that a browser uses, however they were written."""

from __future__ import annotations

import pytest

from incidentmail.core.decision.venue import check_venue
from incidentmail.core.hosts import clickable, public_host
from incidentmail.core.model import Actor, Person, Trust
from incidentmail.core.policy import Policy

MEMBER = Actor(person=Person(name="Mara", address="mara@example.com"), trust=Trust.VERIFIED)
POLICY = Policy(
    venue_hosts=("meet.example.com", "*.zoom.us", "xn--bcher-kva.example", "10.0.0.5", "tel:", "chat.example.com")
)


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("meet.example.com", "meet.example.com"),
        ("Meet.EXAMPLE.com", "meet.example.com"),
        ("meet.example.com.", "meet.example.com"),
        ("meet.example.com:8443", "meet.example.com"),
        ("bo@meet.example.com", "meet.example.com"),
        ("meet.example.com@evil.example", "evil.example"),
        ("meet.example.com:x@evil.example:443", "evil.example"),
        ("meet.example.com%2eevil.example", "meet.example.com.evil.example"),
        ("me%65t.example.com", "meet.example.com"),
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("B\u00dcCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("m\u0435et.example.com", "xn--met-rdd.example.com"),
        ("\uff4d\uff45\uff45\uff54.example.com", "meet.example.com"),
        ("meet\u3002example\uff0ecom", "meet.example.com"),
        ("me\u00adet.exam\u200bple.com", "meet.example.com"),
        ("10.0.0.5", "10.0.0.5"),
        ("167772165", "10.0.0.5"),
        ("0xa000005", "10.0.0.5"),
        ("0xA.0x0.0x0.0x5", "10.0.0.5"),
        ("012.0.0.05", "10.0.0.5"),
        ("10.5", "10.0.0.5"),
        ("[::ffff:10.0.0.5]", "10.0.0.5"),
        ("[::ffff:a00:5]:443", "10.0.0.5"),
        ("[2001:DB8:0:0::1]", "2001:db8::1"),
        ("[fe80::1%25eth0]", None),
        ("256.1.1.1", None),
        ("1.2.3.4.5", None),
        ("", None),
        ("a..b", None),
        ("[::1", None),
        ("exa mple.com", None),
        ("\u2488com", None),
    ],
    ids=ascii,
)
def test_a_host_in_its_public_form(written: str, host: str | None) -> None:
    assert public_host(written) == host


@pytest.mark.parametrize(
    "venue",
    [
        "https://meet.example.com./cards", "https://MEET.example.com:443/", "https://b\u00fccher.example/x",
        "https://bu\u0308cher.example/x", "http://10.0.0.5/x", "http://167772165/x", "http://[::ffff:10.0.0.5]/x",
        "tel:+44-20-7946-0000", "+44 20 7946 0000", "xmpp:cards@chat.example.com", "xmpp:cards@chat.example.com?join",
        "mailto:cards@meet.example.com", "zoommtg://us02web.zoom.us/join", "#cards on Slack (ask Bo: bo@example.com)",
    ],
    ids=ascii,
)  # fmt: skip
def test_what_the_policy_names_passes_in_every_spelling(venue: str) -> None:
    assert check_venue(venue, MEMBER, POLICY) is None


@pytest.mark.parametrize(
    "venue",
    [
        "https://meet.example.com@evil.example/", "https://meet.example.com%2eevil.example/",
        "https:evil.example", "https:/evil.example/x", "https:\\evil.example", "https:///evil.example",
        "https://meet.example.com\u3002evil.example/", "meet.example.com\uff0eevil.example", "evil\u3002test/x",
        "https://xn--met-rdd.example.com/", "http://10.0.0.6/", "http://0xa000006/", "http://167772166/",
        "http://[::ffff:a00:6]/", "http://[::1]/", "http://localhost/", "http://localhost:8080/x", "http://169.254.169.254/",
        "http://192.168.1.1/reboot", "xmpp:cards@evil.example", "sip:bo@evil.example", "mailto:bo@evil.example",
        "sms:+4470000", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "callto:+4470000", "http://",
        "https://meet.example.com /x https://evil.example", "https://us02web.zoom.us.evil.example",
        "ftp:evil.example/x", "JAVASCRIPT:x", "mailto:bo@meet.example.com,eve@evil.example",
    ],
    ids=ascii,
)  # fmt: skip
def test_whatever_leads_elsewhere_is_refused(venue: str) -> None:
    refused = check_venue(venue, MEMBER, POLICY)
    assert refused is not None
    assert "meet.example.com" in refused.remedy


def test_telephone_links_need_to_be_named() -> None:
    assert check_venue("tel:+4470000", MEMBER, Policy(venue_hosts=("meet.example.com",))) is not None


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://meet.example.com/cards.", ["https://meet.example.com/cards"]),
        ("https://meet.example.com/a_(b), and", ["https://meet.example.com/a_(b)"]),
        ("(https://us02web.zoom.us/j/1?pwd=x)", ["https://us02web.zoom.us/j/1?pwd=x"]),
        ("https://evil.example/x", []),
        ("https://meet.example.com@evil.example/", []),
        ("https://bo@meet.example.com/", []),
        ("https://m\u0435et.example.com/", []),
        ("javascript:alert(1) data:x mailto:bo@evil.example tel:+44", []),
        ("evil.example www.evil.example bo@example.com", []),
        ("http://10.0.0.6/x http://localhost/x", []),
    ],
    ids=ascii,
)
def test_only_what_the_policy_allows_can_be_clicked(text: str, links: list[str]) -> None:
    assert [text[start:end] for start, end in clickable(text, POLICY.venue_hosts)] == links


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("https://status.example.com/x and http://grafana.example.com:3000/d/1", 2),
        ("https://evil@example.com/", 0), ("http://10.0.0.5/x", 0), ("http://0xa000005/", 0), ("http://localhost/", 0),
        ("http://[::1]/", 0), ("http://printer.local/", 0), ("http://printer/", 0), ("http://8.8.8.8/x", 1),
        ("https://m\u0435et.example.com/", 0), ("https://b\u00fccher.example/", 0), ("http://134744072/x", 0),
        ("www.example.com", 0), ("ftp://example.com/x", 0), ("https://example.com\\@evil.test", 0),
    ],
    ids=ascii,
)  # fmt: skip
def test_without_named_hosts_a_link_must_lead_where_it_says(text: str, links: int) -> None:
    assert len(list(clickable(text, ()))) == links


def test_a_long_text_is_looked_through_at_once() -> None:
    assert list(clickable("https://" * 10_000, ())) == []
    assert len(list(clickable("https://a.b" * 10_000 + " " + "http://x@" * 5_000, ()))) < 100
