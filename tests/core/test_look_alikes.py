"""Names that could be mistaken for another person's are found, in any script, and different names are not."""

from __future__ import annotations

import pytest

from incidentmail.core.names.look_alikes import is_no_name, is_somebody_else, looks_like
from incidentmail.core.names.person import Person, clean_name

MARA = Person(name="Mara Lindqvist", address="mara@example.com")
BO = Person(name="Bo K.", address="bo@example.com")

# Each is written so that a reader takes it for Mara Lindqvist.
ALIKE = (
    "Mara Lindqvist", "mara lindqvist", "MARA LINDQVIST", "mArA lInDqViSt", "Mara  Lindqvist", "Mara-Lindqvist",
    "MaraLindqvist", "mara.lindqvist", "mara_lindqvist", "Mara Lindqvist.", "~Mara Lindqvist~", "'Mara Lindqvist'",
    "Lindqvist, Mara", "Lindqvist Mara", "Dr. Mara Lindqvist", "Mara Lindqvist IT", "Mara Lindqvist via Incidents",
    "\u041cara Lindqvist", "M\u0430r\u0430 Lindqvist", "Mara Lindqv\u0456st", "Mara Lindqvi\u0455t",
    "\u041c\u0430r\u0430 L\u0456ndqv\u0456\u0455t", "\u039cara Lindqvist", "Mara Lindq\u03bdist",
    "Mara \u216cindqvist", "M\u0251ra Lindqvist", "Mar\u1d00 Lindqvist", "Mara Iindqvist", "Mara 1indqvist",
    "Mara |indqvist", "Mara lindqvlst", "Rnara Lindqvist",
    "\uff2d\uff41\uff52\uff41 \uff2c\uff49\uff4e\uff44\uff51\uff56\uff49\uff53\uff54",
    "\U0001d40c\U0001d41a\U0001d42b\U0001d41a Lindqvist", "\U0001d5e0ara \U0001d5dfindqvist",
    "\u24c2ara \u24c1indqvist", "M\u00e1ra L\u00edndqvist", "M\u0307ara Lindqvist", "Mara L\u0323indqvist",
    "Mara Lindqvis\u0165", "Ma\u200bra Lindqvist", "Ma\u00adra Lindqvist", "Mara\u2060 Lindqvist",
    "Mara Lindq\u034fvist", "Mara Lindqvist\ufe0f", "Mara\u3164Lindqvist", "Mara\u2800Lindqvist",
    "Mara\uffa0Lindqvist", "Mara\u115f Lindqvist", "Mara Lindqvist\U000e0041", "\u202eMara Lindqvist",
    "M\u0430ra\u00a0Lindqvist", "Mara\u2003Lindqvist", "\u15f0ara Lindqvist", "Mara Lind\u051bvist",
)  # fmt: skip
DIFFERENT = (
    "Mara Olsson", "Mara", "Lindqvist", "M. Lindqvist", "Maria Lindqvist", "Mara Lindquist", "Bo Lindqvist",
    "Alícia S.", "Yusuf A.", "Bo Karlsen", "山田 太郎", "Ольга Иванова", "محمد", "Incidents",
)  # fmt: skip


def test_forty_look_alikes_are_tried() -> None:
    assert len(set(ALIKE)) >= 40


@pytest.mark.parametrize("name", ALIKE, ids=ascii)
def test_a_look_alike_is_somebody_elses_name(name: str) -> None:
    assert looks_like(name, MARA.name)
    assert is_somebody_else(name, "eve@example.com", [BO, MARA])
    assert not is_somebody_else(name, "mara@example.com", [BO, MARA])


@pytest.mark.parametrize("name", DIFFERENT, ids=ascii)
def test_another_name_stays(name: str) -> None:
    assert not is_somebody_else(name, "eve@example.com", [BO, MARA])


@pytest.mark.parametrize(
    "name",
    [
        "", "\u3164", "\u2800\u2800", "\u200b", "\u115f\u1160", "\uffa0", "\U000e0041", "\u034f\u17b4", "...",
        "boss@example.com", "boss\uff20example.com", "boss\ufe6bexample.com", "Boss bo@example.com", "www.evil.test",
        "https://evil.test/x", "evil.test", "evil\u3002test", "Click evil.test/login", "tel:+4470000", "EVIL.TEST",
    ],
    ids=ascii,
)  # fmt: skip
def test_what_is_blank_an_address_or_a_link_is_no_name(name: str) -> None:
    assert is_no_name(name)


@pytest.mark.parametrize("name", ["Bo K.", "Dr. Mara Lindqvist", "J.R. Smith", "Smith, John", "山田 太郎", "X"])
def test_a_name_is_a_name(name: str) -> None:
    assert not is_no_name(name)


@pytest.mark.parametrize("name", ["Mara\u3164L.", "\u2800Bo K.", "Bo\u034f K.", "Bo K.\U000e0041", "Bo\ufe0f K."])
def test_nothing_invisible_stays_in_a_name(name: str) -> None:
    assert clean_name(name) in ("Mara L.", "MaraL.", "Bo K.")


def test_joiners_stay_between_letters_that_need_them() -> None:
    assert clean_name("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627") == "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"
    assert clean_name("\u200d\u200d") == ""
