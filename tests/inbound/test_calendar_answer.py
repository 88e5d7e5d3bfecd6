"""A calendar's answer is read from any bytes, within limits, and only says who comes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from calendar_answers import SHAPES, WITH_COMMANDS, Invited
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.inbound.calendar.calendar_answer import CalendarAnswer, read_calendar_answer, read_entry
from incidentmail.inbound.limits import CALENDAR_ATTENDEES_MAX, CALENDAR_BYTES_MAX

TO = Invited(
    message_id="<1@example.com>", organizer="incident-bot+abc.def@example.com",
    uid="retrospective-avi2p2-2yxuqk@example.com", sequence=3, summary="Retrospective: Cards fail",
)  # fmt: skip
AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ANN = "Ann Lee <ann@example.com>"


def entry(*lines: str, method: str = "REPLY") -> str:
    return "\n".join((
        "BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", "UID:u@example.com", "SEQUENCE:1", *lines, "END:VEVENT",
        "END:VCALENDAR", "",
    ))  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_each_program_s_answer_is_read_with_words_in_it_or_without(shape: str) -> None:
    for comment in ("", WITH_COMMANDS):
        raw = SHAPES[shape](TO, ANN, "TENTATIVE", AT, comment=comment)
        assert read_calendar_answer(raw) == CalendarAnswer(
            uid=TO.uid, sequence=3, answers=(("ann@example.com", "tentative"),)
        )
        assert read_calendar_answer(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")) is not None


@pytest.mark.parametrize(
    "text",
    [
        entry("ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.com", method="REQUEST"),
        entry("ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.com", method="CANCEL"),
        entry("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:bo@example.com"),
        entry("ATTENDEE;PARTSTAT=DELEGATED:mailto:bo@example.com"),
        entry("ATTENDEE:mailto:bo@example.com"),
        entry("ATTENDEE;PARTSTAT=ACCEPTED:http://bo.example.com"),
        entry("ATTENDEE;PARTSTAT=ACCEPTED:mailto:"),
        entry("UID:another@example.com", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.com"),
        entry().replace("UID:u@example.com\n", "") + "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.com",
        "METHOD:REPLY\nUID:u\nATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.com\n",
        "",
    ],
)
def test_what_is_no_answer_is_none(text: str) -> None:
    assert read_entry(text) is None


def test_the_method_of_the_part_counts_if_the_entry_names_none() -> None:
    text = entry("ATTENDEE;PARTSTAT=DECLINED:mailto:bo@example.com").replace("METHOD:REPLY\n", "")
    assert read_entry(text) is None
    assert read_entry(text, method="reply") == CalendarAnswer(
        uid="u@example.com", sequence=1, answers=(("bo@example.com", "declined"),)
    )


def test_a_calendar_that_proposes_another_time_says_whether_its_owner_comes() -> None:
    found = read_entry(entry("ATTENDEE;PARTSTAT=TENTATIVE:mailto:bo@example.com", method="COUNTER"))
    assert found is not None and found.answers == (("bo@example.com", "tentative"),)


def test_folded_lines_and_quoted_parameters_are_read() -> None:
    folded = 'ATTENDEE;CN="Lee: Ann; the first";PARTSTAT=\n ACCEPTED;X-A="b:c"\n :mailto:ann@exam\n\tple.com'
    found = read_entry(entry(folded))
    assert found is not None and found.answers == (("ann@example.com", "accepted"),)


def test_an_alarm_or_a_zone_in_the_entry_names_nobody() -> None:
    alarm = ("BEGIN:VALARM", "UID:other", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:eve@example.com", "END:VALARM")
    found = read_entry(entry("ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.com", *alarm))
    assert found is not None and found.answers == (("bo@example.com", "accepted"),)


def test_a_forwarded_answer_inside_another_mail_is_not_read() -> None:
    inner = SHAPES["apple"](TO, ANN, "ACCEPTED", AT)
    outer = b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\n" + inner + b"\n--x--\n"
    assert read_calendar_answer(outer) is None


def test_limits_hold() -> None:
    many = entry(*(f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:p{n}@example.com" for n in range(200)))
    found = read_entry(many)
    assert found is not None and len(found.answers) == CALENDAR_ATTENDEES_MAX
    huge = "Content-Type: text/calendar; method=REPLY\n\n" + entry(
        *("X-A:" + "a" * 70 for _ in range(CALENDAR_BYTES_MAX // 60)),
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.com",
    )
    assert read_calendar_answer(huge.encode()) is None
    digits = entry("ATTENDEE;PARTSTAT=ACCEPTED:mailto:bo@example.com").replace("SEQUENCE:1", f"SEQUENCE:{'9' * 5000}")
    assert read_entry(digits) is not None


line = st.sampled_from([
    "BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "METHOD:REPLY", "UID:u", "SEQUENCE:²", " folded",
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example", 'ATTENDEE;CN="', "ATTENDEE;:::", "ATTENDEE;PARTSTAT=:", "\t", "",
])  # fmt: skip


@given(st.lists(line | st.text(max_size=40), max_size=30).map("\n".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = read_entry(text)
    assert found is None or (found.uid and found.answers)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for head in (b"", b"Content-Type: text/calendar\n\n", b"Content-Type: multipart/mixed; boundary=a\n\n--a\n"):
        read_calendar_answer(head + raw)
