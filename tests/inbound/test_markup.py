"""HTML that would take its parser too long is counted first, and never parsed."""

from __future__ import annotations

import base64
import quopri

import pytest
import selectolax.lexbor

from incidentmail.inbound import limits
from incidentmail.inbound.markup import html_exceeded
from incidentmail.inbound.message import Envelope, Message, parse_message
from incidentmail.inbound.screen import Disposition, screen
from incidentmail.reply.pages.html_text import html_to_text
from incidentmail.reply.understand import body_of, signature_of

PIPE = Envelope(way="pipe")
FROM = b"From: Mara Lindqvist <mara@example.com>\n"


def named(count: int, unit: str = " a{}=1", first: int = 0) -> str:
    """Return attributes that all differ."""
    return "".join(unit.format(n) for n in range(first, first + count))


def tags(tag: str, count: int, attributes: int) -> str:
    """Return elements whose attributes all have different names."""
    return "".join(f"<{tag}{named(attributes, first=n * attributes)}>" for n in range(count))


ONE = "HTML_ELEMENT_ATTRIBUTES_MAX"
OVER = {
    "80,000 attributes": (f"<div{named(80_000, ' {:x}')}>x", ONE),
    "one more than allowed": (f"<div{named(limits.HTML_ELEMENT_ATTRIBUTES_MAX + 1)}>x", ONE),
    "the same one 200,000 times": ("<div " + "a " * 200_000 + ">x", ONE),
    "a line each": (f"<div{named(9_000, chr(10) + 'a{}')}>x", ONE),
    "tabs and form feeds": (f"<div{named(9_000, chr(9) + chr(12) + 'a{}')}>x", ONE),
    "slashes": (f"<div{named(9_000, '/a{}')}>x", ONE),
    "no blank between them": (f"<div {named(9_000, 'a{}=' + chr(34) * 2)}>x", ONE),
    "a > in each value": (f"<div{named(9_000, ' a{}=' + repr('>'))}>x", ONE),
    "a < in each name": (f"<div{named(9_000, ' <b{}')}>x", ONE),
    "a quote in each name": (f"<div{named(9_000, ' ' + chr(34) + '{}')}>x", ONE),
    "a quote in each bare value": (f"<div{named(9_000, ' a{}=b' + chr(34))}>x", ONE),
    "no value behind =": (f"<div{named(9_000, ' a{} = ')}>x", ONE),
    "= before each": (f"<div{named(9_000, ' =a{}')}>x", ONE),
    "a tag never closed": (f"<div{named(9_000)}", ONE),
    "a quote never closed": (f"<div{named(9_000)} b='", ONE),
    "an end tag": (f"x</a{named(9_000)}>", ONE),
    "capitals": (f"<DIV{named(9_000)}>x", ONE),
    "behind a quote in a comment": (f"<!-- <a b=\" --><div{named(9_000)}>\">x", ONE),
    "behind a quote in a script": (f"<script><a b='</script><div{named(9_000)}>'>x", ONE),
    "behind a quote in a style": (f"<style><a b=\"</style><div{named(9_000)}>\">x", ONE),
    "behind a quote in CDATA": (f"<svg><![CDATA[<a b=\"]]></svg><div{named(9_000)}>\">x", ONE),
    "in many html tags, which count as one": (tags("html", 600, 10), ONE),
    "in many body tags, which count as one": (tags("body", 600, 10), ONE),
    "in many elements, each within the bound": (tags("p", 5_900, 6), "HTML_ATTRIBUTES_MAX"),
    "tags that begin in one another's values": ("<a/b=" * 5_000 + "x" * 400_000, "HTML_TAG_CHARS_MAX"),
    "tags that begin in one another's names": ("<a" * 5_000 + "x" * 400_000, "HTML_TAG_CHARS_MAX"),
    "an end tag behind a name": (f"<script>if (x<y</script{named(9_000)}>", ONE),
}  # fmt: skip
WITHIN = {
    "400 kB in one value": f"<p>sev 1<img src='data:image/png;base64,{'A' * 400_000}'>",
    "100,000 nested tables": "sev 1" + "<table>" * 100_000,
    "100,000 nested <b>": "sev 1" + "<b>" * 100_000,
    "a doctype with 9,000 words": f"<!doctype html{named(9_000)}>sev 1",
    "entities without end": "sev 1<br>" + "&amp" * 100_000,
    "a comment of 400 kB": f"sev 1<!--{' a' * 200_000}-->",
    "a style of 400 kB": f"<style>{'p { color: red } ' * 24_000}</style>sev 1",
    "CDATA": "sev 1<![CDATA[" + " a" * 100_000 + "]]>",
    "as many attributes as allowed": f"<p{named(limits.HTML_ELEMENT_ATTRIBUTES_MAX)}>sev 1",
    "5,000 tags as programs write them": "sev 1<p class='MsoNormal' style='margin:0' lang=en>x</p>" * 2_500,
    "tags within a quotation mark": "<p title='<b>&lt;</b>'>sev 1",
    "less than": "<p>sev 1, 3 < 4, x<y",
}


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The list of the HTML texts that were given to the parser."""
    given: list[str] = []
    real = selectolax.lexbor.LexborHTMLParser

    def parse(html: str) -> selectolax.lexbor.LexborHTMLParser:
        given.append(html)
        return real(html)

    monkeypatch.setattr(selectolax.lexbor, "LexborHTMLParser", parse)
    return given


def mail(html: str, encoding: str = "8bit") -> bytes:
    body = html.encode()
    body = base64.encodebytes(body) if encoding == "base64" else body
    body = quopri.encodestring(body) if encoding == "quoted-printable" else body
    return b"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: %s\n\n%s\n" % (encoding.encode(), body)


def read(raw: bytes) -> tuple[Message, str]:
    message = parse_message(FROM + raw, PIPE)
    return message, body_of(message)


@pytest.mark.parametrize("case", OVER)
def test_html_over_a_bound_is_named_and_never_parsed(case: str, parsed: list[str]) -> None:
    html, bound = OVER[case]
    assert html_exceeded(html) == bound
    message, text = read(mail(html))
    assert (message.html, text, message.problems) == (None, "", (f"html over {bound}",))
    assert not parsed


@pytest.mark.parametrize("case", WITHIN)
def test_other_html_is_read(case: str, parsed: list[str]) -> None:
    assert html_exceeded(WITHIN[case]) is None
    assert read(mail(WITHIN[case]))[1].startswith("sev 1")
    assert len(parsed) == 1


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_the_bound_is_that_of_the_decoded_html(encoding: str, parsed: list[str]) -> None:
    message, text = read(mail(f"<div{named(9_000)}>x", encoding))
    assert (text, message.problems) == ("", (f"html over {ONE}",))
    assert not parsed


def test_of_several_html_parts_one_is_parsed(parsed: list[str]) -> None:
    part = mail(f"<p{named(400)}>sev 1</p>")
    for kind in (b"mixed", b"alternative", b"related"):
        read(b"Content-Type: multipart/" + kind + b"; boundary=b\n\n" + (b"--b\n" + part) * 90 + b"--b--\n")
    assert len(parsed) == 3


def test_html_beside_plain_text_is_no_matter(parsed: list[str]) -> None:
    raw = b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nsev 1\n--b\n%s--b--\n"
    message, text = read(raw % mail(OVER["80,000 attributes"][0]))
    assert (text, message.problems) == ("sev 1", ())
    assert not parsed


def test_a_person_wrote_it_all_the_same() -> None:
    """Their mail can be answered; a mail over another limit is set aside, whoever wrote it."""
    message, _ = read(mail(OVER["80,000 attributes"][0]))
    assert screen(message).disposition is Disposition.PERSON
    assert not message.is_over_a_limit


def test_tags_behind_those_that_are_read_are_no_matter() -> None:
    html = "sev 1" + "<br>" * limits.HTML_TAGS_MAX + f"<p{named(9_000)}>"
    assert html_exceeded(html) is None
    assert html_to_text(html) == "sev 1"


def test_no_more_text_is_kept_of_html_than_of_plain_text() -> None:
    _, text = read(mail("<pre>" + "Größe\n" * 40_000))
    assert text.endswith("Größe\n")
    assert len(text.encode()) <= limits.COMMAND_TEXT_BYTES_MAX


def test_a_text_that_only_sends_readers_to_the_page_is_no_text() -> None:
    for stub in ("This email requires an HTML viewer to be read.", "Ihr Programm kann keine HTML-Mails anzeigen."):
        message, body = read_alternative(stub, "<div>sev 1</div>")
        assert (message.text, body) == ("", "sev 1")
    message, body = read_alternative("close", "<div>This mail needs an HTML viewer.</div>")
    assert body.strip() == "close"


def test_the_page_beside_a_text_is_kept_only_for_its_signature() -> None:
    message, _ = read_alternative("close\n\nJayla", '<div>close</div><div id="Signature">Jayla</div>')
    assert message.html is None
    assert signature_of(message) == "Jayla"
    message, _ = read_alternative("close\n\nJayla", "<div>close</div><div>Jayla, a signature</div>")
    assert message.html_beside is None


def read_alternative(text: str, html: str) -> tuple[Message, str]:
    raw = (
        'Content-Type: multipart/alternative; boundary="B"\n\n'
        f"--B\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        f"--B\nContent-Type: text/html; charset=utf-8\n\n{html}\n--B--\n"
    )
    message = parse_message(raw.encode(), Envelope(way="pipe"))
    return message, body_of(message)
