"""The page on the API is run as it stands, against the real service on the invented region."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from broker.cli import main
from broker.database import make_engine, writing
from tests.whole_life import sign_agreements

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(?P<kind>sh|text)\n(?P<body>.*?)```", re.DOTALL)
ACCOUNTS = {
    "REGISTRY": ("registry", "broker", "--program"),
    "BROKER": ("broker-1", "broker"),
    "COMMISSIONER": ("commissioner-1", "commissioner", "--program"),
}


@dataclass(frozen=True)
class Running:
    """Where the service answers, and what its callers know."""

    base: str
    environment: dict[str, str]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The service in a process of its own, with three accounts."""
    folder = tmp_path_factory.mktemp("service")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("BROKER_")},
        "BROKER_DATABASE_URL": f"sqlite:///{folder / 'broker.sqlite3'}",
    }
    shutil.copytree(ROOT / "broker" / "sample" / "region", folder / "region")
    _broker(environment, "import", "--hold-day", str(folder / "region"))
    engine = make_engine(environment["BROKER_DATABASE_URL"])
    with writing(engine) as session:
        sign_agreements(session, until=date(2026, 9, 1))
    engine.dispose()
    passwords = {}
    for name, (account, role, *options) in ACCOUNTS.items():
        passwords[name] = secrets.token_urlsafe(18)
        words = ("users", "add", account, "--role", role, "--organisation", "partnership")
        _broker(environment, *words, *options, given=passwords[name])
    server = subprocess.Popen(
        [sys.executable, "-m", "broker.cli", "serve", "--port", "0"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    try:
        found = re.search(r"http://127\.0\.0\.1:[0-9]+", server.stdout.readline())
        assert found is not None
        yield Running(found[0], {**os.environ, **passwords, "BASE": found[0]})
    finally:
        server.terminate()
        server.wait(30)


def _broker(environment: dict[str, str], *words: str, given: str = "") -> None:
    subprocess.run(
        [sys.executable, "-m", "broker.cli", *words],
        cwd=ROOT, env=environment, input=given + "\n", text=True, check=True, capture_output=True,
    )  # fmt: skip


def _steady(text: str) -> str:
    lines = re.sub(r"R-[2-9A-HJ-NP-Z]{10}", "R-…", text).splitlines()
    heads = sorted(line for line in lines if re.match(r"(etag|location):", line))
    return "\n".join([*(line for line in lines if line not in heads), *heads])


def test_the_page_does_what_it_says(running: Running, tmp_path: Path) -> None:
    blocks = [(found["kind"], found["body"]) for found in BLOCK.finditer(DOCUMENT)]
    assert [kind for kind, _ in blocks] == ["sh", "text"] * (len(blocks) // 2)
    script = "\n".join(
        f"{body}\necho '<<<{number}>>>'"
        for number, (_, body) in enumerate(blocks)
        if number % 2 == 0
    )
    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path, env=running.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    said = re.split(r"<<<[0-9]+>>>\n", ran.stdout)
    for place, told in enumerate(said[:-1]):
        assert _steady(told) == _steady(blocks[2 * place + 1][1]), blocks[2 * place][1]


def test_the_health_check_of_the_container_asks_the_real_service(running: Running) -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    words = compose["services"]["server"]["healthcheck"]["test"][2:]
    assert "http://127.0.0.1:8000" in words[1]

    def code(base: str) -> int:
        asked = words[1].replace("http://127.0.0.1:8000", base)
        environment = {**os.environ, "BROKER_HOSTS": "localhost, placements.example"}
        run = subprocess.run(
            [sys.executable, words[0], asked], env=environment, check=False, capture_output=True
        )
        return run.returncode

    assert code(running.base) == 0
    assert code("http://127.0.0.1:1") != 0


def test_the_command_line_is_the_one_of_this_checkout() -> None:
    assert main(["--version"]) == 0
