"""What crosses a bound is named before the email parser sees a byte of it."""

from __future__ import annotations

import pytest

from bench.hostile_mails import OVER, RAISING
from incidentmail.inbound import limits
from incidentmail.inbound.limits import exceeded, first_lines, header_end
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.inbound.screen import Disposition, screen

PIPE = Envelope(way="pipe")
FROM = b"From: Mara Lindqvist <mara@example.com>\n"


def nested(depth: int) -> bytes:
    """Multiparts inside one another."""
    levels = [b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)]
    return FROM + b"".join(levels) + b"\nsev 1\n"


def parts(count: int, boundary: bytes = b"boundary=b") -> bytes:
    """One multipart with many children."""
    return FROM + b"Content-Type: multipart/mixed; " + boundary + b"\n\n" + b"--b\n\nx\n" * count


@pytest.mark.parametrize("case", OVER)
def test_a_mail_over_a_limit_is_named_and_unreadable(case: str) -> None:
    text, limit = OVER[case]
    raw = text.at().encode("latin-1")
    message = parse_message(raw, PIPE)
    assert exceeded(raw) == limit
    assert message.problems[0] == f"over {limit}"
    assert message.text == ""
    assert message.html is None
    assert screen(message).disposition is Disposition.UNREADABLE


@pytest.mark.parametrize("case", RAISING)
def test_no_header_that_breaks_parsers_hides_the_text(case: str) -> None:
    raw = RAISING[case].at().encode("latin-1") + b"\nsev 1\n"
    assert parse_message(raw, PIPE).text.strip() == "sev 1"


@pytest.mark.parametrize("limit", ["FIELD_BYTES_MAX", "HEADER_BLOCK_BYTES_MAX", "FIELDS_MAX"])
def test_no_author_is_believed_where_the_header_block_was_not_read_to_its_end(limit: str) -> None:
    filler = {
        "FIELD_BYTES_MAX": b"Subject: " + b"x" * 9_000 + b"\n",
        "HEADER_BLOCK_BYTES_MAX": b"X-Filler: aaaaaaaaaaaaaaaaaaaaaaa\n" * 2_000,
        "FIELDS_MAX": b"A: b\n" * 600,
    }
    message = parse_message(FROM + filler[limit] + b"From: ceo@example.com\n\nsev 1\n", PIPE)
    assert message.header_from is None
    assert message.from_problem == f"over {limit}"


def test_too_many_parts_hidden_from_the_check_are_stopped_in_the_parser() -> None:
    raw = parts(100_000, b"boundary*=utf-8''b")
    assert exceeded(raw) is None
    assert "over PARTS_MAX" in parse_message(raw, PIPE).problems


def test_ordinary_mail_exceeds_nothing() -> None:
    assert exceeded(FROM + b"Subject: card payments fail\n\nsev 1\n") is None
    assert exceeded(nested(limits.NESTING_DEPTH_MAX)) is None
    assert exceeded(parts(limits.PARTS_MAX)) is None
    assert exceeded(b"A: b\n" * limits.FIELDS_MAX + b"\nhi") is None
    assert exceeded(b"") is None


def test_boundaries_quoted_in_the_text_of_a_mail_do_not_count() -> None:
    quoted = b"".join(b"Content-Type: multipart/mixed; boundary=q%d\n--q%d\n" % (n, n) for n in range(50))
    raw = FROM + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\n" + quoted + b"--b--\n"
    assert exceeded(raw) is None
    assert exceeded(FROM + b"\n" + quoted) is None


def test_delimiters_after_the_closing_one_do_not_count() -> None:
    assert exceeded(parts(3) + b"--b--\n" + b"--b\n\nx\n" * 500) is None


@pytest.mark.parametrize(
    ("raw", "ends"),
    [
        (b"A: 1\n\nx", (5, 6)),
        (b"A: 1\r\n\r\nx", (6, 8)),
        (b"A: 1\n\r\nx", (5, 7)),
        (b"\nx", (0, 1)),
        (b"\r\nx", (0, 2)),
        (b"A: 1\n", (5, 5)),
        (b"", (0, 0)),
    ],
)
def test_the_header_block_ends_at_the_first_empty_line(raw: bytes, ends: tuple[int, int]) -> None:
    assert header_end(raw) == ends


def test_text_is_cut_at_a_line_end_and_the_cut_is_named() -> None:
    message = parse_message(FROM + b"\n" + "Größe\n".encode() * 20_000, PIPE)
    assert message.text.endswith("Größe\n")
    assert len(message.text.encode()) <= limits.COMMAND_TEXT_BYTES_MAX
    assert message.problems == (f"text cut at {limits.COMMAND_TEXT_BYTES_MAX} bytes",)
    assert screen(message).disposition is Disposition.PERSON
    assert first_lines(b"aaaa", 2) == b"aa"
