"""A short run of each fuzzer: no crash, no hang, no silent loss. Longer ones are run by hand.

Each round of continuous integration tries other bytes; the number that they follow from is told at
its end and where a run fails, and `BROKER_FUZZ_SEED` set to it tries the same again.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import SEED, fuzz_seed

ROOT = Path(__file__).parents[3]
NAMES = sorted(
    path.stem
    for path in (ROOT / "tests" / "fuzz").glob("*.py")
    if path.stem not in ("__init__", "harness")
)


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is for Linux and Python < 3.13")
@pytest.mark.parametrize("name", NAMES)
def test_a_short_run_finds_nothing(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.fuzz.{name}", "-runs=400", "-timeout=20",
         f"-seed={fuzz_seed()}", "-rss_limit_mb=2048", f"-artifact_prefix={tmp_path}/"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert f"Seed: {fuzz_seed()}" in done.stderr, "it starts from the number that is told"
    assert done.returncode == 0, f"{SEED}={fuzz_seed()}\n{done.stderr[-4000:]}"
    ran = re.search(r"Done ([0-9]+) runs", done.stderr)
    assert ran is not None
    assert int(ran[1]) >= 400, "the files it starts from may make it some more"


def test_there_is_a_fuzzer_for_each_kind_of_file() -> None:
    assert {"case", "contract", "inbox", "returns", "spreadsheets", "standard"} <= set(NAMES)


@pytest.mark.parametrize(
    ("given", "told"),
    [({"CI": ""}, "7"), ({"CI": "true"}, None), ({"CI": "true", "BROKER_FUZZ_SEED": "12"}, "12")],
)
def test_continuous_integration_tries_other_bytes_each_time_and_says_which(
    given: dict[str, str], told: str | None
) -> None:
    """Asked as a round of tests is started: what it says at its end is what its runs were given."""
    seen = set()
    for _ in range(2):
        environment = {key: value for key, value in os.environ.items() if key not in (SEED, "CI")}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__, "-k", "kind",
             "-o", "addopts=--import-mode=importlib"],
            cwd=ROOT, env={**environment, **given}, capture_output=True, text=True, check=True,
            timeout=120,
        )  # fmt: skip
        seen.add(re.findall(f"{SEED}=([0-9]+)", done.stdout)[0])
    assert seen == {told} if told else len(seen) == 2
