"""Untrusted peers may store a limited amount: each peer, all together, and before the disk is full."""

from __future__ import annotations

from incidentmail.transport.smtp.connection_counts import Load
from incidentmail.transport.smtp.disk_room import DAY_S, ENOUGH, ENOUGH_OF_ALL, FULL, MAIL_BYTES, PEERS_MAX, DiskRoom
from incidentmail.transport.smtp.limits import Bounds

BOUNDS = Bounds(
    untrusted_peer_bytes_a_day_max=100_000, untrusted_bytes_a_day_max=150_000, untrusted_free_bytes_min=1_000_000
)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_peer_may_store_so_much_a_day_and_all_of_them_so_much() -> None:
    clock = Clock()
    room = DiskRoom(clock=clock)
    room.count("192.0.2.1", 90_000)
    assert room.refusal("192.0.2.1", 20_000, BOUNDS) == ENOUGH
    assert room.refusal("192.0.2.2", 20_000, BOUNDS) is None
    room.count("192.0.2.2", 50_000)
    assert room.refusal("192.0.2.3", 20_000, BOUNDS) == ENOUGH_OF_ALL
    clock.now = DAY_S
    assert room.refusal("192.0.2.1", 20_000, BOUNDS) is None


def test_a_small_message_counts_as_what_it_costs_the_disk() -> None:
    room = DiskRoom()
    for _ in range(BOUNDS.untrusted_peer_bytes_a_day_max // MAIL_BYTES):
        assert room.refusal("192.0.2.1", 150, BOUNDS) is None
        room.count("192.0.2.1", 150)
    assert room.refusal("192.0.2.1", 150, BOUNDS) == ENOUGH


def test_nothing_is_taken_once_the_reserve_of_the_disk_begins() -> None:
    free = [1_500_000]
    room = DiskRoom(lambda: free[0])
    assert room.refusal("192.0.2.1", 20_000, BOUNDS) is None
    free[0] = 1_010_000
    assert room.refusal("192.0.2.1", 20_000, BOUNDS) == FULL


def test_many_peers_take_no_more_memory_than_some() -> None:
    room, bounds = DiskRoom(), Bounds()
    for number in range(PEERS_MAX + 100):
        room.count(f"2001:db8::{number:x}", 1)
    assert room.refusal("2001:db8:1::1", 1, bounds) is None
    room.count("2001:db8:1::1", bounds.untrusted_peer_bytes_a_day_max)
    assert room.refusal("2001:db8:2::1", 1, bounds) == ENOUGH, "further ones are counted together"
    assert room.refusal("2001:db8::1", 1, bounds) is None


def test_a_full_disk_leaves_a_reserve_for_our_own_relay() -> None:
    assert Load(DiskRoom(lambda: 0)).disk.refusal("192.0.2.1", 1, Bounds()) == FULL
