"""Recognise mail that a program sends for a person without that person's words: invitations, reactions, receipts.

Such mail neither declares an incident nor contains commands. But unlike an automatic reply, it comes from a person who
wanted something. So these rules also decide who is told how to reply instead.
"""

from __future__ import annotations

import re

from incidentmail.core.subject_prefixes import bare_subject, is_answer

from .message import Message
from .part_kinds import CALENDAR

REACTION = "text/vnd.google.email-reaction+json"
CALENDAR_CLASS = "urn:content-classes:calendarmessage"
TEXT_CHARS_MAX = 2_000
"""The maximum length of the text searched. Such messages say at the top what they are."""

# The prefix of the subject of a message that Outlook recalls, in the languages in which it is sold.
_RECALL = re.compile(
    r"(?:recall|rückruf|zurückrufen|rappel|rappeler|recuperar|recuperación|retirar|richiamo|richiama|recolha|anular"
    r"|intrekken|intrekking|terughalen|odwołanie|odwołaj|återkalla|återkallning|tilbagekald|tilbakekall|tilbakekalling"
    r"|peruuta|peruutus|kutsu takaisin|odvolání|odvolanie|visszahívás|visszahívott|rechemare|отзыв|відкликання"
    r"|geri çağır(?:ma)?|ανάκληση|回収|取り消し|撤回|召回|회수|เรียกคืน|thu hồi|استدعاء)\s?[:：]\s*",
    re.I,
)
_RECALL_REPORT = re.compile(r"message recall (?:success|failure|report)\b", re.I)
# Text in straight quotes, or in the pairs of quotes that other languages use.
_QUOTED = re.compile(r"\"([^\"\n]{0,300})\"|[“„»«「『]\s?([^“”„»«」』\n]{0,300})\s?[”“«»」』]|'([^'\n]{1,300})'(?!\w)")
_LETTERS_MIN = 2

# The line that Outlook writes above the header of the message that somebody reacted to.
_REACTED = re.compile(
    r"[^\n:]{1,120}(?:reacted to your (?:message|e-?mail)|hat auf (?:ihre|deine) (?:nachricht|e-?mail) reagiert"
    r"|a réagi à (?:votre|ton) (?:message|e-?mail|courrier)|(?:ha )?reaccion(?:ó|ado) a(?:l| su| tu) (?:mensaje|correo)"
    r"|ha reagito al (?:tuo|suo|vostro) messaggio|reagiu à (?:sua|tua) mensagem"
    r"|heeft (?:gereageerd op )?(?:uw|je) bericht(?: gereageerd)?|zareagowa(?:ł|ła|ł\(a\)) na (?:twoją|twój) wiadomość"
    r"|reagerade på ditt meddelande|reagerede på din (?:meddelelse|besked)|reagerte på meldingen din"
    r"|reagoi viestiisi|reagoval\(?a?\)? na vaši zprávu|отреагировал\(?а?\)? на ваше сообщение"
    r"|mesajınıza tepki verdi"
    r"|さんがあなたのメッセージに(?:リアクション|反応)しました|对你的(?:邮件|消息)(?:做出了回应|作出了反应))"
    r"\s?[:：.]?",
    re.I,
)
_BY_GMAIL = re.compile(r".{1,80}\bgmail\b.{0,20}", re.I)
# The words in which phones pass on reactions, such as `Liked "..."`.
_TAPBACK = re.compile(
    r"(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted \S{1,8} to) [“\"].{1,2000}[”\"]", re.I | re.S
)

_READ = re.compile(
    r"(?:read|not read|deleted|gelesen|ungelesen|nicht gelesen|lu|non lu|leído|no leído|letto|non letto|lido|não lido"
    r"|gelezen|niet gelezen|läst|læst|lest|luettu|przeczytane|przeczytano|přečteno|elolvasva"
    r"|прочитано|okundu|開封済み|已读)"
    r"\s?[:：]\s*",
    re.I,
)
_WAS_READ = re.compile(
    r"was read on|was deleted without being read|(?:wurde|am) .{1,60}gelesen|wurde ungelesen gelöscht|a été lu"
    r"|a été supprimé"
    r"|(?:fue|ha sido|se) leíd[oa]|se leyó|è stato letto|foi lida|is gelezen|lästes|blev læst|ble lest"
    r"|(?:została|zostało) przeczytan|byla přečtena|было прочитано|okundu|開封|已(?:于|阅读)",
    re.I,
)
# The beginnings of delivery reports in plain text.
_REPORT_TEXT = re.compile(
    r"this is the mail system at host |this message was created automatically by mail delivery software"
    r"|this is an automatically generated delivery status notification"
    r"|hi\. this is the (?:qmail-send program|deliver program) at |this is the postfix program at host "
    r"|your message (?:did not reach some or all|could(?:n['’]t| not) be delivered to|wasn['’]t delivered to)"
    r"|delivery (?:has failed to these|to the following) recipients?"
    r"|the following (?:message to|recipients? (?:cannot be reached|could not be reached))"
    r"|\*\* address not found \*\*|\*\* message (?:not delivered|blocked) \*\*"
    r"|sorry, we were unable to deliver your message"
    r"|i['’]m sorry to have to inform you that (?:the message returned below|your message) could not be delivered",
    re.I,
)


def is_calendar(message: Message) -> bool:
    """Return whether a calendar program sent the message (RFC 6047), with any method.

    A message that merely has a calendar entry attached does not count.
    """
    if (message.field("content-class") or "").strip().lower() == CALENDAR_CLASS:
        return True
    return any(kind.type in CALENDAR and (kind.told or not kind.attached) for kind in message.kinds)


def is_reaction_part(message: Message) -> bool:
    """Return whether any part of the message is a Gmail reaction."""
    return any(kind.type == REACTION for kind in message.kinds)


def is_report_in_words(message: Message) -> bool:
    """Return whether the text starts like a mail system's report, and the subject is not that of a reply."""
    if is_answer(message.subject):
        return False
    return _REPORT_TEXT.match((message.text or "")[:TEXT_CHARS_MAX].lstrip(" \t\n>-=")) is not None


def is_recall_report(message: Message) -> bool:
    """Return whether this is Exchange's report on whether a recall succeeded."""
    return _RECALL_REPORT.match(message.subject) is not None


def recalled(subject: str) -> str | None:
    """Return the subject of the recalled message, or None if `subject` does not announce a recall.

    >>> recalled("Recall: Re: Checkout is down"), recalled("Rückruf: Kasse"), recalled("Recalled cars")
    ('Re: Checkout is down', 'Kasse', None)
    """
    found = _RECALL.match(subject)
    return subject[found.end() :] if found else None


def is_recall(message: Message, text: str) -> bool:
    """Return whether this is Outlook's request to recall a message. `text` is the body as text.

    The text of such a request is one short paragraph that quotes the subject of the recalled message. A person writing
    about a product recall does not quote a subject.
    """
    about = recalled(message.subject)
    if about is None:
        return False
    said = text[:TEXT_CHARS_MAX].strip()
    if not said:  # Outlook's own sentence is in a structured part
        return bool(message.in_reply_to or message.references or message.field("thread-topic"))
    first = said.split("\n\n")[0].replace("\n", " ")
    wanted = bare_subject(about)
    quoted = (bare_subject(next(filter(None, found), "")) for found in _QUOTED.findall(first))
    return any(one and (wanted.startswith(one) or one.startswith(wanted)) for one in quoted)


def is_reaction(text: str) -> bool:
    """Return whether a program wrote the body because somebody clicked a reaction such as a thumbs-up.

    >>> is_reaction("Jayla M. reacted to your message:\\n👍"), is_reaction("👍\\n\\nJayla reacted via Gmail")
    (True, True)
    >>> is_reaction("👍"), is_reaction("We reacted to your message: the gateway is off.")
    (False, False)
    """
    lines = [line.strip() for line in text[:TEXT_CHARS_MAX].splitlines() if line.strip()][:3]
    if not lines:
        return False
    if _REACTED.fullmatch(lines[0]) or (len(lines) > 1 and _is_sign(lines[0]) and _REACTED.fullmatch(lines[1])):
        return True
    if len(lines) > 1 and _is_sign(lines[0]) and _BY_GMAIL.fullmatch(lines[1]):
        return True
    return _TAPBACK.fullmatch(text[: TEXT_CHARS_MAX + 200].strip()) is not None


def is_receipt(subject: str, text: str) -> bool:
    """Return whether this is one of Outlook's plain-text read receipts.

    >>> is_receipt("Read: Checkout is down", "Your message\\n\\n   To: Mara\\n\\nwas read on Friday.")
    True
    >>> is_receipt("Read: only access to the ledger", "Severity: 2")
    False
    """
    return _READ.match(subject) is not None and _WAS_READ.search(text[:TEXT_CHARS_MAX]) is not None


def _is_sign(line: str) -> bool:
    """Return whether a line has no letters or digits, such as a line of emoji."""
    return not any(character.isalnum() for character in line)


def no_letter(message: Message, text: str) -> str | None:
    """Return the name of the rule which shows that the message contains no words of its sender's own, or None.

    `text` is the body as text.
    """
    if is_reaction(text):
        return "reaction"
    if is_recall(message, text):
        return "recall"
    return "read-receipt" if is_receipt(message.subject, text) else None
