"""Addresses in settings: origins and path prefixes."""

import pytest

from bpmn_events.addresses import parse_origin, parse_root_path


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://dashboard.example.com", "https://dashboard.example.com"),
        (" HTTPS://Dashboard.Example.COM ", "https://dashboard.example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("https://example.com:80", "https://example.com:80"),
        ("http://localhost:08080", "http://localhost:8080"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("http://[2001:DB8:0:0::1]", "http://[2001:db8::1]"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("capacitor://localhost", "capacitor://localhost"),
    ],
)
def test_an_origin_has_the_form_that_browsers_send(text: str, origin: str) -> None:
    assert parse_origin(text) == parse_origin(origin) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "null",
        "example.com",
        "//example.com",
        "https://",
        "https:example.com",
        "https://*",
        "https://*.example.com",
        "https://example.com/",
        "https://example.com/app",
        "https://example.com?x",
        "https://example.com#x",
        "https://user@example.com",
        "https://example.com\\x",
        "https://example.com:",
        "https://example.com:0",
        "https://example.com:65536",
        "https://example.com:http",
        "https://example..com",
        "https://-example.com",
        "https://exa mple.com",
        "https://example.com https://example.org",
        "https://bücher.example",
        "https://[::1",
        "https://[::g]",
        "https://::1",
        "1://example.com",
        "https://example.com\nx",
    ],
)
def test_other_texts_are_no_origins(text: str) -> None:
    with pytest.raises(ValueError, match=r"origin|host|scheme"):
        parse_origin(text)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/", ""),
        ("/bpmn", "/bpmn"),
        ("/bpmn/", "/bpmn"),
        ("/tools/bpmn", "/tools/bpmn"),
        ("/%62pmn", "/bpmn"),
        ("/b%c3%bc", "/b%C3%BC"),
        ("/a%20b", "/a%20b"),
        ("/v1.0/~x:y@z", "/v1.0/~x:y@z"),
    ],
)
def test_a_root_path_is_normalized(text: str, path: str) -> None:
    assert parse_root_path(text) == path
    assert path == "" or parse_root_path(path) == path


@pytest.mark.parametrize(
    "text",
    [
        *(
            "bpmn",
            "bpmn/",
            "https://example.com/bpmn",
            "//",
            "//bpmn",
            "/bpmn//",
            "/a//b",
            "/a/../b",
            "/.",
            "/a/%2e%2E",
        ),
        *("/a%2Fb", "/a?b", "/a#b", "/a b", "/bü", "/%", "/%zz", "/%ff", "/a%00", "/a%0A", "/a\n", "/a\\b", "/{key}"),
    ],
)
def test_other_texts_are_no_root_paths(text: str) -> None:
    with pytest.raises(ValueError, match=r"slash|segments"):
        parse_root_path(text)
