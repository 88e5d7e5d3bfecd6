"""A mailbox at a provider, on loopback: a real Dovecot with IMAP and submission, which accepts passwords and tokens."""

from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qs, urlparse

from real_dovecot import USER, Dovecot

_MORE = """
protocols = imap submission
hostname = mx.example.com
auth_mechanisms = plain login xoauth2
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
submission_relay_ssl = no
service submission-login {{{{
  chroot =
  inet_listener submission {{{{
    port = {submission}
  }}}}
}}}}
passdb {{{{
  driver = oauth2
  mechanisms = xoauth2
  args = {{folder}}/oauth2.conf
}}}}
"""
_OAUTH2 = "tokeninfo_url = http://127.0.0.1:{port}/?token=\nusername_attribute = email\n"


class HostedMailbox(Dovecot):
    """A mailbox whose submitted mail goes to `relay_port`. `tokens` are those that are valid at present."""

    def __init__(self, relay_port: int) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.submission_port = int(taken.getsockname()[1])
        super().__init__(_MORE.format(relay=relay_port, submission=self.submission_port))
        self.tokens: set[str] = set()

    def __enter__(self) -> Self:
        self._issuer = ThreadingHTTPServer(("127.0.0.1", 0), _about(self))
        threading.Thread(target=self._issuer.serve_forever, args=(0.01,), daemon=True).start()
        return super().__enter__()

    def __exit__(self, *exc: object) -> None:
        super().__exit__(*exc)
        self._issuer.shutdown()
        self._issuer.server_close()

    def start(self) -> None:
        (self.folder / "oauth2.conf").write_text(_OAUTH2.format(port=self._issuer.server_address[1]))
        super().start()

    @property
    def submission_url(self) -> str:
        return f"smtp://{USER.replace('@', '%40')}@127.0.0.1:{self.submission_port}"


def _about(mailbox: HostedMailbox) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        """A handler that tells Dovecot who owns a token."""

        def do_GET(self) -> None:
            token = parse_qs(urlparse(self.path).query).get("token", [""])[0]
            is_valid = token in mailbox.tokens
            body = json.dumps({"email": USER} if is_valid else {"error": "invalid_token"}).encode()
            self.send_response(200 if is_valid else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Write nothing."""

    return Answer
