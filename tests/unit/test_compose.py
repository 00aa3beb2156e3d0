"""The container files are of the right shape, hold no secret, and name what the product has."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

import api.settings
from broker.cli import COMMANDS
from broker.warehouse.pseudonym import check_apart
from tests.unit.names import AWAITED, settings_known

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "compose.yaml").read_text(encoding="utf-8")
CONTAINER = (ROOT / "Containerfile").read_text(encoding="utf-8")
OURS = ("server", "worker")

# Of the Compose Specification, what is used here and how: a key that is not here is a slip.
TOP = {"name": str, "services": dict, "networks": dict, "volumes": dict, "secrets": dict}
SERVICE = {
    "build": dict, "cap_drop": list, "command": list, "depends_on": dict, "environment": dict,
    "healthcheck": dict, "image": str, "networks": list, "pids_limit": int, "ports": list,
    "read_only": bool, "restart": str, "secrets": list, "security_opt": list, "shm_size": str,
    "stop_grace_period": str, "tmpfs": list, "user": str, "volumes": list,
}  # fmt: skip
HEALTH = {"test": list, "interval": str, "timeout": str, "retries": int, "start_period": str}
SPAN = re.compile(r"[0-9]+(s|m)")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file, its anchors merged and its extensions left out."""
    told = yaml.safe_load(COMPOSE)
    return {key: value for key, value in told.items() if not key.startswith("x-")}


def test_every_key_is_one_of_the_specification_with_its_type(compose: dict[str, Any]) -> None:
    assert {key: type(value) for key, value in compose.items()} == TOP
    for service in compose["services"].values():
        assert {key: type(value) for key, value in service.items()}.items() <= SERVICE.items()
        health = service["healthcheck"]
        assert {key: type(value) for key, value in health.items()}.items() <= HEALTH.items()
        assert health["test"][0] == "CMD"
        spans = [health["interval"], health["timeout"], health["start_period"]]
        assert all(SPAN.fullmatch(span) for span in (*spans, service["stop_grace_period"]))


def test_every_name_leads_somewhere(compose: dict[str, Any]) -> None:
    used: dict[str, set[str]] = {"networks": set(), "volumes": set(), "secrets": set()}
    for service in compose["services"].values():
        used["networks"] |= set(service["networks"])
        used["secrets"] |= set(service["secrets"])
        used["volumes"] |= {one.split(":")[0] for one in service.get("volumes", ())}
        for other, how in service.get("depends_on", {}).items():
            assert other in compose["services"]
            assert how == {"condition": "service_healthy"}
        secrets = {f"/run/secrets/{name}" for name in service["secrets"]}
        named = {
            str(value)
            for value in service["environment"].values()
            if str(value).startswith("/run/secrets/")
        }
        assert named <= secrets
    for kind, names in used.items():
        assert names == set(compose[kind]), kind


def test_nobody_is_root_and_nothing_can_be_written_but_what_must(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert service["user"] not in ("root", "0", "0:0")
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
    assert "volumes" not in compose["services"]["server"]
    users = [line.split()[1] for line in CONTAINER.splitlines() if line.startswith("USER ")]
    assert users == ["10001:10001"]
    assert {compose["services"][name]["user"] for name in OURS} == {"10001:10001"}


def test_there_is_no_default_secret_anywhere(compose: dict[str, Any]) -> None:
    assert all(
        set(secret) == {"file"} and secret["file"].startswith("./secrets/")
        for secret in compose["secrets"].values()
    )
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if name == "BROKER_WAREHOUSE_KEY":  # made by the worker, on a volume of its own
                continue
            if re.search("SECRET|PASSWORD|PASSFILE|TOKEN|KEY", name):
                assert str(value).startswith("/run/secrets/"), name
    assert not re.search(r"://[^/\s]*:[^/\s]*@", COMPOSE)
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert sent[1] == "*"
    assert not any("secrets" in line for line in sent if line.startswith("!"))
    settings = compose["services"]["server"]["environment"]
    assert settings["BROKER_HOSTS"].startswith("${BROKER_HOSTS:?")


def test_only_this_computer_reaches_the_service_and_nobody_the_database(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    assert services["server"]["ports"] == ["127.0.0.1:8000:8000"]
    assert "ports" not in services["database"]
    assert "ports" not in services["worker"]
    assert services["database"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_the_worker_alone_goes_out_to_tell_others_and_can_sign_what_it_tells(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    (way_out,) = set(services["worker"]["networks"]) - {"inside"}
    assert compose["networks"][way_out] == {}
    named = services["worker"]["environment"]["BROKER_EVENTS_SECRET_FILE"]
    assert Path(named).name in services["worker"]["secrets"]
    for other in ("server", "database"):
        assert way_out not in services[other]["networks"]
        assert Path(named).name not in services[other]["secrets"]
        assert "BROKER_EVENTS_SECRET_FILE" not in services[other]["environment"]
    made = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    for secret in compose["secrets"].values():
        assert f"> {secret['file'].removeprefix('./')}\n" in made


def test_the_worker_alone_keeps_the_warehouse_and_its_keys_on_volumes_apart(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    mounted = dict(one.split(":")[::-1] for one in services["worker"]["volumes"])
    settings = services["worker"]["environment"]
    folder, keys = Path(settings["BROKER_WAREHOUSE"]), Path(settings["BROKER_WAREHOUSE_KEY"])
    assert mounted.keys() == {str(folder), str(keys.parent)}
    assert len(set(mounted.values())) == 2
    check_apart(keys, folder)
    for other in ("server", "database"):
        assert not set(services[other].get("volumes", ())) & set(services["worker"]["volumes"])
        assert "BROKER_WAREHOUSE_KEY" not in services[other]["environment"]
    # A volume has the owner that its place in the image has: where it has none, it is root's.
    for words in ("mkdir --parents --mode=0700", "chown broker:broker"):
        made = re.search(rf"{words}((?: /[a-z/-]+)+)", CONTAINER)
        assert made
        assert set(made[1].split()) == mounted.keys()
        assert made.start() < CONTAINER.index("USER 10001")


def test_every_command_and_option_exists(compose: dict[str, Any]) -> None:
    for name in OURS:
        word, *options = compose["services"][name]["command"]
        assert word in {*COMMANDS, *AWAITED}
        if word in COMMANDS:
            _, parser = _parsers()
            known = {option for action in parser[word]._actions for option in action.option_strings}
            assert {option for option in options if option.startswith("--")} <= known
    last = CONTAINER.splitlines()[-2:]
    assert last[0] == 'ENTRYPOINT ["broker"]'
    words = shlex.split(last[1].removeprefix("CMD ").strip("[]").replace(",", " "))
    assert words == compose["services"]["server"]["command"]


def _parsers() -> tuple[Any, Any]:
    from broker import cli

    parser, commands = cli._parser()
    for name in COMMANDS:
        if name == "serve":
            cli._load(name).add_arguments(commands[name])
    return parser, commands


@pytest.mark.skipif(
    not hasattr(api.settings, "from_environment"),
    reason="this version reads no settings from its environment",
)
def test_every_setting_is_one_that_the_program_reads(compose: dict[str, Any]) -> None:
    for name in OURS:
        given = set(compose["services"][name]["environment"]) - {"PGPASSFILE"}
        assert given <= settings_known()


def test_the_image_is_built_from_the_lock_with_hashes_and_names_no_address() -> None:
    assert "://" not in CONTAINER
    assert not re.search(r"--(index|extra-index|find-links|no-verify|trusted)", CONTAINER)
    steps = CONTAINER.replace("\\\n", " ").splitlines()
    installs = [part for step in steps for part in step.split("&&") if " install " in part]
    assert len(installs) == 5
    for step in installs:
        locked = "--require-hashes" in step and "requirements" in step
        assert locked or step.strip().endswith("--no-deps /wheels/*.whl")
    bases = {step.split()[1] for step in steps if step.startswith("FROM ")}
    assert bases == {"python:3.11-slim-bookworm"}


def test_what_the_image_copies_is_there_and_is_every_room() -> None:
    copied = {
        word
        for line in CONTAINER.splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    }
    assert {"api", "broker", "matching", "pricing"} <= copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


def test_a_login_file_gives_the_database_s_password(tmp_path: Path) -> None:
    """What PGPASSFILE holds is what libpq would send; nobody needs to be there to hear it."""
    file = tmp_path / "database_login"
    file.write_text("database:5432:broker:broker:a-word-of-the-test\n")
    file.chmod(0o600)
    ask = (
        "from psycopg import pq; "
        "at = b'postgresql://broker@database/broker?hostaddr=127.0.0.1'; "
        "made = pq.PGconn.connect_start(at); "
        "print(made.password.decode())"
    )
    said = subprocess.run(
        [sys.executable, "-c", ask],
        env={**os.environ, "PGPASSFILE": str(file)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "a-word-of-the-test"


@pytest.mark.thorough
def test_the_worker_s_health_is_whether_the_database_answers(
    compose: dict[str, Any], address: str
) -> None:
    words = compose["services"]["worker"]["healthcheck"]["test"][2:]

    def code(database: str) -> int:
        environment = {**os.environ, "BROKER_DATABASE_URL": database}
        run = subprocess.run(
            [sys.executable, *words], env=environment, capture_output=True, check=False, cwd=ROOT
        )
        return run.returncode

    assert code(address) == 0
    assert code("postgresql://broker@127.0.0.1:1/broker") != 0
