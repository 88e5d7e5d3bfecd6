"""Whatever mail program quotes our mail, only the typed text is read, and never the quoted text."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentmail.core.commands import (
    Command,
    Declare,
    GiveUpdate,
    Identity,
    NameCommander,
    SetPhase,
    SetSeverity,
    SetText,
    SetTime,
    SetVenue,
)
from incidentmail.core.decision.decide import decide, declare
from incidentmail.core.events import Announced, Event, Recorded
from incidentmail.core.fold import fold
from incidentmail.core.model import Actor, Holders, Incident, Person, Trust
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.inbound.screen import screen
from incidentmail.outbound.draft import Occasion, Sender
from incidentmail.outbound.list_mails import render_declaration, render_follow_up
from incidentmail.outbound.wording import Wording
from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.pages.html_text import html_to_text
from incidentmail.reply.parsed import Context
from incidentmail.reply.understand import body_of, understand
from incidentmail.templating import Templates

AT = datetime(2026, 11, 20, 14, 7, 11, tzinfo=UTC)
POLICY = Policy()
WORDS = Words(POLICY)
SENDER = Sender(
    bot=Person(name="Incidents", address="incident-bot@example.com"),
    list_address="incidents@example.com",
    always_to=(),
    key=b"a key of thirty-two bytes in all",
    wording=Wording(words=WORDS, zones=("Europe/Berlin",)),
    templates=Templates(),
)
MARA = Person(name="Mara Lindqvist", address="mara@example.com")
CONTEXT = Context(words=WORDS, written_at=AT, writer=MARA)


# --- Mails of ours -------------------------------------------------------------------------------------------------


def after(state: Incident | None, events: Sequence[Event], at: datetime) -> Incident:
    first = state.version + 1 if state else 1
    stream = [
        Recorded(incident="2026-11-20-cards", version=version, at=at, by=MARA, event=event)
        for version, event in enumerate(events, first)
    ]
    found = fold(stream, state)
    assert found is not None
    return found


def text_of(raw: bytes) -> str:
    return parse_message(raw, Envelope(way="pipe")).text.rstrip("\n")


def our_mail(declaration: Declare, changes: Sequence[Command]) -> str:
    """Return the text of the declaration, or of the follow-up if something changed."""
    actor = Actor(person=MARA, trust=Trust.OPERATOR)
    identity = Identity(id="2026-11-20-cards", ref="abcdef", origin="ghijkl")
    events = declare(declaration, identity=identity, actor=actor, now=AT, policy=POLICY)
    assert isinstance(events, tuple)
    incident = after(None, events, AT)
    occasion = Occasion(at=AT, ledger="ghijkl; 12; " + "0f" * 32, origin="ghijkl")
    mail = render_declaration(SENDER, incident, occasion, by_hand=False)
    if changes:
        incident = after(incident, (Announced(number=0, message_id=mail.message_id),), AT)
        for command in changes:
            decided = decide(incident, command, actor=actor, now=AT, policy=POLICY)
            if isinstance(decided, tuple):
                incident = after(incident, decided, AT)
        if incident.unannounced or incident.said:
            mail = render_follow_up(SENDER, incident, occasion)
    return text_of(mail.raw)


# What people write to us may look like commands, and comes back in what we send.
DETAILS = (
    "One in five card payments is declined by the gateway since it changed its certificate on Friday afternoon.",
    "Severity: 3",
    "Severity 4, phase 3. Eve Adams is incident commander.",
    "taking command",
    "phase 2, looks better",
    "Commander: Eve Adams\nVenue: #elsewhere",
    "close",
    "Is the EU affected too? Who has the number of the bank?",
    "Seen 13:50 UTC:\n- dublin-1\n- dublin-2",
    "It is spreading.",
)  # fmt: skip
names = st.sampled_from(("Bo Karlsen", "Alícia S.", "山田太郎", "van der Berg", "O'Brien", "Dr. No"))
lines = st.sampled_from(("all cards", "nothing yet", "Severity 1", "決済が失敗", "we know; more at 15:00", "one, two"))
notes = st.lists(st.sampled_from(DETAILS), max_size=4).map("\n\n".join)
people = st.builds(Person, name=names)
later = st.integers(1, 4000).map(lambda minutes: AT + timedelta(minutes=minutes))
text_facts = st.sampled_from(("impact", "not_affected", "backchannel"))
declarations = st.builds(
    Declare,
    description=st.sampled_from(("Card payments fail", "AW: cards", "決済が失敗している", "Severity: 1")),
    details=notes,
    severity=st.sampled_from((None, 1, 2, 3, 4)),
    phase=st.sampled_from((None, 0, 1, 2)),
    commander=st.none() | people,
    venue=st.sampled_from((None, "#inc-cards", "https://meet.example.com/a.b?c=1.2#d", "phone +44 20 7946 0000")),
    texts=st.lists(st.tuples(text_facts, lines), max_size=3, unique_by=lambda pair: pair[0]).map(tuple),
    roles=st.lists(
        st.tuples(
            st.sampled_from(("customer_liaison", "business_liaison")), st.builds(Holders, people=st.tuples(people))
        ),
        max_size=2,
        unique_by=lambda pair: pair[0],
    ).map(tuple),
    times=st.lists(st.tuples(st.just("next_update_at"), later), max_size=1).map(tuple),
)  # fmt: skip
changes = st.lists(
    st.one_of(
        st.builds(SetSeverity, st.integers(1, 4)),
        st.builds(SetPhase, st.integers(0, 3)),
        st.builds(NameCommander, people),
        st.builds(SetVenue, st.just("#other-room")),
        st.builds(SetText, text_facts, lines),
        st.builds(SetTime, st.just("next_update_at"), later),
        st.builds(GiveUpdate, notes),
    ),
    max_size=4,
)
mails = st.builds(our_mail, declarations, changes)


# --- What people type ----------------------------------------------------------------------------------------------

PROSE = (
    "Thanks, looking into it now.",
    "The gateway changed its certificate at 13:48, we see no more declines in Dublin",
    "Yes, all of it.",
    "Bo wrote to their support on Friday and has no answer yet.",
    "Numbers went\nfrom: 21 %\nto: 4 %",
    "hi all",
    "1. restart\n2. wait ten minutes\n3. look again",
    "https://graphs.example.com/d/cards?from=now-1h",
    "Danke! Ich schaue gleich nach.",
    "好的，我来处理。",
    "Who has the number of the bank?",
    "[2026-11-20 13:50:01] ERROR gateway: certificate verify failed",
    "    indented\n      more",
    "no",
)
COMMANDS = (
    "Severity: 1",
    "Severity: 4",
    "Phase: 3",
    "Venue: #our-own-room",
    "Commander: Tomás Reyes",
    "Impact: half of the shops",
    "Severity 1, phase 2.",
    "I am incident commander.",
)
words = st.text("abcdefghij KLM äßø 漢字 .,!?()'/+", min_size=1, max_size=60).map(lambda text: f"w{text}".rstrip())
typed_prose = st.sampled_from(PROSE) | words
# `sev 1` is read as the first line only: typed on top of a quotation or below it.
typed_texts = st.tuples(
    st.sampled_from(("sev 1", "phase 3, it is fixed", "", "", "", "")),
    st.lists(typed_prose | st.sampled_from(COMMANDS), min_size=1, max_size=4),
).map(lambda pair: [text for text in (pair[0], *pair[1]) if text])


# --- Mail programs -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Client:
    """The quoting style of a mail program.

    `mark` is put before quoted lines; without one, answers between the lines are not possible. `head` is above the
    quotation. `foot` is the program's own signature, above the quotation or (`foot_last`) below it.
    """

    head: str
    mark: str = "> "
    wrap: int = 0
    foot: str = ""
    foot_last: bool = False
    gap: str = "\n\n"  # between what was typed and what was quoted
    page: Callable[[str, Sequence[str]], str] | None = None

    def quote(self, text: str) -> str:
        rows = text.split("\n")
        if self.wrap:
            rows = [part for row in rows for part in textwrap.wrap(row, self.wrap, break_long_words=False) or [""]]
        return "\n".join(f"{self.mark}{row}".rstrip() if self.mark else row for row in rows)

    def above(self, typed: Sequence[str], mail: str) -> str:
        foot = f"\n\n{self.foot}" if self.foot else ""
        if self.foot_last:
            return f"{self._join(typed)}\n\n{self.head}{self.quote(mail)}{foot}\n"
        return f"{self._join(typed)}{foot}\n\n{self.head}{self.quote(mail)}\n"

    def below(self, typed: Sequence[str], mail: str) -> str:
        foot = f"\n\n{self.foot}" if self.foot else ""
        return f"{self.head}{self.quote(mail)}{self.gap}{self._join(typed)}{foot}\n"

    def between(self, typed: Sequence[str], mail: str, *, first_on_top: bool) -> str:
        """Return the mail with each text below another paragraph of the quotation, and the rest at the end."""
        parts = mail.split("\n\n")
        out = [self._join(typed[:1]), "", ""] if first_on_top else []
        out = ["\n".join(out) + self.head + self.quote(parts[0])]
        for index, text in enumerate(typed[1 if first_on_top else 0 :], 1):
            # A long line that does not end a sentence looks as if a mail program had broken it.
            last = out[-1].rsplit("\n", 1)[-1]
            out.append(text if last[-1:] in ".?!" or len(last) < 55 else f"\n{text}")
            rest = parts[index : index + 1] if index < len(typed) else parts[index:]
            if rest:
                out.append(self.quote("\n\n".join(rest)))
        return self.gap.join(out) + (f"\n\n{self.foot}" if self.foot else "") + "\n"

    @staticmethod
    def _join(typed: Sequence[str]) -> str:
        return "\n\n".join(typed)


def escaped(text: str) -> str:
    return "".join(f"<div>{html.escape(row) or '<br>'}</div>" for row in text.split("\n"))


def broken(text: str) -> str:
    return "<br>".join(html.escape(row) for row in text.split("\n"))


def gmail(attribution: str) -> Callable[[str, Sequence[str]], str]:
    attr = f'<div dir="ltr" class="gmail_attr">{html.escape(attribution)}<br></div>'

    def page(top: str, parts: Sequence[str]) -> str:
        """Return a page with the typed texts inside the container, between its quotations."""
        inner = "".join(
            f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{broken(part)}</blockquote>'
            if index % 2 == 0
            else f"<div><br></div>{escaped(part)}<div><br></div>"
            for index, part in enumerate(parts)
        )
        box = f'<div class="gmail_quote gmail_quote_container">{attr}{inner}</div>'
        return f'<div dir="ltr">{escaped(top)}</div><br>{box}'

    return page


def cited(prefix: str, *, inside: bool) -> Callable[[str, Sequence[str]], str]:
    """Return a function that quotes with the attribution inside the quotation (Apple Mail) or before it."""

    def page(top: str, parts: Sequence[str]) -> str:
        pieces = []
        for index, part in enumerate(parts):
            lead = f"<div>{html.escape(prefix)}</div><br>" if inside and index == 0 else ""
            quoted = f'<blockquote type="cite">{lead}<div>{broken(part)}</div></blockquote>'
            pieces.append(quoted if index % 2 == 0 else escaped(part))
        before = "" if inside else f'<div class="moz-cite-prefix">{html.escape(prefix)}</div>'
        return f"<html><body>{escaped(top)}<br>{before}{''.join(pieces)}</body></html>"

    return page


def outlook(keys: Sequence[str], *, desktop: bool) -> Callable[[str, Sequence[str]], str]:
    rows = zip(keys, ("Bo Karlsen &lt;bo@example.com&gt;", "20.11.2026 14:07", "list", "Cards"), strict=True)
    head = "<br>".join(f"<b>{key}</b> {value}" for key, value in rows)

    def page(top: str, parts: Sequence[str]) -> str:
        if desktop:
            typed = "".join(f'<p class="MsoNormal">{html.escape(row) or "&nbsp;"}</p>' for row in top.split("\n"))
            style = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
            block = f'<div><div style="{style}"><p class="MsoNormal">{head}</p></div></div>'
        else:
            typed = f'<div style="font-family: Calibri">{escaped(top)}</div><div id="appendonsend"></div><hr>'
            block = f'<div id="divRplyFwdMsg" dir="ltr">{head}</div>'
        return f"<html><body>{typed}{block}{escaped(parts[0])}</body></html>"

    return page


def boxed(attributes: str, attribution: str) -> Callable[[str, Sequence[str]], str]:
    def page(top: str, parts: Sequence[str]) -> str:
        return f"{escaped(top)}<br><div {attributes}>{html.escape(attribution)}<br>{escaped(parts[0])}</div>"

    return page


ENGLISH = ("From:", "Sent:", "To:", "Subject:")
GERMAN = ("Von:", "Gesendet:", "An:", "Betreff:")
FRENCH = ("De :", "Envoyé :", "À :", "Objet :")
GMAIL = "On Fri, Nov 20, 2026 at 2:07\u202fPM Incidents <incident-bot@example.com> wrote:"
PHONE_GMAIL = "On Fri, 20 Nov 2026, 14:07 Incidents, <incident-bot@example.com> wrote:"
APPLE = "On 20 Nov 2026, at 14:07, Incidents <incident-bot@example.com> wrote:"
BIRD = "On 20/11/2026 14:07, Incidents wrote:"
YAHOO = "On Friday, November 20, 2026 at 02:07:11 PM UTC, Incidents <incident-bot@example.com> wrote:"
PROTON = "On Friday, November 20th, 2026 at 2:07 PM, Incidents <incident-bot@example.com> wrote:"


def header(keys: Sequence[str], date: str) -> str:
    values = ("Incidents <incident-bot@example.com>", date, "incidents@example.com", "Card payments fail")
    return "".join(f"{key} {value}\n" for key, value in zip(keys, values, strict=True)) + "\n"


RULE = "_" * 32 + "\n"
CLIENTS = {
    "gmail web": Client(head=GMAIL + "\n\n", wrap=72, page=gmail(GMAIL)),
    "gmail web, broken": Client(head=GMAIL.replace("<", "<\n") + "\n\n", wrap=72),
    "gmail phone": Client(head=PHONE_GMAIL + "\n\n", wrap=72, page=gmail(PHONE_GMAIL)),
    "gmail web, german": Client(
        head="Am Fr., 20. Nov. 2026 um 14:07 Uhr schrieb Incidents <\nincident-bot@example.com>:\n\n", wrap=72
    ),
    "outlook desktop, english": Client(
        head=header(ENGLISH, "Friday, November 20, 2026 2:07 PM"), mark="", page=outlook(ENGLISH, desktop=True)
    ),
    "outlook desktop, german": Client(
        head=header(GERMAN, "Freitag, 20. November 2026 14:07"), mark="", page=outlook(GERMAN, desktop=True)
    ),
    "outlook desktop, french": Client(
        head=header(FRENCH, "vendredi 20 novembre 2026 14:07"), mark="", page=outlook(FRENCH, desktop=True)
    ),
    "outlook web, english": Client(
        head=RULE + header(ENGLISH, "20 November 2026 14:07"), mark="", page=outlook(ENGLISH, desktop=False)
    ),
    "outlook web, german": Client(
        head=RULE + header(GERMAN, "Freitag, 20. November 2026 14:07"), mark="", page=outlook(GERMAN, desktop=False)
    ),
    "outlook web, french": Client(
        head=RULE + header(FRENCH, "vendredi 20 novembre 2026 14:07"), mark="", page=outlook(FRENCH, desktop=False)
    ),
    "outlook phone, english": Client(
        foot="Get Outlook for iOS<https://aka.ms/o0ukef>",
        head=RULE + header(ENGLISH, "Friday, November 20, 2026 2:07:11 PM"),
        mark="",
    ),
    "outlook phone, german": Client(
        foot="Outlook für Android<https://aka.ms/AAb9ysg> beziehen",
        head=RULE + header(GERMAN, "Friday, November 20, 2026 2:07:11 PM"),
        mark="",
    ),
    "outlook phone, french": Client(
        foot="Obtenir Outlook pour iOS<https://aka.ms/o0ukef>",
        head=RULE + header(FRENCH, "Friday, November 20, 2026 2:07:11 PM"),
        mark="",
    ),
    "apple mail": Client(head=APPLE + "\n\n", page=cited(APPLE, inside=True)),
    "ios": Client(
        foot="Sent from my iPhone",
        head="> " + APPLE.replace("14:07", "2:07\u202fPM") + "\n> \n> \ufeff",
        mark="> ",
        page=cited(APPLE, inside=True),
    ),
    "thunderbird": Client(head=BIRD + "\n", gap="\n", page=cited(BIRD, inside=False)),
    "thunderbird, german": Client(head="Am 20.11.26 um 14:07 schrieb Incidents:\n", page=cited("x:", inside=False)),
    "mutt": Client(
        head="On Fri, Nov 20, 2026 at 02:07:11PM +0000, Incidents wrote:\n", foot="-- \nMara", foot_last=True
    ),
    "yahoo": Client(
        head=f" {YAHOO} \n \n ", mark="", page=boxed('id="ydp7yahoo_quoted_12" class="ydp7yahoo_quoted"', YAHOO)
    ),
    "proton": Client(
        foot="Sent from Proton Mail for Android.",
        head=PROTON + "\n\n",
        page=boxed('class="protonmail_quote"', PROTON),
    ),
    "samsung": Client(
        foot="Sent from my Galaxy",
        head="-------- Original message --------\nFrom: Incidents <incident-bot@example.com>\n"
        "Date: 20/11/2026 14:07 (GMT+00:00)\nTo: incidents@example.com\nSubject: Card payments fail\n\n",
        mark="",
    ),
    "k-9": Client(
        head="On 20 November 2026 14:07:11 UTC, Incidents <incident-bot@example.com> wrote:\n",
        mark=">",
        foot="-- \nSent from my Android device with K-9 Mail. Please excuse my brevity.",
        foot_last=True,
    ),
}  # fmt: skip
WITH_MARKS = sorted(name for name, client in CLIENTS.items() if client.mark)
WITH_PAGES = sorted(name for name, client in CLIENTS.items() if client.page)
# In these the quotation is one container, and what was typed stands above it.
SPLITTING_PAGES = [name for name in WITH_PAGES if name.startswith(("gmail", "apple", "ios", "thunderbird"))]


# --- The promise ---------------------------------------------------------------------------------------------------

thorough = settings(max_examples=300)


def told(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]


def folded(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def commands(body: str, earlier: Sequence[str] = ()) -> list[tuple[str, object]]:
    return [(command.name, command.value) for command in understand(body, CONTEXT, earlier).read.commands]


def bare(line: str) -> str:
    return " ".join(re.findall(r"\w+", line)).casefold()


def new_to(mail: str, typed: Sequence[str]) -> list[str]:
    """Return the typed texts that the mail does not contain, because memory rightly treats those as quoted."""
    said = {bare(line) for line in mail.split("\n")}
    said |= {bare(line.partition(": ")[2]) for line in mail.split("\n")}  # what is broken is a line of its own there
    said |= {bare(sentence) for sentence in re.split(r"(?<=[.?!])\s", mail)}  # the page breaks a mail into sentences
    return [
        text for text in typed if not any(re.sub(r"\W+", " ", r).strip().casefold() in said for r in text.split("\n"))
    ]


def check(body: str, typed: Sequence[str], mail: str) -> None:
    new_text = cut(body).new_text
    assert told(new_text) == told("\n\n".join(typed)), body
    assert commands(body, [mail]) == commands(new_text), body


def check_page(page: str, typed: Sequence[str], mail: str) -> None:
    body = html_to_text(page)
    new_text = cut(body).new_text
    assert folded(new_text) == folded("\n\n".join(typed)), page
    assert commands(body, [mail]) == commands(new_text), page


@thorough
@given(st.sampled_from(sorted(CLIENTS)), mails, typed_texts)
def test_what_is_typed_on_top_is_read_and_nothing_else(client: str, mail: str, typed: list[str]) -> None:
    typed = new_to(mail, typed) or ["Fine."]
    body = CLIENTS[client].above(typed, mail)
    check(body, typed, mail)
    assert cut(body).new_text == "\n\n".join(typed)


@thorough
@given(st.sampled_from(WITH_MARKS), mails, typed_texts)
def test_what_is_typed_below_is_read_and_nothing_else(client: str, mail: str, typed: list[str]) -> None:
    typed = new_to(mail, typed) or ["Fine."]
    check(CLIENTS[client].below(typed, mail), typed, mail)


@thorough
@given(st.sampled_from(WITH_MARKS), mails, typed_texts, st.booleans())
def test_what_is_typed_between_is_read_and_nothing_else(
    client: str, mail: str, typed: list[str], first_on_top: bool
) -> None:
    typed = new_to(mail, typed) or ["Fine."]
    check(CLIENTS[client].between(typed, mail, first_on_top=first_on_top and len(typed) > 1), typed, mail)


@thorough
@given(st.sampled_from(WITH_PAGES), mails, typed_texts)
def test_what_is_typed_on_top_of_a_page_is_read_and_nothing_else(client: str, mail: str, typed: list[str]) -> None:
    page = CLIENTS[client].page
    assert page is not None
    typed = new_to(mail, typed) or ["Fine."]
    check_page(page("\n\n".join(typed), [mail]), typed, mail)


@thorough
@given(st.sampled_from(SPLITTING_PAGES), mails, typed_texts)
def test_what_is_typed_between_the_quotations_of_a_page_is_read_and_nothing_else(
    client: str, mail: str, typed: list[str]
) -> None:
    page = CLIENTS[client].page
    assert page is not None
    typed = new_to(mail, typed) or ["Fine."]
    parts = mail.split("\n\n")
    pieces = [piece for pair in zip(parts, typed, strict=False) for piece in pair]
    typed = typed[: len(parts)]
    check_page(page("", pieces), typed, mail)


SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{}\n-----BEGIN PGP SIGNATURE-----\n\nx\n"
SEVERITY, PHASE = ("severity", 1), ("phase", 2)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("flowed", "Severity 1, \nphase 2.\n", [SEVERITY, PHASE]),
        ("flowed", "> Severity 4, \n> phase 3.\nSeverity: 1\n", [SEVERITY]),
        ("flowed", SIGNED.format("Severity 1, \nphase 2."), [SEVERITY, PHASE]),
        ("fixed", SIGNED.format("Severity: 1\n- -- \nSeverity: 4"), [SEVERITY]),
        ("fixed", "Severity:\u00a01\u200b\n\ufeffPh\u00adase\u202f:\u00a02\n", [SEVERITY, PHASE]),
        ("fixed", "\u200bs\u2060ev\u00a01, ph\u00adase 2\u200e\n", [SEVERITY, PHASE]),
        ("fixed", "sev 1\n\n\u200b> Severity: 4\n\u00a0> Phase: 3\n", [SEVERITY]),
    ],
)
def test_commands_are_read_through_what_programs_do_to_them(
    kind: str, body: str, expected: list[tuple[str, object]]
) -> None:
    raw = f"Content-Type: text/plain; charset=utf-8; format={kind}\n\n{body}".encode()
    assert commands(parse_message(raw, Envelope(way="pipe")).text) == expected


FRAGMENTS = (
    b"\n", b"\r\n", b"> ", b">>> ", b"-- \n", b"wrote:", b"Bo> ", b"---", b"From: ", b"Sent: 1 May 2026\n",
    b"sev 1", b"<\n", b"\xff",
    b"-----BEGIN PGP MESSAGE-----\n", b"-----BEGIN PGP SIGNED MESSAGE-----\n",
    b"\xe2\x80\x8b", b"\xc2\xa0", b" x" * 40, b"<div>", b"&nbsp;",
    b"<blockquote class=gmail_quote>",
    b"Severity: 1\n", b"Content-Type: text/html\n",
    b"Content-Type: multipart/mixed; boundary=b\n", b"--b\n",
)  # fmt: skip


@thorough
@given(st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=6), max_size=40).map(b"".join), mails)
def test_any_bytes_are_read_to_commands_and_no_quoted_line_is_kept(raw: bytes, mail: str) -> None:
    message = parse_message(raw, Envelope(way="pipe"))
    screen(message)
    found = understand(body_of(message), CONTEXT, [mail])
    assert not any(line.lstrip().startswith(">") for line in found.extraction.new_text.split("\n"))


def test_more_than_fourteen_styles_are_tried() -> None:
    assert len(CLIENTS) >= 20
