"""Situations in which people could be left waiting, with the exact words that everybody sees.

These are the output of `status` and of the terminal, and the mails to the operator and to the person who waits. A row
only lists what matters in its situation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
import reports
from faulty_relay import FaultyRelay

from incidentmail.app.sending.flush import flush
from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation, Mails, Result

LIST, SUPPORT, OPERATOR, MARA = (
    "incidents@example.com",
    "support@example.com",
    "postmaster@example.com",
    "mara@example.com",
)
ANN, BO, JAYLA = "Ann Bryce <ann@example.com>", "Bo K. <bo@example.com>", "Jayla M. <jayla@example.com>"
VERIFIES = '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
LISTENS = '[listen]\nlmtp = "127.0.0.1:8024"\n'


class Plain(EmailMessage):
    """A mail as a program without HTML shows it."""

    def get_content(self, *args: Any, **kw: Any) -> Any:
        body = self.get_body(("plain",)) if self.is_multipart() else None
        return body.get_content(*args, **kw) if body is not None else super().get_content(*args, **kw)


@dataclass
class Scene:
    """An organisation with an operator, support staff that gets every mail, and a relay that the test controls."""

    installation: Installation
    mails: Mails
    relay: FaultyRelay
    said: list[Result] = field(default_factory=list)

    def configure(self, more: str = "", *, mail: str = "", where: str = "", relay: str | None = None) -> None:
        house = self.installation.configure(
            f'[operator]\naddress = "{OPERATOR}"\n{more}', relay=relay or self.relay.url()
        )
        text = house.config.read_text().replace("[list]\n", f'[list]\nalways_to = ["{SUPPORT}"]\n{where}')
        house.config.write_text(text.replace("[mail]\n", f"[mail]\n{mail}"))

    def run(self, *words: str) -> Result:
        self.said.append(self.installation.run(*words))
        return self.said[-1]

    def take(self, raw: bytes) -> None:
        self.installation.ingest(raw)

    def later(self, **delta: float) -> None:
        self.installation.clock.tick(**delta)
        with self.installation.context() as context:
            flush(context)

    def sent(self, address: str) -> list[EmailMessage]:
        """Return the mails that reached an address, in order."""
        raws = [raw for to, raw in self.relay.taken if address in to]
        return [message_from_bytes(raw, _class=Plain, policy=policy.default) for raw in raws]

    def declared(self, *more: str) -> EmailMessage:
        self.run("declare", "Cards fail", "--severity", "2", *more)
        return self.sent(LIST)[-1]

    def reply(self, mail: EmailMessage, text: str, sender: str) -> None:
        self.take(self.mails.reply_to(mail, text, sender))

    def returned(self, mail: EmailMessage, **style: Any) -> None:
        self.take(list_copy(bytes(mail), ListStyle(address=LIST, **style)))


Play = Callable[[Scene], None]


@dataclass(frozen=True)
class Situation:
    """What happens, and what people then see: lines of `status` and the terminal, subjects and lines of mails."""

    play: Play
    status: tuple[str, ...] = ()
    terminal: tuple[str, ...] = ()
    operator: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    who: str = MARA


def relay_refuses_the_list(scene: Scene) -> None:
    scene.relay.always[LIST] = "550 5.7.1 you may not post"
    scene.run("declare", "Cards fail")


def relay_is_down(scene: Scene) -> None:
    scene.configure(relay="smtp://127.0.0.1:1")
    scene.run("declare", "Cards fail")


def next_command_is_typed(scene: Scene) -> None:
    relay_is_down(scene)
    scene.installation.clock.tick(minutes=3)
    scene.run("list")


def list_is_greylisted(scene: Scene) -> None:
    scene.relay.always[LIST] = "450 4.2.0 greylisted"
    scene.run("declare", "Cards fail")


def support_is_refused(scene: Scene) -> None:
    scene.relay.always[SUPPORT] = "550 5.1.1 no such mailbox"
    scene.declared()


def support_came_back(scene: Scene) -> None:
    scene.take(reports.dsn(scene.declared(), SUPPORT))


def list_came_back(scene: Scene) -> None:
    scene.take(reports.qmail(scene.declared(), LIST))


def offer_came_back(scene: Scene) -> None:
    scene.declared()
    scene.run("handoff", ANN)
    scene.take(reports.exchange(scene.sent("ann@example.com")[-1], "ann@example.com"))


def offer_is_refused(scene: Scene) -> None:
    scene.declared()
    scene.relay.always["ann@example.com"] = "550 5.1.1 no such mailbox"
    scene.run("handoff", ANN)


def question_came_back(scene: Scene) -> None:
    scene.reply(scene.declared(), "Ann Bryce is incident commander.", BO)
    scene.take(reports.dsn(scene.sent(MARA)[-1], MARA))


def role_came_back(scene: Scene) -> None:
    scene.declared("--customer-liaison", ANN)
    scene.take(reports.gmail(scene.sent("ann@example.com")[-1], "ann@example.com"))


def support_is_delayed(scene: Scene) -> None:
    mail = scene.declared()
    scene.installation.clock.tick(hours=1)
    scene.take(reports.delayed(mail, SUPPORT))
    scene.run("outbox", "list")


def support_is_delayed_for_long(scene: Scene) -> None:
    support_is_delayed(scene)
    scene.later(hours=3)
    scene.later(minutes=1)


def list_is_given_up(scene: Scene) -> None:
    list_is_greylisted(scene)
    scene.later(hours=47)
    scene.later(hours=1)
    scene.later(hours=1)


def subscriber_came_back(scene: Scene) -> None:
    scene.take(reports.dsn(scene.declared(), "gone@example.com"))


def list_never_returned(scene: Scene) -> None:
    scene.configure(LISTENS)
    scene.run("declare", "Cards fail")


def list_holds_the_first_mail(scene: Scene) -> None:
    list_never_returned(scene)
    scene.installation.clock.tick(minutes=11)
    with scene.installation.context() as context:
        flush(context, heard_until=context.now())


def list_holds_a_follow_up(scene: Scene) -> None:
    scene.returned(scene.declared())
    scene.run("update", "--severity", "1")
    scene.installation.clock.tick(minutes=11)
    with scene.installation.context() as context:
        flush(context, heard_until=context.now())


def muted(scene: Scene) -> None:
    scene.configure(mail="mute = true\n")
    scene.run("declare", "Cards fail")


def muted_and_answered(scene: Scene) -> None:
    mail = scene.declared()
    scene.configure(mail="mute = true\n")
    scene.reply(mail, "sev 9", JAYLA)
    scene.run("inbox")


def list_hides_who_writes(scene: Scene) -> None:
    raw = scene.mails.reply_to(scene.declared(), "sev 1", JAYLA)
    scene.take(list_copy(raw, ListStyle(address=LIST, anonymous=True)))


def role_without_address(scene: Scene) -> None:
    scene.reply(scene.declared(), "Customer liaison: Tomás R.", JAYLA)


def answer_from_another_mailbox(scene: Scene) -> None:
    scene.declared()
    scene.run("handoff", ANN)
    scene.reply(scene.sent("ann@example.com")[-1], "accept", "Ann Bryce <ann.b@example.com>")


def change_waits_and_expires(scene: Scene) -> None:
    scene.configure(VERIFIES)
    scene.reply(scene.declared(), "close", JAYLA)
    scene.later(hours=25)


def change_is_rejected(scene: Scene) -> None:
    scene.configure(VERIFIES)
    scene.reply(scene.declared(), "close", JAYLA)
    scene.run("proposal", "reject", "1")


def command_is_declined(scene: Scene) -> None:
    scene.declared()
    scene.run("handoff", ANN)
    scene.reply(scene.sent("ann@example.com")[-1], "decline", ANN)


def role_is_declined(scene: Scene) -> None:
    mail = scene.declared("--customer-liaison", ANN)
    scene.reply(mail, "decline", ANN)


def name_is_refused_in_the_greeting(scene: Scene) -> None:
    scene.relay.next("RCPT", "504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname")
    scene.run("declare", "Cards fail")


def mail_cannot_be_read(scene: Scene) -> None:
    scene.take(b"From: Jayla <jayla@example.com>\nX-A: 1\rX-B: 2\nSubject: sev 1\n\nsev 1\n")


def service_does_not_run(scene: Scene) -> None:
    scene.configure(LISTENS)


def mailbox_is_not_looked_at(scene: Scene) -> None:
    scene.configure('[imap]\nurl = "imaps://bot@imap.example.com/INBOX"\n')


def restricted_without_a_list(scene: Scene) -> None:
    scene.run("declare", "Somebody reads our mail", "--restricted")


def promised_update_is_overdue(scene: Scene) -> None:
    scene.run("declare", "Cards fail", "--next-update", "+30m")
    scene.installation.clock.tick(hours=2)


def reply_asks_for_what_is_not_there(scene: Scene) -> None:
    scene.reply(scene.declared(), "sev 9", JAYLA)


def stranger_replies(scene: Scene) -> None:
    scene.reply(scene.declared(), "sev 1", "Eve <eve@evil.test>")


def mail_to_the_list_declares_nothing(scene: Scene) -> None:
    scene.take(scene.mails.new("Is anybody looking at the shop?", sender=JAYLA, subject="The shop is slow"))


def nobody_is_the_operator(scene: Scene) -> None:
    scene.installation.configure(relay=scene.relay.url())


def ledger_is_no_ledger(scene: Scene) -> None:
    scene.installation.broken = True
    scene.installation.ledger.write_bytes(b"not a ledger at all, but long enough to look like one" * 100)
    scene.run("declare", "Cards fail")


def limit_keeps_a_mail_back(scene: Scene) -> None:
    scene.declared()
    for number in range(11):
        scene.installation.clock.tick(seconds=1)
        scene.run("update", "cards", "--phase", str(1 + number % 2))
        scene.run("handoff", "cards", ANN if number % 2 else "Ann B. <ann@example.com>", "--spoken")
        scene.run("handoff", "cards", "Mara Lindqvist <mara@example.com>", "--spoken")


SILENT = (
    "the list has never returned a mail of ours: is incident-bot@example.com subscribed to incidents@example.com, and "
    "may it post there?"
)
NOT_YET_RETURNED = "the list has not returned our first mail yet (0 seconds); 10 minutes are normal"
NOT_RETURNED = "The list incidents@example.com has not returned our mail of 14:20 UTC after 10 minutes. Its "
NOT_RETURNED += (
    "subscribers may not have read it. Perhaps a moderator holds it, the list rejected it, or the list is slow."
)
WAITS = "1 mail was tried and not sent, made 0 seconds ago; 'incidentmail outbox list' says why"
QUEUED = "hint: it waits; 'incidentmail serve' or 'flush' sends it later, 'incidentmail outbox retry' tries now"
NOT_YET = "4.3.0: something is wrong with the mail system there"
TELL = "Tell them another way if it matters."

SITUATIONS = (
    Situation(
        relay_refuses_the_list,
        status=("mail 1 failed for good for incidents@example.com: 550 5.7.1 you may not post",),
        terminal=(
            "incidentmail: error: THE LIST HAS NOT BEEN TOLD YET, only support@example.com: incidents@example.com: "
            "550 5.7.1 you may not post",
            "text to paste elsewhere:",
        ),
        operator=("Mail failed for good: incidents@example.com", "> taken for support@example.com"),
    ),
    Situation(
        relay_is_down,
        status=(WAITS,),
        terminal=(
            "incidentmail: error: NOBODY HAS BEEN TOLD YET: incidents@example.com: relay smtp://127.0.0.1:1 cannot be "
            "used: Connection refused; support@example.com: relay smtp://127.0.0.1:1 cannot be used: "
            "Connection refused",
            QUEUED,
        ),
    ),
    Situation(
        next_command_is_typed,
        status=("1 mail was tried and not sent, made 3 minutes ago; 'incidentmail outbox list' says why",),
        terminal=(
            "incidentmail: warning: 1 mail waits to be sent, for 3 minutes: relay smtp://127.0.0.1:1 cannot be used: "
            "Connection refused; see 'incidentmail outbox list'",
        ),
    ),
    Situation(
        list_is_greylisted,
        status=(WAITS,),
        terminal=(
            "incidentmail: error: THE LIST HAS NOT BEEN TOLD YET, only support@example.com: incidents@example.com: "
            "450 4.2.0 greylisted",
            QUEUED,
        ),
    ),
    Situation(
        support_is_refused,
        status=("mail 1 failed for good for support@example.com: 550 5.1.1 no such mailbox",),
        terminal=("incidentmail: warning: not delivered to support@example.com: 550 5.1.1 no such mailbox",),
        operator=("Mail failed for good: support@example.com", "> taken for incidents@example.com"),
    ),
    Situation(
        support_came_back,
        status=("mail 1 failed for good for support@example.com: 5.1.1: no such mailbox",),
        operator=("Mail failed for good: support@example.com", "> 5.1.1: no such mailbox"),
        person=(
            "support@example.com does not get the mails of this incident: one came back as undeliverable.",
            "> 5.1.1: no such mailbox", TELL,
        ),
    ),
    Situation(
        list_came_back,
        status=("mail 1 failed for good for incidents@example.com: 5.1.1: no such mailbox",),
        operator=("Mail failed for good: incidents@example.com",),
        person=(
            "Perhaps nobody knows about this: a mail to the list incidents@example.com came back as undeliverable.",
            TELL,
        ),
    ),
    Situation(
        offer_came_back,
        status=("mail 2 failed for good for ann@example.com: 5.1.1: no such mailbox",),
        operator=("Mail failed for good: ann@example.com",),
        person=(
            "Ann Bryce <ann@example.com> does not know that command is offered to them: the mail came back as "
            "undeliverable. Until somebody accepts, Mara Lindqvist leads.",
            "Tell them another way, or ask somebody else.",
        ),
    ),
    Situation(
        offer_is_refused,
        status=("mail 2 failed for good for ann@example.com: 550 5.1.1 no such mailbox",),
        terminal=(
            "incidentmail: warning: not sent to ann@example.com: ann@example.com: 550 5.1.1 no such mailbox: Re: Cards "
            "fail",
        ),
        operator=("Mail failed for good: ann@example.com",),
    ),
    Situation(
        question_came_back,
        status=("mail 2 failed for good for mara@example.com: 5.1.1: no such mailbox",),
        operator=("Mail failed for good: mara@example.com",),
        person=(
            "Mara Lindqvist <mara@example.com> does not know that your change needs their answer: the mail came back "
            "as undeliverable. You wanted to make Ann Bryce incident commander.",
        ),
        who="bo@example.com",
    ),
    Situation(
        role_came_back,
        status=("mail 2 failed for good for ann@example.com: 5.1.1: no such mailbox",),
        operator=("Mail failed for good: ann@example.com",),
        person=(
            "Ann Bryce <ann@example.com> does not know that you named them customer liaison (customer questions): the "
            "mail came back as undeliverable.",
        ),
    ),
    Situation(
        support_is_delayed,
        status=(f"mail 1 has been on its way to support@example.com for 60 minutes: {NOT_YET}",),
        terminal=(f"    sent to support@example.com, delayed on its way: {NOT_YET}",),
    ),
    Situation(
        support_is_delayed_for_long,
        status=(f"mail 1 has been on its way to support@example.com for 4 hours: {NOT_YET}",),
        operator=("Mail has been waiting for hours: support@example.com", f"> {NOT_YET}"),
        person=(
            "support@example.com does not get the mails of this incident: one has been waiting at a mail server for "
            "hours.",
        ),
    ),
    Situation(
        list_is_given_up,
        status=("mail 1 failed for good for incidents@example.com: given up after 2 days: 450 4.2.0 greylisted",),
        operator=("Mail was given up: incidents@example.com",),
        person=(
            "Perhaps nobody knows about this: a mail to the list incidents@example.com could not be sent for so "
            "long that it was given up.",
        ),
    ),
    Situation(
        subscriber_came_back,
        operator=(
            "Mail failed for good: gone@example.com",
            "> to gone@example.com, by way of incidents@example.com, support@example.com",
            "They are probably subscribed to the list, or somebody's mail is forwarded to them. Correct the "
            "subscription.",
        ),
    ),
    Situation(list_never_returned, status=(NOT_YET_RETURNED,)),  # ten minutes later, as in the next situation
    Situation(
        list_holds_the_first_mail,
        status=(SILENT, "1 mail was not returned by the list within a day; see 'incidentmail outbox list'"),
        operator=(
            "Not returned by the list: Cards fail", NOT_RETURNED,
            "The list has never returned a mail of ours. Is incident-bot@example.com subscribed, and may it post "
            "there? You are told this once for this incident.",
        ),
        person=(NOT_RETURNED,),
    ),
    Situation(
        list_holds_a_follow_up,
        status=("1 mail was not returned by the list within a day; see 'incidentmail outbox list'",),
        operator=("Not returned by the list: Cards fail", NOT_RETURNED),
        person=(NOT_RETURNED, "The subject is: Re: Cards fail"),
    ),
    Situation(
        muted,
        status=(
            "muted, [mail] mute = true: nothing is sent by itself; to send again, set it to false and restart 'serve'",
        ),
        terminal=(
            "incidentmail: warning: muted: this is sent because you asked for it, and nothing by itself",
            "hint: 'incidentmail status' says what mutes it",
        ),
    ),
    Situation(
        muted_and_answered,
        status=(
            "muted, [mail] mute = true: nothing is sent by itself; to send again, set it to false and restart 'serve'",
        ),
        terminal=(
            "       there is no severity 9; reply 'sev' and a number: 1 (critical), 2 (serious), 3 (moderate), 4 "
            "(mild); its sender was not told (mute)",
        ),
    ),
    Situation(
        list_hides_who_writes,
        operator=(
            "The list hides who writes: incidents@example.com",
            "> incidents@example.com passes mail on without its author",
        ),
    ),
    Situation(
        role_without_address,
        person=(
            "Done as you wrote, but somebody could not be told.",
            "No address is known for: Tomás R. They have not been told. Write their address instead of ADDRESS.",
            "Reply with: Customer liaison: Tomás R. <ADDRESS>",
        ),
        who="jayla@example.com",
    ),
    Situation(
        answer_from_another_mailbox,
        person=("Your reply is kept as a note, and changed nothing.", "> accept"),
        who="ann.b@example.com",
    ),
    Situation(
        change_waits_and_expires,
        person=(
            "Nobody confirmed what you asked for in time. It is not done:", "> close it",
            "If it still matters, reply to the newest mail of the incident, or call Mara Lindqvist.",
        ),
        who="jayla@example.com",
    ),
    Situation(
        change_is_rejected,
        person=("Mara Lindqvist rejected what you asked for. It is not done:", "> close it"),
        who="jayla@example.com",
    ),
    Situation(
        command_is_declined,
        person=(
            "Ann Bryce declines to be incident commander of this incident. Please ask somebody else.",
            "Until then you lead it.",
        ),
    ),
    Situation(
        role_is_declined,
        person=(
            "Ann Bryce declines the role of customer liaison. Please ask somebody else.",
        ),
    ),
    Situation(
        name_is_refused_in_the_greeting,
        status=(WAITS,),
        terminal=(QUEUED,),
    ),
    Situation(
        mail_cannot_be_read,
        status=("1 mail was unreadable and set aside within a week; see 'incidentmail inbox'",),
    ),
    Situation(
        service_does_not_run,
        status=("'incidentmail serve' is not running: no mail is taken, and what waits is not sent",),
    ),
    Situation(
        mailbox_is_not_looked_at,
        status=("the mailbox was never looked at: 'incidentmail serve' is not running",),
    ),
    Situation(
        restricted_without_a_list,
        terminal=(
            "incidentmail: error: NOBODY HAS BEEN TOLD YET: there is no list for restricted incidents, so nobody could "
            "be told",
            'hint: set [list] restricted = "security-incidents@example.com" in the configuration',
        ),
    ),
    Situation(
        promised_update_is_overdue,
        status=("2026-11-20-cards-fail: the next update was due 90 minutes ago",),
    ),
    Situation(
        reply_asks_for_what_is_not_there,
        person=(
            "Your reply changed nothing.", "> sev 9",
            "Read as severity 9. Not done: there is no severity 9. Reply 'sev' and a number: 1 (critical), 2 "
            "(serious), 3 (moderate), 4 (mild).",
        ),
        who="jayla@example.com",
    ),
    Situation(
        mail_to_the_list_declares_nothing,
        person=(
            "Nothing is declared yet: I found no line such as \"Severity: 1\" in your mail.",
            "> The shop is slow",
        ),
        who="jayla@example.com",
    ),
    Situation(
        stranger_replies,
        person=(
            "Your mail changed nothing and was passed on to nobody. Your address is not known here.",
        ),
        who="eve@evil.test",
    ),
    Situation(
        nobody_is_the_operator,
        status=("nobody is told by mail when something fails: [operator] address is not set",),
    ),
    Situation(
        limit_keeps_a_mail_back,
        terminal=("incidentmail: warning: mara@example.com was not told (10 an hour to one address)",),
    ),
    Situation(
        ledger_is_no_ledger,
        terminal=(
            "hint: keep the file as it is; see 'incidentmail ledger verify', and restore a back-up. If it never was a"
            " ledger, change [ledger] url",
            "text to paste elsewhere:",
            "    Cards fail",
        ),
    ),
)  # fmt: skip


@pytest.fixture
def scene(installation: Installation, mails: Mails) -> Iterator[Scene]:
    with FaultyRelay() as relay:
        made = Scene(installation, mails, relay)
        made.configure()
        yield made


def seen(mails: list[EmailMessage]) -> list[str]:
    """Return the subjects and lines of mails."""
    return [line for mail in mails for line in (str(mail["Subject"]), *mail.get_content().splitlines())]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.play.__name__)
def test_nobody_is_left_to_believe_what_is_not_so(scene: Scene, situation: Situation) -> None:
    situation.play(scene)
    terminal = [line for said in scene.said[-1:] for line in (said.out + said.err).splitlines()]
    assert not [line for line in situation.terminal if line not in terminal], terminal
    for address, expected in ((OPERATOR, situation.operator), (situation.who, situation.person)):
        lines = seen(scene.sent(address))
        assert not [line for line in expected if line not in lines], lines
    if not situation.operator:
        assert scene.sent(OPERATOR) == []
    if not scene.installation.broken:
        result = scene.installation.run("status")
        shown = [line.removeprefix("  ! ").removeprefix("note       ") for line in result.out.splitlines()]
        assert not [line for line in situation.status if line not in shown], shown
        assert result.out.startswith("NOT WELL") == (result.code == 1)


def test_there_are_at_least_thirty() -> None:
    assert len(SITUATIONS) >= 30
