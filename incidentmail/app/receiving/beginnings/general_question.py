"""Recognise mail to us that concerns no incident, and only asks for help or for the open incidents."""

from __future__ import annotations

from typing import Literal

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.recognise import Recognised
from incidentmail.core.ids import is_sub_address, read_message_id
from incidentmail.core.model import Trust
from incidentmail.core.subject_prefixes import NO_SUBJECT, bare_subject
from incidentmail.reply.asking_words import asks_for_brief, asks_for_help

General = Literal["guide", "open_incidents"]
"""The template of the answer: a guide to what people can write, or the list of open incidents."""


def general_question(context: AppContext, mail: Recognised) -> General | None:
    """Return the question in a member's one-word mail, such as `help` or `status`, or None for other mail.

    The word is the text of a mail with the same subject or none, or the subject of a mail without a text. Any other
    subject may say what is broken, so the writer is asked about it instead.
    """
    if mail.disposition != "unmatched" or mail.filed is not None or mail.ambiguous or mail.suggested is not None:
        return None
    if mail.understood is None or mail.trust in (None, Trust.STRANGER) or not is_to_us_alone(context, mail):
        return None
    text, subject = mail.understood.extraction.new_text.strip(), bare_subject(mail.message.subject)
    has_subject = subject not in NO_SUBJECT
    asked = _asked(text) if text else _asked(subject) if has_subject else None
    if text and has_subject and _asked(subject) is None and not _answers_us(context, mail):
        return None
    return asked


def is_to_us_alone(context: AppContext, mail: Recognised) -> bool:
    """Return whether a message was sent only to us, and to no list, so that its sender expects an answer."""
    if mail.provenance is not None and mail.provenance.through_our_list:
        return False
    own = str(context.config.bot.address)
    addressed = {box.address for box in (*mail.message.to, *mail.message.cc)}
    is_to_us = any(address == own or is_sub_address(own, address) for address in addressed)
    return is_to_us and addressed.isdisjoint(context.config.lists)


def _asked(words: str) -> General | None:
    return "guide" if asks_for_help(words) else "open_incidents" if asks_for_brief(words) else None


def _answers_us(context: AppContext, mail: Recognised) -> bool:
    answered = (*mail.message.in_reply_to, *mail.message.references)
    return any(read_message_id(context.key, one) is not None for one in answered)
