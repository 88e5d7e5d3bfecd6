"""Any bytes become a Message without an exception, and are parsed in the most careful way."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.text import one_line
from incidentmail.inbound.message import Envelope, Mailbox, Message, canonical_address, parse_message
from incidentmail.inbound.screen import screen

PIPE = Envelope(way="pipe")
HEAD = b"From: Mara Lindqvist <mara@example.com>\nSubject: Re: cards fail\nMIME-Version: 1.0\n"


def parse(raw: bytes) -> Message:
    return parse_message(raw, PIPE)


def with_from(value: str) -> Message:
    return parse(f"From: {value}\n\nsev 1\n".encode())


def multipart(subtype: str, *parts: str, extra: str = "", boundary: str = "frontier") -> bytes:
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return HEAD + f'{extra}Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n{body}--{boundary}--\n'.encode()


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nNow severity 1."
BASE64 = "Content-Transfer-Encoding: base64"
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>Now severity 2.</p>"
FOOTER = (
    "Content-Type: text/plain\nContent-Disposition: inline\n\n"
    "_______________________________________________\nIncidents mailing list -- incidents@example.com\n"
)
LOG = 'Content-Type: text/plain; name="log.txt"\nContent-Disposition: attachment; filename="log.txt"\n\nphase 3'


# From


@pytest.mark.parametrize(
    ("value", "name", "address"),
    [
        ("mara@example.com", "", "mara@example.com"),
        ("<Mara@Example.COM>", "", "mara@example.com"),
        ("Mara <mara@example.com>", "Mara", "mara@example.com"),
        ("Dr. A. Smith <a@example.com>", "Dr. A. Smith", "a@example.com"),
        ('"Smith, John (IT)" <j@example.com>', "Smith, John (IT)", "j@example.com"),
        ('"boss@corp" <evil@x.example>', "boss@corp", "evil@x.example"),
        ("mara@example.com (Mara L.)", "Mara L.", "mara@example.com"),
        ("Mara (on call) <mara@example.com>", "Mara", "mara@example.com"),
        ("=?utf-8?q?Al=C3=ADcia_S=2E?= <a@example.com>", "Alícia S.", "a@example.com"),
        ('"=?utf-8?b?VG9tw6Fz?=" <t@example.com>', "Tomás", "t@example.com"),
        ('"A \\"quoted\\" name" <q@example.com>', 'A "quoted" name', "q@example.com"),
        ("=?utf-8?q?two=0D=0ABcc=3A_lines?= <a@example.com>", "two Bcc: lines", "a@example.com"),
        ("o'brien+oncall@ops.example.com", "", "o'brien+oncall@ops.example.com"),
        ("Grüße <g@example.com>", "Grüße", "g@example.com"),
    ],
)
def test_one_plain_mailbox_is_the_author(value: str, name: str, address: str) -> None:
    message = with_from(value)
    assert message.header_from == Mailbox(name=name, address=address)
    assert message.from_problem is None


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("boss@corp.example <evil@x.example>", "ambiguous"),
        ("<boss@corp.example> <evil@x.example>", "ambiguous"),
        ("<boss@corp.example> evil@x.example", "ambiguous"),
        ("boss@corp.example (<evil@x.example>)", "ambiguous"),
        ("Smith, John (IT) <j@example.com>", "ambiguous"),
        ("a@example.com, b@example.com", "several mailboxes"),
        ("Team: a@example.com;", "group"),
        ("Undisclosed recipients:;", "group"),
        ("=?utf-8?q?ceo?=@example.com", "malformed address"),
        ("CEO <=?utf-8?q?ceo=40corp?=@example.com>", "encoded address"),
        ("x@", "malformed address"),
        ("mara", "malformed address"),
        ("<", "malformed"),
        ('"', "malformed"),
        ("(", "malformed"),
        ("<@relay.example:mara@example.com>", "malformed address"),
        ("mar\u212b@example.com", "malformed address"),
        ("\u212aim@example.com", "malformed address"),
        ("mara@[192.0.2.1]", "malformed address"),
        ("mara@example.com\x0bx", "malformed address"),
        ("", "missing"),
    ],
)
def test_a_from_that_can_be_read_in_two_ways_names_nobody(value: str, problem: str) -> None:
    message = with_from(value)
    assert message.header_from is None
    assert message.from_problem == problem


def test_two_from_fields_name_nobody() -> None:
    message = parse(b"From: a@example.com\nfrom : b@example.com\n\nsev 1\n")
    assert (message.header_from, message.from_problem) == (None, "two From fields")
    assert parse(b"Subject: x\n\n").from_problem == "missing"


@pytest.mark.parametrize(
    "text",
    ["a b@example.com", "a@b@c.example", "a@-x.example", "a@x..example", "a..b@x.example", "@x", "a@", "a@x.example\n"],
)
def test_a_malformed_address_has_no_canonical_form(text: str) -> None:
    assert canonical_address(text) is None


# Header block


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"X-A: 1\rFrom: ceo@corp.example\r\nSubject: x\r\n\r\nhi", "bare CR in header"),
        (b"X-A: 1\rFrom: ceo@corp.example", "bare CR in header"),
        (b"X-A: 1\nFrom: ceo@corp.example\r\nSubject: x\r\n\r\nhi", "bare LF in header"),
        (b"X-A: 1\r\nFrom: mara@example.com\r\nX-B: 1\n\nFrom: ceo@corp.example\r\n\r\nhi", "bare LF in header"),
        (b"From: mara@example.com\nX-A: 1\x00From: ceo@corp.example\n\nhi", "NUL in header"),
    ],
)
def test_a_split_header_creates_no_field_and_no_author(raw: bytes, problem: str) -> None:
    message = parse(raw)
    assert problem in message.problems
    assert message.header_from is None
    assert message.from_problem == problem
    assert "ceo@corp.example" not in message.all_fields("from")
    assert screen(message).rule == "damaged"


def test_uniform_line_ends_of_either_kind_read_alike() -> None:
    raw = HEAD + b"Message-ID: <1@example.com>\n\nNow severity 1.\nBo\n"
    assert parse(raw) == parse(raw.replace(b"\n", b"\r\n"))


def test_what_is_no_field_begins_the_body() -> None:
    message = parse(b"From: a@example.com\nthis is no field\nFrom: b@example.com\n\nhi")
    assert message.header_from == Mailbox(name="", address="a@example.com")
    assert message.text.startswith("this is no field")
    assert "damaged header" in message.problems


def test_an_mbox_line_before_the_header_is_skipped() -> None:
    assert parse(b"From mara Fri Nov 20 15:00:00 2026\n" + HEAD + b"\nhi").subject == "Re: cards fail"


@pytest.mark.parametrize("hidden", ["\u00ad", "\u180e", "\u200b", "\u2060", "\u206a", "\ufeff", "\ufff9", "\U000e0041"])
def test_a_field_is_the_same_line_as_if_it_had_been_typed_at_a_terminal(hidden: str) -> None:
    text = f"pay{hidden}ments \u00a0 are  down"
    message = parse(f"From: {text} <mara@example.com>\nSubject: {text}\nX-Note: {text}\n\nhi".encode())
    assert message.header_from is not None
    assert [message.subject, message.header_from.name, message.field("x-note")] == [one_line(text)] * 3


def test_fields_are_unfolded_and_harmless_to_print() -> None:
    message = parse(b"X-Note: a\n\tb\x1b]0;c\x07\nX-Note: d\n\n")
    assert message.all_fields("X-NOTE") == ("a b ]0;c", "d")
    assert message.field("x-note") == "a b ]0;c"
    assert message.field("absent") is None


def test_encoded_words_are_decoded_in_free_text_only() -> None:
    message = parse(
        b"Subject: =?utf-8?q?caf=C3=A9?=\nIncident-Commander: =?utf-8?q?Al=C3=ADcia?=\n"
        b"Authentication-Results: =?utf-8?q?mx=2Eexample=2Ecom?=; dmarc=pass\n\n"
    )
    assert message.field("incident-commander") == "Alícia"
    assert message.field("authentication-results") == "=?utf-8?q?mx=2Eexample=2Ecom?=; dmarc=pass"


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        (b"=?utf-8?q?x=0D=0ABcc=3A_evil=40x=2Eexample?=", "x Bcc: evil@x.example"),
        (b"=?UTF-8?B?w7Y=?=\n =?UTF-8?B?w7w=?= b", "öü b"),
        (b"=?utf-8?b?ww==?= =?utf-8?b?pA==?=", "ä"),
        (b"a =?iso-8859-1?q?=E4_b?= c", "a ä b c"),
        (b"=?utf-7?q?+AHM-ev_1?=", "+AHM-ev 1"),
        (b"=?utf-8*en?q?x?=", "x"),
        (b"=?utf-8?b?a?=", "a"),
        (b"[incidents]  Re:\n  cards   fail", "[incidents] Re: cards fail"),
        (b"caf\xe9", "café"),
        (b"caf\xc3\xa9", "café"),
        (b"abc\xe2\x80\xaedef\xe2\x80\x8bg", "abcdefg"),
    ],
)
def test_the_subject_is_one_visible_line(value: bytes, subject: str) -> None:
    assert parse(b"Subject: " + value + b"\n\n").subject == subject


# Ids and dates


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        (b"<a@example.com> <b@example.com>", ("<a@example.com>", "<b@example.com>")),
        (b"<a@example.com>,<b@example.com>", ("<a@example.com>", "<b@example.com>")),
        (b"<a@example.com><b@example.com>", ("<a@example.com>", "<b@example.com>")),
        (b"\n <a@example.com>\n\t<b@exam\n ple.com>", ("<a@example.com>", "<b@example.com>")),
        (b"Mara's message of Friday <a@example.com> (cards)", ("<a@example.com>",)),
        (b"a@example.com b@example.com", ("<a@example.com>", "<b@example.com>")),
        (b"<> < >", ()),
        (b"<", ()),
    ],
)
def test_ids_are_found_however_clients_join_them(value: bytes, ids: tuple[str, ...]) -> None:
    message = parse(b"In-Reply-To: " + value + b"\nReferences: " + value + b"\n\n")
    assert message.in_reply_to == ids
    assert message.references == ids


def test_of_a_long_thread_the_first_and_the_newest_references_are_kept() -> None:
    value = "\n ".join(f"<CAK{n}.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@mail.example.com>" for n in range(800))
    message = parse(f"References: {value}\nIn-Reply-To: {value}\n\nsev 1\n".encode())
    assert len(message.references) == 100
    assert message.references[0].startswith("<CAK0.") and message.references[-1].startswith("<CAK799.")
    assert message.in_reply_to == message.references
    assert not message.problems and message.text == "sev 1\n"


@pytest.mark.parametrize("place", [0, 300, 599])
@pytest.mark.parametrize("field", ["To", "Cc"])
def test_the_list_is_found_among_hundreds_of_recipients(field: str, place: int) -> None:
    people = [f'"Person, Number {n}" <person.number.{n}@example.com>' for n in range(600)]
    people[place] = "incidents@example.com"
    message = parse(f"{field}: {', '.join(people)}\n\nsev 1\n".replace(">, ", ">,\n ").encode())
    assert len(message.to + message.cc) == 600
    assert (message.to + message.cc)[place].address == "incidents@example.com"
    assert not message.problems and message.text == "sev 1\n"


def test_of_a_long_note_by_a_server_only_the_beginning_is_kept() -> None:
    message = parse(b"X-Antispam-Report: " + b"SFV:NSPM;" * 2_000 + b"\nSubject: cards fail\n\nsev 1\n")
    assert (message.subject, message.text, message.problems) == ("cards fail", "sev 1\n", ())
    assert len(message.field("x-antispam-report") or "") == 8 * 1024


def test_the_fields_that_are_shown_are_short_in_any_case() -> None:
    message = parse(b"To: " + b"bo@example.com, " * 2_000 + b"\n\n")
    assert len(message.field("to") or "") == 8 * 1024


def test_an_entry_as_long_as_a_field_ends_the_reading_of_addresses() -> None:
    message = parse(b"To: bo@example.com, " + b"<a>" * 4_000 + b", mara@example.com\n\n")
    assert [box.address for box in message.to] == ["bo@example.com"]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (b"Message-ID: <Case.Kept@Example.COM>\n", "<Case.Kept@Example.COM>"),
        (b"Message-ID:\n <folded-by-the-list@example.com>\n", "<folded-by-the-list@example.com>"),
        (b"Message-ID: <\n", None),
        (b"Message-ID: <a b@example.com>\n", None),
        (b"Message-ID: <a@example.com>\nMessage-ID: <b@example.com>\n", None),
        (b"", None),
    ],
)
def test_a_message_id_is_read_or_missing(field: bytes, expected: str | None) -> None:
    assert parse(field + b"Subject: x\n\n").message_id == expected


@pytest.mark.parametrize(
    ("value", "hours"), [("+0100", 1), ("-0000", 0), ("", 0), ("EST", -5), ("+0100 (CET)", 1), ("GMT", 0)]
)
def test_a_date_is_aware(value: str, hours: int) -> None:
    date = parse(f"Date: Fri, 20 Nov 2026 15:07:00 {value}\n\n".encode()).date
    assert date is not None
    assert date.utcoffset() == timedelta(hours=hours)
    assert date.astimezone(UTC) == datetime(2026, 11, 20, 15 - hours, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "minutes"),
    [
        ("+05:30", 330), ("GMT+0530", 330), ("GMT+05:30", 330), ("UTC+2", 120), ("UTC -03:00", -180),
        ("+0530 (GMT+02:00)", 330), ("GMT", 0),
    ],
)  # fmt: skip
def test_an_offset_in_another_form_is_read(value: str, minutes: int) -> None:
    date = parse(f"Date: Fri, 20 Nov 2026 15:07:00 {value}\n\n".encode()).date
    assert date is not None
    assert date.utcoffset() == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "value", ["", "yesterday", "Fri, 20 Nov 99999999999 15:07:00 +0000", "Fri, 40 Nov 2026 15:07:00", "1 Jan 1900 0:0"]
)
def test_an_absurd_date_is_none(value: str) -> None:
    assert parse(f"Date: {value}\n\n".encode()).date is None


# Text


def test_the_plain_part_of_an_alternative_counts() -> None:
    message = parse(multipart("alternative", PLAIN, HTML))
    assert (message.text, message.html) == ("Now severity 1.", None)
    assert message.content_type == "multipart/alternative"


def test_html_is_given_only_where_there_is_no_plain_text() -> None:
    assert parse(multipart("alternative", HTML)).html == "<p>Now severity 2.</p>"
    assert parse(HEAD + b"Content-Type: text/html\n\n<p>x</p>").html == "<p>x</p>"
    assert parse(multipart("related", HTML, "Content-Type: image/png\n\nx")).html == "<p>Now severity 2.</p>"


def test_an_attachment_is_never_text() -> None:
    assert parse(multipart("mixed", PLAIN, LOG)).text == "Now severity 1."
    assert parse(multipart("mixed", LOG)).text == ""
    assert parse(multipart("mixed", LOG.replace("attachment", "inline"), PLAIN)).text == "Now severity 1."
    assert parse(HEAD + b"Content-Disposition: attachment\n\nphase 3").text == ""


def test_a_footer_part_is_not_the_authors() -> None:
    assert parse(multipart("mixed", PLAIN, FOOTER)).text == "Now severity 1."
    html_with_footer = parse(multipart("mixed", HTML, FOOTER))
    assert (html_with_footer.text, html_with_footer.html) == ("", "<p>Now severity 2.</p>")
    assert parse(multipart("mixed", LOG, FOOTER)).text == ""


def test_text_that_apple_mail_split_around_a_picture_is_joined_and_a_footer_is_not() -> None:
    picture = "Content-Type: image/png\nContent-Disposition: inline\n\nx"
    second = "Content-Type: text/plain\n\nPhase 2."
    raw = multipart("mixed", PLAIN, picture, second, FOOTER, extra="X-Mailer: Apple Mail (2.3826)\n")
    assert parse(raw).text == "Now severity 1.\n\nPhase 2."
    assert parse(raw.replace(b"Apple", b"Other")).text == "Now severity 1."


def test_the_signed_part_of_a_signed_mail_counts() -> None:
    raw = multipart("signed", PLAIN, "Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----")
    assert parse(raw).text == "Now severity 1."


def test_cleartext_armor_is_taken_off() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nsev 1\n- -- \nMara\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\nfooter\n"
    )
    assert parse(HEAD + b"\n" + text.encode()).text == "sev 1\n-- \nMara\nfooter\n"


def test_an_enclosed_message_is_not_text() -> None:
    enclosed = "Content-Type: message/rfc822\n\nFrom: bo@example.com\nSubject: old\n\nsev 1"
    assert parse(multipart("mixed", PLAIN, enclosed)).text == "Now severity 1."
    assert parse(multipart("mixed", enclosed)).text == ""
    assert parse(multipart("digest", enclosed)).text == ""


WRAPPED = (
    "Content-Type: message/rfc822\n\nFrom: Jayla <jayla@example.com>\nTo: incidents@example.com\n"
    "Date: Fri, 20 Nov 2026 15:40:00 +0000\nMessage-ID: <inner@example.com>\nIn-Reply-To: <ours@example.com>\n"
    "References: <first@example.com> <ours@example.com>\nAuto-Submitted: auto-replied\n\nNow severity 1."
)
WRAPPER = "Date: Fri, 20 Nov 2026 15:40:00 +0000\nList-Id: <incidents.example.com>\nReferences: <first@example.com>\n"


def test_a_post_wrapped_by_its_list_is_read_with_its_ids_but_not_its_author() -> None:
    message = parse(multipart("mixed", WRAPPED, FOOTER, extra=WRAPPER + "Message-ID: <outer@localhost>\n"))
    assert message.text == "Now severity 1."
    assert message.message_id == "<outer@localhost>"
    assert message.in_reply_to == ("<ours@example.com>",)
    assert message.references == ("<first@example.com>", "<ours@example.com>", "<inner@example.com>")
    assert message.all_fields("from") == ("Mara Lindqvist <mara@example.com>",)
    assert screen(message).rule == "auto-submitted"


@pytest.mark.parametrize("change", [("List-Id", "X-List"), ("15:40:00 +0000\nList", "15:41:00 +0000\nList")])
def test_a_forward_as_attachment_is_not_taken_for_a_wrapped_post(change: tuple[str, str]) -> None:
    message = parse(multipart("mixed", WRAPPED, FOOTER, extra=WRAPPER.replace(*change)))
    assert message.text == ""
    assert message.references == ("<first@example.com>",)


def test_a_list_copy_without_parts_is_read() -> None:
    assert parse(HEAD + WRAPPER.encode() + b"Content-Type: multipart/mixed; boundary=b\n\nsev 1\n").text == "sev 1\n"


@pytest.mark.parametrize(
    ("fields", "body", "text"),
    [
        ("Content-Type: text/plain; charset=utf-8", "Größe".encode(), "Größe"),
        ("Content-Type: text/plain; charset=iso-8859-1", b"Gr\xf6\xdfe \x96 \x80", "Größe – €"),
        ("Content-Type: text/plain; charset=us-ascii", "Größe".encode(), "Größe"),
        ("Content-Type: text/plain", b"Gr\xf6\xdfe", "Größe"),
        ("Content-Type: text/plain; charset=koi8-r", "уровень".encode("koi8-r"), "уровень"),
        ("Content-Type: text/plain; charset=iso-2022-jp", "障害".encode("iso-2022-jp"), "障害"),
        ("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", b"c2V2IDE", "sev 1"),
        ("Content-Transfer-Encoding: quoted-printable", b"sev =\n=31 =ZZ", "sev 1 =ZZ"),
        ("Content-Type: text/plain; charset*=utf-8''us-ascii", b"sev 1", "sev 1"),
        ("Content-Type: text", b"sev 1", "sev 1"),
        ("Content-Type: ;;;", b"sev 1", "sev 1"),
        ("X-A: b", b"\xef\xbb\xbfa\r\nb\x00c", "a\nbc"),
        ("Content-Type: text/plain; charset=windows-1252", "\ufeffsev 1, Größe".encode(), "sev 1, Größe"),
        (
            f"Content-Type: text/plain; charset=utf-16\n{BASE64}",
            base64.b64encode("\ufeffsev 1".encode("utf-16-le")),
            "sev 1",
        ),
        (
            f"Content-Type: text/plain; charset=utf-8\n{BASE64}",
            base64.b64encode("\ufeffsev 1".encode("utf-16-be")),
            "sev 1",
        ),
        (
            f"Content-Type: text/plain; charset=utf-16le\n{BASE64}",
            base64.b64encode("Größe".encode("utf-16-le")),
            "Größe",
        ),
    ],
)
def test_text_is_decoded_as_it_was_meant(fields: str, body: bytes, text: str) -> None:
    assert parse(HEAD + fields.encode() + b"\n\n" + body).text == text


@pytest.mark.parametrize(
    "charset", ["utf-7", "unicode_escape", "raw_unicode_escape", "punycode", "idna", "rot13", "hex"]
)
@pytest.mark.parametrize("in_part", [False, True])
def test_a_charset_that_hides_text_is_not_honoured(charset: str, in_part: bool) -> None:
    body = "+AHMAZQB2- \\x73ev frpgvba é"
    part = f"Content-Type: text/plain; charset={charset}\n\n{body}"
    message = parse(multipart("mixed", part) if in_part else HEAD + part.encode())
    assert message.text == body
    assert message.problems == (f"unknown charset '{charset}'",)


def test_damaged_base64_is_read_up_to_the_damage() -> None:
    body = base64.b64encode(b"Now severity 1.") + b"\n____\nfooter\n"
    message = parse(HEAD + b"Content-Transfer-Encoding: base64\n\n" + body)
    assert message.text == "Now severity 1."
    assert message.problems == ("damaged base64",)


def test_flowed_text_is_unwrapped() -> None:
    head = HEAD + b"Content-Type: text/plain; format=flowed\n\n"
    text = b"Now \nseverity 1.\n\n From here\n> a \n> b\n>> c \n> d\n-- \nMara \nL.\n"
    assert parse(head + text).text == "Now severity 1.\n\nFrom here\n> a b\n>> c \n> d\n-- \nMara L.\n"
    delsp = head.replace(b"flowed", b"flowed; DelSp=Yes")
    assert parse(delsp + b"Now sev \nerity 1.\n").text == "Now severity 1.\n"


def test_containers_that_only_one_program_opens_are_named() -> None:
    winmail = "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=WINMAIL.DAT\n\nx"
    assert parse(multipart("mixed", PLAIN, winmail)).problems == ("tnef",)
    assert parse(multipart("mixed", PLAIN, "Content-Type: application/ms-tnef\n\nx")).problems == ("tnef",)
    assert parse(HEAD + b"Content-Type: application/pkcs7-mime\n\nMIIB").problems == ("s/mime",)
    assert parse(multipart("encrypted", PLAIN)).problems == ("encrypted",)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (HEAD + b'Content-Type: application/octet-stream; name="smime.p7m"\n\nMIIB', "s/mime"),
        (HEAD + b'Content-Type: application/octet-stream; name="WINMAIL.DAT"\n\nx', "tnef"),
        (multipart("mixed", "\n", "Content-Type: application/pgp-encrypted\n\nVersion: 1"), "encrypted"),
        (multipart("mixed", "\n", "Content-Type: application/octet-stream; name=encrypted.asc\n\nx"), "encrypted"),
        (HEAD + b"\n-----BEGIN PGP MESSAGE-----\n\nSeverity: 1\n-----END PGP MESSAGE-----\n", "encrypted"),
        (HEAD + b"\n-----BEGIN PGP MESSAGE-----\n\nSeverity: 1\n", "encrypted"),
        (HEAD + b"Content-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR\nSUMMARY:sev 1\n", "calendar"),
        (multipart("alternative", "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nSUMMARY:sev 1"), "calendar"),
    ],
)
def test_what_cannot_be_read_is_named_and_not_silently_empty(raw: bytes, problem: str) -> None:
    message = parse(raw)
    assert problem in message.problems
    assert "everity" not in message.text and not message.text.strip()
    assert message.html is None


def test_an_invitation_beside_a_text_is_no_problem() -> None:
    assert parse(multipart("alternative", PLAIN, "Content-Type: text/calendar\n\nBEGIN:VCALENDAR")).problems == ()


def test_text_around_ciphertext_is_read() -> None:
    raw = HEAD + b"\nsev 1\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\nMara\n"
    assert parse(raw).text == "sev 1\nMara\n"


def test_a_multipart_without_parts_is_shown_as_text() -> None:
    message = parse(HEAD + b"Content-Type: multipart/mixed\n\nsev 1\n")
    assert message.text == "sev 1\n"
    assert message.problems == ("multipart without parts",)


def test_recipients_are_read_leniently() -> None:
    message = parse(
        b"To: Team: Bo <bo@example.com>, broken@;, incidents@example.com\n"
        b"Cc: Undisclosed recipients:;\nCc: Mara <mara@example.com>\nReply-To: <, x@\n\n"
    )
    assert [mailbox.address for mailbox in message.to] == ["bo@example.com", "incidents@example.com"]
    assert message.cc == (Mailbox(name="Mara", address="mara@example.com"),)
    assert message.reply_to == ()


# Properties

NAMES = ["From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Content-Type"]
NAMES += ["Content-Transfer-Encoding", "Content-Disposition", "Auto-Submitted", "List-Id", "X-Loop", "Precedence"]
FRAGMENTS = [
    "x@",
    "<",
    ">",
    '"',
    "(",
    ")",
    ",",
    ";",
    ":",
    "\\",
    "=?utf-8?q?",
    "?=",
    "=?x?b?",
    "\t",
    "\r",
    "\n ",
    "\x00",
]
FRAGMENTS += [
    "a@example.com",
    "multipart/mixed",
    "boundary=",
    "b",
    "message/rfc822",
    "charset=utf-7",
    "charset*=''",
    "*0=",
]
FRAGMENTS += ["99999", "é", "\ud800", "Fri, 20 Nov", "-0000", "text/html", "base64", "quoted-printable", "name*1*=%"]

values = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=4), max_size=8).map("".join)
headers = st.lists(st.tuples(st.sampled_from(NAMES), values).map(": ".join), max_size=8)
bodies = st.lists(
    st.sampled_from(["--b", "--b--", "", "Content-Type: text/plain", "=", "sev 1", "\udcff"]), max_size=12
)


def check(message: Message) -> None:
    """Assert what holds for every Message, whatever its bytes were."""
    for text in (message.subject, message.text, message.html or "", *(value for _, value in message.fields)):
        text.encode("utf-8")
        assert "\x00" not in text
    assert "\r" not in message.text
    assert "\n" not in message.subject
    assert not any(mark in value for _, value in message.fields for mark in "\r\n\x00\x1b")
    assert (message.header_from is None) == (message.from_problem is not None)
    assert message.date is None or message.date.tzinfo is not None
    screen(message)


@given(st.binary(max_size=400))
def test_any_bytes_are_parsed(raw: bytes) -> None:
    check(parse(raw))


@given(headers, st.sampled_from(["\n", "\r\n"]), bodies)
def test_any_damaged_headers_are_parsed(fields: list[str], line_end: str, body: list[str]) -> None:
    check(parse(line_end.join([*fields, "", *body]).encode("utf-8", "surrogatepass")))


@given(headers, bodies)
def test_any_damaged_part_is_parsed(fields: list[str], body: list[str]) -> None:
    part = "\n".join([*fields, "", *body])
    raw = f"Content-Type: multipart/mixed; boundary=q\n\n--q\n{part}\n--q\n{part}\n--q--\n"
    check(parse(raw.encode("utf-8", "surrogatepass")))
