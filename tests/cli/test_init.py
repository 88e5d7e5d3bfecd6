"""`incidentmail init` makes a working configuration from a few answers, and never overwrites one."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from terminal import Terminal

from incidentmail.app.setup import suggestions
from incidentmail.app.setup.providers import provider_of
from incidentmail.cli.setup.init_questions import Given, complete
from incidentmail.config.load import load
from incidentmail.core.model import Person
from incidentmail.errors import DnsUnavailableError

if TYPE_CHECKING:
    from conftest import Installation, Result

LEAST = ("--list", "incidents@example.com", "--relay", "smtp://127.0.0.1:25", "--me", "Bo K. <bo@example.com>", "--yes")


class ScriptedDns:
    """A DNS that returns the given mail servers and services, and knows no other name."""

    def __init__(self, servers: dict[str, list[str]], services: dict[str, list[tuple[str, int]]] | None = None) -> None:
        self._servers, self._services = servers, services or {}

    def mail_servers(self, domain: str) -> list[str]:
        return self._servers.get(domain, [])

    def services(self, name: str) -> list[tuple[str, int]]:
        return self._services.get(name, [])


class SilentDns(ScriptedDns):
    def mail_servers(self, domain: str) -> list[str]:
        raise DnsUnavailableError(f"DNS did not answer in 3 s for {domain}")


@pytest.fixture
def bare(installation: Installation) -> Iterator[Installation]:
    """A machine without a configuration. `--config` names the place for one."""
    installation.config.unlink()
    yield installation
    if not installation.ledger.exists():
        installation.configure()


def init(installation: Installation, *more: str) -> Result:
    return installation.run("init", *LEAST, *more)


def test_it_writes_a_commented_configuration_that_only_its_owner_may_read(bare: Installation) -> None:
    result = init(bare)
    assert result.code == 0, result
    config = load(str(bare.config))
    assert config.list_address == "incidents@example.com"
    assert str(config.me()) == "Bo K. <bo@example.com>"
    assert str(config.bot) == "Incidents <incident-bot@example.com>"
    assert config.settings.mail.relay == ("smtp://127.0.0.1:25",)
    assert config.settings.operator.address == "bo@example.com"
    assert stat.S_IMODE(bare.config.stat().st_mode) == 0o600
    assert bare.config.read_text().count("\n# ") >= 4
    assert bare.ok("config", "check").err == ""


def test_it_makes_the_key_and_the_ledger_s_place(bare: Installation) -> None:
    result = init(bare)
    config = load(str(bare.config))
    assert len(config.key_path.read_bytes()) == 32
    assert stat.S_IMODE(config.key_path.stat().st_mode) == 0o600
    assert stat.S_IMODE(config.ledger_path.stat().st_mode) == 0o600
    assert str(config.key_path) in result.out


def test_the_first_declaration_after_it_has_nothing_to_warn_of(bare: Installation) -> None:
    """There is a key by then, and the ledger is not one that was lost."""
    assert bare.run("init", *LEAST, "--relay", f"maildir://{bare.path}/out").code == 0
    assert "warning: a new ledger" not in bare.ok("declare", "Cards fail").err


def test_a_ledger_that_was_lost_is_not_begun_anew_in_silence(bare: Installation) -> None:
    assert bare.run("init", *LEAST, "--relay", f"maildir://{bare.path}/out").code == 0
    load(str(bare.config)).ledger_path.unlink()
    assert init(bare, "--replace", "--relay", f"maildir://{bare.path}/out").code == 0
    assert not load(str(bare.config)).ledger_path.exists()
    assert "warning: a new ledger was begun" in bare.ok("declare", "Cards fail").err


def test_it_ends_with_the_next_two_commands(bare: Installation) -> None:
    lines = init(bare).out.splitlines()
    program = f"incidentmail --config {bare.config}"
    assert lines[-3:] == ["next:", f"  {program} doctor", f"  {program} serve"]


def test_what_it_wrote_is_described_for_programs(bare: Installation) -> None:
    found = init(bare, "--json").json
    assert found["file"] == str(bare.config)
    assert found["replies"] == "lmtp"
    assert found["test_mail"] is None
    assert len(found["next"]) == 2


def test_a_configuration_is_never_overwritten(bare: Installation) -> None:
    assert init(bare).code == 0
    before = bare.config.read_text()
    again = init(bare, "--operator", "other@example.com")
    assert again.code == 2
    assert "there is a configuration already" in again.err
    assert "doctor" in again.err
    assert bare.config.read_text() == before


def test_a_packaged_configuration_without_a_list_is_replaced_and_kept(bare: Installation) -> None:
    bare.config.write_text("[list]\n# address = 'incidents@example.com'\n[log]\nformat = 'json'\n")
    result = init(bare)
    assert result.code == 0, result
    assert f"(the old one is {bare.config}.old-1)" in result.out
    assert "json" in bare.config.with_name("config.toml.old-1").read_text()


def test_a_file_that_cannot_be_read_may_be_in_use(bare: Installation) -> None:
    bare.config.write_text("this is no TOML\n")
    assert init(bare).code == 2
    assert bare.config.read_text() == "this is no TOML\n"


def test_an_old_configuration_is_kept_under_another_name(bare: Installation) -> None:
    bare.config.write_text("# old\n[list]\naddress = 'x@example.com'\n")
    assert init(bare, "--replace").code == 0
    assert init(bare, "--replace").code == 0
    kept = [bare.config.with_name(f"config.toml.old-{number}") for number in (1, 2)]
    assert kept[0].read_text().startswith("# old\n")
    assert kept[1].read_text() == bare.config.read_text()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--relay", "mx.example.com"), "smtp://127.0.0.1:25"),
        (("--relay", "smtps://bot:hunter2@mx.example.com"), "must not hold a password"),
        (("--list", "incidents"), "incidents"),
        (("--from", "incidents@example.com"), "the list would answer itself"),
        (("--imap", "https://example.com"), "imaps://user@host/INBOX"),
        (("--me", "Bo"), "'Bo' has no address"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_written(
    options: tuple[str, ...], said: str, bare: Installation
) -> None:
    result = init(bare, *options)
    assert result.code in (2, 78)
    assert said in result.err
    assert "hunter2" not in result.err
    assert "Traceback" not in result.err
    assert not bare.config.exists()


def test_without_a_list_it_says_which_option_is_missing(bare: Installation) -> None:
    result = bare.run("init", "--yes", "--relay", "smtp://127.0.0.1:25")
    assert result.code == 2
    assert "--list incidents@example.com" in result.err


def test_where_nobody_can_answer_it_asks_nothing(bare: Installation) -> None:
    result = bare.run("init", "--list", "incidents@example.com")
    assert result.code == 2
    assert "--yes" in result.err


def test_a_hosted_mailbox_sends_as_its_own_address_and_fetches_replies(bare: Installation) -> None:
    options = (
        "--list", "incidents@lists.example.com", "--from", "bot@example.com", "--me", "bo@example.com", "--yes",
        "--relay", "smtps://bot%40example.com@smtp.example.com:465",
        "--imap", "imaps://bot%40example.com@imap.example.com/INBOX", "--password-command", "pass show bot",
    )  # fmt: skip
    assert bare.run("init", *options).code == 0
    settings = load(str(bare.config)).settings
    assert not settings.mail.from_person
    assert settings.mail.password_command == settings.imap.password_command == "pass show bot"
    assert settings.imap.url == "imaps://bot%40example.com@imap.example.com/INBOX"
    assert settings.listen.lmtp is None


def test_an_address_at_a_public_provider_believes_only_people_who_are_named(bare: Installation) -> None:
    options = ("--list", "us@googlegroups.com", "--me", "bo@example.com", "--yes", "--relay", "smtp://127.0.0.1:25")
    refused = bare.run("init", *options)
    assert refused.code == 2
    assert "--from" in refused.err
    assert bare.run("init", *options, "--from", "our-bot@gmail.com").code == 0
    assert load(str(bare.config)).members == ("bo@example.com",)


def test_a_test_mail_goes_to_the_operator_and_to_nobody_else(bare: Installation) -> None:
    out = bare.path / "out"
    options = ("--list", "incidents@example.com", "--me", "bo@example.com", "--yes", "--relay", f"maildir://{out}")
    result = bare.run("init", *options, "--test-mail")
    assert result.code == 0, result
    (mail,) = (out / "new").iterdir()
    raw = mail.read_bytes()
    assert b"\nTo: bo@example.com\n" in raw
    assert b"Auto-Submitted: auto-generated" in raw
    assert b"Nothing has happened" in raw
    assert f"a test mail to bo@example.com was taken by maildir://{out}" in result.out


def test_a_test_mail_that_cannot_be_sent_is_said_and_the_configuration_stays(bare: Installation) -> None:
    result = bare.run(
        "init", "--list", "incidents@example.com", "--me", "bo@example.com", "--yes", "--test-mail",
        "--relay", "smtp://127.0.0.1:1",
    )  # fmt: skip
    assert result.code == 75
    assert "the test mail was not sent" in result.err
    assert bare.config.exists()
    assert "doctor" in result.out


def test_at_a_terminal_it_asks_four_things_and_enter_takes_what_is_found(bare: Installation) -> None:
    options = ("--relay", f"maildir://{bare.path}/out", "--replies", "pipe")
    terminal = Terminal(bare, "--config", str(bare.config), "init", *options)
    try:
        terminal.sees("Who are you?")
        terminal.types("Bo")
        terminal.sees("has no address")
        terminal.types("Bo K. <bo@example.com>")
        terminal.sees("Which mailing list")
        assert "incidents@example.com" in terminal.sees("]: ")
        terminal.types()
        terminal.sees("Which address is the tool's own?")
        assert "incident-bot@example.com" in terminal.sees("]: ")
        terminal.types()
        terminal.sees("Send a test mail to bo@example.com now?")
        terminal.types("y")
        terminal.sees("was taken by maildir://")
        terminal.sees("next:")
        assert terminal.ends() == 0
    finally:
        terminal.close()
    assert load(str(bare.config)).list_address == "incidents@example.com"


def test_a_url_that_cannot_be_read_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    given = Given(
        me=Person(name="Bo", address="bo@example.com"), list_address="incidents@example.com",
        own=Person(name="Incidents", address="bot@example.com"), relay=None, replies="imap", listen=None,
        mailbox=None, password_command="pass show bot", operator=None, folder=None, home=None, is_system=False,
    )  # fmt: skip
    found = suggestions.Found(relay=None, mailbox="imaps://bot@imap.example.com/INBOX", why="as told")
    answers = iter(("smtp.example.com", "smtps://bot@smtp.example.com", "imap.example.com", found.mailbox))
    asked: list[tuple[str, object]] = []

    def prompt(question: str, *, default: object, err: bool) -> object:
        asked.append((question.partition("?")[0], default))
        return next(answers)

    monkeypatch.setattr(suggestions, "mail_way", lambda *_: found)
    monkeypatch.setattr("click.prompt", prompt)
    answered = complete(given, asks=True)
    assert (answered.relay, answered.mailbox) == ("smtps://bot@smtp.example.com", found.mailbox)
    assert asked == [("How does mail go out", None)] * 2 + [("Which mailbox", found.mailbox)] * 2


def test_a_server_on_this_machine_is_found_first() -> None:
    found = suggestions.mail_way("bot@example.com", SilentDns({}), lambda place: True)
    assert (found.relay, found.mailbox) == ("smtp://127.0.0.1:25", None)


@pytest.mark.parametrize(
    ("server", "relay"),
    [
        ("aspmx.l.google.com", "smtp+starttls://bot%40example.com@smtp.gmail.com:587"),
        ("example-com.mail.protection.outlook.com", "smtp+starttls://bot%40example.com@smtp.office365.com:587"),
        ("in1-smtp.messagingengine.com", "smtps://bot%40example.com@smtp.fastmail.com:465"),
    ],
)
def test_a_known_provider_is_found_by_the_domain_s_mail_server(server: str, relay: str) -> None:
    found = suggestions.mail_way("bot@example.com", ScriptedDns({"example.com": [server]}), lambda place: False)
    assert found.relay == relay
    assert found.mailbox is not None
    assert "bot%40example.com@" in found.mailbox


def test_a_look_alike_of_a_known_provider_is_not_it() -> None:
    assert (
        provider_of("example.com", ScriptedDns({"example.com": ["mx.notgoogle.com", "google.com.evil.test"]})) is None
    )


def test_a_domain_may_name_its_servers_itself() -> None:
    services = {"_submissions._tcp.example.com": [("smtp.example.com", 465)], "_imaps._tcp.example.com": []}
    provider = provider_of("example.com", ScriptedDns({}, services))
    assert provider is not None
    assert provider.relay_of("bot@example.com") == "smtps://bot%40example.com@smtp.example.com:465"
    assert provider.mailbox_of("bot@example.com") is None


def test_a_host_elsewhere_that_dns_names_gets_no_password() -> None:
    services = {"_submissions._tcp.example.com": [("smtp.evil.test", 465), ("example.com.evil.test", 465)]}
    assert provider_of("example.com", ScriptedDns({}, services)) is None


def test_if_dns_does_not_answer_it_says_so_and_suggests_nothing() -> None:
    found = suggestions.mail_way("bot@example.com", SilentDns({}), lambda place: False)
    assert found.relay is None
    assert "DNS did not answer" in found.why


def test_the_list_is_guessed_only_from_an_organisation_s_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL", "Mara <mara@example.com>")
    assert suggestions.list_of(suggestions.me()) == "incidents@example.com"
    monkeypatch.setenv("EMAIL", "Mara <mara@gmail.com>")
    assert suggestions.list_of(suggestions.me()) is None


LAPTOP = ("--home", "incident-bot@example.com", "--list", "incidents@example.com", "--yes")


def test_a_laptop_needs_no_key_and_no_ledger(bare: Installation) -> None:
    relay = "smtp+starttls://bo%40example.com@smtp.example.com:587"
    result = bare.run("init", *LAPTOP, "--me", "Bo <bo@example.com>", "--relay", relay, "--password-command", "pass bo")
    assert result.code == 0, result
    config = load(str(bare.config))
    assert config.settings.home.address == "incident-bot@example.com"
    assert config.settings.mail.relay == (relay,)
    assert config.settings.mail.password_command == "pass bo"
    assert config.settings.ledger.url is None
    assert not config.key_path.exists()
    assert not config.ledger_path.parent.exists()
    assert "key" not in result.out
    assert bare.ok("config", "check").err == ""


def test_a_laptop_may_read_its_own_mailbox(bare: Installation) -> None:
    imap = "imaps://bo%40example.com@imap.example.com/INBOX"
    options = ("--me", "bo@example.com", "--relay", "smtps://bo@smtp.example.com", "--imap", imap)
    assert bare.run("init", *LAPTOP, *options, "--json").json["key"] is None
    assert load(str(bare.config)).settings.imap.url == imap


def test_a_laptop_s_person_has_to_be_known(bare: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "me", lambda: None)
    result = bare.run("init", *LAPTOP, "--relay", "smtp://127.0.0.1:25")
    assert result.code == 2
    assert "--me" in result.err


def test_what_a_laptop_cannot_have_is_refused(bare: Installation) -> None:
    result = bare.run("init", *LAPTOP, "--me", "bo@example.com", "--replies", "lmtp")
    assert result.code == 2
    assert "without a ledger" in result.err
    assert not bare.config.exists()


def test_for_a_service_everything_is_given_to_its_user(bare: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    from incidentmail.cli.setup import init as command

    given: list[tuple[str, str | None, str | None]] = []

    def chown(path: Path, user: str | None = None, group: str | None = None) -> None:
        given.append((path.name, user, group))

    monkeypatch.setattr("shutil.chown", chown)
    monkeypatch.setattr(command, "SYSTEM_FOLDER", bare.path / "var")
    monkeypatch.setattr(command, "SYSTEM_USER", "daemon")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    result = bare.run("init", "--system", "--list", "incidents@example.com", "--relay", "smtp://127.0.0.1:25", "--yes")
    assert result.code == 0, result
    assert f"  sudo -u daemon incidentmail --config {bare.config} doctor\n" in result.out
    mine = [(name, "daemon", "daemon") for name in ("var", "key", "ledger.db")]
    assert given == [*mine, ("config.toml", None, "daemon")]
    assert stat.S_IMODE(bare.config.stat().st_mode) == 0o640
    config = load(str(bare.config))
    assert (config.key_path, config.ledger_path) == (bare.path / "var/key", bare.path / "var/ledger.db")
    assert config.settings.me.address is None


def test_without_the_service_s_user_nothing_is_written(bare: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    from incidentmail.cli.setup import init as command

    monkeypatch.setattr(command, "SYSTEM_USER", "no-such-user")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    result = bare.run("init", "--system", "--list", "incidents@example.com", "--relay", "smtp://127.0.0.1:25", "--yes")
    assert result.code == 2
    assert "useradd --system" in result.err
    assert not bare.config.exists()


@pytest.mark.parametrize(("unit", "start"), [
    (True, "systemctl enable --now incidentmail"), (False, "sudo -u incidentmail incidentmail serve"),
])  # fmt: skip
def test_what_comes_next_for_a_service_runs_as_its_user(
    unit: bool, start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from incidentmail.app.setup import service_unit
    from incidentmail.app.setup.answers import Answers
    from incidentmail.cli.setup import init as command
    from incidentmail.config.file import SYSTEM_FILE

    if unit:
        (tmp_path / "incidentmail.service").touch()
    monkeypatch.setattr(service_unit, "UNIT_FOLDERS", (tmp_path,))
    answers = Answers(
        me=None, list_address="incidents@example.com", own=Person(name="Incidents", address="bot@example.com"),
        relay="smtp://127.0.0.1:25", replies="lmtp",
    )  # fmt: skip
    following = command._next(SYSTEM_FILE, answers, is_usual=True, system=True)
    assert following == ("sudo -u incidentmail incidentmail doctor", start)


def test_for_a_service_ledger_and_key_are_in_its_folder(bare: Installation) -> None:
    from incidentmail.app.setup.answers import Answers, configuration

    folder = Path("/var/lib/incidentmail")
    text = configuration(
        Answers(
            me=None, list_address="incidents@example.com", own=Person(name="Incidents", address="bot@example.com"),
            relay="smtp://127.0.0.1:25", replies="lmtp", ledger=folder / "ledger.db", key=folder / "key",
        ),
        bare.clock().date(),
    )  # fmt: skip
    found = tomllib.loads(text)
    assert found["ledger"]["url"] == "sqlite:////var/lib/incidentmail/ledger.db"
    assert found["mail"]["key_file"] == "/var/lib/incidentmail/key"
    assert "me" not in found


def asked_through(bare: Installation, answers: dict[str, str], *options: str) -> str:
    """Return everything that was shown while the questions were answered in this order."""
    options = ("--relay", f"maildir://{bare.path}/out", *options)
    terminal, shown = Terminal(bare, "--config", str(bare.config), "init", *LEAST_ASKED, *options), ""
    try:
        for question, answer in answers.items():
            shown += terminal.sees(question)
            terminal.types(answer)
        shown += terminal.sees("next:")
        assert terminal.ends() == 0
    finally:
        terminal.close()
    return shown


LEAST_ASKED = ("--list", "incidents@example.com", "--me", "Bo K. <bo@example.com>", "--from", "bot@example.com")


def test_it_asks_where_serve_listens_and_says_what_to_tell_the_mail_server(bare: Installation) -> None:
    shown = asked_through(
        bare, {"Replies": "lmtp", "Listen [127.0.0.1:8024]:": "127.0.0.1:9024", "Send a test mail": "n"}
    )
    assert "At which address does 'incidentmail serve' wait for the mail server?" in shown
    assert load(str(bare.config)).settings.listen.lmtp == "127.0.0.1:9024"
    assert "in /etc/postfix/transport: bot@example.com lmtp:inet:127.0.0.1:9024" in shown
    assert "subscribe bot@example.com to incidents@example.com" in shown


def test_smtp_is_offered_beside_lmtp_and_opens_a_listener_for_it(bare: Installation) -> None:
    shown = asked_through(bare, {"Replies": "smtp", "Listen [127": "127.0.0.1:9025", "Send a test mail": "n"})
    listen = load(str(bare.config)).settings.listen
    assert (listen.smtp, listen.lmtp) == ("127.0.0.1:9025", None)
    assert "in /etc/postfix/transport: bot@example.com smtp:[127.0.0.1]:9025" in shown
    assert "speaks no LMTP" in shown


def test_an_address_that_cannot_be_used_is_asked_for_again(bare: Installation) -> None:
    shown = asked_through(bare, {
        "Replies": "lmtp", "Listen [127": "8024", "names no host": "0.0.0.0:8024",
        "can be reached from other machines": "unix:/run/x/lmtp.sock", "Send a test mail": "n",
    })  # fmt: skip
    assert load(str(bare.config)).settings.listen.lmtp == "unix:/run/x/lmtp.sock"
    assert "lmtp:unix:/run/x/lmtp.sock" in shown and 'socket_group = "postfix"' in bare.config.read_text()


def test_who_fetches_is_not_asked_where_to_listen(bare: Installation) -> None:
    mailbox = "imaps://bot%40example.com@imap.example.com/INBOX"
    shown = asked_through(bare, {
        "Replies": "imap", "Which mailbox?": mailbox, "A command that prints the password": "cat /etc/secret",
        "Send a test mail": "n",
    })  # fmt: skip
    config = load(str(bare.config)).settings
    assert (config.imap.url, config.listen.lmtp, "Listen [" in shown) == (mailbox, None, False)
    assert config.imap.password_command == "cat /etc/secret"


@pytest.mark.parametrize("address", ["8024", "0.0.0.0:8024", "unix:lmtp.sock"])
def test_an_option_with_an_address_that_cannot_be_used_is_refused(bare: Installation, address: str) -> None:
    result = init(bare, "--listen", address)
    assert result.code == 2 and "error: --listen: " in result.err and "hint: --listen 127.0.0.1:8024" in result.err
    assert not bare.config.exists()
