"""A worker's answer describes what was read, for any bytes, and its length is bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.hostile_mails import HEADS, OVER, RAISING, SLOW, TREES
from bench.hostile_texts import BODIES, PAGES, Hostile
from incidentmail.inbound.authentication.author import Roster
from incidentmail.inbound.authentication.results import Server
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.isolation.limits import Limits
from incidentmail.reply.read_mail import HEADER_ONLY, answer, read_mail, reading, request, roster_json
from incidentmail.reply.understand import body_of

ENVELOPE = Envelope(way="lmtp", peer="unix", reverse_path="", forward_paths=("incident-bot+x@example.com",))
ROSTER = Roster(
    members=("*@example.com",), relays=("unix",), list_address="incidents@example.com",
    own_address="incident-bot@example.com", server=Server(authserv_id="mx.example.com", domains=("example.com",)),
)  # fmt: skip
FROM = b"From: Mara <mara@example.com>\n"
HOSTILE = {**HEADS, **RAISING, **TREES, **SLOW, **{name: text for name, (text, _) in OVER.items()}}


def through_a_worker(raw: bytes, roster: Roster | None = ROSTER) -> object:
    told = answer(request(raw, ENVELOPE, roster_json(roster)))
    assert len(told) <= Limits().answer_bytes
    return reading(told)


@given(st.binary(max_size=600), st.booleans())
def test_any_bytes_come_back_as_what_was_read_in_them(raw: bytes, is_members: bool) -> None:
    raw = FROM + raw if is_members else raw
    assert through_a_worker(raw) == read_mail(raw, ENVELOPE, ROSTER)


@given(st.text(alphabet=st.characters(), max_size=300), st.sampled_from(["plain", "html"]))
def test_any_text_comes_back_as_it_is_read_here(text: str, kind: str) -> None:
    head = f"Content-Type: text/{kind}; charset=utf-8\n\n".encode()
    raw = FROM + head + text.encode("utf-8", "surrogatepass")
    found = read_mail(raw, ENVELOPE, ROSTER)
    assert through_a_worker(raw) == found
    assert (found.message.text, found.message.html) == (body_of(parse_message(raw, ENVELOPE)), None)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_comes_back_too(name: str) -> None:
    raw = FROM + HOSTILE[name].at().encode("latin-1") + b"\nsev 1\n"
    assert through_a_worker(raw) == read_mail(raw, ENVELOPE, ROSTER)


@pytest.mark.parametrize(("kind", "texts"), [("plain", BODIES), ("html", PAGES)])
def test_hostile_texts_come_back_too(kind: str, texts: dict[str, Hostile]) -> None:
    for name, text in texts.items():
        raw = FROM + f"Content-Type: text/{kind}; charset=utf-8\n\n".encode() + text.at().encode()
        assert through_a_worker(raw) == read_mail(raw, ENVELOPE, ROSTER), name


def test_of_a_header_alone_no_body_is_read() -> None:
    found = reading(answer(request(FROM + b"Subject: x\n\nsev 1\n", ENVELOPE, HEADER_ONLY)))
    assert (found.message.subject, found.message.text, found.extraction) == ("x", "", None)
