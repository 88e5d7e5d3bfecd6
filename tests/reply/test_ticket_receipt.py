"""Receipts of ticket systems are distinguished from people's mail by their words alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.ticket_receipt import acknowledges, is_receipt


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
        "--- Reply above this line ---\n\nYour ticket has been received.",
        "##- Bitte geben Sie Ihre Antwort oberhalb dieser Zeile ein -##\n\nIhre Anfrage wurde erstellt.",
        "##- Veuillez écrire votre réponse au-dessus de cette ligne -##\n\nBonjour,\n\nVotre demande a été reçue.",
        "—-—-—-—\nReply above this line.\n\nYour request has been received.",
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
        "Reply above this line was ignored by the help desk, see above.\n\nsev 1",
        "--- Reply above this line ---\n\nBo Keller commented: sev 1, all payments fail",
    ],
)
def test_a_person_who_speaks_of_tickets_is_a_person(text: str) -> None:
    assert not acknowledges(text, "Re: Cards fail")


@pytest.mark.parametrize(
    "text",
    [
        "##- Please type your reply above this line -##\n\nYour request (4711) has been received.",
        "--- Reply above this line ---\n\nHi Jayla,\n\nA new ticket has been created for your request.",
        "-----\nPlease reply above this line\n-----\n\nYour ticket has been received and assigned.",
    ],
)
def test_a_receipt_below_a_line_that_asks_for_replies_is_one_though_it_looks_quoted(text: str) -> None:
    assert is_receipt(cut(text), "Re: Cards fail")


@pytest.mark.parametrize(
    "text",
    [
        "sev 1\n\n##- Please type your reply above this line -##\n\nYour request (4711) has been received.",
        "sev 1\n\n> ##- Please type your reply above this line -##\n> Your request (4711) has been received.",
        "##- Please type your reply above this line -##\n\nBo Keller:\n\nsev 1, all payments fail",
        "> Your request (4711) has been received.",
        "",
    ],
)
def test_what_people_write_through_a_ticket_system_or_in_answer_to_one_is_no_receipt(text: str) -> None:
    assert not is_receipt(cut(text), "Re: Cards fail")


@given(st.text(max_size=400))
def test_any_text_is_looked_at_without_an_exception(text: str) -> None:
    acknowledges(text, text)
