"""Receipts of ticket systems, and prose that names a state: what is told apart by the sender's own words alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.policy import Policy
from incidentmail.reply.mention import mention
from incidentmail.reply.ticket_receipt import acknowledges


@pytest.mark.parametrize(
    "text",
    [
        "Your request has been received #123",
        "Hello Jayla,\n\nYour request (#4711) has been received and is being reviewed by our support staff.",
        "Hi Jayla, thank you for contacting us. We will get back to you within 24 hours.",
        "We have received your message and opened ticket SUP-4711.",
        "##- Please type your reply above this line -##\n\nYour request (4711) has been updated.",
        "This is an automated response. Your ticket number is 4711.",
        "A new ticket has been created for your request. Ticket ID: 4711",
        "Sehr geehrte Damen und Herren,\n\nIhre Anfrage ist bei uns eingegangen. Vorgang 4711.",
        "Nous avons bien reçu votre demande (ticket 4711).",
        "Hemos recibido su solicitud. Ticket #4711",
    ],
)
def test_a_receipt_of_a_ticket_system_is_no_persons_text(text: str) -> None:
    assert acknowledges(text, "Re: Cards fail")


@pytest.mark.parametrize(
    "text",
    [
        "sev 1",
        "Thanks for your message, Bo. I will look into it.\n\nsev 1",
        "Your request was received twice by the gateway, that is the cause.",
        "We have received complaints from 20 customers.",
        "The ticket system is down too, #4711 cannot be opened.",
        "Thanks, got it. Ticket #4711 is the one.",
        "Thanks for your message. We look into it as soon as possible.",
        "Ticket SUP-4711 has the details.",
        "sev 1\n\nThank you for contacting Support. Ticket #4711",
        "I have opened a case with the vendor: 00012345.",
        "Message received. I am on my way.",
    ],
)
def test_a_person_who_speaks_of_tickets_is_a_person(text: str) -> None:
    assert not acknowledges(text, "Re: Cards fail")


def named(text: str) -> tuple[str, int] | None:
    found = mention(text, severity=2, phase=1, policy=Policy())
    return (found.fact, found.number) if found else None


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("I think this is severity 1 by now.", ("severity", 1)),
        ("It is down. This is a sev1! Call the bank.", ("severity", 1)),
        ("We are in phase 2.", ("phase", 2)),
        ("The damage is contained and we are now in phase 2 here.", ("phase", 2)),
    ],
)
def test_prose_that_plainly_names_another_state_is_noticed(text: str, state: tuple[str, int]) -> None:
    assert named(text) == state


@pytest.mark.parametrize(
    "text",
    [
        "should we go to severity 1?",
        "not severity 1 yet",
        "if it spreads this is severity 1",
        "it was severity 1 yesterday",
        "This is severity 2, as declared.",
        "It is severity 1 or severity 3.",
        "We are at severity 7.",
        "Everything is quiet.",
        "The runbook for sev 1 says to call the bank.",
        'Bo wrote "severity 1".',
        "Version 1.2 of phase 2.5 is out.",
    ],
)
def test_questions_conditions_other_times_and_the_present_state_name_nothing(text: str) -> None:
    assert named(text) is None


@given(st.text(max_size=400))
def test_any_text_is_looked_at_without_an_exception(text: str) -> None:
    acknowledges(text, text)
    mention(text, severity=2, phase=1, policy=Policy())
