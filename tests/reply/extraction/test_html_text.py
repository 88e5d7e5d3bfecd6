"""A reply that came as HTML: the lines a reader sees, and `> ` before what is quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.extraction.html_text import html_to_text

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
    ],
)
def test_what_the_reader_cannot_see_is_never_read(hidden: str) -> None:
    assert html_to_text(f"<p>sev 1</p>{hidden}") == "sev 1"


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
