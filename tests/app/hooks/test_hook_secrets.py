"""The secrets of hooks are used, but occur in no log, output, error, mail or ledger."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hook_receiver import Answer, Receiver, receiving

if TYPE_CHECKING:
    from conftest import Installation

SECRET = "correct-horse-battery-staple"
PATH = "T0123/B0456/s3cr3t-path-of-a-chat"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as found:
        yield found


def everything(installation: Installation) -> str:
    """Return the output of all screens, and the content of all files beside the configuration."""
    shown = [
        installation.run(*words)
        for words in (
            ("outbox", "list", "--all"), ("outbox", "show", "h1"), ("outbox", "retry"), ("status",), ("hook", "list"),
            ("hook", "test", "pager"), ("config", "show"), ("doctor",), ("log", "--all"), ("flush", "--json"),
        )
    ]  # fmt: skip
    files = [one.read_bytes() for one in installation.path.rglob("*") if one.is_file() and one != installation.config]
    return "".join(one.out + one.err for one in shown) + b"".join(files).decode("utf-8", "replace")


def test_a_receiver_that_repeats_what_it_was_sent_makes_no_secret_public(
    installation: Installation, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENTMAIL_HOOK_SECRET_PAGER", SECRET)
    url = receiver.url.replace("/incidents", f"/{PATH}")
    receiver.script = [Answer(400, body=f"POST /{PATH} with Bearer {SECRET} to {url}".encode())]
    installation.configure(
        '[operator]\naddress = "postmaster@example.com"\n[[hook]]\nname = "pager"\non = ["all"]\nallow_private = true\n'
        f'url_command = "echo {url}"\nheaders = ["Authorization: Bearer {{secret}}"]\n'
    )
    said = installation.ok("declare", "Checkout is down", "--yes")
    installation.clock.tick(minutes=10)
    found = said.out + said.err + everything(installation)
    assert receiver.requests[0].headers["authorization"] == f"Bearer {SECRET}"
    assert "it answered 400" in found
    assert SECRET not in found
    assert PATH not in found


def test_a_receiver_that_is_down_makes_no_secret_public(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENTMAIL_HOOK_SECRET_PAGER", SECRET)
    installation.configure(
        f'[[hook]]\nname = "pager"\non = ["all"]\nallow_private = true\nurl = "http://127.0.0.1:1/{PATH}?key={SECRET}"\n'
    )
    said = installation.ok("declare", "Checkout is down", "--yes")
    found = said.out + said.err + everything(installation)
    assert "cannot be reached" in found
    assert SECRET not in found
    assert PATH not in found


@pytest.mark.parametrize(
    ("secret", "key"), [(SECRET, SECRET.encode()), ("whsec_" + base64.b64encode(b"k" * 24).decode(), b"k" * 24)]
)
def test_the_signature_covers_id_time_and_body(
    installation: Installation, receiver: Receiver, secret: str, key: bytes
) -> None:
    installation.configure(
        f'[[hook]]\nname = "pager"\non = ["declared"]\nallow_private = true\nurl = "{receiver.url}"\n'
        f'secret_command = "printf %s {secret}"\n'
    )
    installation.ok("declare", "Checkout is down — Kasse kaputt", "--yes")
    (request,) = receiver.requests
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    mac = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert request.headers["webhook-signature"] == f"v1,{mac}"
    assert request.headers["webhook-timestamp"] == str(int(installation.clock.now.timestamp()))


def test_without_a_secret_nothing_is_signed_and_a_header_that_needs_one_is_an_error(
    installation: Installation, receiver: Receiver
) -> None:
    hook = f'[[hook]]\nname = "pager"\non = ["declared"]\nallow_private = true\nurl = "{receiver.url}"\n'
    installation.configure(hook)
    installation.ok("declare", "Checkout is down", "--yes")
    assert "webhook-signature" not in receiver.requests[0].headers
    installation.configure(hook + 'headers = ["X-Api-Key: {secret}"]\n')
    installation.ok("declare", "Search is slow", "--yes")
    assert len(receiver.requests) == 1
    assert "needs a secret" in installation.ok("outbox", "list").out
