"""Secrets in text are found by their form, their name or the sentence around them, and ordinary prose is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from secret_texts import INNOCENT, LETTERS, SECRETS

from incidentmail.core.commands import Declare, GiveUpdate, SetStatus, SetVenue
from incidentmail.core.leaks.leaked_secrets import kinds, leaks, masked, masked_command
from incidentmail.core.model import Status
from incidentmail.core.text import HIDDEN

BEFORE, BEHIND = "We rotated it at 14:07.\n", "\nNobody used it, as far as we know."
KEY = "AK" + "IA" + "ABCDEFGHIJKLMNOP"
# Forty characters in which a word that usually marks a placeholder stands by chance.
SHARED_KEY = "tGqRwXbUzFnMe/" + "T9NWLQV/" + "cDyLtKxCEXAMPLEBAR"
EACH = [(kind, text, part) for kind, rows in SECRETS.items() for text, part in rows]


def test_there_are_enough_of_them() -> None:
    assert (len(SECRETS) >= 20, len(EACH) >= 80, len(INNOCENT) >= 100) == (True, True, True)


@pytest.mark.parametrize(("kind", "text", "secret"), EACH, ids=[f"{kind} {n}" for n, (kind, _, _) in enumerate(EACH)])
def test_a_secret_within_prose_is_masked_and_the_prose_stays(kind: str, text: str, secret: str) -> None:
    clean, found = masked(f"{BEFORE}{text}{BEHIND}")
    assert found
    assert clean.startswith(BEFORE) and clean.endswith(BEHIND)
    between = HIDDEN.sub("", clean[len(BEFORE) : -len(BEHIND)])
    assert secret not in between or len(secret) == 1
    assert "****" in between or "masked" in between
    assert leaks(clean) == ()


@pytest.mark.parametrize("text", INNOCENT)
def test_what_incidents_are_full_of_is_no_secret(text: str) -> None:
    assert leaks(text) == ()
    assert leaks(f"{BEFORE}{text}{BEHIND}") == ()


@pytest.mark.parametrize(
    "text",
    [
        "PASSWORD=hunter2", "the password is: hunter2", "pwd = 'xy'", '"password": "hunter2",',
        "Passphrase: correct-horse", "login bo, password: Tr0ub4dor&3, then restart",
        "mysql://root:secret@10.0.0.5:3306/shop", "redis://:hunter22@cache.example:6379",
        "bearer " + LETTERS[:30], "token: " + LETTERS[:20], "token is " + LETTERS[:30],
        "The password is P@ssw0rd.", "use token `" + LETTERS[:30] + "`",
        "ENV API_TOKEN " + LETTERS[:30], "the new password (staging) is Kx9!mmQ2", "Kennwort lautet: tulpe",
        "user: root pass: toor123", "db.password = tulip", "redis-cli -a tulip77 ping", "sqlplus scott/tiger@db1",
        "pw is Tulip77x", "the new pwd for vpn1 is Tulip77x",
        "AWS_SECRET_ACCESS_KEY: " + SHARED_KEY, "aws_secret_access_key=" + SHARED_KEY, "the secret key " + SHARED_KEY,
        "export PASS=tulip77", "kubectl create secret generic db --from-literal=password=tulip77",
    ],
)  # fmt: skip
def test_people_write_passwords_in_many_ways(text: str) -> None:
    assert leaks(text)


@pytest.mark.parametrize("end", ["", "...", "\n-----END", "\nThanks, Bo"])
def test_a_key_is_masked_as_far_as_it_was_pasted(end: str) -> None:
    body = "\n".join(["MIIEowIBAAKCAQEA" + "aB3d/+" * 8] * 200)
    clean, _ = masked("Our key:\n-----BEGIN RSA " + f"PRIVATE KEY-----\n{body}{end}")
    assert "MIIEow" not in clean and clean.startswith("Our key:\n[private key masked]")


def test_what_is_between_two_keys_stays() -> None:
    key = "-----BEGIN " + "PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEA" * 4 + "\n-----END " + "PRIVATE KEY-----"
    assert masked(f"{key}\nand\n{key}")[0] == "[private key masked]\nand\n[private key masked]"


# Ordinary sentences of incidents, which name keys, tokens and passwords without giving one away.
SUBJECTS = (
    "The password reset page", "Our token service", "The API key rotation",
    "Checkout at https://shop.example.com:8443/a",
    "The access token cache", "Login with password", "The secret manager", "Bearer authentication",
    "git@example.com:shop/web",
    "The mail queue", "ssh://git@example.com/shop", "The AWS console", "Slack at https://example.slack.com/archives/C01",
    "The private key of the gateway", "Key: value lines", "sk-dev-cluster", "The signing key", "ASIA region",
    "The token bucket", "Password expiry",
)  # fmt: skip
PREDICATES = (
    "returns 500 since 14:07 UTC for one in five customers.", "is slow: p95 went from 120 ms to 9 s at 13:48.",
    "rejects everybody. Password: reset for all users in the EU, nobody else.",
    "says token: expired, please log in again.",
    "was rotated yesterday (ticket OPS-20261120), and 3 of 12 workers still use the old key.",
    "fails with `authorization: missing header`, and access token: invalid for build 20261120-1407.",
    "needs a second pair of eyes: secret: unknown to us, api key: not in the vault.",
    "is fine again. Password: unknown",
    "prints https://status.example.com/incidents/2026-11-20?id=4711&token=none and stops.",
    "moved from db1.example.com:5432 to db2.example.com:5432; see commit 4f1e9c0a7d3b5e2f8a6c1d0e9b7a5f3c2d1e0f9a.",
)  # fmt: skip


@pytest.mark.parametrize("subject", SUBJECTS)
def test_ordinary_prose_holds_no_secret(subject: str) -> None:
    for predicate in PREDICATES:
        assert leaks(f"{subject} {predicate}") == (), f"{subject} {predicate}"


def test_a_link_to_a_meeting_stays_whole() -> None:
    assert leaks("https://meet.example.com/j/123456?pwd=AbCdEf123456 and ?id=1&password=x9") == ()


def test_two_hundred_paragraphs_are_looked_at() -> None:
    assert len(SUBJECTS) * len(PREDICATES) == 200


def test_every_text_of_a_command_is_looked_at() -> None:
    key = KEY
    command = Declare(description=f"{key} leaked", details=f"see {key}", texts=(("impact", key),), severity=2)
    clean, found = masked_command(command)
    assert isinstance(clean, Declare)
    assert key not in str(clean)
    assert (len(found), kinds(found), clean.severity) == (3, "AWS access key", 2)
    plain = SetVenue("#x on Slack")
    assert masked_command(plain) == (plain, ())
    assert masked_command(GiveUpdate("password: x"))[0] == GiveUpdate("password: ****")


def test_a_command_without_texts_is_left_alone() -> None:
    command = Declare(description="x", times=(("started_at", datetime(2026, 11, 20, tzinfo=UTC)),))
    assert masked_command(command)[0] is command


@pytest.mark.parametrize("text", ["PWD=h4nter2X9!", "the paſſword is h4nter2X9!", "la CONTRASEÑA es h4nter2X9!"])
def test_a_name_in_unusual_letters_is_a_name_still(text: str) -> None:
    assert leaks(text)


def test_a_command_that_has_a_secret_keeps_its_other_fields() -> None:
    clean, found = masked_command(SetStatus(Status.CLOSED, reason="password: h4nter2X9! works"))
    assert found and clean.status is Status.CLOSED and "h4nter2X9" not in clean.reason
