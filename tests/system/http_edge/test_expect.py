"""``Expect: 100-continue`` (RFC 9110, section 10.1.1)."""

import json

from tests.support.wire import dialing
from tests.system.http_edge.messages import CLOSE, PAYLOAD, dry_run_head, get, post_head

BODY = json.dumps(PAYLOAD).encode()
EXPECT = b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY)


def test_client_is_told_to_continue(address: str) -> None:
    with dialing(address) as wire:
        wire.send(dry_run_head(EXPECT))
        wire.expect(100)
        wire.send(BODY)
        assert wire.expect().json()["processInstance"]["variables"] == PAYLOAD
        assert wire.is_open()


def test_client_that_offers_an_upgrade_is_told_to_continue(address: str) -> None:
    with dialing(address) as wire:
        wire.send(dry_run_head(b"Connection: Upgrade\r\nUpgrade: h2c\r\n" + EXPECT))
        wire.expect(100)
        wire.send(BODY)
        assert wire.expect().json()["processInstance"]["variables"] == PAYLOAD


def test_refused_client_is_not_told_to_continue(address: str) -> None:
    with dialing(address) as wire:
        wire.send(post_head(b"/graphql", b"Host: y\r\n" + EXPECT))
        assert wire.statuses() == [400]


def test_too_large_body_is_not_awaited(address: str) -> None:
    with dialing(address) as wire:
        wire.send(dry_run_head(b"Expect: 100-continue\r\nContent-Length: 20000000\r\n\r\n"))
        assert wire.statuses() == [413]


def test_http_1_0_client_is_not_told_to_continue(address: str) -> None:
    with dialing(address) as wire:
        wire.send(dry_run_head(EXPECT).replace(b" HTTP/1.1\r\n", b" HTTP/1.0\r\n"), BODY)
        assert wire.statuses() == [200]


def test_client_that_does_not_wait(address: str) -> None:
    with dialing(address) as wire:
        wire.send(dry_run_head(EXPECT) + BODY + get(fields=CLOSE))
        assert [status for status in wire.statuses() if status != 100] == [200, 200]
