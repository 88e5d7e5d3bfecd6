"""`doctor` names what keeps a hook from being called. `hook list` and `hook test` show and try hooks."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from hook_receiver import Answer, Receiver, receiving

if TYPE_CHECKING:
    from conftest import Installation


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as found:
        yield found


def examined(installation: Installation, hook: str) -> dict[str, Any]:
    """Return the finding of `doctor` about one hook."""
    installation.configure(f'[[hook]]\nname = "pager"\non = ["all"]\n{hook}\n')
    installation.ok("flush")  # makes the ledger, as 'serve' would
    found = installation.run("doctor", "--json").json["findings"]
    (one,) = [finding for finding in found if finding["check"] == "hook"]
    return dict(one)


def test_a_hook_that_can_be_called_is_ok_and_nothing_is_posted(installation: Installation, receiver: Receiver) -> None:
    found = examined(installation, f'url = "{receiver.url}"\nallow_private = true')
    assert (found["level"], found["what"][:24]) == ("ok", "pager can be called: htt")
    assert receiver.requests == []


@pytest.mark.parametrize(
    ("hook", "level", "what", "cure"),
    [
        ('command = "/nonexistent/page"', "failure", "there is no program /nonexistent/page", "whole path"),
        ('command = "page/it"', "failure", "page/it is looked for in /", "whole path"),
        ('command = "/bin/echo \'open"', "failure", "No closing quotation", "close each quotation mark"),
        ('command = "/etc/passwd"', "failure", "/etc/passwd is not executable", "chmod +x"),
        ('url = "https://127.0.0.1:1/x"', "warning", "a private address", "allow_private = true"),
        ('url = "https://127.0.0.1:1/x"\nallow_private = true', "warning", "Connection refused", "hook test pager"),
        ('url = "https://nosuch.invalid/x"', "warning", "DNS knows no address of nosuch.invalid", "is the name"),
        ('url_command = "exit 3"', "failure", "url_command ended with 3", "in a shell of the same user"),
        ('url_command = "echo ftp://x"', "failure", "is not a URL with https://", "first line must be the URL"),
        (
            'url = "https://127.0.0.1:1/x"\ntemplate = "pagerduty"',
            "failure",
            "needs a secret",
            "INCIDENTMAIL_HOOK_SECRET_PAGER",
        ),
        ('url = "https://127.0.0.1:1/x"\ntemplate = "nosuch"', "failure", "hook/nosuch.json.j2", "templates folder"),
        (
            'url = "https://127.0.0.1:1/x"\nsecret_command = "echo whsec_%%%"',
            "failure",
            "is not base64",
            "secret_command",
        ),
    ],
)
def test_what_keeps_a_hook_from_being_called_is_named(
    installation: Installation, hook: str, level: str, what: str, cure: str
) -> None:
    found = examined(installation, hook)
    assert found["level"] == level
    assert what in found["what"]
    assert cure in found["what_to_do"]


def test_a_bad_certificate_is_named(installation: Installation) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with receiving(Receiver(), context) as receiver:
        found = examined(installation, f'url = "{receiver.url}"\nallow_private = true')
    assert "the certificate of 127.0.0.1 is not valid" in found["what"]
    assert "ca_file" in found["what_to_do"]


def test_a_test_says_what_came_of_it_and_records_nothing(installation: Installation, receiver: Receiver) -> None:
    receiver.script = [Answer(200), Answer(503, body=b"later"), Answer(400, body=b"no")]
    installation.configure(
        f'[[hook]]\nname = "pager"\non = ["severity", "closed"]\nurl = "{receiver.url}"\nallow_private = true\n'
    )
    installation.ok("flush")
    assert installation.ok("hook", "test", "pager").out.startswith("the hook pager took it: severity, ")
    told = receiver.requests[0].json
    assert (told["is_test"], told["event"]) == (True, "severity")
    again = installation.run("hook", "test", "pager", "--event", "closed")
    assert (again.code, "it answered 503: later" in again.err) == (75, True)
    assert installation.run("hook", "test", "pager").code == 69
    unknown = installation.run("hook", "test", "page")
    assert (unknown.code, "there are: pager" in unknown.err) == (2, True)
    assert installation.ok("outbox", "list", "--all", "--json").out == ""


def test_a_dry_run_prints_what_would_be_sent(installation: Installation, receiver: Receiver) -> None:
    installation.configure(
        f'[[hook]]\nname = "pager"\non = ["all"]\nurl = "{receiver.url}"\nallow_private = true\n'
        'template = "pagerduty"\nsecret_command = "echo s3cr3t-routing-key"\n'
    )
    installation.ok("flush")
    shown = installation.ok("hook", "test", "pager", "--event", "update_missed", "--dry-run").out
    assert json.loads(shown)["event_action"] == "trigger"
    assert "s3cr3t" not in shown
    left_out = installation.ok("hook", "test", "pager", "--event", "note", "--dry-run").out
    assert left_out == "nothing: the template leaves out note\n"
    assert receiver.requests == []


def test_the_list_shows_each_hook_without_the_secret_part_of_its_url(installation: Installation) -> None:
    installation.configure(
        '[[hook]]\non = ["declared", "closed"]\nurl = "https://hooks.chat.example/services/T0/B0/s3cr3t"\n'
        'template = "slack"\n[[hook]]\non = ["all"]\ncommand = "/usr/local/bin/page --key s3cr3t"\n'
    )
    shown = installation.ok("hook", "list").out
    assert shown == (
        "hooks.chat.example  https://hooks.chat.example/..., as slack\n    on declared, closed\n"
        "page  /usr/local/bin/page\n    on all\n"
    )
    assert "s3cr3t" not in installation.ok("config", "show").out
