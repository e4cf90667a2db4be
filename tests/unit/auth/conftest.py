"""Fixtures for the tests of tokens."""

from collections.abc import AsyncIterator

import pytest

from tests.support.identity.provider import IdentityProvider, identity_provider


@pytest.fixture
async def issuer() -> AsyncIterator[IdentityProvider]:
    async with identity_provider() as provider:
        yield provider
