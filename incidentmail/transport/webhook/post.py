"""Post a body to a URL within limits: one overall timeout, verified TLS, few redirects, and a short response.

Proxies and certificates named by environment variables are not used, because the connection has to go to the address
that was checked.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from incidentmail.core.frozen import Frozen
from incidentmail.errors import HookUnreachableError

from .places import places_of

if TYPE_CHECKING:
    import httpx

REDIRECTS_MAX = 3
ANSWER_BYTES_MAX = 2048
"""The maximum length of a response that is read. It is shown to the operator if the receiver refuses."""
_KEEPS_THE_BODY = (307, 308)
"""RFC 9110 sections 15.4.8 and 15.4.9: the redirects after which the same body is posted again."""
_REDIRECTS = (300, 301, 302, 303, 307, 308)


class Limits(Frozen, kw_only=True):
    """The limits of a request. `timeout_s` covers everything, from DNS to the end of the response.

    `ca_file` contains certificates (PEM) that are trusted in addition to those of the system.
    """

    timeout_s: float
    allow_private: bool = False
    ca_file: Path | None = None


class Reply(Frozen, kw_only=True):
    """The receiver's response: its status, the beginning of its text, and the number of seconds it asks us to wait."""

    status: int
    text: str
    wait_s: float | None = None


def post(url: str, body: bytes, headers: Mapping[str, str], limits: Limits) -> Reply:
    """Post `body` and return the response, whatever its status.

    If the receiver redirects to another host, only those `headers` that describe the body or contain the signature are
    sent there. Raise HookUnreachableError if there is no response, or if the address is not allowed.
    """
    try:
        return asyncio.run(_within(url, body, dict(headers), limits))
    except TimeoutError:
        raise HookUnreachableError(f"no answer within {limits.timeout_s:.0f} s") from None


async def _within(url: str, body: bytes, headers: dict[str, str], limits: Limits) -> Reply:
    until = time.monotonic() + limits.timeout_s
    async with asyncio.timeout(limits.timeout_s):
        return await _post(url, body, headers, limits, until)


async def _post(url: str, body: bytes, headers: dict[str, str], limits: Limits, until: float) -> Reply:
    import httpx

    first = at = httpx.URL(url)
    try:
        # A server may close a connection just when the next request is sent on it, and a POST is not safely repeated.
        once = httpx.Limits(max_keepalive_connections=0)
        async with httpx.AsyncClient(
            verify=tls_context(limits.ca_file), trust_env=False, timeout=_steps(limits), limits=once
        ) as client:
            for _ in range(REDIRECTS_MAX + 1):
                own = headers if at.netloc == first.netloc else _for_others(headers)
                reply, location = await _one(client, at, body, own, limits, until)
                if reply.status not in _REDIRECTS:
                    return reply
                at = _next(at, reply.status, location)
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise unreachable(first.host, error) from error
    raise HookUnreachableError(f"{first.host} redirects more than {REDIRECTS_MAX} times")


async def _one(
    client: httpx.AsyncClient, url: httpx.URL, body: bytes, headers: Mapping[str, str], limits: Limits, until: float
) -> tuple[Reply, str | None]:
    """Post to one URL, at its first address that accepts a connection. Return the response and its Location."""
    import httpx

    port = url.port or (443 if url.scheme == "https" else 80)
    left_s = max(0.1, until - time.monotonic())
    addresses = places_of(url.host, port, allow_private=limits.allow_private, timeout_s=left_s)
    for number, address in enumerate(addresses, 1):
        request = client.build_request(
            "POST", url.copy_with(host=address), content=body,
            headers={"user-agent": "incidentmail", "accept-encoding": "identity", **headers,
                     "host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.host},
        )  # fmt: skip
        try:
            response = await client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if number == len(addresses):
                raise
            continue
        try:
            text = await _beginning(response)
        finally:
            await response.aclose()
        wait_s = _asked_wait_s(response.headers.get("retry-after"))
        reply = Reply(status=response.status_code, text=text, wait_s=wait_s)
        return reply, response.headers.get("location")
    raise HookUnreachableError(f"{url.host} has no address")


async def _beginning(response: httpx.Response) -> str:
    found = b""
    async for part in response.aiter_raw():
        found += part
        if len(found) >= ANSWER_BYTES_MAX:
            break
    return found[:ANSWER_BYTES_MAX].decode("utf-8", "replace")


def _asked_wait_s(value: str | None) -> float | None:
    """Return the seconds to wait according to Retry-After, which holds a number or a date (RFC 9110 section 10.2.3)."""
    if value is None:
        return None
    if value.isascii() and value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _next(at: httpx.URL, status: int, location: str | None) -> httpx.URL:
    """Return the target of a redirect. Raise HookUnreachableError if it must not be followed."""
    if location is None:
        raise HookUnreachableError(f"{at.host} redirects with {status}, and does not say where to")
    to = at.join(location)
    if status not in _KEEPS_THE_BODY:
        raise HookUnreachableError(
            f"{at.host} has moved to {to.host} ({status}), and a POST cannot follow that",
            hint="set the url of this hook to the new place",
        )
    if to.scheme != at.scheme and to.scheme != "https":
        raise HookUnreachableError(f"{at.host} redirects to {to.scheme}:, where everybody could read it")
    return to


def _for_others(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the header fields that another host may see after a redirect. They do not include our keys."""
    return {name: value for name, value in headers.items() if name.lower().startswith(("content-", "webhook-"))}


def _steps(limits: Limits) -> httpx.Timeout:
    """Return the timeouts of individual steps. Only connecting has a timeout, to leave time for another address."""
    import httpx

    return httpx.Timeout(None, connect=limits.timeout_s / 2)


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return a TLS context that trusts the authorities of the system, and those in `ca_file`."""
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError) as error:
            raise HookUnreachableError(
                f"ca_file {ca_file} cannot be used: {error.strerror or error}", hint="name a file in PEM"
            ) from error
    return context


def unreachable(host: str, error: Exception) -> HookUnreachableError:
    """Return an error that omits the path and query of the URL, which may be secret."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return HookUnreachableError(
                f"the certificate of {host} is not valid: {cause.verify_message}",
                hint="if an authority of your own signed it, name that in ca_file of this [[hook]]",
            )
        cause = cause.__cause__ or cause.__context__
    what = str(error) or ("it takes no connection in time" if "Timeout" in type(error).__name__ else "it hung up")
    return HookUnreachableError(f"{host} cannot be reached: {what}")
