"""A text reply is cut to the sender's own words, without any quoted line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.reply.extraction.attribution import EXAMINED_MAX
from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.extraction.line_kinds import LineKind, classify

QUOTED = ("Severity: 4", "Phase: 2", "Bo Karlsen is incident commander.")

ATTRIBUTIONS = {
    "gmail": "On Fri, Nov 20, 2026 at 2:07\u202fPM Bo Karlsen <bo@example.com> wrote:",
    "gmail broken after the bracket": "On Fri, Nov 20, 2026 at 2:07 PM Bo Karlsen <\nbo@example.com> wrote:",
    "gmail broken before wrote": "On Fri, Nov 20, 2026 at 2:07 PM Bo Karlsen\n<bo@example.com>\nwrote:",
    "apple": "On 20 Nov 2026, at 14:07, Bo Karlsen <bo@example.com> wrote:",
    "apple with a mark before it": "\ufeffOn Nov 20, 2026, at 2:07\u202fPM, Bo Karlsen wrote:",
    "thunderbird": "On 20/11/2026 14:07, Bo Karlsen wrote:",
    "yahoo": "On Friday, November 20, 2026 at 02:07:11 PM UTC, Bo Karlsen <bo@example.com> wrote:",
    "old gmail": "2026-11-20 14:07 GMT+01:00 Bo Karlsen <bo@example.com>:",
    "german": "Am Fr., 20. Nov. 2026 um 14:07 Uhr schrieb Bo Karlsen <bo@example.com>:",
    "german, the name first": "Bo Karlsen <bo@example.com> schrieb am Fr., 20.\nNov. 2026 um 14:07 Uhr:",
    "french": "Le ven. 20 nov. 2026 à 14:07, Bo Karlsen <bo@example.com> a écrit :",
    "spanish": "El vie, 20 nov 2026 a las 14:07, Bo Karlsen (<bo@example.com>) escribió:",
    "portuguese": "Em sex., 20 de nov. de 2026 às 14:07, Bo Karlsen <bo@example.com>\nescreveu:",
    "italian": "Il giorno ven 20 nov 2026 alle ore 14:07 Bo Karlsen <bo@example.com> ha scritto:",
    "dutch": "Op vr 20 nov 2026 om 14:07 schreef Bo Karlsen <bo@example.com>:",
    "swedish": "Den fre 20 nov. 2026 kl 14:07 skrev Bo Karlsen <bo@example.com>:",
    "polish": "pt., 20 lis 2026 o 14:07 Bo Karlsen <bo@example.com> napisał(a):",
    "russian": "пт, 20 нояб. 2026 г. в 14:07, Bo Karlsen <bo@example.com>:",
    "turkish": "Bo Karlsen <bo@example.com>, 20 Kas 2026 Cum, 14:07 tarihinde şunu yazdı:",
    "japanese": "2026年11月20日(金) 14:07 Bo Karlsen <bo@example.com>:",
    "chinese": "Bo Karlsen <bo@example.com> 于2026年11月20日周五 14:07写道：",
    "korean": "2026년 11월 20일 (금) 오후 2:07, Bo Karlsen <bo@example.com>님이 작성:",
    "hindi": "शुक्र, 20 नव॰ 2026 को 2:07 pm बजे को Bo Karlsen <bo@example.com> ने लिखा:",
    "android": "---- Bo Karlsen wrote ----",
}
HEADER_BLOCKS = {
    "outlook": "From: Bo Karlsen <bo@example.com>\nSent: November 20, 2026 2:07 PM\nTo: list\nSubject: Checkout",
    "outlook with a rule": "_" * 32
    + "\nFrom: Bo Karlsen <bo@example.com>\nSent: 20 November 2026 14:07\nSubject: Checkout",
    "bold": "*From:* Bo Karlsen <bo@example.com>\n*Sent:* 20 November 2026\n*To:* list\n*Subject:* Checkout",
    "original message": "-----Original Message-----",
    "german": "Von: Bo Karlsen\nGesendet: Freitag, 20. November 2026 14:07\nAn: Liste\nBetreff: Checkout",
    "french": "De : Bo Karlsen\nEnvoyé : vendredi 20 novembre 2026 14:07\nÀ : liste\nObjet : Checkout",
    "finnish": "Lähettäjä: Bo Karlsen\nLähetetty: 20. marraskuuta 2026\nAihe: Checkout",
    "chinese": "发件人: Bo Karlsen\n发送时间: 2026年11月20日 14:07\n收件人: list\n主题: Checkout",
    "arabic": "من: Bo Karlsen\nتم الإرسال: 20 نوفمبر 2026\nالموضوع: Checkout",
    "nobody's language": "Kutoka: Bo <bo@example.com>\nImetumwa: 20 Nov 2026 14:07\nKwa: orodha\nMada: Checkout",
    "apple": "Begin forwarded message:\n\nFrom: Bo Karlsen <bo@example.com>\nSubject: Checkout",
    "samsung": "-------- Original message --------\nFrom: Bo Karlsen <bo@example.com>\nDate: 20/11/2026 14:07",
}
MEANT = {
    "a command block": "Severity: 1\nCommander: Mara Lindqvist\nVenue: #checkout",
    "a block with addresses and dates": "Commander: Mara <mara@example.com>\nStarted: 2026-11-20 14:07\nSeverity: 1",
    "one key": "Commander: Mara",
    "a declaration": "Description: cards fail\nSeverity: 2\nPhase: 1\nImpact: one in five\nNext update: 15:00",
    "roles": "Customer liaison: Tomás R.\nBusiness liaison: Bo <bo@example.com>\nSubject-matter experts: +Yusuf, -Bo",
    "a span of time": "From: 14:07\nTo: 15:00\ncheckout was down",
    "a note about a mail": "sev 1\n\nThe vendor told us on 2026-11-20 that ops@example.com gets it.",
    "a list of times": "Seen so far.\n\n2026-11-20 14:07\n20.11.2026 14:09\nNov 20, 2026 at 14:10",
    "a colon": "I changed this:\n\nthe gateway",
    "a sentence that begins like a phone": "Fine here.\n\nSent from my desk it worked well enough for all the cards.",
}
own_lines = st.text("abcdefg XYZ", min_size=1, max_size=30).map(lambda text: "a" + text.rstrip() + ".")


@pytest.mark.parametrize("client", ATTRIBUTIONS)
def test_marked_quotations_below_an_attribution_are_never_kept(client: str) -> None:
    body = "sev 1\n\n" + ATTRIBUTIONS[client] + "\n\n" + "".join(f"> {line}\n" for line in QUOTED)
    assert cut(body).new_text == "sev 1"


@pytest.mark.parametrize("client", ATTRIBUTIONS)
def test_unmarked_quotations_below_an_attribution_are_never_kept(client: str) -> None:
    assert cut("sev 1\n\n" + ATTRIBUTIONS[client] + "\n\n" + "\n".join(QUOTED)).new_text == "sev 1"


@pytest.mark.parametrize("client", HEADER_BLOCKS)
def test_what_stands_below_a_header_block_or_a_separator_is_never_kept(client: str) -> None:
    assert cut("sev 1\n\n" + HEADER_BLOCKS[client] + "\n\n" + "\n".join(QUOTED)).new_text == "sev 1"


@pytest.mark.parametrize("name", MEANT)
def test_our_own_lines_are_never_mistaken_for_a_quotation(name: str) -> None:
    assert cut(MEANT[name]).new_text == MEANT[name]


@given(
    st.sampled_from(sorted(ATTRIBUTIONS)), st.lists(own_lines, min_size=1, max_size=6), st.lists(st.text(max_size=40))
)
def test_text_on_top_survives_exactly_and_no_quoted_line_does(client: str, top: list[str], quoted: list[str]) -> None:
    marked = [f"> {part}" for line in quoted for part in (line.splitlines() or [""])] or ["> x"]
    body = "\n".join([*top, "", ATTRIBUTIONS[client], "", *marked])
    assert cut(body).new_text == "\n".join(top)


@given(st.text())
def test_any_text_is_read_and_no_line_behind_a_quote_mark_is_kept(text: str) -> None:
    reading = cut(text)
    assert not any(line.lstrip().startswith(">") for line in reading.new_text.splitlines())
    assert [kept.line.kind for kept in reading.lines] == [line.kind for line in classify(text)]
    kept = "\n".join(kept.line.text for kept in reading.lines if kept.kept)
    assert reading.new_text == kept


def test_text_below_the_quotation_is_kept_where_nothing_stands_above_it() -> None:
    attribution = ATTRIBUTIONS["gmail"]
    assert cut(f"{attribution}\n\n> Severity: 4\n> fine\n\nsev 1").new_text == "sev 1"
    assert cut(f"Hi Bo,\n\n{attribution}\n> Is it down?\n\nYes, all of it.").new_text == "Hi Bo,\n\n\nYes, all of it."


def test_answers_between_quoted_lines_are_kept() -> None:
    body = "> Is it down?\nYes.\n> Since when?\n14:07 UTC.\n"
    assert cut(body).new_text == "Yes.\n14:07 UTC."


def test_a_quoted_line_broken_by_a_mail_program_is_not_an_answer() -> None:
    long = "> One in five card payments is declined by the gateway and the second one\n"
    assert cut(f"{long}Severity: 4\n> is slow\n\nsev 1").new_text == "sev 1"


def test_text_below_and_between_marked_quotations_is_kept_even_with_text_on_top() -> None:
    quoted = "> Is it down?\n>\n> Since when?"
    assert cut(f"Thanks.\n\n{ATTRIBUTIONS['gmail']}\n{quoted}\n\nPS: I leave at six.").new_text == (
        "Thanks.\n\n\nPS: I leave at six."
    )
    body = f"See below.\n\n{ATTRIBUTIONS['german']}\n> Is it down?\n\nYes.\n\n> Since when?\n\n14:07 UTC."
    assert cut(body).new_text.split() == ["See", "below.", "Yes.", "14:07", "UTC."]


def test_a_broken_line_below_a_quotation_is_not_a_postscript() -> None:
    long = "> One in five card payments is declined by the gateway and also the second"
    body = f"Thanks.\n\n{ATTRIBUTIONS['gmail']}\n{long}\nSeverity: 4\n\nsev 2"
    assert cut(body).new_text.split() == ["Thanks.", "sev", "2"]


def test_what_would_have_fitted_on_the_quoted_line_was_not_broken_off_it() -> None:
    wide = "> The gateway refuses every second card since it changed its certificate"
    assert cut(f"{wide}\n> Is anybody in touch with the bank about this matter\nYes.\n> Who\n").new_text == "Yes."


def test_a_program_that_leaves_one_line_long_breaks_none() -> None:
    long = "> " + "The gateway refuses every second card. " * 4
    assert cut(f"{long}\n> Mara Lindqvist, 14:07 UTC (15:07 CET): phase 2, looks better\nno\n> x").new_text == "no"


def test_a_link_that_was_broken_out_of_a_quotation_is_quoted() -> None:
    assert cut("Fine.\n\nBo wrote on 2026-11-20:\n> see\n (https://a.example/x) >\n> there").new_text == "Fine."
    assert cut("Fine.\n\nBo wrote on 2026-11-20:\n> see\n<https://a.example/x>\n> there").new_text == "Fine."


@pytest.mark.parametrize(
    "quotation",
    [
        "Friday, November 20, 2026, 2:07:11 PM, you wrote:\n\nBK> Severity: 4\nBK>\nBK> Phase: 2",
        '>>>>> "Bo" == Bo Karlsen <bo@example.com> writes:\n\n    Bo> Severity: 4\n    Bo>> Phase: 2',
        ">>> Bo Karlsen <bo@example.com> 20/11/2026 14:07 >>>\nSeverity: 4\nPhase: 2",
        "> Bo Karlsen <bo@example.com> wrote on 20/11/2026:\n\nSeverity: 4\nPhase: 2",
        '"Bo Karlsen" ---20/11/2026 14:07:11---Severity: 4\nPhase: 2',
        "On Fri, Nov 20, 2026 at 2:07 PM Bo Karlsen <bo@example.com\n> wrote:\n\n> Severity: 4",
        "On Fri, Nov 20, 2026 at 2:07 PM Bo Karlsen\n\n<\nmailto:bo@example.com\n> wrote:\nSeverity: 4",
        "V V pet., 20. nov. 2026 ob 14:07 je oseba Bo Karlsen <bo@example.com>\nnapisala:\n\n> Severity: 4",
        "piektd., 2026. g. 20. nov., plkst. 14:07 lietotājs Bo Karlsen (\n<bo@example.com>) rakstīja:\n\n> Phase: 2",
    ],
)
def test_quotations_that_are_marked_in_another_way_are_never_kept(quotation: str) -> None:
    assert cut(f"sev 1\n\n{quotation}\n").new_text == "sev 1"


@pytest.mark.parametrize(
    "text",
    [
        "I ran this:\n\npsql> select 1\npsql> select 2",
        "The numbers went\nfrom: 21 %\nto: 4 %",
        "Call the bank:\n\nSupport desk\n+353 1 555 0199\nask for Niamh",
        "Niamh at the bank wrote at 14:20:\n\nWe have revoked it by mistake.",
        "sev 2\n\n--- done ---\n\nIt holds.",
    ],
)
def test_what_only_looks_like_a_quotation_is_kept(text: str) -> None:
    assert cut(text).new_text == text


def test_keys_of_the_sender_above_a_header_block_are_kept() -> None:
    assert cut("It went\nfrom: 21 %\nto: 4 %\n\n" + HEADER_BLOCKS["outlook"]).new_text == (
        "It went\nfrom: 21 %\nto: 4 %"
    )


def test_a_forwarded_mail_without_a_word_says_nothing() -> None:
    assert cut(HEADER_BLOCKS["outlook"] + "\n\n" + "\n".join(QUOTED)).new_text == ""
    assert cut(ATTRIBUTIONS["gmail"] + "\n\n" + "\n".join(QUOTED)).new_text == ""


@pytest.mark.parametrize(
    "tail",
    [
        "-- \nMara\nSeverity: 4",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Skickat från min iPhone",
        "Wysłane z iPhone'a",
        "Отправлено с iPhone",
        "iPhoneから送信",
        "发自我的 iPhone",
        "나의 iPhone에서 보냄",
        "iPhone'umdan gönderildi",
        "Get Outlook for Android<https://aka.ms/x>",
        "_" * 47 + "\nincidents mailing list -- incidents@example.com\nTo unsubscribe send an email to x",
        "-- \nYou received this message because you are subscribed to the Google Groups group.",
        "Kind regards,\nMara Lindqvist\nPayments",
        "Mara Lindqvist | Payments\nExample Ltd\nT +353 1 555 0100 | M +353 86 555 0101\nwww.example.com",
        "Sent via Newmail ( https://newmail.example/?by=mara@example.com )",
        "Disclaimer\n\nThe information contained in this communication is confidential and for its recipient only.",
        "This e-mail and any attachments are confidential and meant for the intended recipient.",
        "-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----",
    ],
)
def test_signatures_footers_and_disclaimers_are_dropped(tail: str) -> None:
    assert cut("sev 1\n\nIt spreads.\n\n" + tail).new_text == "sev 1\n\nIt spreads."


def test_a_clear_signed_reply_loses_its_frame() -> None:
    body = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nsev 1\n-----BEGIN PGP SIGNATURE-----\nx"
    assert cut(body).new_text == "sev 1"


def test_a_reply_joined_to_the_attribution_is_split_from_it() -> None:
    reading = cut("sev 1 On Fri, 20 Nov 2026 at 14:07, Bo <bo@example.com> wrote:\n> Severity: 4")
    assert reading.new_text.strip() == "sev 1"
    assert [kept.line.number for kept in reading.lines] == [1, 1, 2]


def test_every_line_says_why() -> None:
    lines = classify("sev 1\n\n> x\n--")
    assert [line.kind for line in lines] == [LineKind.TEXT, LineKind.EMPTY, LineKind.QUOTE, LineKind.SIGNATURE]
    assert lines[2].why == "begins with >"


def test_lines_beyond_the_limit_are_dropped() -> None:
    assert cut("sev 1\n" + "\n" * 9_000 + "Severity: 4").new_text == "sev 1"


def test_below_hundreds_of_lines_that_end_like_an_attribution_everything_is_dropped() -> None:
    lines = [f"at line {number} of shop.c:" for number in range(EXAMINED_MAX + 2)]
    found = cut("sev 1\n\n" + "\n".join(lines) + "\nAction: call the bank")
    assert found.new_text.startswith("sev 1\n\nat line 0 of shop.c:")
    assert "Action" not in found.new_text
