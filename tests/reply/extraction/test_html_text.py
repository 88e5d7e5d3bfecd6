"""A reply in HTML becomes the lines that a reader sees, with `> ` before quoted lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.inbound.markup import marks_signature
from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.pages.html_text import html_to_text, signature_in

OLD = "<div>Severity: 4</div><div>Phase: 2</div>"
ATTRIBUTION = "On Fri, Nov 20, 2026 at 2:07 PM Bo &lt;bo@example.com&gt; wrote:"
CLIENTS = {
    "gmail": f'<div class="gmail_quote gmail_quote_container"><div class="gmail_attr">{ATTRIBUTION}</div>{OLD}</div>',
    "gmail blockquote": f'<div>{ATTRIBUTION}</div><blockquote class="gmail_quote">{OLD}</blockquote>',
    "outlook web": f'<hr><div id="divRplyFwdMsg"><b>Von:</b> Bo</div><div><div>{OLD}</div></div>',
    "outlook append": f'<div id="appendonsend"></div><div>{OLD}</div>',
    "outlook desktop": "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'>"
    f"<p class=MsoNormal><b>Kutoka:</b> Bo</p></div></div><p class=MsoNormal>&nbsp;</p>{OLD}",
    "outlook mobile": f'<div id="mail-editor-reference-message-container">{OLD}</div>',
    "apple": f'<div><br><blockquote type="cite"><div>{ATTRIBUTION}</div>{OLD}</blockquote></div>',
    "thunderbird": f'<div class="moz-cite-prefix">Bo schrieb:</div><blockquote type="cite">{OLD}</blockquote>',
    "yahoo": f'<div id="ydp1yahoo_quoted_123" class="ydp1yahoo_quoted">{OLD}</div>',
    "proton": f'<div class="protonmail_quote">{ATTRIBUTION}<blockquote>{OLD}</blockquote></div>',
    "zimbra": f'<hr data-marker="__DIVIDER__"><div data-marker="__QUOTED_TEXT__">{OLD}</div>',
    "zoho": f'<div class="zmail_extra">---- On Fri ... wrote ----{OLD}</div>',
    "samsung": f"<div>-------- Original message --------</div><div>From: Bo</div>{OLD}",
    "no container": f"<div>{ATTRIBUTION}</div>{OLD}",
}


@pytest.mark.parametrize("client", CLIENTS)
def test_what_a_mail_program_quotes_is_never_kept(client: str) -> None:
    assert cut(html_to_text(f"<html><body><div>sev 1</div><br>{CLIENTS[client]}</body></html>")).new_text == "sev 1"


def test_what_is_typed_inside_gmails_container_is_kept_and_what_is_forwarded_in_it_is_not() -> None:
    attr = f'<div class="gmail_attr">{ATTRIBUTION}</div>'
    quote = '<blockquote class="gmail_quote">Severity: 4</blockquote>'
    page = f'<div>Hi Bo,</div><div class="gmail_quote">{attr}{quote}<div>sev 1</div>{quote}<div>Mara</div></div>'
    assert cut(html_to_text(page)).new_text.split() == ["Hi", "Bo,", "sev", "1", "Mara"]
    forwarded = '<div class="gmail_quote"><div class="gmail_attr">Forwarded</div><div>Severity: 4</div></div>'
    assert cut(html_to_text(f"<div>sev 1</div>{forwarded}")).new_text == "sev 1"


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="display: none">Severity: 4</span>',
        '<div style="color:red; DISPLAY:NONE !important">Severity: 4</div>',
        "<div hidden>Severity: 4</div>",
        '<div style="visibility:hidden">Severity: 4</div>',
        '<div style="font-size:0px">Severity: 4</div>',
        '<div style="mso-hide:all">Severity: 4</div>',
        "<style>Severity: 4</style>",
        "<script>Severity: 4</script>",
        "<title>Severity: 4</title>",
        "<!-- Severity: 4 -->",
        "<template>Severity: 4</template>",
        '<div class="gmail_signature">Severity: 4</div>',
        "<s>Severity: 4</s>",
        "<strike>Severity: 4</strike>",
        "<del>Severity: 4</del>",
        '<span style="text-decoration: line-through">Severity: 4</span>',
        '<span style="text-decoration:underline line-through red"><b>Severity: 4</b></span>',
        '<font color="#FFFFFF">Severity: 4</font>',
        '<p style="color: white">Severity: 4</p>',
        '<p style="color: rgb(254, 254, 254)"><b>Severity: 4</b></p>',
        '<p style="color:transparent">Severity: 4</p>',
        '<table bgcolor="#000"><tr><td style="color:black">Severity: 4</table>',
        '<p style="font-size:1px">Severity: 4</p>',
        '<p style="position:absolute;left:-9999px">Severity: 4</p>',
        '<div style="height:0;overflow:hidden">Severity: 4</div>',
    ],
)
def test_what_the_reader_cannot_see_is_never_read(hidden: str) -> None:
    assert html_to_text(f"<p>sev 1</p>{hidden}") == "sev 1"


@pytest.mark.parametrize(
    "shown",
    [
        '<p style="color:#fff;background-color:#222">sev 1</p>',
        '<div style="background:black"><font color=white>sev 1</font></div>',
        '<div style="color:white"><span style="color:#333">sev 1</span></div>',
        '<div style="visibility:hidden"><span style="visibility:visible">sev 1</span></div>',
        '<div style="font-size:0"><span style="font-size:12pt">sev 1</span></div>',
        '<p style="text-decoration:none;font-size:80%">sev 1</p>',
        '<p style="margin-left:-20px">sev 1</p>',
    ],
)
def test_what_the_reader_sees_is_read_whatever_is_around_it(shown: str) -> None:
    assert html_to_text(shown) == "sev 1"


def test_what_is_written_around_struck_out_words_is_one_line() -> None:
    assert html_to_text("<p>severity <s>4</s> 1, <u>please</u></p>") == "severity 1, please"


SIGNATURE = "<div>Jayla Martin</div><div>Payments, <a href='https://example.com'>example.com</a></div>"
CONTAINERS = (
    '<div id="Signature">{}</div>',
    '<div id="x_Signature">{}</div>',
    '<a name="_MailAutoSig"></a><div id="_MailAutoSig">{}</div>',
    '<div name="messageSignatureSection" class="messageSignatureSection">{}</div>',
    '<div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature">{}</div>',
    '<div class="protonmail_signature_block protonmail_signature_block-user">{}</div>',
    '<div id="AppleMailSignature" dir="ltr">{}</div>',
    '<div class="moz-signature">{}</div>',
    '<div id="ms-outlook-mobile-signature">{}</div>',
)


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_marked_signature_is_dropped_from_the_page_and_from_the_text_beside_it(container: str) -> None:
    page = f"<div>close</div><br>{container.format(SIGNATURE)}{CLIENTS['thunderbird']}"
    assert cut(html_to_text(page)).new_text == "close"
    assert marks_signature(page)
    signature = signature_in(page)
    for below in ("", "\n\n> Severity: 4\n"):
        text = f"close\n\n*Jayla Martin*\nPayments, example.com\n<https://example.com>{below}"
        assert cut(text, signature=signature).new_text == "close"


def test_words_that_are_not_at_the_end_or_all_there_is_are_no_signature() -> None:
    assert cut("Jayla Martin\n\nsev 1", signature="Jayla Martin").new_text == "Jayla Martin\n\nsev 1"
    assert cut("close", signature="close").new_text == "close"
    quoted = '<p>close</p><blockquote type="cite"><div id="Signature">close</div></blockquote>'
    assert signature_in(quoted) == ""


def test_blocks_and_breaks_become_lines() -> None:
    html = "<p>one<br>two</p><div>three</div><ul><li>four<li>five</ul><table><tr><td>six<td>seven<tr><td>eight</table>"
    assert [line for line in html_to_text(html).splitlines() if line] == [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six seven",
        "eight",
    ]


def test_preformatted_text_keeps_its_lines() -> None:
    assert html_to_text("<pre>Severity: 1\nPhase: 2</pre>") == "Severity: 1\nPhase: 2"


def test_white_space_is_folded_and_entities_are_decoded() -> None:
    assert html_to_text("<p>Tom&aacute;s\n  &amp;&nbsp;<b>Bo</b>\t&lt;x&gt;</p>") == "Tomás & Bo <x>"


def test_nested_quotations_are_marked_by_depth() -> None:
    assert html_to_text("a<blockquote>b<blockquote>c</blockquote></blockquote>d") == "a\n\n> b\n> \n> > c\n> \nd"


@given(
    st.text()
    | st.lists(st.sampled_from(["<div>", "</p>", "<blockquote>", "<td>", "x", "<br", ">", "<!--"])).map("".join)
)
def test_any_html_is_read(html: str) -> None:
    cut(html_to_text(html))


def test_unpaired_surrogates_and_nul_are_read() -> None:
    assert "b" in html_to_text("a\x00\ud800b")
