"""Posting to a URL: TLS is verified, redirects are followed only if that is safe, and everything has a limit."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from hook_receiver import Answer, Receiver, receiving

from incidentmail.errors import HookUnreachableError
from incidentmail.transport.webhook import places
from incidentmail.transport.webhook import post as module
from incidentmail.transport.webhook.post import Limits, post

KEY = {"authorization": "Bearer correct-horse", "webhook-id": "a1", "content-type": "application/json"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as found:
        yield found


def limits(timeout_s: float = 20, ca_file: Path | None = None) -> Limits:
    return Limits(timeout_s=timeout_s, allow_private=True, ca_file=ca_file)


def tls(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_a_certificate_of_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    authority = trustme.CA()
    with receiving(Receiver(), tls(authority, "127.0.0.1")) as receiver:
        with pytest.raises(HookUnreachableError, match=r"certificate of 127\.0\.0\.1 is not valid") as refused:
            post(receiver.url, b"{}", {}, limits())
        assert "ca_file" in (refused.value.hint or "")
        assert receiver.requests == []
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        assert post(receiver.url, b"{}", {}, limits(ca_file=tmp_path / "ca.pem")).status == 204


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with receiving(Receiver(), tls(authority, "hooks.example.com")) as receiver:
        with pytest.raises(HookUnreachableError, match="is not valid"):
            post(receiver.url, b"{}", {}, limits(ca_file=tmp_path / "ca.pem"))
        assert receiver.requests == []


def test_the_certificate_is_compared_with_the_name_although_an_address_is_connected_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setattr(module, "places_of", lambda *args, **kw: ["127.0.0.1"])
    with receiving(Receiver(), tls(authority, "hooks.example.com")) as receiver:
        port = receiver.url.rpartition(":")[2]
        reply = post(f"https://hooks.example.com:{port}", b"{}", {}, limits(ca_file=tmp_path / "ca.pem"))
        assert reply.status == 204
        assert receiver.requests[0].headers["host"] == f"hooks.example.com:{port.partition('/')[0]}"


def test_a_redirect_that_keeps_the_body_is_followed_and_the_key_stays_with_its_host(receiver: Receiver) -> None:
    with receiving(Receiver()) as other:
        receiver.script = [Answer(307, {"Location": "/moved"}), Answer(308, {"Location": other.url})]
        assert post(receiver.url, b'{"a":1}', KEY, limits()).status == 204
        assert [(one.path, one.body) for one in receiver.requests] == [
            ("/incidents", b'{"a":1}'),
            ("/moved", b'{"a":1}'),
        ]
        (moved,) = other.requests
        assert (moved.body, moved.headers["webhook-id"]) == (b'{"a":1}', "a1")
        assert "authorization" not in moved.headers
        assert receiver.requests[1].headers["authorization"] == "Bearer correct-horse"


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_would_lose_the_body_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.script = [Answer(status, {"Location": "https://hooks.example.com/new"})]
    with pytest.raises(HookUnreachableError, match=rf"has moved to hooks\.example\.com \({status}\)"):
        post(receiver.url, b"{}", {}, limits())


def test_redirects_in_a_circle_and_without_a_place_end(receiver: Receiver) -> None:
    receiver.script = [Answer(307, {"Location": "/incidents"})]
    with pytest.raises(HookUnreachableError, match="redirects more than 3 times"):
        post(receiver.url, b"{}", {}, limits())
    ports = [one.client_port for one in receiver.requests]
    assert len({*ports}) == len(ports) == 4, "a connection that the receiver may be closing is not used again"
    receiver.script = [Answer(307)]
    with pytest.raises(HookUnreachableError, match="does not say where to"):
        post(receiver.url, b"{}", {}, limits())


@pytest.mark.parametrize("location", ["http://127.0.0.1:9/x", "http://[::ffff:127.0.0.1]:9/x", "http://10.0.0.1/x"])
def test_a_public_host_cannot_redirect_to_a_private_address(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    receiver.script = [Answer(307, {"Location": location})]
    judge = places.places_of

    def places_of(host: str, port: int, *, allow_private: bool, timeout_s: float) -> list[str]:
        if host == "public.example.com":  # as if DNS said so
            return ["127.0.0.1"]
        return judge(host, port, allow_private=allow_private, timeout_s=timeout_s)

    monkeypatch.setattr(module, "places_of", places_of)
    url = receiver.url.replace("127.0.0.1", "public.example.com")
    with pytest.raises(HookUnreachableError, match="a private address"):
        post(url, b"{}", {}, Limits(timeout_s=20))
    assert len(receiver.requests) == 1


def test_https_does_not_redirect_to_http(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    answers = Receiver([Answer(307, {"Location": "http://127.0.0.1:9/x"})])
    with (
        receiving(answers, tls(authority, "127.0.0.1")) as receiver,
        pytest.raises(HookUnreachableError, match="everybody could read it"),
    ):
        post(receiver.url, b"{}", {}, limits(ca_file=tmp_path / "ca.pem"))


def test_the_proxies_of_the_environment_are_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert post(receiver.url, b"{}", {}, limits()).status == 204


def test_an_error_names_neither_path_nor_query() -> None:
    with receiving(Receiver()) as gone:
        url = gone.url
    with pytest.raises(HookUnreachableError) as refused:
        post(f"{url}/T0/B0/s3cr3t?key=s3cr3t", b"{}", {}, limits())
    assert "s3cr3t" not in str(refused.value)


def test_a_slow_answer_ends_at_the_limit(receiver: Receiver) -> None:
    receiver.script = [Answer(waits=True)]
    with pytest.raises(HookUnreachableError, match="no answer within 1 s"):
        post(receiver.url, b"{}", {}, limits(timeout_s=1))
