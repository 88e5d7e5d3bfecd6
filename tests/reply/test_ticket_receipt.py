"""Receipts of ticket systems are distinguished from people's mail by their words alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.text(max_size=400))
def test_any_text_is_looked_at_without_an_exception(text: str) -> None:
    acknowledges(text, text)
