"""No quoted line is mistaken for the sender's, however a program quotes and whatever it lost or joined."""

from __future__ import annotations

import textwrap

import pytest

from incidentmail.reply.extraction.cut import cut

OLD = "Severity: 4\nPhase: 3"
MARKED = "> Severity: 4\n> Phase: 3"

# As mail programs write it in many languages; each is also tried broken into shorter lines.
ATTRIBUTIONS = (
    "On Fri, 20 Nov 2026 at 14:07, Bo Karlsen <bo.karlsen@mail.example.com> wrote:",
    "piektd., 2026. g. 20. nov., plkst. 14:07 — lietotājs Bo Karlsen (<bo.karlsen@mail.example.com>) rakstīja:",
    "2026-11-20, pn, 14:07 Bo Karlsen <bo.karlsen@mail.example.com> rašė:",
    "Kuupäev R, 20. november 2026 kell 14:07 kirjutas Bo Karlsen <bo.karlsen@mail.example.com>:",
    "Bo Karlsen <bo.karlsen@mail.example.com> kirjoitti pe 20. marrask. 2026 klo 14.07:",
    "pá 20. 11. 2026 v 14:07 odesílatel Bo Karlsen <bo.karlsen@mail.example.com> napsal:",
    "pi 20. 11. 2026 o 14:07 Bo Karlsen <bo.karlsen@mail.example.com> napísal(a):",
    "V pet., 20. nov. 2026 ob 14:07 je oseba Bo Karlsen <bo.karlsen@mail.example.com> napisala:",
    "pet, 20. stu 2026. u 14:07 Bo Karlsen <bo.karlsen@mail.example.com> napisao je:",
    "Bo Karlsen <bo.karlsen@mail.example.com> ezt írta (időpont: 2026. nov. 20., P, 14:07):",
    "În vin., 20 nov. 2026 la 14:07, Bo Karlsen <bo.karlsen@mail.example.com> a scris:",
    "На пт, 20.11.2026 г. в 14:07 ч. Bo Karlsen <bo.karlsen@mail.example.com> написа:",
    "пт, 20 лист. 2026 р. о 14:07 Bo Karlsen <bo.karlsen@mail.example.com> пише:",
    "Στις Παρ 20 Νοε 2026 στις 2:07 μ.μ., ο χρήστης Bo Karlsen <bo.karlsen@mail.example.com> έγραψε:",
    "‫בתאריך יום ו׳, 20 בנוב׳ 2026 ב-14:07 מאת ‪Bo Karlsen‬‏ <‪bo.karlsen@mail.example.com‬‏>:‬",
    "Vào Th 6, 20 thg 11, 2026 vào lúc 14:07 Bo Karlsen <bo.karlsen@mail.example.com> đã viết:",
    "Pada tanggal Jum, 20 Nov 2026 pukul 14.07 Bo Karlsen <bo.karlsen@mail.example.com> menulis:",
    "ในวันที่ ศ. 20 พ.ย. 2026 เวลา 14:07 Bo Karlsen <bo.karlsen@mail.example.com> เขียนว่า:",
    "El dv., 20 de nov. 2026, 14:07, Bo Karlsen <bo.karlsen@mail.example.com> va escriure:",
    "Den fre. 20. nov. 2026 kl. 14.07 skrev Bo Karlsen <bo.karlsen@mail.example.com>:",
    "fre. 20. nov. 2026 kl. 14:07 skrev Bo Karlsen <bo.karlsen@mail.example.com>:",
    "Ar 20 Tach 2026 am 14:07 ysgrifennodd Bo Karlsen <bo.karlsen@mail.example.com>:",
    "A 20 de nov. de 2026 14:07, Bo Karlsen <bo.karlsen@mail.example.com> escribiu:",
    "Bo Karlsen <bo.karlsen@mail.example.com>, 20 Kas 2026 Cum, 14:07 tarihinde şunu yazdı:",
)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("width", [200, 76, 60, 45])
def test_an_attribution_is_known_in_many_languages_however_it_is_broken(attribution: str, width: int) -> None:
    lines = textwrap.wrap(attribution, width, break_on_hyphens=False)
    broken = "\n".join(lines)
    assert cut(f"sev 1\n\n{broken}\n\n{MARKED}\n").new_text == "sev 1"
    if len(lines) <= 4:
        assert cut(f"sev 1\n\n{broken}\n\n{OLD}\n").new_text == "sev 1"


GLUED = (
    "sev 1 On Fri, 20 Nov 2026 at 14:07, Bo Karlsen <bo@example.com> wrote:",
    "sev 1On Fri, 20 Nov 2026 at 14:07, Bo Karlsen <bo@example.com> wrote:",
    "sev 1.On Fri, 20 Nov 2026 at 14:07, Bo Karlsen <bo@example.com> wrote:",
    "sev 1 -On Fri, 20 Nov 2026 at 14:07, Bo Karlsen wrote:",
    "sev 1--On Fri, 20 Nov 2026 at 14:07, Bo Karlsen wrote:",
    "sev 1 Am Fr., 20. Nov. 2026 um 14:07 Uhr schrieb Bo Karlsen <bo@example.com>:",
    "sev 1Am 20.11.2026 um 14:07 schrieb Bo Karlsen <bo@example.com>:",
    "sev 1 Le ven. 20 nov. 2026 à 14:07, Bo Karlsen <bo@example.com> a écrit :",
    "sev 1 El vie, 20 nov 2026 a las 14:07, Bo Karlsen (<bo@example.com>) escribió:",
    "sev 1 From: Bo Karlsen <bo@example.com> Sent: Friday, 20 November 2026 14:07 To: list Subject: Checkout",
    "sev 1 -----Original Message-----",
    "sev 1-----Original Message-----",
    "sev 1 -------- Ursprüngliche Nachricht --------",
)


@pytest.mark.parametrize("line", GLUED)
@pytest.mark.parametrize("gap", ["\n", "\n\n", " "])
def test_what_is_glued_to_an_attribution_is_read_and_the_rest_is_not(line: str, gap: str) -> None:
    body = f"{line}{gap}{OLD}\n" if gap != " " else f"{line}{gap}Severity: 4 Phase: 3\n"
    assert cut(body).new_text.rstrip(" -.") == "sev 1"


HEADERS = (
    "From: Bo Karlsen <bo@example.com> Sent: Friday, 20 November 2026 14:07 To: list Subject: Checkout",
    "Von: Bo Karlsen <bo@example.com> Gesendet: Freitag, 20. November 2026 14:07 An: Liste Betreff: Checkout",
    "De : Bo Karlsen <bo@example.com> Envoyé : vendredi 20 novembre 2026 14:07 À : liste Objet : Checkout",
    "From: Bo Karlsen <bo@example.com>",
    "From: Bo Karlsen <bo@example.com>\nTo: incidents@example.com",
    "Von: Bo Karlsen <bo@example.com>",
    "De: Bo Karlsen [mailto:bo@example.com]",
    '*From:* "Bo Karlsen" <bo@example.com>',
    "From: Bo Karlsen via Incidents <incidents@example.com>",
    "-----Original Message-----\nFrom: Bo Karlsen",
    "________________________________\nFrom: Bo Karlsen",
    "---- Bo Karlsen <bo@example.com> wrote ----",
    "----Bo Karlsen schrieb----",
    "--On 20 November 2026 14:07 +0000 Bo Karlsen <bo@example.com> wrote:",
    "Bo Karlsen wrote on 20.11.2026 14:07:",
    "Bo Karlsen <bo@example.com> writes:",
    "Quoting Bo Karlsen <bo@example.com>:",
    "Zitat von Bo Karlsen <bo@example.com>:",
)


@pytest.mark.parametrize("header", HEADERS)
def test_what_is_below_any_kind_of_header_is_not_read(header: str) -> None:
    for gap in ("\n", "\n\n"):
        assert cut(f"sev 1\n\n{header}{gap}{OLD}\n").new_text == "sev 1"
        assert cut(f"sev 1\n\n{header}{gap}{MARKED}\n").new_text == "sev 1"


MARKS = ("> ", ">", ">> ", "| ", "|", "Bo> ", "BK> ", "Bo Karlsen> ", "bo>", "│ ", "    ", "\t", ": ")
ATTRIBUTION = "On Fri, 20 Nov 2026 at 14:07, Bo Karlsen <bo@example.com> wrote:\n\n"


@pytest.mark.parametrize("mark", MARKS)
def test_what_bears_any_mark_below_an_attribution_is_not_read_and_what_is_below_it_is(mark: str) -> None:
    quoted = "".join(f"{mark}{line}\n" for line in OLD.split("\n"))
    assert cut(f"sev 1\n\n{ATTRIBUTION}{quoted}").new_text == "sev 1"
    assert cut(f"{ATTRIBUTION}{quoted}\nsev 1\n").new_text == "sev 1"
    assert cut(f"{ATTRIBUTION}{quoted}\nsev 1\n\n{quoted}").new_text == "sev 1"


@pytest.mark.parametrize("mark", ["| ", "Bo> ", "Bo Karlsen> ", "│ "])
def test_marks_on_several_lines_need_no_attribution(mark: str) -> None:
    quoted = "".join(f"{mark}{line}\n" for line in OLD.split("\n"))
    assert cut(f"sev 1\n\n{quoted}").new_text == "sev 1"
    assert cut(f"{quoted}\nsev 1").new_text == "sev 1"


PASTED = (
    "psql> select 1\npsql> select 2",
    "| host | state |\n|------|-------|\n| db1  | down  |",
    "From: 14:00\nTo: 15:00",
    "From: the bank\n\nThey call back.",
    "a | b",
    "Seen:\n\n    dublin-1\n    dublin-2",
    "We asked Bo Karlsen <bo@example.com> on 20 Nov 2026.",
    "On Friday the bank wrote: all quiet.",
    "On 20 Nov the bank wrote: all quiet there.",
)


@pytest.mark.parametrize("text", PASTED)
def test_what_people_paste_is_no_quotation(text: str) -> None:
    assert cut(f"Look:\n\n{text}").new_text == f"Look:\n\n{text}"


@pytest.mark.parametrize("attribution", ATTRIBUTIONS[:6])
def test_an_attribution_whose_quotation_was_deleted_is_dropped(attribution: str) -> None:
    assert cut(f"sev 1\n\n{attribution}\n").new_text == "sev 1"
    assert cut(f"sev 1\n\n{attribution}\n\n>\n").new_text == "sev 1"


def test_words_below_an_attribution_without_a_quotation_are_kept_for_the_note_and_never_read() -> None:
    reading = cut(f"{ATTRIBUTION}Severity: 1\n")
    assert reading.new_text == "Severity: 1"
    assert not reading.is_surely_own
    assert cut(f"{ATTRIBUTION}> fine\n\nSeverity: 1\n").is_surely_own
