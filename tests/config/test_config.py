"""The configuration: which values are refused, with which errors, and where the file is searched for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from incidentmail.cli.main import run
from incidentmail.config.load import Config, load
from incidentmail.config.network_types import listen
from incidentmail.config.sections import Settings
from incidentmail.core.model import Person, Trust
from incidentmail.errors import ConfigError
from incidentmail.transport.smtp.listen_address import parse_listen

LIST = '[list]\naddress = "incidents@example.com"\n'
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory, and an environment that names nobody."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("INCIDENTMAIL_CONFIG", "INCIDENTMAIL_PASSWORD", "EMAIL", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_config(text: str, *, to: Path | None = None) -> Path:
        path = to or tmp_path / "config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write_config


def told(capsys: pytest.CaptureFixture[str]) -> str:
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    return err


# Nothing configured.


@pytest.mark.parametrize(
    "command", [["declare", "Checkout is down"], ["list"], ["show"], ["serve"], ["ledger", "verify"]]
)
def test_without_a_list_every_command_exits_78_and_says_what_to_do(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(command) == 78
    error, hint = told(capsys).splitlines()
    untold = "NOBODY HAS BEEN TOLD YET: " if command[0] == "declare" else ""
    assert error == f"incidentmail: error: {untold}no mailing list is configured, so nobody can be told"
    assert hint.startswith("hint: 'incidentmail init' asks a few questions and writes ")
    assert "config.toml" in hint


def test_without_a_list_nothing_is_left_behind(bare_machine: Path) -> None:
    assert run(["declare", "Checkout is down"]) == 78
    assert list(bare_machine.iterdir()) == []


def test_a_list_is_all_that_is_needed(write: Write, bare_machine: Path) -> None:
    config = load(str(write(LIST)))
    assert config.bot == Person(name="Incidents", address="incident-bot@example.com")
    assert config.members == ("*@example.com",)
    assert config.settings.mail.relay == ("smtp://127.0.0.1:25",)
    assert config.ledger_path.is_relative_to(bare_machine)
    assert config.key_path.is_relative_to(bare_machine)
    assert config.warnings == ()


# What is wrong, and the words for it.

FAULTS = [
    ('address = "incidents@example.com"\n', "address is not known", "it belongs to [me] or [list]"),
    (LIST + "[severity]\nlevel = 1", "severity", "write [[severity]], in double brackets"),
    (LIST + "[listen]\nconnections_max = 0", "[listen] connections_max", "write 1 or more"),
    ("lst = 1", "lst is not known", "did you mean list?"),
    (LIST + "[mial]\nmute = true", "mial is not known", "did you mean mail?"),
    ('[list]\nadress = "x@example.com"', "[list] adress is not known", "did you mean address?"),
    (LIST + '[mail]\nform = "x@example.com"', "[mail] form is not known", "did you mean from?"),
    (LIST + '[[severity]]\nlevel = 1\nnmae = "bad"', "[[severity]] no. 1, nmae is not known", "did you mean name?"),
    (LIST + '[[phase]]\nnumbr = 1\nname = "x"', "[[phase]] no. 1, numbr is not known", "did you mean number?"),
    (LIST + '[roles.scribe]\ntitel = "Scribe"', "[roles.scribe] titel is not known", "did you mean title?"),
    (LIST + 'relay = ["smtp://mx.example.com"]', "[list] relay is not known", "it belongs to [mail]"),
    (LIST + '[permissions]\nclsoe = "member"', "[permissions] clsoe is not known", "did you mean close?"),
    (LIST + "[people]\nJayla = 'x'", "[people] Jayla", "write the address first"),
    (LIST + "[people]\n'a@example.com' = 3", "[people] a@example.com", "write a section of its own"),
    (LIST + "[people]\n'a@example.com' = { zone = 'UTC' }", "[people] a@example.com, name", "it is missing"),
    (LIST + "[people]\n'a@example.com' = { name = 'A', zone = 'Mars' }", "zone = 'Mars'", "no time zone is called"),
    (LIST + "[people]\n'a@example.com' = { name = 'A', zoen = 'UTC' }", "zoen", "did you mean zone?"),
    ("list = 3", "list = '3'", "write a section of its own"),
    ("[list]\naddress = 3", "[list] address = '3'", "write text, in quotes"),
    ('[list]\naddress = "team@Bücher.example"', "[list] address", "'team@xn--bcher-kva.example'"),
    ('[list]\naddress = "jörg@example.com"', "[list] address", "the part before the @ has to be ASCII"),
    (LIST + "[trust]\nmembers = ['*@bücher.example']", "[trust] members", "'*@xn--bcher-kva.example'"),
    (LIST + "[people]\n'bo@bücher.example' = 'Bo'", "bücher", "'bo@xn--bcher-kva.example'"),
    ('[list]\naddress = "incidents"', "[list] address = 'incidents'", "write a bare address"),
    ('[list]\naddress = "Us <us@example.com>"', "[list] address", "write a bare address"),
    (LIST + "always_to = 'a@example.com'", "[list] always_to", "write a list in square brackets"),
    (LIST + "always_to = ['a@example.com', 'b']", "[list] always_to, no. 2 = 'b'", "write a bare address"),
    (LIST + "[mail]\nfrom = 'Incidents'", "[mail] from", "an address is needed"),
    (LIST + "[mail]\nmute = 'yes'", "[mail] mute = 'yes'", "write true or false"),
    (LIST + "[mail]\nrelay = []", "[mail] relay", "it is empty"),
    (LIST + "[mail]\nfollow_up_after = 20", "[mail] follow_up_after = '20'", "'20s' or '30m'"),
    (LIST + "[mail]\nfollow_up_after = '20 seconds'", "[mail] follow_up_after", "'20s' or '30m'"),
    (LIST + "[mail]\nfollow_up_after = '-5s'", "[mail] follow_up_after", "'20s' or '30m'"),
    (LIST + "[mail]\nkey_file = 'key'", "[mail] key_file", "write the whole path"),
    ("templates = 'my/templates'\n" + LIST, "templates", "write the whole path"),
    ("timezones = ['Mars/Olympus']\n" + LIST, "timezones, no. 1 = 'Mars/Olympus'", "such as 'Europe/Berlin'"),
    ("timezones = ['../../etc/passwd']\n" + LIST, "timezones, no. 1", "such as 'Europe/Berlin'"),
    (LIST + "[incident]\ndefault_severity = '3'", "[incident] default_severity = '3'", "write a whole number"),
    (LIST + "[incident]\ndefault_severity = 9", "[incident] default_severity = 9", "the levels are 1, 2, 3, 4"),
    (LIST + "[[severity]]\nname = 'bad'", "[[severity]] no. 1, level", "it is missing"),
    (LIST + "[[severity]]\nlevel = 1\nname = ''", "[[severity]] no. 1, name", "it is empty"),
    (LIST + "[[severity]]\nlevel = 1\nname = 'bad (very)'", "[[severity]] no. 1, name", "write it without ( ) ; and :"),
    (LIST + "[[severity]]\nlevel = 1\nname = 'was 2'", "[[severity]] no. 1, name", "read back"),
    (LIST + "[[severity]]\nlevel = 3\nname = 'a'\n" * 2, "two [[severity]] tables", "smaller is worse"),
    (LIST + "[[phase]]\nnumber = 1\nname = 'a'\n" * 2, "two [[phase]] tables", "give each its own"),
    (LIST + "[[phase]]\nnumber = 2\nname = 'a'", "no [[phase]] with number = 1", "add one"),
    (
        LIST + "[[severity]]\nlevel = 3\nname = 'a'\nrequires = ['custmer_liaison']",
        "[[severity]] 3 requires the role 'custmer_liaison'",
        "did you mean customer_liaison?",
    ),
    (
        LIST + "[[severity]]\nlevel = 3\nname = 'a'\nrequires = ['zookeeper']",
        "'zookeeper', which does not exist",
        "add [roles.zookeeper] with a title",
    ),
    (LIST + "[roles.Scribe]\ntitle = 'Scribe'", "[roles.Scribe]", "small letters"),
    (LIST + "[roles.scribe]\ntitle = 'Phase'", "[roles.scribe] title = 'Phase'", "choose a title"),
    (LIST + "[roles.scribe]\ntitle = 'customer LIAISON'", "already means customer liaison", "choose a title"),
    (LIST + "[roles.commander]\ntitle = 'Severity'", "[roles.commander] title = 'Severity'", "choose a title"),
    (LIST + "[permissions]\nnote = 'stranger'", "[permissions] note", 'the least is "member"'),
    (LIST + "[permissions]\nnote = 'everybody'", "[permissions] note = 'everybody'", "'member'"),
    (LIST + "[trust]\nmembers = ['*@gmail.com']", "[trust] members, no. 1", "name the members' addresses one by one"),
    (LIST + "[trust]\nmembers = ['example.com']", "[trust] members, no. 1", "'*@example.com'"),
    (LIST + "[trust]\nmembers = ['*@*.example.com']", "[trust] members, no. 1", "'*@example.com'"),
    (LIST + "[trust]\nrelays = ['mx.example.com']", "[trust] relays, no. 1", "IP addresses"),
    (LIST + "[trust]\nrelays = ['0.0.0.0/0']", "[trust] relays, no. 1", "that is everybody"),
    (LIST + "[trust]\nrelays = ['10.0.0.7/8']", "[trust] relays, no. 1", "IP addresses or networks"),
    (LIST + "[trust]\nverify = 'authentication-results'", "needs authserv_id", "Authentication-Results"),
    (LIST + "[trust]\nprofile = 'microsoft365'\nauthserv_id = 'mx.example.com'", "exclude each other", "take one of"),
    (LIST + "[trust]\nauthserv_id = 'mx example'", "[trust] authserv_id", "write the first word of the field"),
    (LIST + "[trust]\narc_sealers = ['lists.example.com']", "arc_sealers has no effect", "verify ="),
    (LIST + "[trust]\narc_sealers = ['us@example.com']", "[trust] arc_sealers, no. 1", "lists.example.com"),
    (LIST + "[trust]\nresolver = 'ns.example.com'", "[trust] resolver", "127.0.0.1:5353"),
    (LIST + "[trust]\nresolver = '127.0.0.1:99999'", "[trust] resolver", "127.0.0.1:5353"),
    ("[list]\naddress = 'us@gmail.com'", "needs an address of its own", "[mail] from"),
    (
        "[list]\naddress = 'us@lists.example.com'\n[mail]\nfrom = 'bot@gmail.com'",
        "anybody can have an address at gmail.com",
        "[trust] members",
    ),
    (LIST + "[mail]\nfrom = 'incidents@example.com'", "the list would answer itself", "an address of its own"),
    (LIST + "backup = 'incidents@example.com'", "gets mail already", "another provider"),
    (LIST + "always_to = ['help@example.com']\nbackup = 'help@example.com'", "gets mail already", "another provider"),
    (LIST + "[mail]\nbackup_after = '5'", "[mail] backup_after", "30m"),
    (LIST + "[log]\nformat = 'xml'", "[log] format = 'xml'", "write 'text' or 'json'"),
    (LIST + "[mail]\nhelo = 'my host'", "[mail] helo = 'my host'", "write a host name"),
    (LIST + "[mail]\nfrom_ = 'bot@example.com'", "[mail] from_ is not known", "did you mean from?"),
    (LIST + "[listen]\nmessage_bytes_max = 99999999", "[listen] message_bytes_max", "write 10485760 or less"),
    (LIST + "[listen]\nconnections_max = true", "[listen] connections_max", "write a whole number"),
    (LIST + "[incident]\nvenue = '" + "x" * 999 + "'", "[incident] venue", "write at most"),
    (LIST + "[ledger]\nurl = 'postgresql://db.example.com'", "names no database", "postgresql://incidentmail@"),
    (LIST + "[ledger]\nurl = 'postgresql://me@db:x/y?password=hunter2'", "contains a password", "~/.pgpass"),
    (LIST + "[ledger]\nurl = 'postgresql://[me/y'", "is no URL", "postgresql://incidentmail@"),
    (LIST + "[ledger]\nurl = 'sqlite:///ledger.db'", "is no ledger", "sqlite:////var/lib"),
    (LIST + "[ledger]\nurl = 'sqlite:////var/lib/'", "is no ledger", "sqlite:////var/lib"),
    (LIST + "[listen]\nlmtp = '8024'", "[listen] lmtp", "host:port"),
    (LIST + "[listen]\nsmtp = '127.0.0.1:99999'", "[listen] smtp", "host:port"),
    (LIST + "[listen]\nlmtp = 'unix:run/x.sock'", "[listen] lmtp", "host:port"),
    (LIST + "[listen]\nhostname = 'my host'", "[listen] hostname", "write a host name"),
    (LIST + "[mail]\nrelay = ['mx.example.com']", "[mail] relay, no. 1", "smtp://127.0.0.1:25"),
    (LIST + "[mail]\nrelay = ['smtp://mx:25', 'maildir://out']", "[mail] relay, no. 2", "maildir:///path"),
    ("[list\n", "is not valid TOML", "config example"),
]


@pytest.mark.parametrize(("text", "error", "remedy"), FAULTS, ids=[text.replace(LIST, "") for text, _, _ in FAULTS])
def test_a_fault_is_told_with_its_key_and_its_remedy(
    text: str, error: str, remedy: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(text)
    assert run(["--config", str(path), "list"]) == 78
    said = told(capsys)
    assert error in said.splitlines()[0]
    assert remedy in said
    assert said.splitlines()[0].startswith("incidentmail: error: ")
    assert said.splitlines()[1].startswith("hint: ")


@pytest.mark.parametrize(
    "line",
    [
        "[mail]\nrelay = ['smtps://bot:hunter2@mx.example.com:465']",
        "[mail]\nrelay = ['smtp+starttls://bot:hun:ter2@x@mx.example.com']",
        "[mail]\nrelay = ['smtps:bot:hunter2@mx.example.com']",
        "[imap]\nurl = 'imaps://bot:hunter2@imap.example.com/INBOX'",
        "[ledger]\nurl = 'mysql://bot:hunter2@db.example.com/x'",
        "[ledger]\nurl = 'postgresql://bot:hunter2@db.example.com/x'",
    ],
)
def test_a_password_in_a_url_is_a_fault_and_is_not_repeated(
    line: str, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--config", str(write(LIST + line)), "list"]) == 78
    said = told(capsys)
    assert "hunter2" not in said
    assert "hun:ter2" not in said


@pytest.mark.parametrize("address", [
    "127.0.0.1:8024", "[::1]:8024", "localhost:0", "unix:/run/incidentmail/lmtp.sock", "0.0.0.0:65535",
    "127.0.0.1", "127.0.0.1:", ":8024", "127.0.0.1:65536", "127.0.0.1:port", "::1:8024", "unix:lmtp.sock", "unix:", "",
    "127.0.0.1:８０２４", "host name:25", "[::1:8024", "unix:/run/\0",
])  # fmt: skip
def test_what_is_taken_for_a_listen_address_is_what_the_listener_reads(address: str) -> None:
    try:
        parse_listen("lmtp", address)
    except ValueError:
        with pytest.raises(ValueError, match="host:port"):
            listen(address)
    else:
        assert listen(address) == address


def test_a_file_that_cannot_be_read_is_told(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "latin.toml").write_bytes(b"[me]\naddress = '\xe9'\n")
    assert run(["--config", str(tmp_path / "latin.toml"), "list"]) == 78
    assert "not written in UTF-8" in told(capsys)
    assert run(["--config", str(tmp_path / "none.toml"), "list"]) == 78
    assert "there is no configuration file" in told(capsys)
    assert run(["--config", str(tmp_path), "list"]) == 78
    assert "there is no configuration file" in told(capsys)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "notepad.toml"
    path.write_bytes(b"\xef\xbb\xbf" + LIST.encode())
    assert load(str(path)).list_address == "incidents@example.com"


def test_values_are_taken_as_meant(write: Write) -> None:
    text = """
    timezones = ["America/Los_Angeles"]
    [list]
    address = "Incidents@Example.com"
    [mail]
    from = "Desk <desk@corp.example>"
    follow_up_after = "2m"
    key_file = "~/key"
    [trust]
    members = ["*@Corp.example", "jo@gmail.com"]
    relays = ["0:0:0:0:0:0:0:1", "192.0.2.7", "10.0.0.0/8", "unix"]
    [permissions]
    severity = "operator"
    [people]
    "Jayla@corp.example" = "Jayla M."
    "Bo@corp.example" = { name = "Bo K.", zone = "Europe/Berlin" }
    [roles.commander]
    title = "DRI"
    [roles.scribe]
    title = "Scribe"
    takes = "the timeline"
    [[severity]]
    level = 2
    name = "bad"
    requires = ["scribe"]
    [[severity]]
    level = 1
    name = "worse"
    [incident]
    default_severity = 2
    """
    config = load(str(write(text)))
    assert config.list_address == "incidents@example.com"
    assert config.members == ("*@corp.example", "jo@gmail.com")
    assert config.settings.trust.relays == ("::1", "192.0.2.7", "10.0.0.0/8", "unix")
    assert config.key_path == Path.home() / "key"
    assert config.settings.people == {"jayla@corp.example": "Jayla M.", "bo@corp.example": "Bo K."}
    assert config.settings.zone_of("bo@corp.example") == "Europe/Berlin"
    assert config.settings.zone_of("jayla@corp.example") is None
    assert [step.level for step in config.policy.severities] == [1, 2]
    assert config.policy.commander_title == "DRI"
    assert config.policy.permissions["severity"] is Trust.OPERATOR
    assert config.policy.role("scribe") is not None
    assert config.policy.role("customer_liaison") is not None


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("[permissions]\nseverity = 'verified'", "[permissions] severity counts as member's"),
    ],
)
def test_a_key_without_effect_yet_is_said_so(line: str, what: str, write: Write) -> None:
    text = line if line.startswith("[list]") else LIST + line
    assert any(what in warning for warning in load(str(write(text))).warnings)


# Where it is looked for.


def of(list_address: str) -> str:
    return f'[list]\naddress = "{list_address}"\n'


def test_the_current_folder_is_never_looked_at(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    for name in ("config.toml", "incidentmail.toml", "incidentmail/config.toml", "~/.config/incidentmail/config.toml"):
        write(of("trap@example.com"), to=here / name)
    monkeypatch.chdir(here)
    with pytest.raises(ConfigError, match="no mailing list"):
        load()
    monkeypatch.setenv("XDG_CONFIG_HOME", ".")
    with pytest.raises(ConfigError, match="no mailing list"):
        load()


def test_the_nearer_configuration_wins(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(of("user@example.com"), to=Path.home() / ".config/incidentmail/config.toml")
    assert load().list_address == "user@example.com"
    write(of("xdg@example.com"), to=tmp_path / "xdg/incidentmail/config.toml")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    assert load().list_address == "xdg@example.com"
    monkeypatch.setenv("INCIDENTMAIL_CONFIG", str(write(of("env@example.com"), to=tmp_path / "env.toml")))
    assert load().list_address == "env@example.com"
    option = write(of("option@example.com"), to=tmp_path / "option.toml")
    assert load(str(option)).list_address == "option@example.com"


def test_a_named_configuration_that_is_missing_is_not_replaced_by_another(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(of("user@example.com"), to=Path.home() / ".config/incidentmail/config.toml")
    monkeypatch.setenv("INCIDENTMAIL_CONFIG", "/nowhere/config.toml")
    with pytest.raises(ConfigError, match=r"there is no configuration file /nowhere/config\.toml"):
        load()


def test_the_system_s_configuration_comes_last(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import incidentmail.config.file as module

    system = write(of("system@example.com"), to=tmp_path / "etc/config.toml")
    user = Path.home() / ".config/incidentmail/config.toml"
    assert list(module.usual_places())[-1] == Path("/etc/incidentmail/config.toml")
    monkeypatch.setattr(module, "usual_places", lambda: iter((user, system)))
    assert load().list_address == "system@example.com"
    write(of("user@example.com"), to=user)
    assert load().list_address == "user@example.com"


# Passwords.


def with_password(write: Write, command: str | None) -> Config:
    line = "" if command is None else f"[mail]\npassword_command = {command!r}\n"
    return load(str(write(LIST + line)))


def test_the_password_comes_from_the_environment_first(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENTMAIL_PASSWORD", "from the environment")
    assert with_password(write, "exit 1").password() == "from the environment"


def test_the_password_is_the_first_line_of_its_command(write: Write) -> None:
    assert with_password(write, "printf 'one word\\r\\nlogin: bot\\n'").password() == "one word"
    assert with_password(write, None).password() is None


def test_the_password_command_does_not_read_the_mail_on_standard_input(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mail").write_text("a mail\n")
    with (tmp_path / "mail").open() as mail:
        monkeypatch.setattr(sys, "stdin", mail)
        assert with_password(write, "cat; echo secret").password() == "secret"


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("echo locked >&2; exit 2", "ended with 2: locked"),
        ("true", "wrote no password"),
        ("printf '\\377'", "no text"),
        ("no-such-command-here", "ended with 127"),
    ],
)
def test_a_password_command_that_fails_is_told(command: str, what: str, write: Write) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        with_password(write, command).password()
    assert caught.value.hint is not None


def test_a_password_command_that_hangs_is_given_up(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidentmail.config.identity.PASSWORD_S_MAX", 0.2)
    with pytest.raises(ConfigError, match="did not end"):
        with_password(write, "exec sleep 30").password()


# Who sits here.


def test_the_configuration_knows_who_sits_here(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL", "other@example.com")
    config = load(str(write(LIST + '[me]\naddress = "Mara Lindqvist <Mara@example.com>"')))
    assert config.me() == Person(name="Mara Lindqvist", address="mara@example.com")


def git(*words: str) -> None:
    subprocess.run(["git", "config", "--global", *words], check=True, env=dict(os.environ))


def test_the_environment_says_it_before_git_does(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load(str(write(LIST)))
    git("user.name", "Bo K.")
    git("user.email", "bo@example.com")
    assert config.me() == Person(name="Bo K.", address="bo@example.com")
    monkeypatch.setenv("EMAIL", "Bo.K@example.com")
    assert config.me() == Person(name="Bo K.", address="bo.k@example.com")
    monkeypatch.setenv("EMAIL", "Yusuf A. <yusuf@example.com>")
    assert config.me() == Person(name="Yusuf A.", address="yusuf@example.com")


def test_without_any_of_them_it_is_the_login_name(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "bo")
    assert load(str(write(LIST))).me() == Person(name="bo")
    monkeypatch.setenv("PATH", "/nowhere")
    assert load(str(write(LIST))).me() == Person(name="bo")


def test_an_address_of_one_s_own_that_cannot_be_read_is_told(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL", "bo at example.com <>")
    with pytest.raises(ConfigError, match="your own address") as caught:
        load(str(write(LIST))).me()
    assert "[me] address" in str(caught.value.hint)


@pytest.mark.parametrize("section", ["timezones", "list", "people_"])
def test_settings_cannot_be_changed_once_read(section: str) -> None:
    with pytest.raises(AttributeError, match="immutable"):
        setattr(Settings(), section, ("UTC",))
