"""Define the listener's limits: how much of the machine's resources clients may use before they are refused."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen
from incidentmail.inbound.limits import MESSAGE_BYTES_MAX

# Sockets that the listener has open at once, so that a flood leads to refusals and not to a lack of descriptors.
CONNECTIONS_MAX = 100
# The fraction of connections that is reserved for trusted peers: one in this many.
CONNECTIONS_RESERVED_SHARE = 4
# Connections from one address. Trusted relays and unix sockets are exempt.
CONNECTIONS_PER_PEER_MAX = 10
# Recipients (RCPT) of one transaction. We have one address and its plus-addresses.
RECIPIENTS_MAX = 20
# Rejected commands before the connection is closed. A client that guesses is not a mail server.
ERRORS_MAX = 10
# Wrong passwords on one connection, and from one address within an hour.
LOGIN_FAILURES_MAX = 3
LOGIN_FAILURES_PER_PEER_MAX = 20
LOGIN_FAILURES_S = 3600
# Messages on one connection. Relays reuse connections, but none needs more than this at a time.
TRANSACTIONS_PER_CONNECTION_MAX = 1_000
# Bytes of memory for all messages being received at the same time, so that the process stays under twice this.
IN_FLIGHT_BYTES_MAX = 64 * 1024 * 1024
# Bytes of that memory that each byte of a message takes: as received, as assembled, and as SQLite writes it.
COPIES_IN_FLIGHT = 3
# The fraction of that memory that is reserved for trusted peers: one in this many.
IN_FLIGHT_RESERVED_SHARE = 2
# Messages that wait for the disk; further ones get 451. 100 connections account for 100 of them; for the rest, the
# client has already left.
WAITING_MAX = 256
# Bytes of one commit. The ledger is locked that long, and other processes wait for it.
COMMIT_BYTES_MAX = 8 * 1024 * 1024
# Bytes of one line of a stranger's message. RFC 5321 section 4.5.3.1.6 says 1,000, real clients send longer ones.
LINE_BYTES_MAX = 64 * 1024
# Duration of a whole session in seconds. A relay with a slow link delivers 10 MiB in less.
SESSION_S_MAX = 600
# Bytes that one peer outside [trust] relays may store within a day, and bytes that all such peers together may store.
# Their mail is kept although nobody reads it.
UNTRUSTED_PEER_BYTES_A_DAY_MAX = 100 * 1024 * 1024
UNTRUSTED_BYTES_A_DAY_MAX = 1024 * 1024 * 1024
# Bytes of free disk below which only trusted peers and the terminal may store anything.
UNTRUSTED_FREE_BYTES_MIN = 256 * 1024 * 1024
# Silence of the client in seconds. RFC 5321 section 4.5.3.2.7 asks servers to wait 5 minutes, but idle clients would
# use up the connections, and a relay whose connection was closed connects again.
IDLE_S_MAX = 60


class Bounds(Frozen, kw_only=True):
    """The limits of a listener that its operator can configure. All others are fixed."""

    message_bytes_max: int = MESSAGE_BYTES_MAX
    in_flight_bytes_max: int = IN_FLIGHT_BYTES_MAX
    connections_max: int = CONNECTIONS_MAX
    connections_per_peer_max: int = CONNECTIONS_PER_PEER_MAX
    recipients_max: int = RECIPIENTS_MAX
    untrusted_peer_bytes_a_day_max: int = UNTRUSTED_PEER_BYTES_A_DAY_MAX
    untrusted_bytes_a_day_max: int = UNTRUSTED_BYTES_A_DAY_MAX
    untrusted_free_bytes_min: int = UNTRUSTED_FREE_BYTES_MIN
