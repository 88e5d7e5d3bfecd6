"""Mail that exceeds a limit is rejected before the email parser reads any of it."""

from __future__ import annotations

from email.parser import BytesFeedParser

import pytest

from bench.hostile_mails import OVER, RAISING
from incidentmail.inbound import limits
from incidentmail.inbound.limits import exceeded, first_lines, header_end
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.inbound.screen import Disposition, screen

PIPE = Envelope(way="pipe")
FROM = b"From: Mara Lindqvist <mara@example.com>\n"


def nested(depth: int) -> bytes:
    """Return a mail of multiparts inside one another."""
    levels = [b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)]
    return FROM + b"".join(levels) + b"\nsev 1\n"


def hidden(depth: int) -> bytes:
    """Return such a mail with boundaries in the form of RFC 2231, which the check of the raw bytes does not parse."""
    return nested(depth).replace(b"boundary=", b"boundary*=utf-8''")


def parts(count: int, boundary: bytes = b"boundary=b") -> bytes:
    """Return a multipart with many children."""
    return FROM + b"Content-Type: multipart/mixed; " + boundary + b"\n\n" + b"--b\n\nx\n" * count


# Lines that look like boundaries, which cost the parser time for each multipart around them.
BOUNDARIES = {
    "10,000 parts": (parts(10_000), "PARTS_MAX"),
    "399,000 lines of -- ten deep": (nested(10) + b"--\n" * 399_000, "BOUNDARY_LINES_MAX"),
    "399,000 such lines at bare CRs": (nested(10) + b"--\r" * 399_000, "BOUNDARY_LINES_MAX"),
    "such lines before the first part": (parts(0) + b"--x\n" * 399_000, "BOUNDARY_LINES_MAX"),
    "such lines in each of 100 parts": (parts(0) + (b"--b\n\n" + b"--\n" * 3_900) * 100, "BOUNDARY_LINES_MAX"),
    "such lines in an enclosed message": (
        FROM + b"Content-Type: message/rfc822\n\nSubject: x\n\n" + b"--\n" * 399_000,
        "BOUNDARY_LINES_MAX",
    ),
    "such lines in a report": (
        parts(0) + b"--b\nContent-Type: message/delivery-status\n\n" + b"--\n" * 390_000,
        "BOUNDARY_LINES_MAX",
    ),
    "such lines behind a boundary said as RFC 2231 does": (
        parts(1, b"boundary*=utf-8''b") + b"--\n" * 399_000,
        "BOUNDARY_LINES_MAX",
    ),
    "boundaries of 1,500 bytes that differ at the end": (
        parts(1, b"boundary=" + b"b" * 1_500 + b"0") + (b"--" + b"b" * 1_500 + b"\n") * 6_000,
        "BOUNDARY_LINES_BYTES_MAX",
    ),
    "a boundary and 1 MB of blanks": (parts(1) + (b"--b" + b" " * 1_000_000 + b"x\n") * 9, "BOUNDARY_LINES_BYTES_MAX"),
}
MAILS = {name: (text.at().encode("latin-1"), limit) for name, (text, limit) in OVER.items()} | BOUNDARIES


@pytest.mark.parametrize("case", MAILS)
def test_a_mail_over_a_limit_is_named_and_unreadable(case: str) -> None:
    raw, limit = MAILS[case]
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


HIDDEN = {
    "parts": (parts(10_000, b"boundary*=utf-8''b"), "PARTS_MAX"),
    "nesting": (hidden(50), "NESTING_DEPTH_MAX"),
    "nesting around many lines": (hidden(10) + b"x\n" * 300_000, "LINE_COMPARISONS_MAX"),
    "fields of a part": (parts(1) + b"--b\n" + b"A: b\n" * 501 + b"\nx\n--b--\n", "FIELDS_MAX"),
    "fields of a report": (
        parts(0) + b"--b\nContent-Type: message/delivery-status\n\n" + b"A: b\n" * 501,
        "FIELDS_MAX",
    ),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_what_is_hidden_from_the_check_is_stopped_in_the_parser(case: str) -> None:
    raw, limit = HIDDEN[case]
    assert exceeded(raw) is None
    message = parse_message(raw, PIPE)
    assert f"over {limit}" in message.problems
    assert screen(message).disposition is Disposition.UNREADABLE


def test_many_lines_are_read_where_few_multiparts_are_around_them() -> None:
    read = parse_message(parts(1) + b"x\n" * (limits.LINES_MAX - 100), PIPE)
    assert not read.is_over_a_limit
    assert read.text.startswith("x\n")
    over = parse_message(nested(10) + b"x\n" * (limits.LINE_COMPARISONS_MAX // 10), PIPE)
    assert "over LINE_COMPARISONS_MAX" in over.problems


def test_the_email_parser_never_sees_a_mail_over_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    fed: list[bytes] = []
    monkeypatch.setattr(BytesFeedParser, "feed", lambda _, chunk: fed.append(chunk))
    for raw, _ in MAILS.values():
        parse_message(raw, PIPE)
    assert not fed
    parse_message(parts(1), PIPE)
    assert fed


def test_lines_that_look_like_boundaries_are_no_matter_in_a_mail_of_one_part() -> None:
    raw = FROM + b"\n" + b"-- \n" * 100_000
    assert exceeded(raw) is None
    assert not parse_message(raw, PIPE).is_over_a_limit
    assert exceeded(parts(1) + b"--\n" * (limits.BOUNDARY_LINES_MAX - 1)) is None


def test_only_a_field_called_content_type_says_that_there_are_parts() -> None:
    raw = nested(11).replace(b"Content-Type: ", b"Content-Type-Of-Old: text/plain\nContent-Type: ", 1)
    assert exceeded(raw) == "NESTING_DEPTH_MAX"


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
