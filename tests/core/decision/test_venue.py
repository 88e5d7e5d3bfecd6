"""The host to which a link in a venue really leads, however it is disguised."""

from __future__ import annotations

import pytest

from incidentmail.core.decision.venue import check_venue, check_words
from incidentmail.core.hosts import places_in
from incidentmail.core.model import Actor, Person, Trust
from incidentmail.core.policy import Policy

POLICY = Policy(venue_hosts=("meet.example.com", "*.zoom.us"))
MEMBER = Actor(person=Person(name="Mara", address="mara@example.com"), trust=Trust.VERIFIED)


@pytest.mark.parametrize(
    "venue",
    [
        "#checkout on Slack",
        "room 4.2, second floor",
        "https://meet.example.com/cards",
        "HTTPS://MEET.Example.COM:443/cards?x=https",
        "https://us02web.zoom.us/j/123 (pin 4711)",
        "bridge +49 30 1234.5678, pin 1.2.3",
        "meet.example.com/cards",
    ],
)
def test_what_leads_nowhere_or_to_a_named_host_passes(venue: str) -> None:
    assert check_venue(venue, MEMBER, POLICY) is None


@pytest.mark.parametrize(
    "venue",
    [
        "https://meet.evil.test/cards",
        "https://meet.example.com@evil.test/cards",
        "https://meet.example.com:x@evil.test",
        "https://meet.example.com.evil.test/",
        "https://evil.test/meet.example.com",
        "https:\\\\evil.test\\meet.example.com",
        "https://meet.example.com\\@evil.test",
        "https://m\u0435et.example.com/",
        "https://zoom.us.evil.test",
        "https://zoom.us",
        "www.evil.test",
        "meet at evil.test/x",
        "https:///evil.test",
        "ftp://1.2.3.4/x",
        "see https://meet.example.com and https://evil.test",
    ],
)
def test_any_other_host_is_refused_with_a_remedy(venue: str) -> None:
    refused = check_venue(venue, MEMBER, POLICY)
    assert refused is not None
    assert "meet.example.com" in refused.remedy


def test_without_a_list_and_at_the_terminal_any_host_passes() -> None:
    operator = Actor(person=MEMBER.person, trust=Trust.OPERATOR)
    assert check_venue("https://evil.test", MEMBER, Policy()) is None
    assert check_venue("https://evil.test", operator, POLICY) is None


def test_a_long_text_is_looked_through_at_once() -> None:
    assert places_in("a." * 20_000) == ()
    assert len(places_in("https:/" * 10_000)) <= 1


@pytest.mark.parametrize(
    "venue",
    [
        "x. Severity 1 (critical), phase 3. Bo is incident commander.",
        "x.  phase 3",
        "x. Bo is incident commander",
        "x. Bo is DRI",
        "x! Incident closed.",
        "x. (Incident reopened.)",
        "x. This is a drill",
        "x. Coordinating via y",
    ],
)
def test_no_venue_says_what_only_we_say(venue: str) -> None:
    refused = check_venue(venue, Actor(person=MEMBER.person, trust=Trust.OPERATOR), Policy(commander_title="DRI"))
    assert refused is not None and "#checkout on Slack" in refused.remedy


@pytest.mark.parametrize(
    "venue",
    [
        "St. Anne's Rd. 5",
        "room 3.14, phase 3 lab",
        "#sev. 1",
        "https://meet.example.com/severity. 1",
        "Severity room 1",
    ],
)
def test_a_venue_may_hold_full_stops(venue: str) -> None:
    assert check_words(venue, Policy()) is None
