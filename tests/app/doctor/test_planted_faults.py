"""On a healthy installation, `doctor` prints only ok lines. If a fault is planted, it names that fault and no other.

Relay, mailbox, listener and DNS are servers on loopback. The ledger holds an incident, whose declaration came back from
the list, and a reply by a member.
"""

from __future__ import annotations

import gzip
import socketserver
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from faulty_relay import FaultyRelay
from scripted_imap import ScriptedImap

from incidentmail.app.doctor import configuration
from incidentmail.app.serve_lock import marked_as_running
from incidentmail.app.setup import service_unit
from incidentmail.demo.standin_post import ListStyle, list_copy

if TYPE_CHECKING:
    from conftest import Installation, Mails, Names, Signer

LIST, DATA = "incidents@example.com", Path(__file__).parents[2] / "data"
PASSED_ON = b"Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=incidents-bounces@example.com\r\n"
RESULTS = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\r\n"
STAMP = b"Received: from lists.example.com by mx.example.com with ESMTPS; Fri, 20 Nov 2026 14:20:00 +0000\r\n"
CONFIG: dict[str, dict[str, str]] = {
    "": {"timezones": '["Europe/Berlin"]'},
    "me": {"address": '"Mara Lindqvist <mara@example.com>"'},
    "list": {"address": f'"{LIST}"'},
    "operator": {"address": '"postmaster@example.com"'},
    "trust": {"verify": '"authentication-results"', "authserv_id": '"mx.example.com"'},
}


class GreetingServer(socketserver.ThreadingTCPServer):
    """A server that sends one line to each client that connects, as a listener would."""

    daemon_threads = True

    def __init__(self) -> None:
        self.line = b"220 incidents.example.com LMTP\r\n"
        super().__init__(("127.0.0.1", 0), _Greeter)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class _Greeter(socketserver.BaseRequestHandler):
    server: GreetingServer

    def handle(self) -> None:
        self.request.sendall(self.server.line)


@dataclass
class Site:
    """A healthy installation and its servers. Each planted fault changes one thing."""

    installation: Installation
    relay: FaultyRelay
    imap: ScriptedImap
    listener: GreetingServer
    names: Names
    authority: trustme.CA
    config: dict[str, dict[str, str]] = field(default_factory=lambda: {key: {**CONFIG[key]} for key in CONFIG})
    stack: ExitStack = field(default_factory=ExitStack)

    @property
    def path(self) -> Path:
        return self.installation.path

    def write(self) -> None:
        """Write the present configuration to its file."""
        parts = []
        for section, keys in self.config.items():
            head = [f"[{section}]"] if section else []
            parts.append("\n".join([*head, *(f"{key} = {value}" for key, value in keys.items())]))
        self.installation.config.write_text("\n\n".join(parts) + "\n")

    def set(self, section: str, key: str, value: str) -> None:
        self.config.setdefault(section, {})[key] = value
        self.write()

    def findings(self, *options: str) -> list[dict[str, Any]]:
        result = self.installation.run("doctor", "--json", *options)
        assert result.err == ""
        return list(result.json["findings"])

    def fill(self, mails: Mails, signer: Signer, **style: Any) -> None:
        """Declare an incident, let the list return its declaration, and let a member reply."""
        self.installation.ok("declare", "Checkout is rejecting card payments")
        _, raw = self.relay.taken[-1]
        self.copy = STAMP + PASSED_ON + signer.sign(list_copy(raw, ListStyle(address=LIST, **style)))
        assert self.installation.ingest(self.copy)["rule"] == "own-mail-returned"
        mail = mails.new("Any news?", sender="Jayla M. <jayla@example.com>", subject="Re: Checkout", more="")
        self.installation.ingest(STAMP + RESULTS + mail)
        self.installation.ok("ledger", "backup", str(self.path / "backup.db"))


@pytest.fixture
def empty(installation: Installation, names: Names, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An installation without incidents."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(installation.path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(installation.path / "ca.pem"))
    monkeypatch.setenv("INCIDENTMAIL_PASSWORD", "s3cret")
    monkeypatch.setenv("INCIDENTMAIL_IMAP_PASSWORD", "secret")
    contexts = [ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) for _ in range(2)]
    for context in contexts:
        authority.issue_cert("127.0.0.1").configure_cert(context)
    names.records |= {
        "example.com": [b"v=spf1 mx -all", b"other=1"],
        "_dmarc.example.com": b"v=DMARC1; p=none",
        "k._domainkey.example.com": signer.record,
    }
    with (
        ExitStack() as stack,
        FaultyRelay(tls=contexts[0], offers=("STARTTLS", "AUTH PLAIN")) as relay,
        ScriptedImap(contexts[1]) as imap,
        GreetingServer() as listener,
    ):
        site = Site(installation, relay, imap, listener, names, authority, stack=stack)
        site.config["mail"] = {
            "from": '"Incidents <incident-bot@example.com>"',
            "relay": f'["{relay.url("smtp+starttls", "bot")}"]',
            "key_file": f'"{site.path}/key"',
        }
        site.config["ledger"] = {"url": f'"sqlite:///{site.path}/ledger.db"'}
        site.config["imap"] = {"url": f'"{imap.url}"'}
        certificate = authority.issue_cert("127.0.0.1")
        certificate.private_key_pem.write_to_path(str(site.path / "tls.key"))
        (site.path / "tls.key").chmod(0o600)
        certificate.cert_chain_pems[0].write_to_path(str(site.path / "tls.pem"))
        site.config["listen"] = {
            "lmtp": f'"127.0.0.1:{listener.port}"',
            "tls_certificate": f'"{site.path}/tls.pem"',
            "tls_key": f'"{site.path}/tls.key"',
        }
        site.config["trust"]["resolver"] = f'"{names.address}"'
        site.write()
        healthy = installation.config.read_text()
        installation.ok("flush")  # makes the ledger, as 'serve' would
        stack.enter_context(marked_as_running(installation.ledger))
        yield site
        listener.shutdown()
        installation.config.write_text(healthy)


@pytest.fixture
def site(empty: Site, mails: Mails, signer: Signer) -> Site:
    empty.fill(mails, signer)
    return empty


def test_on_a_healthy_installation_every_line_is_ok(site: Site) -> None:
    found = site.findings()
    assert [one for one in found if one["level"] != "ok"] == []
    assert {one["check"] for one in found} == {
        "configuration", "key", "ledger", "back-up", "zones", "relay", "plus-address", "clock", "listener",
        "certificate", "mailbox", "verify", "list", "SPF", "DKIM", "DMARC", "templates",
    }  # fmt: skip
    assert all(one["what_to_do"] is None for one in found)
    shown = site.installation.ok("doctor").out
    assert shown.endswith("all is well\n")


def test_it_sends_nothing_and_writes_nothing(site: Site) -> None:
    def files() -> dict[str, bytes]:
        return {str(one): one.read_bytes() for one in sorted(site.path.rglob("*")) if one.is_file()}

    before, taken = files(), len(site.relay.taken)
    site.findings()
    assert files() == before
    assert len(site.relay.taken) == taken


def misspelt_key(site: Site) -> None:
    site.set("list", "adress", '"x@example.com"')


def back_up_list_that_is_the_list(site: Site) -> None:
    site.set("list", "backup", f'"{LIST}"')


def stop_switch(site: Site) -> None:
    site.set("mail", "mute", "true")


def no_operator(site: Site) -> None:
    del site.config["operator"]
    site.write()


def list_of_hundreds(site: Site) -> None:
    site.set("list", "subscribers", "350")


def on_call_command_gone(site: Site) -> None:
    site.set("duty", "oncall_command", '"/usr/local/bin/no-such-program --now"')


def key_for_everybody(site: Site) -> None:
    (site.path / "key").chmod(0o644)


def key_gone(site: Site) -> None:
    (site.path / "key").unlink()


def ledger_for_everybody(site: Site) -> None:
    site.installation.ledger.chmod(0o644)


def ledger_damaged(site: Site) -> None:
    site.installation.broken = True
    raw = bytearray(site.installation.ledger.read_bytes())
    raw[:100] = b"x" * 100
    site.installation.ledger.write_bytes(raw)


def ledger_of_an_earlier_version(site: Site) -> None:
    site.installation.broken = True
    for name in ("ledger.db-wal", "ledger.db-shm"):
        (site.path / name).unlink(missing_ok=True)
    site.installation.ledger.write_bytes(gzip.decompress((DATA / "ledgers/format-4.db.gz").read_bytes()))


def old_back_up(site: Site) -> None:
    site.installation.clock.tick(days=8)


def relay_down(site: Site) -> None:
    site.set("mail", "relay", '["smtp+starttls://bot@127.0.0.1:1"]')


def relay_of_another_name(site: Site) -> None:
    site.set("mail", "relay", f'["{site.relay.url("smtp+starttls", "bot", "localhost")}"]')


def wrong_password(site: Site) -> None:
    site.relay.secrets = frozenset({"another"})


def name_not_liked(site: Site) -> None:
    site.relay.next("RCPT", "450 4.7.1 Helo command rejected: Host not found")


def sender_not_allowed(site: Site) -> None:
    site.relay.next("MAIL", "550 5.7.60 SMTP; Client does not have permissions to send as this sender")


def list_not_relayed(site: Site) -> None:
    site.relay.always[LIST] = "554 5.7.1 Relay access denied"


def list_put_off(site: Site) -> None:
    site.relay.always[LIST] = "450 4.2.0 Greylisted"


def no_plus_addresses(site: Site) -> None:
    site.relay.answers["RCPT"] = deque(["250 ok", "250 ok", "550 5.1.1 User unknown"])


def service_stopped(site: Site) -> None:
    site.stack.close()
    del site.config["imap"]
    site.write()


def nobody_listens(site: Site) -> None:
    site.set("listen", "lmtp", '"127.0.0.1:1"')


def another_program_listens(site: Site) -> None:
    site.listener.line = b"SSH-2.0-OpenSSH_9.2\r\n"


def certificate_runs_out(site: Site) -> None:
    soon = datetime(2026, 11, 25, tzinfo=UTC)
    certificate = site.authority.issue_cert("127.0.0.1", not_after=soon)
    certificate.private_key_pem.write_to_path(str(site.path / "tls.key"))
    certificate.cert_chain_pems[0].write_to_path(str(site.path / "tls.pem"))


def certificate_ran_out(site: Site) -> None:
    past = datetime(2026, 11, 1, tzinfo=UTC)
    certificate = site.authority.issue_cert("127.0.0.1", not_after=past)
    certificate.private_key_pem.write_to_path(str(site.path / "tls.key"))
    certificate.cert_chain_pems[0].write_to_path(str(site.path / "tls.pem"))


def certificate_gone(site: Site) -> None:
    (site.path / "tls.pem").unlink()


def wrong_mailbox_password(site: Site) -> None:
    site.imap.secrets = {"another"}


def folder_missing(site: Site) -> None:
    site.imap.answers["EXAMINE"] = "NO"


def mailbox_down(site: Site) -> None:
    site.imap.stop()


def no_spf(site: Site) -> None:
    site.names.records["example.com"] = b"other=1"


def two_spf(site: Site) -> None:
    site.names.records["example.com"] = [b"v=spf1 mx -all", b"v=spf1 a -all"]


def no_dmarc(site: Site) -> None:
    del site.names.records["_dmarc.example.com"]


def key_not_published(site: Site) -> None:
    del site.names.records["k._domainkey.example.com"]


def dns_cannot_tell(site: Site) -> None:
    site.names.records["example.com"] = ""


def nobody_verified(site: Site) -> None:
    site.set("trust", "verify", '"none"')


def another_server_named(site: Site) -> None:
    site.set("trust", "authserv_id", '"mail.example.com"')


def clock_behind(site: Site) -> None:
    site.installation.clock.tick(minutes=-10)


def template_broken(site: Site) -> None:
    (site.path / "own/email").mkdir(parents=True)
    (site.path / "own/email/declaration.txt.j2").write_text("{{ nonsense }}\n")
    site.set("", "templates", f'"{site.path}/own"')


def template_misspelt(site: Site) -> None:
    (site.path / "own/email").mkdir(parents=True)
    (site.path / "own/email/declaraton.txt.j2").write_text("x\n")
    site.set("", "templates", f'"{site.path}/own"')


def templates_gone(site: Site) -> None:
    site.set("", "templates", f'"{site.path}/own"')


FAULTS: tuple[tuple[Callable[[Site], None], str, str, str, str], ...] = (
    (misspelt_key, "configuration", "failure", "[list] adress is not known", "did you mean address?"),
    (back_up_list_that_is_the_list, "configuration", "failure", "so it is no back-up", "another provider"),
    (stop_switch, "configuration", "warning", "the stop switch is on", "mute = false"),
    (no_operator, "configuration", "warning", "nobody is told if mail fails", "[operator] address"),
    (list_of_hundreds, "configuration", "warning", "all 350 subscribers", 'replies = "tool"'),
    (
        on_call_command_gone,
        "configuration",
        "failure",
        "there is no program /usr/local/bin/no-such-program",
        "whole path",
    ),
    (key_for_everybody, "key", "failure", "can be read or changed by everybody", "chmod 0600"),
    (key_gone, "key", "failure", "is gone", "restore it from the back-up"),
    (ledger_for_everybody, "ledger", "warning", "others can read", "chmod 0600"),
    (ledger_damaged, "ledger", "failure", "ledger.db", "back-up"),
    (ledger_of_an_earlier_version, "ledger", "failure", "has format 4", "migrate"),
    (old_back_up, "back-up", "warning", "8 days old", "ledger backup --replace"),
    (relay_down, "relay", "failure", "Connection refused", "is a mail server running there?"),
    (relay_of_another_name, "relay", "failure", "certificate", "must be valid for the host name"),
    (wrong_password, "relay", "failure", "535", "password"),
    (name_not_liked, "relay", "failure", "Helo command rejected", "[mail] helo"),
    (sender_not_allowed, "relay", "failure", "mail from incident-bot@example.com", "[mail] from"),
    (list_not_relayed, "relay", "failure", f"mail to {LIST}: 554", "mynetworks"),
    (list_put_off, "relay", "warning", "450 4.2.0 Greylisted (this may pass)", "try again"),
    (no_plus_addresses, "plus-address", "failure", "but not to incident-bot+", "recipient_delimiter = +"),
    (service_stopped, "listener", "failure", "'serve' does not run", "incidentmail serve"),
    (nobody_listens, "listener", "failure", "does not answer there", "restart 'serve'"),
    (another_program_listens, "listener", "failure", "no greeting of a mail server", "restart 'serve'"),
    (certificate_runs_out, "certificate", "warning", "expires in 4 days", "renew it"),
    (certificate_ran_out, "certificate", "failure", "expired on 2026-11-01", "renew it"),
    (certificate_gone, "certificate", "failure", "tls.pem cannot be used", "PEM"),
    (wrong_mailbox_password, "mailbox", "failure", "the login was refused", "[imap] url"),
    (folder_missing, "mailbox", "failure", "opening the folder was refused", "name a folder that exists"),
    (mailbox_down, "mailbox", "failure", "connecting failed", "does 127.0.0.1 answer on port"),
    (no_spf, "SPF", "warning", "does not say which servers", "never replace it"),
    (two_spf, "SPF", "failure", "2 SPF records", "keep one"),
    (no_dmarc, "DMARC", "warning", "has no policy", "_dmarc.example.com"),
    (key_not_published, "DKIM", "failure", "k._domainkey.example.com", "publish the key"),
    (dns_cannot_tell, "DNS", "warning", "could not tell", "try again when DNS answers"),
    (nobody_verified, "verify", "warning", "mx.example.com writes its results", 'authserv_id = "mx.example.com"'),
    (another_server_named, "verify", "warning", "results of mail.example.com count", 'authserv_id = "mx.example.com"'),
    (clock_behind, "clock", "failure", "before the newest entry", "timedatectl"),
    (template_broken, "templates", "failure", "declaration.txt.j2", "built-in"),
    (template_misspelt, "templates", "warning", "is used by nothing", "template list"),
    (templates_gone, "configuration", "failure", "is no folder", "make it"),
)


@pytest.mark.parametrize(
    ("plant", "check", "level", "what", "cure"), FAULTS, ids=[plant.__name__ for plant, *_ in FAULTS]
)
def test_a_planted_fault_is_named_and_nothing_else(
    plant: Callable[[Site], None], check: str, level: str, what: str, cure: str, site: Site
) -> None:
    plant(site)
    faults = [one for one in site.findings() if one["level"] != "ok"]
    assert [(one["check"], one["level"]) for one in faults] == [(check, level)], faults
    assert what in faults[0]["what"]
    assert cure in faults[0]["what_to_do"]


def test_a_list_that_never_returned_our_mail_is_named(empty: Site) -> None:
    empty.installation.ok("declare", "Checkout is rejecting card payments")
    empty.installation.clock.tick(minutes=20)
    faults = [one for one in empty.findings() if one["level"] != "ok"]
    assert [(one["check"], one["level"]) for one in faults] == [("list", "failure")], faults
    assert "never returned a mail of ours" in faults[0]["what"]
    assert "--round-trip" in faults[0]["what_to_do"]


def test_a_list_that_got_its_first_mail_just_now_has_time_to_return_it(empty: Site) -> None:
    empty.installation.ok("declare", "Checkout is rejecting card payments")
    empty.installation.clock.tick(seconds=12)
    faults = [one for one in empty.findings() if one["level"] != "ok"]
    assert [(one["check"], one["level"]) for one in faults] == [("list", "warning")], faults
    assert "has not returned our first mail yet (12 seconds); 10 minutes are normal" in faults[0]["what"]


def test_before_the_first_mail_it_says_what_is_not_known(empty: Site) -> None:
    faults = [one for one in empty.findings() if one["level"] != "ok"]
    assert [(one["check"], one["level"]) for one in faults] == [("list", "warning")], faults
    assert "no mail of ours has gone there yet" in faults[0]["what"]


def test_root_is_told_that_the_service_has_another_configuration(
    empty: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").touch()
    monkeypatch.setattr(configuration, "SYSTEM_FILE", tmp_path / "config.toml")
    monkeypatch.setattr(configuration, "default_path", lambda: empty.installation.config)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    found = [one for one in empty.findings() if one["check"] == "configuration"]
    assert [one["level"] for one in found] == ["warning"]
    assert (
        f"about {empty.installation.config}, the configuration of root; the service has {tmp_path}" in found[0]["what"]
    )
    assert found[0]["what_to_do"] == "sudo -u incidentmail incidentmail doctor"


@pytest.mark.parametrize(("unit", "cure"), [(True, "systemctl start incidentmail"), (False, "incidentmail serve")])
def test_how_to_start_the_service_is_what_works_here(
    unit: bool, cure: str, empty: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if unit:
        (tmp_path / service_unit.UNIT).touch()
    monkeypatch.setattr(service_unit, "UNIT_FOLDERS", (tmp_path,))
    service_stopped(empty)
    assert [one["what_to_do"] for one in empty.findings() if one["check"] == "listener"] == [cure]


def test_who_counts_as_a_member_without_verification_is_said(empty: Site) -> None:
    empty.set("trust", "verify", '"none"')
    (found,) = [one for one in empty.findings() if one["check"] == "verify"]
    assert "put a member's From through a host of [trust] relays counts as that member" in found["what"]


def test_a_new_installation_is_told_what_is_still_to_come(installation: Installation, names: Names) -> None:
    installation.configure(f'[trust]\nresolver = "{names.address}"\n')
    result = installation.run("doctor", "--json")
    found = {one["check"]: one for one in result.json["findings"]}
    assert "there is no key yet" in found["key"]["what"]
    assert found["ledger"]["level"] == "ok"
    assert "none yet" in found["ledger"]["what"]
    assert "no mail has come in yet" in found["listener"]["what"]
    assert "is a folder" in found["relay"]["what"]
    assert not installation.ledger.exists()


def test_what_the_list_does_to_our_mail_is_said(empty: Site, mails: Mails, signer: Signer) -> None:
    empty.fill(mails, signer, prefix="[incidents]", footer="____\nTo leave, write to incidents-leave@example.com")
    (found,) = [one for one in empty.findings() if one["check"] == "list"]
    assert found["level"] == "ok"
    assert "puts '[incidents]' before the subject" in found["what"]
    assert "signed by example.com" in found["what"]


@pytest.mark.parametrize(("munge", "faults"), [(False, ["DMARC"]), (True, [])])
def test_a_list_that_breaks_our_signature_harms_us_only_if_it_keeps_from(
    munge: bool, faults: list[str], empty: Site, mails: Mails, signer: Signer
) -> None:
    empty.fill(mails, signer, prefix="[incidents]", munge=munge)
    empty.names.records["_dmarc.example.com"] = b"v=DMARC1; p=reject"
    found = [one for one in empty.findings() if one["level"] != "ok"]
    assert [one["check"] for one in found] == faults, found
    assert all("p=reject" in one["what"] and "munge_from" in one["what_to_do"] for one in found)


def test_a_list_that_replaces_reply_to_is_named(site: Site) -> None:
    head, _, body = site.copy.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if b"incident-bot+" not in line]
    munged = b"\r\n".join([*lines, b"Reply-To: incidents@example.com"]) + b"\r\n\r\n" + body
    site.installation.ingest(munged)
    faults = [one for one in site.findings() if one["level"] != "ok"]
    assert [one["check"] for one in faults] == ["list"], faults
    assert "replaces Reply-To" in faults[0]["what"]


def test_a_relay_elsewhere_that_is_not_asked_for_tls_is_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidentmail.app.doctor.relays.is_loopback", lambda host: False)
    site.set("mail", "relay", f'["{site.relay.url("smtp")}"]')
    site.set("mail", "helo", '"incidents.example.com"')
    (fault,) = [one for one in site.findings() if one["level"] != "ok"]
    assert "can read it" in fault["what"]
    assert "smtp+starttls://127.0.0.1:" in fault["what_to_do"]


def test_the_name_that_a_relay_elsewhere_hears_has_to_be_known(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("incidentmail.app.doctor.relays.is_loopback", lambda host: False)
    site.set("mail", "relay", f'["{site.relay.url("smtp+starttls")}"]')
    site.set("mail", "helo", '"laptop.local"')
    (fault,) = [one for one in site.findings() if one["level"] != "ok"]
    assert "we greet as 'laptop.local'" in fault["what"]
    assert "[mail] helo" in fault["what_to_do"]


def test_the_exit_code_says_whether_there_is_a_failure(site: Site) -> None:
    assert site.installation.run("doctor").code == 0
    no_spf(site)
    assert site.installation.run("doctor").code == 0
    relay_down(site)
    assert site.installation.run("doctor").code == 1
    misspelt_key(site)
    assert site.installation.run("doctor").code == 78


def test_each_line_says_what_and_each_fault_what_to_do(site: Site) -> None:
    relay_down(site)
    shown = site.installation.run("doctor").out
    lines = shown.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("FAILURE  relay"))
    assert lines[at + 1].strip().startswith("-> is a mail server running there?")
    assert lines[-1] == "1 failure: do what stands behind ->"


def test_no_password_is_ever_shown(site: Site) -> None:
    wrong_password(site)
    wrong_mailbox_password(site)
    result = site.installation.run("doctor")
    assert "s3cret" not in result.out + result.err
    assert "secret" not in result.out + result.err


def test_no_test_mail_is_posted_if_no_relay_takes_mail(site: Site) -> None:
    relay_down(site)
    faults = [(one["check"], one["level"]) for one in site.findings("--round-trip") if one["level"] != "ok"]
    assert faults == [("relay", "failure"), ("list", "warning")]


def laptop_of(site: Site) -> Site:
    """Return the same machine, configured as if another one had the ledger."""
    for section in ("ledger", "listen", "operator"):
        del site.config[section]
    del site.config["mail"]["key_file"], site.config["mail"]["from"]
    site.set("home", "address", '"incident-bot@example.com"')
    return site


def test_on_a_healthy_laptop_every_line_is_ok(empty: Site) -> None:
    found = laptop_of(empty).findings()
    assert [one for one in found if one["level"] != "ok"] == []
    assert [one["check"] for one in found] == ["configuration", "ledger", "zones", "relay", "mailbox"]


@pytest.mark.parametrize(
    ("refused", "said"),
    [("mara@example.com", "mail from mara@example.com"), ("incident-bot@example.com", "mail to incident-bot@example")],
)
def test_a_laptop_s_relay_has_to_take_the_person_s_mail(refused: str, said: str, empty: Site) -> None:
    laptop = laptop_of(empty)
    if refused == "mara@example.com":
        laptop.relay.next("MAIL", "553 5.7.1 Sender address rejected: not owned by user bot")
    laptop.relay.always[refused] = "550 5.1.1 No such user"
    (fault,) = [one for one in laptop.findings() if one["level"] != "ok"]
    assert fault["check"] == "relay"
    assert said in fault["what"]


def test_a_laptop_without_an_address_of_its_person_is_named(empty: Site) -> None:
    laptop = laptop_of(empty)
    laptop.set("me", "address", '"Mara Lindqvist"')
    (fault,) = [one for one in laptop.findings() if one["level"] != "ok"]
    assert "could not tell who writes" in fault["what"]


def test_from_a_laptop_no_test_mail_is_posted(empty: Site) -> None:
    (fault,) = [one for one in laptop_of(empty).findings("--round-trip") if one["level"] != "ok"]
    assert "no test mail was posted" in fault["what"]
    assert empty.relay.taken == []


def test_a_wait_that_is_no_time_is_refused(site: Site) -> None:
    result = site.installation.run("doctor", "--round-trip", "--wait", "soon")
    assert result.code == 2
    assert "--wait 90s" in result.err
