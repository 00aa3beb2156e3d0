"""Where events may go, how they are signed, and what the command says."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.cli import main
from broker.events import sign
from broker.events.post import Failed, post
from broker.events.target import BadTarget, is_open, number_of, parse_target

SECRET = "a secret of the tests alone, long enough"


@pytest.mark.parametrize(
    ("number", "fine"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False), ("127.9.9.9", False), ("0.0.0.0", False), ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False),
        ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("::1", False), ("::", False), ("fe80::1%eth0", False), ("fc00::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:10.0.0.1", False), ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False), ("64:ff9b::a9fe:a9fe", False), ("ff02::1", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
    ],
)  # fmt: skip
def test_numbers_of_this_computer_and_of_private_networks_are_never_open(
    number: str, fine: bool
) -> None:
    assert is_open(number) is fine


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/", "ftp://example.org/", "https://", "https:///x", "example.org",
        "https://name:word@example.org/", "https://example.org/#part", "https://a b/",
        "https://exa\nmple.org/", "https://example.org:99999/", "https://[::1/", "", "file:///etc",
        "https://" + "a" * 3000,
    ],
)  # fmt: skip
def test_addresses_that_are_none_are_refused(address: str) -> None:
    with pytest.raises(BadTarget):
        parse_target(address, open_only=True)


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://2130706433/",
     "https://0x7f.1/", "https://10.0.0.7:8443/x", "https://169.254.169.254/latest"],
)  # fmt: skip
def test_private_addresses_are_refused_in_whatever_spelling_but_in_development(
    address: str,
) -> None:
    with pytest.raises(BadTarget):
        number_of(parse_target(address, open_only=True), open_only=True)
    number_of(parse_target(address, open_only=False), open_only=False)


def test_one_private_number_among_open_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", (number, 443)) for number in ("93.184.216.34", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(BadTarget, match="private network"):
        number_of(parse_target("https://example.org/", open_only=True), open_only=True)


def test_what_is_connected_to_is_the_number_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []
    reached: list[str] = []

    def changing(host: str, *_: Any, **__: Any) -> list[Any]:
        looked.append(host)
        number = "93.184.216.34" if len(looked) == 1 else "127.0.0.1"
        return [(2, 1, 6, "", (number, 443))]

    def connect(where: tuple[str, int], *_: Any) -> socket.socket:
        reached.append(where[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Failed, match="could not be reached"):
        post("https://example.org/", b"{}", {}, open_only=True)
    assert (looked, reached) == (["example.org"], ["93.184.216.34"])


def test_a_host_that_is_not_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Failed, match=r"the host example\.org is not known"):
        post("https://example.org/", b"{}", {}, open_only=True)


@given(st.binary(max_size=200), st.integers(0, 2**33), st.integers(1, 10**6))
def test_a_signature_is_the_hmac_of_moment_and_body(body: bytes, at: int, number: int) -> None:
    key = sign.key_of(SECRET.encode(), number)
    expected = hmac.new(key.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    assert sign.signature(key, at, body) == f"t={at},v1={expected}"
    assert key != sign.key_of(SECRET.encode(), number + 1)


def test_the_secret_comes_from_the_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BROKER_EVENTS_SECRET", raising=False)
    monkeypatch.setenv("BROKER_EVENTS_SECRET_FILE", str(tmp_path / "none"))
    with pytest.raises(sign.NoSecret, match="cannot be read"):
        sign.secret_from_environment()
    (tmp_path / "none").write_text(SECRET + "\n")
    assert sign.secret_from_environment() == SECRET.encode()


def test_the_command_subscribes_lists_and_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{tmp_path / 'b.sqlite3'}")
    monkeypatch.setenv("BROKER_EVENTS_SECRET", SECRET)
    monkeypatch.delenv("BROKER_ENV", raising=False)
    words = ["events", "subscribe", "http://127.0.0.1:9/"]
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["key"] == sign.key_of(SECRET.encode(), told["subscription"])
    assert main(["events", "list"]) == 0
    out = capsys.readouterr().out
    assert "1: http://127.0.0.1:9/, offer, decision" in out
    assert "Tellings: waiting 0, delivered 0, dead 0, dropped 0." in out
    assert told["key"] not in out
    for bad, said in (
        ([*words, "--kinds", "birthday"], "“birthday” is no kind"),
        (["events", "subscribe"], "Name the address"),
        (["events", "retry", "7"], "7 is not dead"),
        (["events", "drop", "7"], "Say why"),
        (["events", "drop", "7", "--reason", "x"], "neither waits nor is dead"),
        (["events", "unsubscribe", "9"], "There is no subscription 9"),
        (["events", "unsubscribe", "x"], "Name it by its number"),
    ):
        assert main(bad) == 2
        assert said in capsys.readouterr().err
    assert main(["events", "retry"]) == 0
    assert main(["events", "unsubscribe", "1"]) == 0
    monkeypatch.setenv("BROKER_ENV", "production")
    for bad in (words, ["events", "subscribe", "https://127.0.0.1/"]):
        assert main(bad) == 2
        assert "Nothing was subscribed" in capsys.readouterr().err
    monkeypatch.setenv("BROKER_EVENTS_SECRET", "short")
    assert main(words) == 2
    assert "at least 32 characters" in capsys.readouterr().err
