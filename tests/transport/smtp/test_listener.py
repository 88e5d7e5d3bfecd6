"""The listener, over real sockets on loopback."""

from __future__ import annotations

import asyncio
import socket
import tracemalloc
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Literal

import pytest
from patience import PATIENCE_S
from steps import longest_turn

from incidentmail.inbound.message import Envelope
from incidentmail.transport.smtp import limits
from incidentmail.transport.smtp.dialogue import SPEAKS_LMTP, peer_of
from incidentmail.transport.smtp.limits import Bounds
from incidentmail.transport.smtp.listen_address import parse_listen
from incidentmail.transport.smtp.listener import Accept, Listener
from incidentmail.transport.smtp.mail_path import parse_path

MAIL = b"From: mara@example.com\r\nSubject: card payments fail\r\n\r\nSeverity: 2\r\n"
STEPS_OF_TURN_MAX = 40_000  # of Python: what some hundred lines of the dialogue take
SMUGGLING = [
    b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\r.\n", b"\n.\r",
    b"\r\n\x00.\r\n", b"\r\n.\x00\r\n", b"\r\r\n.\r\r\n", b"\n\n.\r\n",
]  # fmt: skip


class Inbox:
    """An `accept` that remembers mails, and waits for `gate` if it is set."""

    def __init__(self, error: Exception | None = None) -> None:
        self.mails: list[tuple[bytes, Envelope]] = []
        self.started, self.error = asyncio.Event(), error
        self.gate: asyncio.Event | None = None

    async def accept(self, raw: bytes, envelope: Envelope) -> None:
        self.started.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.mails.append((raw, envelope))


class Client:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def reply(self) -> str:
        lines = []
        while line := (await asyncio.wait_for(self.reader.readline(), PATIENCE_S)).decode():
            lines.append(line.rstrip("\r\n"))
            if line[3:4] != "-":
                break
        return "\n".join(lines)

    async def say(self, line: str | bytes) -> str:
        self.writer.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
        return await self.reply()

    async def begin(self, *recipients: str, hello: str = "EHLO client.example") -> None:
        for line in (hello, "MAIL FROM:<mara@example.com>", *(f"RCPT TO:<{r}>" for r in recipients), "DATA"):
            assert (await self.say(line))[0] in "23", line

    async def send(self, raw: bytes = MAIL) -> str:
        return await self.say(raw + b".")

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):  # the server cut us off, which some tests want
            await self.writer.wait_closed()


async def connect(listener: Listener, *, greeting: str = "220", host: str | None = None) -> Client:
    where = listener.bound
    if isinstance(where, str):
        client = Client(*await asyncio.open_unix_connection(where))
    else:
        client = Client(*await asyncio.open_connection(*where, local_addr=(host, 0) if host else None))
    assert (await client.reply()).startswith(greeting)
    return client


@asynccontextmanager
async def listening(
    accept: Accept,
    *,
    protocol: Literal["smtp", "lmtp"] = "smtp",
    where: str = "127.0.0.1:0",
    trusted: tuple[str, ...] = (),
    bounds: Bounds | None = None,
    events: list[tuple[str, dict[str, object]]] | None = None,
) -> AsyncIterator[Listener]:
    listener = Listener(
        accept,
        parse_listen(protocol, where),
        hostname="mx.example.com",
        trusted_peers=trusted,
        bounds=bounds,
        on_event=None if events is None else lambda name, facts: events.append((name, facts)),
    )
    await listener.start()
    try:
        yield listener
    finally:
        await listener.stop(grace_s=1)
        assert listener.load.held_bytes == 0


def play(scene: Callable[[], Coroutine[object, object, None]]) -> None:
    asyncio.run(asyncio.wait_for(scene(), PATIENCE_S))


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


def test_250_is_said_only_after_accept_has_returned() -> None:
    async def scene() -> None:
        inbox = Inbox()
        inbox.gate = asyncio.Event()
        async with listening(inbox.accept) as listener:
            client = await connect(listener)
            await client.begin("incident-bot+k3f9qa.x@example.com")
            answer = asyncio.create_task(client.send())
            await inbox.started.wait()
            await asyncio.sleep(0.05)
            assert not answer.done()
            inbox.gate.set()
            assert (await answer).startswith("250 2.0.0")
            assert (await client.say("QUIT")).startswith("221")
            await client.close()
        assert inbox.mails == [
            (
                MAIL,
                Envelope(
                    way="smtp",
                    peer="127.0.0.1",
                    reverse_path="mara@example.com",
                    forward_paths=("incident-bot+k3f9qa.x@example.com",),
                ),
            )
        ]

    play(scene)


def test_an_accept_that_raises_is_answered_451_without_its_text_and_the_session_goes_on() -> None:
    async def scene() -> None:
        inbox = Inbox(RuntimeError("disk full\r\n250 secret"))
        events: list[tuple[str, dict[str, object]]] = []
        async with listening(inbox.accept, events=events) as listener:
            client = await connect(listener)
            await client.begin("bot@example.com")
            assert await client.send() == "451 4.3.0 Temporary failure, try again later"
            assert events == [("accept_failed", {"peer": "127.0.0.1", "error": inbox.error})]
            inbox.error = None
            await client.begin("bot@example.com", hello="NOOP")
            assert (await client.send()).startswith("250")
            await client.close()

    play(scene)


def test_an_event_callback_that_raises_does_not_reach_the_client() -> None:
    async def scene() -> None:
        reported: list[dict[str, object]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))

        def on_event(name: str, facts: dict[str, object]) -> None:
            raise ValueError("broken")

        inbox = Inbox(RuntimeError("x"))
        listener = Listener(inbox.accept, parse_listen("smtp", "127.0.0.1:0"), hostname="mx", on_event=on_event)
        await listener.start()
        client = await connect(listener)
        await client.begin("bot@example.com")
        assert (await client.send()).startswith("451 4.3.0")
        await client.close()
        await listener.stop()
        assert [context["message"] for context in reported] == ["on_event failed for accept_failed"]

    play(scene)


def test_a_client_that_disconnects_during_accept_does_not_cancel_it() -> None:
    async def scene() -> None:
        inbox = Inbox()
        inbox.gate = asyncio.Event()
        async with listening(inbox.accept) as listener:
            client = await connect(listener)
            await client.begin("bot@example.com")
            client.writer.write(MAIL + b".\r\n")
            await inbox.started.wait()
            client.writer.transport.abort()
            await asyncio.sleep(0.05)
            inbox.gate.set()
            await until(lambda: bool(inbox.mails))

    play(scene)


def test_stop_lets_an_accept_finish_and_answers_250_and_says_421_to_the_rest() -> None:
    async def scene() -> None:
        inbox = Inbox()
        inbox.gate = asyncio.Event()
        async with listening(inbox.accept) as listener:
            busy, idle, halfway = [await connect(listener) for _ in range(3)]
            await busy.begin("bot@example.com")
            answer = asyncio.create_task(busy.send())
            await halfway.begin("bot@example.com")
            halfway.writer.write(b"Subject: half")
            await inbox.started.wait()
            await asyncio.sleep(0.05)
            stopping = asyncio.create_task(listener.stop())
            assert (await idle.reply()).startswith("421 4.3.2")
            assert (await halfway.reply()).startswith("421 4.3.2")
            with pytest.raises(ConnectionRefusedError):
                await connect(listener)
            assert not answer.done()
            inbox.gate.set()
            assert (await answer).startswith("250")
            assert (await busy.reply()).startswith("421 4.3.2")
            await stopping
            assert len(inbox.mails) == 1
            for client in (busy, idle, halfway):
                await client.close()

    play(scene)


def test_an_accept_slower_than_the_grace_of_stop_still_finishes_but_is_not_answered_250() -> None:
    async def scene() -> None:
        inbox = Inbox()
        inbox.gate = asyncio.Event()
        events: list[tuple[str, dict[str, object]]] = []
        async with listening(inbox.accept, events=events) as listener:
            client = await connect(listener)
            await client.begin("bot@example.com")
            answer = asyncio.create_task(client.send())
            await inbox.started.wait()
            await listener.stop(grace_s=0.05)
            assert (await answer).startswith("421")
            inbox.gate.set()
            await until(lambda: bool(inbox.mails))
            await asyncio.sleep(0)
            assert ("stop_late", {"deliveries": 1}) in events
            await client.close()

    play(scene)


def test_lmtp_gives_one_reply_for_each_accepted_recipient() -> None:
    async def scene() -> None:
        inbox = Inbox()
        async with listening(inbox.accept, protocol="lmtp") as listener:
            client = await connect(listener)
            for hello in ("HELO x", "EHLO x"):
                assert await client.say(hello) == SPEAKS_LMTP
            await client.begin("bot@example.com", "bot+k3f9qa@example.com", hello="LHLO client.example")
            client.writer.write(MAIL + b".\r\nNOOP\r\n")
            assert [(await client.reply())[:3] for _ in range(3)] == ["250", "250", "250"]
            assert (await client.say("BOGUS")).startswith("500 5.")
            await client.close()
        ((_, envelope),) = inbox.mails
        assert (envelope.way, envelope.forward_paths) == ("lmtp", ("bot@example.com", "bot+k3f9qa@example.com"))

    play(scene)


@pytest.mark.parametrize("ending", SMUGGLING)
@pytest.mark.parametrize("trusted", [(), ("127.0.0.0/8",)])
def test_no_other_ending_than_crlf_dot_crlf_ends_a_message(ending: bytes, trusted: tuple[str, ...]) -> None:
    async def scene() -> None:
        inbox = Inbox()
        smuggled = b"MAIL FROM:<ceo@corp.example>\r\nRCPT TO:<bot@example.com>\r\nDATA\r\nSubject: sev 1\r\n\r\nx\r\n"
        raw = b"Subject: one\r\n\r\ntext" + ending + smuggled
        async with listening(inbox.accept, trusted=trusted) as listener:
            client = await connect(listener)
            await client.begin("bot@example.com")
            reply = await client.send(raw)
            assert (await client.say("NOOP")).startswith("250")
            await client.close()
        has_bare = len({raw.count(b"\r\n"), raw.count(b"\r"), raw.count(b"\n")}) > 1
        if has_bare and not trusted:
            assert reply.startswith("554 5.6.11") and not inbox.mails
        else:
            assert reply.startswith("250") and [mail for mail, _ in inbox.mails] == [raw.replace(b"\r\n.", b"\r\n")]

    play(scene)


def test_dots_are_unstuffed_and_an_empty_message_is_a_message() -> None:
    async def scene() -> None:
        inbox = Inbox()
        async with listening(inbox.accept) as listener:
            client = await connect(listener)
            for raw in (b"", b"..first\r\n\r\n...\r\n..\r\n", b"\r\n"):
                await client.begin("bot@example.com")
                assert (await client.send(raw)).startswith("250")
            await client.close()
        assert [mail for mail, _ in inbox.mails] == [b"", b".first\r\n\r\n..\r\n.\r\n", b"\r\n"]

    play(scene)


def test_a_message_that_arrives_byte_by_byte_is_the_same_message() -> None:
    async def scene() -> None:
        inbox = Inbox()
        async with listening(inbox.accept) as listener:
            client = await connect(listener)
            await client.begin("bot@example.com")
            for byte in MAIL + b".\r\nQUIT\r\n":
                client.writer.write(bytes([byte]))
                await asyncio.sleep(0)
            assert (await client.reply()).startswith("250")
            assert (await client.reply()).startswith("221")
            await client.close()
        assert inbox.mails[0][0] == MAIL

    play(scene)


def test_pipelined_commands_are_all_answered() -> None:
    async def scene() -> None:
        inbox = Inbox()
        async with listening(inbox.accept) as listener:
            client = await connect(listener)
            once = b"MAIL FROM:<>\r\nRCPT TO:<bot@example.com>\r\nDATA\r\n" + MAIL + b".\r\n"
            client.writer.write(b"EHLO x\r\n" + once * 2 + b"QUIT\r\n")
            codes = [(await client.reply())[:3] for _ in range(10)]
            assert codes == ["250", *["250", "250", "354", "250"] * 2, "221"]
            await client.close()
        assert [envelope.reverse_path for _, envelope in inbox.mails] == ["", ""]

    play(scene)


def test_ten_thousand_recipients_are_capped_and_then_the_client_is_cut_off() -> None:
    async def scene() -> None:
        inbox = Inbox()
        async with listening(inbox.accept) as listener:
            client = await connect(listener)
            await client.say("EHLO x")
            await client.say("MAIL FROM:<mara@example.com>")
            commands = [b"RCPT TO:<r%d@example.com>\r\n" % n for n in range(10_000)]
            client.writer.write(b"".join(commands[:1001]))
            codes = [(await client.reply())[:3] for _ in range(1001)]
            assert codes == ["250"] * limits.RECIPIENTS_MAX + ["452"] * (1000 - limits.RECIPIENTS_MAX) + ["421"]
            assert await client.reply() == ""
            await client.close()
            client = await connect(listener)
            await client.say("EHLO x")
            await client.say("MAIL FROM:<mara@example.com>")
            client.writer.write(b"".join(commands))
            with suppress(ConnectionError):  # the unread rest makes the kernel reset the connection
                while await client.reply():
                    pass
            await client.close()
        assert not inbox.mails

    play(scene)


def test_thirty_recipients_are_taken_in_part_and_the_mail_is_delivered() -> None:
    async def scene() -> None:
        inbox = Inbox()
        async with listening(inbox.accept) as listener:
            client = await connect(listener)
            await client.say("EHLO x")
            await client.say("MAIL FROM:<mara@example.com>")
            for n in range(30):
                await client.say(f"RCPT TO:<r{n}@example.com>")
            assert (await client.say("DATA")).startswith("354")
            assert (await client.send()).startswith("250")
            await client.close()
        assert len(inbox.mails[0][1].forward_paths) == limits.RECIPIENTS_MAX

    play(scene)


async def flood(client: Client, block: bytes, count: int) -> int:
    """Return how many bytes the server accepted before it closed the connection."""
    taken = 0
    try:
        for _ in range(count):
            client.writer.write(block)
            await client.writer.drain()
            taken += len(block)
    except ConnectionError:
        return taken
    return taken


@pytest.mark.parametrize("block", [b"x" * 65536, b"\r\n" * 32768], ids=["endless line", "empty lines"])
def test_an_endless_message_is_cut_off_and_memory_stays_bounded(block: bytes) -> None:
    async def scene() -> None:
        inbox = Inbox()
        events: list[tuple[str, dict[str, object]]] = []
        limit = 1_000_000
        async with listening(
            inbox.accept, bounds=Bounds(message_bytes_max=limit), trusted=("127.0.0.1",), events=events
        ) as listener:
            client = await connect(listener)
            await client.begin("bot@example.com")
            tracemalloc.start()
            taken = await flood(client, block, 480)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert taken < 30 * limit
            assert peak < 2 * limit + 1_000_000
            assert events[0][1]["reply"] == "552 5.3.4 Message too big"
            await client.close()
        assert not inbox.mails

    play(scene)


def test_a_message_somewhat_over_the_limit_is_552_and_the_session_goes_on() -> None:
    async def scene() -> None:
        inbox = Inbox()
        async with listening(inbox.accept, bounds=Bounds(message_bytes_max=100_000)) as listener:
            client = await connect(listener)
            assert "SIZE 100000" in await client.say("EHLO x")
            assert (await client.say("MAIL FROM:<mara@example.com> SIZE=100001")).startswith("552 5.")
            await client.begin("bot@example.com")
            assert (await client.send((b"x" * 49_998 + b"\r\n") * 3)).startswith("552 5.")
            await client.begin("bot@example.com")
            assert (await client.send((b"x" * 49_998 + b"\r\n") * 2)).startswith("250")
            await client.close()
        assert len(inbox.mails[0][0]) == 100_000

    play(scene)


@pytest.mark.parametrize("trusted", [(), ("127.0.0.1",)])
def test_a_line_that_no_client_sends_is_refused_for_good_only_to_strangers(trusted: tuple[str, ...]) -> None:
    async def scene() -> None:
        inbox = Inbox()
        events: list[tuple[str, dict[str, object]]] = []
        async with listening(inbox.accept, protocol="lmtp", trusted=trusted, events=events) as listener:
            client = await connect(listener)
            await client.begin("bot@example.com", "bot+k3f9qa@example.com", hello="LHLO x")
            client.writer.write(b"x" * (limits.LINE_BYTES_MAX + 1) + b"\r\n.\r\nNOOP\r\n")
            expected = ["250", "250", "250"] if trusted else ["554", "554", "250"]
            assert [(await client.reply())[:3] for _ in range(3)] == expected
            await client.close()
        assert [name for name, _ in events] == ([] if trusted else ["message_refused"])
        assert len(inbox.mails) == len(trusted)

    play(scene)


def test_the_bytes_of_all_messages_in_flight_are_capped() -> None:
    async def scene() -> None:
        inbox = Inbox()
        inbox.gate = asyncio.Event()
        bounds = Bounds(in_flight_bytes_max=100_000 * limits.COPIES_IN_FLIGHT)
        async with listening(inbox.accept, bounds=bounds, trusted=("127.0.0.1",)) as listener:
            first, second = await connect(listener), await connect(listener)
            await first.begin("bot@example.com")
            await second.begin("bot@example.com")
            answer = asyncio.create_task(first.send((b"x" * 44_998 + b"\r\n") * 2))
            await inbox.started.wait()
            assert (await second.send(b"x" * 20_000 + b"\r\n")).startswith("421 4.3.1")
            await second.close()
            second = await connect(listener)
            await second.say("EHLO x")
            assert (await second.say("MAIL FROM:<m@example.com> SIZE=20000")).startswith("452 4.3.1")
            inbox.gate.set()
            assert (await answer).startswith("250")
            await second.begin("bot@example.com")
            assert (await second.send(b"x" * 20_000 + b"\r\n")).startswith("250")
            await first.close()
            await second.close()

    play(scene)


@pytest.mark.parametrize(
    "path",
    [
        "<mara\x00@example.com>",
        "<mara\x1b[2J@example.com>",
        "<=?utf-8?q?mara=0D=0A?=@example.com>",
        "<m\u00e4ra@example.com>",
        "<mara@example.com",
        "mara@example.com",
        "<mara@example.com>x",
        "<ma ra@example.com>",
        '<"ma ra"@example.com>',
        "<mara@exa\rmple.com>",
        "<a@b@c>",
        f"<{'a' * 250}@example.com>",
    ],
)
def test_an_address_that_is_not_plain_ascii_is_refused(path: str) -> None:
    async def scene() -> None:
        async with listening(Inbox().accept) as listener:
            client = await connect(listener)
            await client.say("EHLO x")
            assert (await client.say(f"MAIL FROM:{path}")).startswith("553 5." if path.isascii() else "500 5.")
            assert (await client.say("MAIL FROM:<>")).startswith("250")
            assert (await client.say(f"RCPT TO:{path}")).startswith("553 5." if path.isascii() else "500 5.")
            assert (await client.say("RCPT TO:<>")).startswith("553 5.1.3")
            await client.close()

    play(scene)


@pytest.mark.parametrize(
    "address",
    [
        "mara@example.com",
        "incidents-bounces+mara=example.com@lists.example.com",
        "prvs=12345=mara@example.com",
        "bot@[127.0.0.1]",
        "bot@[IPv6:::1]",
        "o'hara@my_host",
        "Postmaster",
    ],
)
def test_addresses_of_real_mail_are_taken_as_they_are(address: str) -> None:
    for strict in (True, False):
        assert parse_path(f"<{address}>", strict=strict) == (address, "")
        routed = f"<@relay.example,@b.example:{address}> SIZE=1"
        assert parse_path(routed, strict=strict) == (address, " SIZE=1")


LOOSE = [
    '"a b"@example.com', '"a>b"@example.com', r'"a\"b"@example.com', "a..b@example.com", ".a.@example.com", "root",
    "ma ra@example.com", "a@b@example.com", "=?utf-8?q?mara?=@example.com", "a@[IPv6:fe80::1%eth0]", "a@-x.example",
    f"srs0={'a' * 300}@example.com",
]  # fmt: skip


@pytest.mark.parametrize("address", LOOSE)
@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
def test_an_odd_address_from_a_trusted_relay_is_taken_as_it_is(address: str, protocol: Literal["smtp", "lmtp"]) -> None:
    async def scene() -> None:
        inbox = Inbox()
        async with listening(inbox.accept, protocol=protocol, trusted=("127.0.0.1",)) as listener:
            client = await connect(listener)
            await client.say("LHLO x" if protocol == "lmtp" else "EHLO x")
            assert (await client.say(f"MAIL FROM:<{address}> SIZE=7")).startswith("250")
            assert (await client.say(f"RCPT TO:<{address}>")).startswith("250")
            await client.say("DATA")
            assert (await client.say("Hello.\r\n.")).startswith("250")
            await client.close()
        ((_, envelope),) = inbox.mails
        assert (envelope.reverse_path, envelope.forward_paths) == (address, (address,))

    play(scene)


@pytest.mark.parametrize(
    "path",
    [
        "<mara\x00@example.com>", "<mara\x1b[2J@example.com>", "<mara@exa\rmple.com>", "<mara@example.com",
        "mara@example.com", "<mara@example.com>x", "< >", '<"a@example.com>', "<a<b@example.com>", "",
    ],
)  # fmt: skip
def test_what_is_broken_is_refused_from_trusted_relays_too(path: str) -> None:
    assert parse_path(path, strict=False) is None
    assert parse_path(path, strict=True) is None


def test_a_path_without_its_end_is_read_in_linear_time() -> None:
    """Each alternative begins with another character, so nothing is tried twice; a double cost would never end."""
    for text in ("<" + '"a" ' * 100_000, "<" + "@a," * 100_000, '<"' + '\\"' * 100_000, "<" + "a." * 100_000):
        assert parse_path(text, strict=False) is None
        assert parse_path(text, strict=True) is None


def test_vrfy_tells_nothing_and_unoffered_extensions_are_refused() -> None:
    async def scene() -> None:
        async with listening(Inbox().accept) as listener:
            client = await connect(listener)
            features = await client.say("EHLO x")
            assert not any(word in features for word in ("SMTPUTF8", "AUTH", "STARTTLS"))
            assert (await client.say("VRFY <mara@example.com>")).startswith("252")
            assert (await client.say("VRFY <=?x?q?y?=@z>")).startswith("502")
            assert (await client.say("MAIL FROM:<a@example.com> SMTPUTF8")).startswith("501")
            for word, code in (("AUTH PLAIN x", "502"), ("STARTTLS", "454"), ("PROXY TCP4 10.0.0.1 10.0.0.2", "500")):
                assert (await client.say(word)).startswith(code)
            assert (await client.say("MAIL FROM:<a@example.com> BODY=8BITMIME SIZE=12")).startswith("250")
            assert (await client.say("DATA")).startswith("503")
            await client.close()

    play(scene)


def test_the_tenth_error_ends_the_session_and_blank_lines_are_errors() -> None:
    async def scene() -> None:
        async with listening(Inbox().accept) as listener:
            client = await connect(listener)
            client.writer.write(b"\r\n" * 50)
            codes = [(await client.reply())[:3] for _ in range(limits.ERRORS_MAX + 1)]
            assert codes == ["500"] * limits.ERRORS_MAX + ["421"]
            await client.close()

    play(scene)


def test_an_endless_command_line_is_cut_off() -> None:
    async def scene() -> None:
        async with listening(Inbox().accept) as listener:
            client = await connect(listener)
            assert await flood(client, b"x" * 65536, 480) < 20_000_000
            await client.close()

    play(scene)


async def in_transaction(listener: Listener) -> Client:
    client = await connect(listener)
    for line in ("EHLO x", "MAIL FROM:<mara@example.com>"):
        await client.say(line)
    return client


def test_connections_are_capped_per_address_but_not_for_trusted_peers() -> None:
    async def count(trusted: tuple[str, ...], expected: int) -> None:
        bounds = Bounds(connections_max=4, connections_per_peer_max=2)
        async with listening(Inbox().accept, trusted=trusted, bounds=bounds) as listener:
            clients = [await in_transaction(listener) for _ in range(expected)]
            refused = await connect(listener, greeting="421")
            await clients.pop().close()
            await refused.close()
            await asyncio.sleep(0.05)
            clients.append(await connect(listener))
            for client in clients:
                await client.close()

    async def scene() -> None:
        await count((), 2)
        await count(("unix", "127.0.0.1"), 4)

    play(scene)


def test_where_all_places_are_taken_the_longest_silent_gives_way_and_strangers_never_take_a_trusted_peer_s() -> None:
    async def scene() -> None:
        events: list[tuple[str, dict[str, object]]] = []
        bounds = Bounds(connections_max=4)
        async with listening(Inbox().accept, bounds=bounds, trusted=("127.0.0.1",), events=events) as listener:
            ours = await connect(listener)
            strangers = [await connect(listener, host=f"127.0.0.{n}") for n in (2, 3, 4)]
            await strangers[0].say("NOOP")
            late = await connect(listener, host="127.0.0.5")
            assert (await strangers[1].reply()).startswith("421 4.3.2")
            for client in (ours, strangers[0], strangers[2], late):
                assert (await client.say("EHLO x")).startswith("250")
            busy = [strangers[0], strangers[2], late]
            for client in busy:
                assert (await client.say("MAIL FROM:<mara@example.com>")).startswith("250")
            refused = await connect(listener, host="127.0.0.6", greeting="421 4.7.0")
            for client in (ours, *strangers, late, refused):
                await client.close()
        assert [facts["peer"] for _, facts in events] == ["127.0.0.3", "127.0.0.6"]

    play(scene)


def test_strangers_leave_half_of_the_memory_to_our_own_relay() -> None:
    async def scene() -> None:
        bounds = Bounds(in_flight_bytes_max=100_000 * limits.COPIES_IN_FLIGHT)
        async with listening(Inbox().accept, bounds=bounds, trusted=("127.0.0.1",)) as listener:
            stranger, other = [await connect(listener, host=f"127.0.0.{n}") for n in (2, 3)]
            relay = await connect(listener)
            for client in (stranger, other, relay):
                await client.say("EHLO x")
            assert (await stranger.say("MAIL FROM:<m@example.com> SIZE=40000")).startswith("250")
            assert (await other.say("MAIL FROM:<m@example.com> SIZE=40000")).startswith("452")
            assert (await relay.say("MAIL FROM:<m@example.com> SIZE=40000")).startswith("250")
            assert (await stranger.say("RSET")).startswith("250")
            assert listener.load.held_bytes == 40_000 * limits.COPIES_IN_FLIGHT
            for client in (stranger, other, relay):
                await client.close()

    play(scene)


def test_strangers_are_sent_away_for_a_while_and_our_own_relay_is_not() -> None:
    bounds = Bounds(untrusted_peer_bytes_a_day_max=100_000)

    async def scene() -> None:
        inbox = Inbox()
        async with listening(inbox.accept, bounds=bounds, trusted=("127.0.0.1",)) as listener:
            stranger, relay = await connect(listener, host="127.0.0.2"), await connect(listener)
            body = (b"x" * 900 + b"\r\n") * 60
            for client in (relay, relay, relay, stranger):
                await client.begin("bot@example.com")
                assert (await client.send(body)).startswith("250")
            await stranger.begin("bot@example.com")
            assert (await stranger.send(body)).startswith("452 4.7.0"), "also if no size was announced"
            assert (await stranger.say("MAIL FROM:<m@example.com> SIZE=60000")).startswith("452 4.7.0")
            assert (await relay.say("MAIL FROM:<m@example.com> SIZE=60000")).startswith("250")
            for client in (stranger, relay):
                await client.close()

    play(scene)


@pytest.mark.parametrize("bound", ["IDLE_S_MAX", "SESSION_S_MAX"])
def test_a_slow_client_is_sent_away_but_never_while_its_mail_is_being_stored(
    bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "IDLE_S_MAX", 1.0)

    async def scene() -> None:
        inbox = Inbox()
        inbox.gate = asyncio.Event()
        async with listening(inbox.accept) as listener:
            client, idle = await connect(listener), await connect(listener)
            await client.begin("bot@example.com")
            answer = asyncio.create_task(client.send())
            await inbox.started.wait()
            monkeypatch.setattr(limits, bound, 0.2)
            assert (await idle.reply()).startswith("421 4.4.2")
            await asyncio.sleep(0.5)
            inbox.gate.set()
            assert (await answer).startswith("250")
            assert (await client.reply()).startswith("421 4.4.2")
            await client.close()
            await idle.close()

    play(scene)


def test_a_client_that_trickles_is_sent_away_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with listening(Inbox().accept) as listener:
            client = await connect(listener)
            await client.begin("bot@example.com")
            monkeypatch.setattr(limits, "SESSION_S_MAX", 0.2)
            answer = asyncio.create_task(client.reply())
            while not answer.done():
                client.writer.write(b"x")
                await asyncio.sleep(0.01)
            assert (await answer).startswith("421 4.4.2")
            await client.close()

    play(scene)


@pytest.mark.parametrize("flood", [b"NOOP\r\n" * 900, b"DATA\r\n" + b"\r\n" * 350_000], ids=["commands", "lines"])
def test_a_flood_of_commands_or_lines_does_not_keep_other_clients_waiting(flood: bytes) -> None:
    async def scene() -> None:
        async with listening(Inbox().accept) as listener:
            noisy, calm = await connect(listener), await connect(listener)
            for line in ("EHLO x", "MAIL FROM:<mara@example.com>", "RCPT TO:<bot@example.com>"):
                await noisy.say(line)
            noisy.writer.write(flood)
            for _ in range(5):
                assert (await calm.say("NOOP")).startswith("250")
            noisy.writer.transport.abort()
            await calm.close()

    assert longest_turn(scene) < STEPS_OF_TURN_MAX


def test_a_unix_socket_is_0660_and_its_clients_are_trusted(tmp_path: Path) -> None:
    async def scene() -> None:
        path = tmp_path / "lmtp.sock"
        inbox = Inbox()
        async with listening(inbox.accept, protocol="lmtp", where=f"unix:{path}") as listener:
            assert path.stat().st_mode & 0o777 == 0o660
            client = await connect(listener)
            await client.begin("bot@example.com", hello="LHLO x")
            assert (await client.send(b"Subject: a\rb\n\nx\r\n")).startswith("250")
            await client.close()
        assert inbox.mails[0][1].peer == "unix"
        assert not path.exists()

    play(scene)


def test_a_stale_socket_file_is_replaced_and_a_live_one_is_not(tmp_path: Path) -> None:
    async def scene() -> None:
        path = tmp_path / "smtp.sock"
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(str(path))
        async with listening(Inbox().accept, where=f"unix:{path}"):
            second = Listener(Inbox().accept, parse_listen("smtp", f"unix:{path}"), hostname="mx")
            with pytest.raises(OSError, match="another process listens there"):
                await second.start()
            await second.stop()
            assert path.exists()
        path.write_text("a file")
        with pytest.raises(OSError, match="in use"):
            await Listener(Inbox().accept, parse_listen("smtp", f"unix:{path}"), hostname="mx").start()
        assert path.read_text() == "a file"

    play(scene)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("127.0.0.1", "names no host"),
        (":8024", "names no host"),
        ("::1:8024", "without brackets"),
        ("127.0.0.1:http", "no port"),
        ("127.0.0.1:70000", "no port"),
        ("unix:lmtp.sock", "absolute path"),
    ],
)
def test_a_listen_address_that_cannot_be_meant_says_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_listen("lmtp", text)


def test_a_trusted_peer_must_be_an_address_or_a_network() -> None:
    with pytest.raises(ValueError, match=r"mx\.example\.com"):
        Listener(Inbox().accept, parse_listen("smtp", "127.0.0.1:0"), hostname="mx", trusted_peers=["mx.example.com"])


def test_an_ipv4_address_in_ipv6_form_is_the_same_peer() -> None:
    class Transport(asyncio.BaseTransport):
        def get_extra_info(self, name: str, default: object = None) -> object:
            return ("::ffff:127.0.0.1", 25, 0, 0) if name == "peername" else None

    assert peer_of(Transport()) == "127.0.0.1"
