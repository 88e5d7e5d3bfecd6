"""Mail that is forged in a member's name is recognised, however it arrives and under every `verify`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from incidentmail.core.frozen import replace as with_fields
from incidentmail.core.model import Trust
from incidentmail.inbound.authentication.author import Roster, Verify, believe
from incidentmail.inbound.authentication.evidence import Evidence
from incidentmail.inbound.authentication.results import Server
from incidentmail.inbound.message import Envelope, Message, parse_message

ROSTER = Roster(
    members=("*@example.com", "guest@elsewhere.example"),
    relays=("127.0.0.1", "unix", "pipe", "imap"),
    list_address="incidents@example.com",
    own_address="incident-bot@example.com",
    other_lists=("security@example.com",),
)
SERVER = Server(authserv_id="mx.example.com", domains=("example.com",))
WAYS = {
    "smtp": Envelope(way="smtp", peer="127.0.0.1", reverse_path="eve@evil.test"),
    "lmtp": Envelope(way="lmtp", peer="unix", reverse_path="eve@evil.test"),
    "pipe": Envelope(way="pipe"),
    "imap": Envelope(way="imap"),
}
VERIFY: tuple[Verify, ...] = ("none", "authentication-results", "dkim")
MARA = "From: Mara Lindqvist <mara@example.com>"
POST = "List-Post: <mailto:incidents@example.com>"
RECEIVED = "Received: from evil.test (evil.test [192.0.2.7]) by mx.evil.example; Fri, 20 Nov 2026 14:20:00 +0000"

# No member's address is the one author: nothing else in the mail, and no setting, makes it a member's.
NOBODY = {
    "no From": (),
    "an empty From": ("From:",),
    "two Froms": (MARA, "From: Eve <eve@evil.test>"),
    "two Froms the other way": ("From: Eve <eve@evil.test>", MARA),
    "the same From twice": (MARA, MARA),
    "two authors": ("From: mara@example.com, eve@evil.test",),
    "a group": ("From: team: mara@example.com;",),
    "an empty group": ("From: undisclosed:;",),
    "the address as a name": ("From: mara@example.com <eve@evil.test>",),
    "the address as a quoted name": ('From: "mara@example.com" <eve@evil.test>',),
    "the address as an encoded name": ("From: =?utf-8?q?mara=40example=2Ecom?= <eve@evil.test>",),
    "an encoded address": ("From: =?utf-8?q?mara=40example=2Ecom?=",),
    "an encoded address in brackets": ("From: Mara <=?utf-8?q?mara?=@example.com>",),
    "two addresses in brackets": ("From: Mara <mara@example.com> <eve@evil.test>",),
    "an address behind the bracket": ("From: <eve@evil.test> mara@example.com",),
    "the address in a comment": ("From: eve@evil.test (mara@example.com)",),
    "a comment in the address": ("From: Mara <mara(x)@example.com>",),
    "a bracket that never ends": ("From: Mara <mara@example.com",),
    "a quote that never ends": ('From: "Mara <mara@example.com>',),
    "a route": ("From: <@evil.test:mara@example.com>",),
    "a quoted local part": ('From: <"mara"@example.com>',),
    "a literal for the domain": ("From: <mara@[127.0.0.1]>",),
    "two at signs": ("From: <mara@example.com@evil.test>",),
    "a domain below": ("From: <mara@sub.example.com>",),
    "a domain above": ("From: <mara@com>",),
    "a domain around": ("From: <mara@example.com.evil.test>",),
    "a domain that ends alike": ("From: <mara@evilexample.com>",),
    "a domain with a last dot": ("From: <mara@example.com.>",),
    "a Cyrillic letter": ("From: <mara@ex\u0430mple.com>",),
    "a Kelvin sign": ("From: <mara@exam\u212aple.com>",),
    "a full-width letter": ("From: <mara@ex\uff41mple.com>",),
    "a full-width at sign": ("From: <mara\uff20example.com>",),
    "a zero-width space": ("From: <mara@example\u200b.com>",),
    "punycode": ("From: <mara@xn--exmple-cua.com>",),
    "a space in the address": ("From: <mara @example.com>",),
    "the tool's own address": ("From: Incidents <incident-bot@example.com>",),
    "its address in capitals": ("From: <INCIDENT-BOT@EXAMPLE.COM>",),
    "its plus-address": ("From: <incident-bot+k3xq7d.aaaaaaaaaa@example.com>",),
    "another plus-address of it": ("From: <incident-bot+x@example.com>",),
    "its address with an empty plus": ("From: <incident-bot+@example.com>",),
    "the list's address": ("From: Mara <incidents@example.com>",),
    "a plus-address of the list": ("From: <incidents+mara@example.com>",),
    "the other list's address": ("From: <security@example.com>",),
    "the list's, said to be for Mara, without the list": (
        "From: Mara via x <incidents@example.com>", "Cc: Mara <mara@example.com>",
    ),
    "the list's, said to be for two": (
        "From: x <incidents@example.com>", POST, "Cc: <mara@example.com>, <bo@example.com>",
    ),
    "Mara in Sender only": ("From: <eve@evil.test>", "Sender: mara@example.com"),
    "Mara in Reply-To only": ("From: <eve@evil.test>", "Reply-To: mara@example.com"),
    "Mara in Resent-From only": ("From: <eve@evil.test>", "Resent-From: mara@example.com"),
    "Mara in X-Original-From only": ("From: <eve@evil.test>", "X-Original-From: mara@example.com"),
    "Mara behind a bare CR": ("From: <eve@evil.test>\rFrom: mara@example.com",),
    "a guest's neighbour": ("From: <other@elsewhere.example>",),
}  # fmt: skip

# Mara's address, and our server says that it is not hers: a stranger's, however it is dressed.
FAIL = "Authentication-Results: mx.example.com; dmarc=fail header.from=example.com"
DISPROVED = {
    "failed": (FAIL, MARA),
    "failed, and a pass below": (
        FAIL, "Authentication-Results: mx.example.com; dmarc=pass header.from=example.com", MARA,
    ),
    "failed, and a pass beside": (FAIL, "Authentication-Results: mx.example.com; dkim=pass header.d=example.com", MARA),
    "failed in the second field": (
        "Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=example.com", FAIL, MARA,
    ),
    "failed, said to come through the list": (FAIL, POST, MARA),
    "failed, said to come through the list by another host": (
        FAIL, "Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=evil.test", POST, MARA),
    "failed, with a foreign server's pass on top": (
        "Authentication-Results: mx.evil.test; dmarc=pass header.from=example.com", FAIL, MARA),
    "failed in capitals": ("Authentication-Results: MX.EXAMPLE.COM; DMARC=FAIL header.from=example.com", MARA),
    "failed, folded": ("Authentication-Results: mx.example.com;\n dmarc=fail\n header.from=example.com", MARA),
    "another From read": ("Authentication-Results: mx.example.com; dmarc=pass header.from=evil.test", MARA),
    "a comment that never ends": (
        "Authentication-Results: mx.example.com; dmarc=pass (x header.from=example.com", MARA,
    ),
    "comments without end": (f"Authentication-Results: mx.example.com; {'(' * 500} dmarc=pass", MARA),
    "results without end": ("Authentication-Results: mx.example.com" + "; spf=none" * 2000, MARA),
}  # fmt: skip

# Mara's address, and a pass that our server did not write: it proves nothing.
PASS = "dmarc=pass header.from=example.com"
UNPROVEN = {
    "another server's": (f"Authentication-Results: mx.evil.test; {PASS}", MARA),
    "a server below ours": (f"Authentication-Results: a.mx.example.com; {PASS}", MARA),
    "a server that begins alike": (f"Authentication-Results: mx.example.com.evil.test; {PASS}", MARA),
    "a look-alike of ours": (f"Authentication-Results: mx.ex\u0430mple.com; {PASS}", MARA),
    "ours below a foreign trace": (RECEIVED, f"Authentication-Results: mx.example.com; {PASS}", MARA),
    "letters outside ASCII": ("Authentication-Results: mx.example.com; dmarc=p\u00e4ss header.from=example.com", MARA),
    "no name": (f"Authentication-Results: {PASS}", MARA),
    "ARC's": (f"ARC-Authentication-Results: i=1; mx.example.com; {PASS}", MARA),
    "an old field": (f"X-Authentication-Results: mx.example.com; {PASS}", MARA),
    "Received-SPF": ("Received-SPF: pass (mx.example.com: domain of mara@example.com)", MARA),
    "a pass of another domain": ("Authentication-Results: mx.example.com; dkim=pass header.d=evil.test", MARA),
    "a pass of a neighbour": ("Authentication-Results: mx.example.com; dkim=pass header.d=badexample.com", MARA),
    "SPF of another domain": ("Authentication-Results: mx.example.com; spf=pass smtp.mailfrom=evil.test", MARA),
    "somebody else signed in": ("Authentication-Results: mx.example.com; auth=pass smtp.auth=eve@example.com", MARA),
    "through the list, it says": (POST, MARA),
}  # fmt: skip


def under(verify: Verify) -> Roster:
    return replace(ROSTER, verify=verify, server=SERVER if verify == "authentication-results" else None)


def forged(fields: tuple[str, ...], way: str) -> Message:
    raw = "\n".join([*fields, "To: incident-bot@example.com", "Subject: Re: Cards fail", "", "close", ""])
    return parse_message(raw.encode(), WAYS[way])


def test_sixty_forgeries_are_tried() -> None:
    assert len(NOBODY) + len(DISPROVED) + len(UNPROVEN) >= 60


@pytest.mark.parametrize("verify", VERIFY)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NOBODY)
def test_who_is_not_the_one_author_is_a_stranger(name: str, way: str, verify: Verify) -> None:
    passed = (
        "Authentication-Results: mx.example.com; dmarc=pass header.from=example.com; dkim=pass header.d=example.com"
    )
    for more in ((), (passed,), (POST,) if "list's" not in name else ()):
        message = forged((*more, *NOBODY[name]), way)
        assert believe(message, under(verify)).trust is Trust.STRANGER


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", DISPROVED)
def test_what_our_server_disowns_is_a_strangers(name: str, way: str) -> None:
    belief = believe(forged(DISPROVED[name], way), under("authentication-results"))
    assert belief.trust is Trust.STRANGER


@pytest.mark.parametrize("verify", VERIFY)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", [*UNPROVEN, *DISPROVED])
def test_no_pass_that_our_server_did_not_write_verifies_anybody(name: str, way: str, verify: Verify) -> None:
    belief = believe(forged((UNPROVEN | DISPROVED)[name], way), under(verify))
    assert belief.trust in (Trust.STRANGER, Trust.MEMBER)


@pytest.mark.parametrize("way", WAYS)
def test_a_signature_that_does_not_hold_makes_a_stranger(way: str) -> None:
    bad = Evidence(verdict="fail", rule="dkim-fail", why="the signature of example.com does not hold")
    message = with_fields(forged((MARA,), way), evidence=bad)
    assert believe(message, under("dkim")).trust is Trust.STRANGER


@pytest.mark.parametrize("verify", VERIFY)
@pytest.mark.parametrize("peer", ["192.0.2.7", "127.0.0.2", "::1", "::ffff:192.0.2.7", "unknown", "localhost", ""])
@pytest.mark.parametrize("name", ["a member's", *UNPROVEN])
def test_a_way_that_is_not_ours_makes_a_stranger_of_everybody(name: str, peer: str, verify: Verify) -> None:
    fields = UNPROVEN.get(name, (f"Authentication-Results: mx.example.com; {PASS}", MARA))
    message = with_fields(forged(fields, "smtp"), envelope=Envelope(way="smtp", peer=peer))
    assert believe(message, under(verify)).trust is Trust.STRANGER
