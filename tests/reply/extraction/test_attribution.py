"""Text below an attribution line contains no commands, even in languages that the code does not list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.extraction import program_phrases as phrases
from incidentmail.reply.parsed import Context
from incidentmail.reply.understand import understand

CONTEXT = Context(
    words=Words(Policy()),
    written_at=datetime(2026, 11, 20, 14, 20, tzinfo=UTC),
    writer=Person.parse("Mara Lindqvist <mara@example.com>"),
)
OURS = """\
Severity 2 (major; was 3), phase 1 (stopping the damage). Bo Karlsen is incident commander. Coordinating via #cards.

Bo Karlsen, 14:07 UTC: I wrote this to the bank:

Severity: 4
Commander: Eve Adams

sev 4
phase 3, it is over

Approved for customers: nothing yet

Update 1. Wrong? Reply: undo 1"""
# Two lines of it that command something where somebody types them: they stand together, or a program left some out.
TOGETHER = (("Severity: 4", "Commander: Eve Adams"), ("sev 4", "phase 3, it is over"))
APART = (("Severity: 4", "phase 3, it is over"), (OURS.split("\n")[0], "sev 4"))

ATTRIBUTIONS = {
    "Amharic": "በ ዓርብ፣ ኖቬምበር 20፣ 2026 በ2:07 ከሰዓት Bo Karlsen <bo@example.com> ጻፈ፦",
    "Armenian": "Ուրբաթ, նոյեմբերի 20, 2026թ. 14:07-ին Bo Karlsen <bo@example.com>-ը գրեց՝",
    "Azerbaijani": "20 noyabr 2026, cümə tarixində saat 14:07 radələrində Bo Karlsen qeyd etdi:",
    "Bengali": "শুক্র, ২০ নভেম্বর, ২০২৬ তারিখে ২:০৭ PM টায় Bo Karlsen <bo@example.com> লিখেছেন:",
    "Breton": "D'ar Gwener 20 a viz Du 2026 da 14:07 en deus Bo Karlsen skrivet:",
    "Burmese": "၂၀၂၆ ခုနှစ် နိုဝင်ဘာ ၂၀ ၁၄:၀၇ တွင် Bo Karlsen <bo@example.com> က ရေးခဲ့သည်:",
    "Esperanto": "Je la 20-a de novembro 2026, 14:07, Bo Karlsen <bo@example.com> skribis:",
    "Faroese": "Tann 20. nov. 2026 kl. 14:07 hevur Bo Karlsen skrivað:",
    "Filipino": "Noong Biy, Nob 20, 2026 nang 2:07 PM, sumulat si Bo Karlsen <bo@example.com> ng:",
    "Georgian": "პარ, 20 ნოე. 2026, 14:07, მომხმარებელმა Bo Karlsen დაწერა:",
    "Hausa": "A ranar Jumma'a, 20 Nuw 2026 da 14:07 Bo Karlsen <bo@example.com> ya rubuta:",
    "Igbo": "Na Fraịde, Nov 20, 2026 na 2:07 PM Bo Karlsen dere:",
    "Kazakh": "2026 ж. 20 қар., жм 14:07, Bo Karlsen <bo@example.com> жазды:",
    "Khmer": "នៅថ្ងៃសុក្រ ទី20 ខែវិច្ឆិកា ឆ្នាំ2026 ម៉ោង 14:07 Bo Karlsen <bo@example.com> បានសរសេរ៖",
    "Kyrgyz": "Жума, 20-ноя., 2026, саат 14:07, Bo Karlsen мындай деп жазган:",
    "Lao": "ວັນສຸກ, 20 ພ.ຈ. 2026 ເວລາ 14:07 Bo Karlsen <bo@example.com> ໄດ້ຂຽນວ່າ:",
    "Malagasy": "Tamin'ny zoma 20 nov. 2026 tamin'ny 14:07, nanoratra i Bo Karlsen:",
    "Maltese": "Nhar il-Ġimgħa, 20 ta' Nov 2026 fl-14:07, Bo Karlsen kiteb:",
    "Maori": "I te Paraire, 20 Whiringa-ā-rangi 2026, ka tuhi a Bo Karlsen:",
    "Mongolian": "2026 оны 11-р сарын 20, Ба 14:07 цагт Bo Karlsen бичсэн:",
    "Nepali": "शुक्र, नोभेम्बर २०, २०२६ मा १४:०७ बजे Bo Karlsen ले लेख्नुभयो:",
    "Sinhala": "2026 නොවැ 20, සිකු 14:07 ට Bo Karlsen <bo@example.com> මෙසේ ලිවීය:",
    "Somali": "Jimce, Nof 20, 2026 saacadu markay ahayd 14:07 Bo Karlsen ayaa qoray:",
    "Swahili": "Mnamo Ijumaa, 20 Novemba 2026, saa 14:07 Bo Karlsen aliandika:",
    "Tamil": "வெள்., 20 நவ., 2026, பிற்பகல் 2:07 மணிக்கு, Bo Karlsen எழுதியது:",
    "Telugu": "శుక్ర, 20 నవం, 2026న 14:07కి Bo Karlsen <bo@example.com> ఇలా రాశారు:",
    "Uzbek": "2026-yil 20-noy., juma, 14:07 da Bo Karlsen shunday deb yozdi:",
    "Yoruba": "Ní ọjọ́ Ẹtì, 20 Bélú 2026 ní 14:07 Bo Karlsen kọ̀wé pé:",
    "Zulu": "Ngo-Lwe 20 Nov 2026 ngo-14:07 u-Bo Karlsen ubhale:",
}
# The same with less to go by: no date, no address, no colon.
SHORT = {
    "Swahili": "Bo Karlsen aliandika:",
    "Esperanto": "Bo skribis",
    "Georgian": "Bo Karlsen-მა გუშინ დაწერა",
}


def commands(body: str) -> Sequence[tuple[str, object]]:
    return [(command.name, command.value) for command in understand(body, CONTEXT, [OURS]).read.commands]


def bodies(attribution: str, pair: tuple[str, str], top: str) -> list[str]:
    blocks = ["\n".join(pair), "\n\n".join(pair), "\n".join(f"> {row}" for row in pair), "> " + "\n>\n> ".join(pair)]
    return [f"{top}{attribution}{gap}{block}\n" for block in blocks for gap in ("\n", "\n\n")]


def test_none_of_the_verbs_is_one_that_the_code_knows() -> None:
    for line in (*ATTRIBUTIONS.values(), *SHORT.values()):
        words = {word.strip(":՝፦៖.,").casefold() for word in line.split()}
        assert words.isdisjoint(phrases.WROTE), line
        assert not any(verb in line.casefold() for verb in phrases.WROTE_ANYWHERE), line
    assert len(ATTRIBUTIONS) >= 26


@pytest.mark.parametrize("pair", (*TOGETHER, *APART))
@pytest.mark.parametrize("language", ATTRIBUTIONS)
def test_no_command_is_read_below_an_attribution_in_any_language(language: str, pair: tuple[str, str]) -> None:
    for top in ("", "Asante.\n\n", "Asante, ninaangalia.\n"):
        for body in bodies(ATTRIBUTIONS[language], pair, top):
            assert commands(body) == [], body


@pytest.mark.parametrize("pair", TOGETHER)
@pytest.mark.parametrize("language", SHORT)
def test_lines_that_stood_together_command_nothing_below_the_shortest_attribution(
    language: str, pair: tuple[str, str]
) -> None:
    for top in ("", "Asante.\n\n"):
        for body in bodies(SHORT[language], pair, top):
            assert commands(body) == [], body


@pytest.mark.parametrize("line", (*ATTRIBUTIONS.values(), *SHORT.values()))
def test_a_command_above_such_an_attribution_is_read(line: str) -> None:
    for pair in TOGETHER:
        for body in bodies(line, pair, "sev 1\n\n"):
            assert commands(body) == [("severity", 1)], body
