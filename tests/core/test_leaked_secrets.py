"""What must not be told to everybody is found by its shape, and prose is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from incidentmail.core.commands import Declare, GiveUpdate, SetVenue
from incidentmail.core.leaked_secrets import SHAPES, kinds, leaks, masked, masked_command

# Put together here, so that this file holds none that another scan could find.
LETTERS = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC3dE5fG7hI9"
SAMPLES = {
    "private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    "AWS access key": "AKIA" + "ABCDEFGHIJKLMNOP",
    "GitHub token": "ghp_" + LETTERS[:36],
    "GitLab token": "glpat-" + LETTERS[:20],
    "Slack token": "xoxb-" + "123456789012-" + LETTERS[:24],
    "Slack webhook": "https://hooks.slack.com/services/" + "T00000000/B00000000/" + LETTERS[:24],
    "Google API key": "AIza" + LETTERS[:35],
    "Stripe key": "sk_live_" + LETTERS[:24],
    "API key": "sk-" + LETTERS[:40],
    "SendGrid key": "SG." + LETTERS[:22] + "." + LETTERS[:43],
    "registry token": "npm_" + LETTERS[:36],
    "signed token": "eyJ" + LETTERS[:20] + ".eyJ" + LETTERS[:30] + "." + LETTERS[:30],
    "password in an address": "postgres://app:" + "hunter22@db.example.com/shop",
    "authorization header": "Authorization: Bearer " + LETTERS[:32],
    "storage key": "DefaultEndpointsProtocol=https;AccountKey=" + LETTERS[:40] + "==",
    "password": "password: x",
    "secret": "api_key = '" + LETTERS[:24] + "'",
}


def test_there_is_a_sample_of_each_kind() -> None:
    assert set(SAMPLES) == {shape.kind for shape in SHAPES}


@pytest.mark.parametrize("kind", SAMPLES)
def test_each_kind_is_found_within_prose_and_masked(kind: str) -> None:
    text = f"We rotated it at 14:07.\nThe old one was:\n{SAMPLES[kind]}\nNobody used it, as far as we know."
    found = leaks(text)
    assert [leak.kind for leak in found] == [kind]
    clean, again = masked(text)
    assert again == found
    assert "****" in clean or "masked" in clean
    assert text[found[0].start : found[0].end] not in clean
    assert leaks(clean) == ()
    assert clean.startswith("We rotated it at 14:07.\n")
    assert clean.endswith("\nNobody used it, as far as we know.")


@pytest.mark.parametrize(
    "text",
    [
        "PASSWORD=hunter2", "the password is: hunter2", "pwd = 'xy'", '"password": "hunter2",',
        "Passphrase: correct-horse", "login bo, password: Tr0ub4dor&3, then restart",
        "mysql://root:secret@10.0.0.5:3306/shop",
        "redis://:hunter22@cache.example:6379", "bearer " + LETTERS[:30], "token: " + LETTERS[:20],
    ],
)  # fmt: skip
def test_people_write_passwords_in_many_ways(text: str) -> None:
    assert leaks(text)


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
    key = SAMPLES["AWS access key"]
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
