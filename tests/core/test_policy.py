"""The organisation's tables: who may do what, and which roles are missing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from incidentmail.core.model import Actor, Holders, Incident, Person, Trust
from incidentmail.core.policy import DEFAULT_PERMISSIONS, Policy

AT = datetime(2026, 11, 20, tzinfo=UTC)
BO = Person(name="Bo", address="bo@example.com")


def incident(severity: int, roles: dict[str, Holders]) -> Incident:
    return Incident(
        id="i", ref="r", origin="o", description="d", subject="d", severity=severity, phase=1, commander=BO,
        declared_at=AT, declared_by=BO, updated_at=AT, version=1, roles=roles,
    )  # fmt: skip


@pytest.mark.parametrize("permission", DEFAULT_PERMISSIONS)
@pytest.mark.parametrize("verifies", [True, False])
def test_more_trust_never_allows_less(permission: str, verifies: bool) -> None:
    policy = Policy(verifies=verifies)
    allowed = [policy.allows(permission, Actor(person=BO, trust=trust)) for trust in Trust]
    assert allowed == sorted(allowed)
    assert allowed[0] is False
    assert allowed[-1] is True


@pytest.mark.parametrize(
    ("verifies", "close", "note"), [(True, Trust.VERIFIED, Trust.MEMBER), (False, Trust.MEMBER, Trust.MEMBER)]
)
def test_verified_is_asked_for_only_where_something_can_verify(verifies: bool, close: Trust, note: Trust) -> None:
    policy = Policy(verifies=verifies)
    for permission, least in (("close", close), ("note", note)):
        assert next(t for t in Trust if policy.allows(permission, Actor(person=BO, trust=t))) is least


@pytest.mark.parametrize(
    ("severity", "roles", "missing"),
    [
        (1, {}, ("customer_liaison", "business_liaison")),
        (2, {"customer_liaison": Holders(people=(BO,))}, ("business_liaison",)),
        (2, {"customer_liaison": Holders(), "business_liaison": Holders(dismissed=True)}, ("customer_liaison",)),
        (3, {}, ()),
        (9, {}, ()),  # a level that the scale had once
    ],
)
def test_a_role_is_missing_until_held_or_dismissed(
    severity: int, roles: dict[str, Holders], missing: tuple[str, ...]
) -> None:
    assert Policy().missing_roles(incident(severity, roles)) == missing
