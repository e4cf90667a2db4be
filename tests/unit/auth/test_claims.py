"""The claims of common identity providers, under the settings that docs/authentication.md recommends."""

from typing import Any

import pytest

from bpmn_events.adapters.auth.claims import ClaimNames, find_claim, read_principal
from bpmn_events.domain.errors import BadCredential
from bpmn_events.domain.principal import Principal

TIMES = {"iat": 1_800_000_000, "exp": 1_800_003_600}

AUTH0_USER: dict[str, Any] = {
    "iss": "https://example.eu.auth0.com/",
    "sub": "auth0|6571c2a6b7d1f6a4c0e9b1d2",
    "aud": ["https://bpmn-events.example.com", "https://example.eu.auth0.com/userinfo"],
    **TIMES,
    "scope": "openid profile events:read events:trigger processes:deploy",
    "azp": "kq7vV5H1rM9nQw2Ls8Xc3Jf6Td0Gp4Yb",
    "permissions": ["events:read", "events:trigger"],
    "https://bpmn-events.example.com/lanes": ["Sales", "Finance"],
}
AUTH0_MACHINE: dict[str, Any] = {
    "iss": "https://example.eu.auth0.com/",
    "sub": "kq7vV5H1rM9nQw2Ls8Xc3Jf6Td0Gp4Yb@clients",
    "aud": "https://bpmn-events.example.com",
    **TIMES,
    "scope": "events:read",
    "gty": "client-credentials",
    "azp": "kq7vV5H1rM9nQw2Ls8Xc3Jf6Td0Gp4Yb",
}
OKTA_USER: dict[str, Any] = {
    "ver": 1,
    "jti": "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
    "iss": "https://example.okta.com/oauth2/aus1d2e3f4g5h6i7j8k9",
    "aud": "api://bpmn-events",
    **TIMES,
    "cid": "0oa1b2c3d4e5f6g7h8i9",
    "uid": "00u1b2c3d4e5f6g7h8i9",
    "scp": ["openid", "bpmn.events:read", "bpmn.events:trigger"],
    "auth_time": 1_800_000_000,
    "sub": "ada@example.com",
    "lanes": ["Sales", "Finance"],
}
OKTA_MACHINE: dict[str, Any] = {
    "ver": 1,
    "jti": "AT.Yk1n2o3p4q5r6s7t8u9v0w1x2y3z4a5b6c7d8e9f0g1",
    "iss": "https://example.okta.com/oauth2/aus1d2e3f4g5h6i7j8k9",
    "aud": "api://bpmn-events",
    **TIMES,
    "cid": "0oa1b2c3d4e5f6g7h8i9",
    "scp": ["bpmn.events:read"],
    "sub": "0oa1b2c3d4e5f6g7h8i9",
}
ENTRA_USER: dict[str, Any] = {
    "aud": "6e74172b-be56-4843-9ff4-e66a39bb12e3",
    "iss": "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0",
    **TIMES,
    "nbf": 1_800_000_000,
    "aio": "AXQAi/8IAAAAtAaZLo3ChMif6KOnttRB7eBq4/DccQzjcJGxPYy",
    "azp": "a7d0b2c4-5f1e-4c3a-9b8d-1e2f3a4b5c6d",
    "azpacr": "0",
    "name": "Ada Lovelace",
    "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474",
    "preferred_username": "ada@example.com",
    "rh": "I",
    "scp": "events:read events:trigger",
    "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",
    "tid": "72f988bf-86f1-41af-91ab-2d7cd011db47",
    "uti": "fqiBqXLPj0eQa82S-IYFAA",
    "ver": "2.0",
}
ENTRA_APPLICATION: dict[str, Any] = {
    "aud": "6e74172b-be56-4843-9ff4-e66a39bb12e3",
    "iss": "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0",
    **TIMES,
    "nbf": 1_800_000_000,
    "aio": "E2ZgYLBmO/7d8JzDjz8Kl7MyJgA=",
    "azp": "a7d0b2c4-5f1e-4c3a-9b8d-1e2f3a4b5c6d",
    "azpacr": "1",
    "oid": "0f9e8d7c-6b5a-4938-a716-253445566778",
    "roles": ["events:read", "events:trigger", "lane.Sales", "lane.Finance"],
    "sub": "0f9e8d7c-6b5a-4938-a716-253445566778",
    "tid": "72f988bf-86f1-41af-91ab-2d7cd011db47",
    "ver": "2.0",
}
KEYCLOAK_USER: dict[str, Any] = {
    **TIMES,
    "auth_time": 1_800_000_000,
    "jti": "onrtac:5f6a7b8c-9d0e-4f1a-8b2c-3d4e5f6a7b8c",
    "iss": "https://id.example.com/realms/acme",
    "aud": ["bpmn-events", "account"],
    "sub": "f3c1a0de-0b1c-4d2e-8f3a-4b5c6d7e8f90",
    "typ": "Bearer",
    "azp": "dashboard",
    "sid": "0b1c2d3e-4f5a-4b6c-8d7e-9f0a1b2c3d4e",
    "acr": "1",
    "allowed-origins": ["https://dashboard.example.com"],
    "realm_access": {"roles": ["offline_access", "default-roles-acme", "uma_authorization"]},
    "resource_access": {
        "bpmn-events": {"roles": ["events:read", "events:trigger"]},
        "account": {"roles": ["manage-account", "view-profile"]},
    },
    "scope": "openid email profile",
    "email_verified": True,
    "groups": ["Sales", "Finance"],
    "preferred_username": "ada",
}

AUTH0 = ClaimNames(lanes="https://bpmn-events.example.com/lanes")
OKTA = ClaimNames(scope="scp", prefix="bpmn.")
ENTRA = ClaimNames(subject="oid", permissions="roles", scope="scp", lanes="roles")
KEYCLOAK = ClaimNames(subject="preferred_username", permissions="resource_access.bpmn-events.roles", lanes="groups")


@pytest.mark.parametrize(
    ("claims", "names", "subject", "permissions", "lanes"),
    [
        (AUTH0_USER, AUTH0, AUTH0_USER["sub"], {"events:read", "events:trigger"}, {"Sales", "Finance"}),
        (AUTH0_MACHINE, AUTH0, AUTH0_MACHINE["sub"], {"events:read"}, set()),
        (OKTA_USER, OKTA, "ada@example.com", {"events:read", "events:trigger"}, {"Sales", "Finance"}),
        (OKTA_MACHINE, OKTA, "0oa1b2c3d4e5f6g7h8i9", {"events:read"}, set()),
        (ENTRA_USER, ENTRA, ENTRA_USER["oid"], {"events:read", "events:trigger"}, set()),
        (
            ENTRA_APPLICATION,
            ENTRA,
            ENTRA_APPLICATION["oid"],
            set(ENTRA_APPLICATION["roles"]),
            set(ENTRA_APPLICATION["roles"]),
        ),
        (KEYCLOAK_USER, KEYCLOAK, "ada", {"events:read", "events:trigger"}, {"Sales", "Finance"}),
        (KEYCLOAK_USER, ClaimNames(), KEYCLOAK_USER["sub"], {"openid", "email", "profile"}, set()),
    ],
    ids=[
        "auth0",
        "auth0-machine",
        "okta",
        "okta-machine",
        "entra",
        "entra-application",
        "keycloak",
        "keycloak-default",
    ],
)
def test_claims_of_identity_providers(
    claims: dict[str, Any], names: ClaimNames, subject: str, permissions: set[str], lanes: set[str]
) -> None:
    assert read_principal(claims, names) == Principal(subject, frozenset(permissions), frozenset(lanes))


@pytest.mark.parametrize(
    ("claims", "name", "value"),
    [
        ({"a": {"b": 1}}, "a.b", 1),
        ({"a.b": 2, "a": {"b": 1}}, "a.b", 2),
        ({"a.b": None, "a": {"b": 1}}, "a.b", 1),
        ({"a": {"my.client": {"roles": 3}}}, "a.my.client.roles", 3),
        ({"a": {"my": {"other": 1}, "my.client": {"roles": 3}}}, "a.my.client.roles", 3),
        ({"a.b": {"c": 4}}, "a.b.c", 4),
        ({"https://example.com/lanes": 5}, "https://example.com/lanes", 5),
        ({"a": {"b": None}}, "a.b", None),
        ({"a": [{"b": 1}]}, "a.b", None),
        ({"a": "b"}, "a.b", None),
        ({"a": {"": 6}}, "a.", 6),
        ({}, "..", None),
    ],
    ids=range(12),
)
def test_dots_lead_into_objects(claims: dict[str, Any], name: str, value: Any) -> None:
    assert find_claim(claims, name) == value


def test_only_words_with_the_prefix_are_permissions() -> None:
    names = ClaimNames(prefix="api://bpmn-events/")
    claims: dict[str, Any] = {
        "sub": "ada",
        "scope": "events:trigger api://bpmn-events/events:read api://other/events:trigger",
    }
    assert read_principal(claims, names).permissions == {"events:read"}
    claims = {"sub": "ada", "permissions": ["events:trigger", "api://bpmn-events/events:read"]}
    assert read_principal(claims, names).permissions == {"events:read"}


def test_the_prefix_is_removed_once() -> None:
    names = ClaimNames(prefix="a:")
    assert read_principal({"sub": "ada", "scope": "a:a:events:read"}, names).permissions == {"a:events:read"}


@pytest.mark.parametrize("name", ["oid", "user.name"])
def test_the_name_of_the_server_is_refused_in_every_claim(name: str) -> None:
    names = ClaimNames(subject=name)
    for claims in ({"oid": "system", "user": {"name": "system"}}, {"sub": "ada"}):
        with pytest.raises(BadCredential, match=rf"subject is 'system'|no claim '{name}'"):
            read_principal(claims, names)


@pytest.mark.parametrize("names", [ClaimNames(), AUTH0, OKTA, ENTRA, KEYCLOAK], ids=range(5))
def test_described_claims_are_read_again(names: ClaimNames) -> None:
    principal = read_principal(names.describe("ada", ["events:read", "events:trigger"], ["Sales"]), names)
    assert (principal.subject, principal.may, "Sales" in principal.lanes) == ("ada", principal.may, True)
    assert principal.permissions >= {"events:read", "events:trigger"}
