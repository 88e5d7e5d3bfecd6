"""A hook that contradicts itself, or a secret in the file, is an error that says what to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation

URL = 'url = "https://hooks.example.com/x"\n'
ON = 'on = ["declared"]\n'


@pytest.mark.parametrize(
    ("hook", "what", "cure"),
    [
        (ON, "has no url and no command", 'url = "https://..."'),
        (ON + URL + 'command = "/bin/page"\n', "has url and command, and exactly one is needed", "url_command"),
        (URL, "on", "config example"),
        (URL + "on = []\n", "is called for nothing", 'on = ["declared"'.replace('"', "")),
        (URL + 'on = ["declare"]\n', "write declared, severity, phase", "config example"),
        (ON + 'url = "http://hooks.example.com/x"\n', "would send in the clear", "allow_private = true"),
        (ON + 'url = "https://me:hunter2@hooks.example.com/x"\n', "no password into the URL", "config example"),
        (ON + 'url = "ftp://hooks.example.com/x"\n', "write a URL such as", "config example"),
        (ON + URL + 'headers = ["Authorization: Bearer hunter2"]\n', "has a secret in the file", "Bearer {secret}"),
        (ON + URL + 'headers = ["Content-Length: 3"]\n', "sets this header field itself", "config example"),
        (ON + URL + 'headers = ["X-Team"]\n', "write name and value of a header field", "config example"),
        (ON + URL + 'timeout = "2m"\n', "write between '1s' and '60s'", "config example"),
        (ON + URL + 'name = "Pager 1"\n', "small letters", "config example"),
        (ON + URL + 'template = "../x"\n', "name a template", "config example"),
        (ON + 'command = "/bin/page"\nallow_private = true\n', "mean nothing", "take them out"),
        (ON + URL + "[[hook]]\n" + ON + URL, "two [[hook]] tables are called hooks.example.com", 'name = "pager"'),
        (ON + 'url_command = "pass show x"\n', "needs a name", 'name = "pager"'),
        (ON + URL + "secret = 'hunter2'\n", "secret is not known", "secret_command"),
    ],
)
def test_what_is_wrong_with_a_hook_is_named_with_what_to_write(
    installation: Installation, hook: str, what: str, cure: str
) -> None:
    installation.configure(f"[[hook]]\n{hook}")
    checked = installation.run("config", "check")
    assert checked.code == 78
    assert what in checked.out + checked.err
    assert cure in checked.out + checked.err
    assert "hunter2" not in checked.out + checked.err


def test_a_hook_is_called_by_its_host_or_by_the_name_of_its_program(installation: Installation) -> None:
    installation.configure(f'[[hook]]\n{ON}{URL}[[hook]]\n{ON}command = "/usr/local/bin/Page_Me --now"\n')
    assert [line["name"] for line in installation.ok("hook", "list", "--json").lines] == [
        "hooks.example.com",
        "page_me",
    ]
