"""What is this machine, and what is an origin."""

import pytest

from shop.building_blocks.hosts import is_address, is_local, is_safe_origin, origin_of, port


@pytest.mark.parametrize(
    "host", ["localhost", "shop.localhost", "127.0.0.1", "127.3.2.1", "::1", "[::1]", "/run/x"]
)
def test_this_machine(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize(
    "host", ["", "*", "shop.example", "10.0.0.5", "localhost.example", "127.0.0.1.example"]
)
def test_not_this_machine(host: str) -> None:
    assert not is_local(host)


@pytest.mark.parametrize(
    "origin",
    ["https://app.example", "https://app.example:8443", "https://[2001:db8::1]", "http://localhost:5173",
     "http://127.0.0.1:8000", "http://[::1]:5173"],
)  # fmt: skip
def test_an_origin_as_browsers_write_it(origin: str) -> None:
    assert is_safe_origin(origin)
    assert origin_of(f"{origin}/path?query#fragment") == origin


@pytest.mark.parametrize(
    "text",
    ["", "*", "null", "app.example", "https://*.app.example", "https://app.example/", "https://app.example:443",
     "https://App.example", "https://user@app.example", "http://app.example", "https://app.example:port",
     "https://app.example\n", "https://käse.example", "ftp://app.example", "javascript:alert(1)"],
)  # fmt: skip
def test_no_origin_or_none_to_be_trusted(text: str) -> None:
    assert not is_safe_origin(text)


@pytest.mark.parametrize("text", ["catalog:7000", "127.0.0.1:0", "[::1]:7000", "0.0.0.0:65535"])
def test_an_address(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    ["catalog", ":7000", "::1:7000", "[::1]", "catalog:http", "catalog:65536", "catalog:²", "a b:1", "a/b:1"],
)
def test_no_address(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "http", ""])
def test_not_a_port(text: str) -> None:
    with pytest.raises(ValueError, match=r"no port|invalid literal"):
        port(text)


def test_a_port() -> None:
    assert [port(text) for text in ("1", "8000", "65535")] == [1, 8000, 65_535]
