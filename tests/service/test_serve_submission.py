"""The service with a certificate and users: submission, and renewal of the certificate while it runs."""

from __future__ import annotations

import json
import signal
import smtplib
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from patience import PATIENCE_S

DECLARATION = (
    "From: mara@example.com\r\nTo: incidents@example.com\r\nMessage-ID: <{0}@example.com>\r\n"
    "Subject: {0} is down\r\n\r\nSeverity: 2\r\n"
)


@dataclass
class SubmissionService:
    folder: Path

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "incidentmail", "--config", str(self.folder / "config.toml"), *words]

    def run(self, *words: str, stdin: str = "", code: int = 0) -> str:
        done = subprocess.run(
            self.command(*words), input=stdin, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    def certify(self) -> ssl.SSLContext:
        """Write a new certificate of a new authority. Return the authority's certificate for clients."""
        authority = trustme.CA()
        authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(self.folder / "chain.pem"))
        (self.folder / "chain.pem").chmod(0o600)
        context = ssl.create_default_context()
        authority.configure_trust(context)
        return context

    def allow(self, name: str, password: str) -> None:
        (self.folder / "users").write_text(self.run("password", name, stdin=f"{password}\n"))
        (self.folder / "users").chmod(0o600)

    def submit(self, port: int, context: ssl.SSLContext, login: tuple[str, str] | None, what: str) -> None:
        with smtplib.SMTP("localhost", port, timeout=PATIENCE_S) as client:
            client.starttls(context=context)
            if login:
                client.login(*login)
            client.sendmail("mara@example.com", ["incident-bot@example.com"], DECLARATION.format(what))

    def outcomes(self, count: int) -> list[str]:
        give_up_at = time.monotonic() + PATIENCE_S
        while True:
            lines = [json.loads(line) for line in self.run("inbox", "--all", "--json").splitlines()]
            if len(lines) >= count:
                return [line["outcome"] for line in lines]
            assert time.monotonic() < give_up_at
            time.sleep(0.05)


@pytest.fixture
def submission(tmp_path: Path) -> Iterator[SubmissionService]:
    (tmp_path / "config.toml").write_text(
        '[list]\naddress = "incidents@example.com"\n[me]\naddress = "Mara <mara@example.com>"\n'
        f'[mail]\nrelay = ["maildir://{tmp_path}/out"]\nkey_file = "{tmp_path}/key"\n'
        f'[ledger]\nurl = "sqlite:///{tmp_path}/ledger.db"\n[trust]\nrelays = ["pipe"]\n'
        f'[listen]\nsmtp = "127.0.0.1:0"\ntls_certificate = "{tmp_path}/chain.pem"\nusers = "{tmp_path}/users"\n'
        "require_starttls = true\n"
    )
    yield SubmissionService(tmp_path)


def test_whoever_logs_in_declares_and_a_stranger_does_not_and_both_files_are_renewed_while_it_runs(
    submission: SubmissionService,
) -> None:
    context = submission.certify()
    submission.allow("mara", "wet paint")
    service = subprocess.Popen(submission.command("serve", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert service.stdout is not None
    try:
        port = int(json.loads(service.stdout.readline())["listening"][0]["address"].rpartition(":")[2])
        submission.submit(port, context, ("mara", "wet paint"), "checkout")
        submission.submit(port, context, None, "search")
        assert sorted(submission.outcomes(2)) == ["applied", "refused"]

        renewed = submission.certify()
        submission.allow("mara", "dry paint")
        service.send_signal(signal.SIGHUP)
        give_up_at = time.monotonic() + PATIENCE_S
        while True:
            try:
                submission.submit(port, renewed, ("mara", "dry paint"), "billing")
                break
            except (ssl.SSLError, smtplib.SMTPException):
                assert time.monotonic() < give_up_at, "the renewed files are not used"
                time.sleep(0.05)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            submission.submit(port, renewed, ("mara", "wet paint"), "mail")

        (submission.folder / "chain.pem").write_text("no certificate")
        service.send_signal(signal.SIGHUP)
        submission.submit(port, renewed, ("mara", "dry paint"), "telephone")
    finally:
        service.send_signal(signal.SIGTERM)
        _, log = service.communicate(timeout=PATIENCE_S)
    assert service.returncode == 0
    assert b"not reloaded" in log
    assert b"certificate and users read again" in log and b"a new listener, needs a restart" in log
    assert b"paint" not in log
    assert submission.outcomes(4).count("applied") == 3


@pytest.mark.parametrize(
    ("line", "complaint"),
    [('tls_certificate = "{}/chain.pem"\n', "needs a certificate"), ('users = "{}/users"\n', "needs a certificate")],
)
def test_what_needs_a_certificate_says_so(submission: SubmissionService, line: str, complaint: str) -> None:
    config = submission.folder / "config.toml"
    config.write_text(config.read_text().replace(f'tls_certificate = "{submission.folder}/chain.pem"\n', ""))
    config.write_text(config.read_text().replace(line.format(submission.folder), ""))
    assert complaint in submission.run("serve", code=78)


def test_tls_from_the_first_byte_needs_a_certificate_too(submission: SubmissionService) -> None:
    config = submission.folder / "config.toml"
    text = config.read_text().replace(f'tls_certificate = "{submission.folder}/chain.pem"\n', "")
    text = text.replace(f'users = "{submission.folder}/users"\n', "").replace("require_starttls = true\n", "")
    config.write_text(text.replace("[listen]\n", '[listen]\nsmtps = "127.0.0.1:0"\n'))
    assert "[listen] smtps needs a certificate" in submission.run("serve", code=78)


@pytest.mark.parametrize(
    ("name", "stdin", "complaint"), [("mara", "", "no password"), ("ma:ra", "x\n", "cannot log in")]
)
def test_a_login_that_cannot_be_is_refused(
    submission: SubmissionService, name: str, stdin: str, complaint: str
) -> None:
    assert complaint in submission.run("password", name, stdin=stdin, code=2)
