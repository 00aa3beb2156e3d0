"""A short run of each fuzzer: no crash, no hang, no silent loss. Longer ones are run by hand.

Continuous integration runs another seed each time, which the output names; here it is always one.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SEED = random.SystemRandom().randrange(1, 2**31) if os.environ.get("CI") else 7
ROOT = Path(__file__).parents[3]
NAMES = sorted(
    path.stem
    for path in (ROOT / "tests" / "fuzz").glob("*.py")
    if path.stem not in ("__init__", "harness")
)


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris is for Linux and Python < 3.13")
@pytest.mark.parametrize("name", NAMES)
def test_a_short_run_finds_nothing(name: str, tmp_path: Path) -> None:
    print(f"tests.fuzz.{name} -seed={SEED}")
    done = subprocess.run(
        [sys.executable, "-m", f"tests.fuzz.{name}", "-runs=400", "-timeout=20", f"-seed={SEED}",
         "-rss_limit_mb=2048", f"-artifact_prefix={tmp_path}/"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"-seed={SEED}: {done.stderr[-4000:]}"
    ran = re.search(r"Done ([0-9]+) runs", done.stderr)
    assert ran is not None
    assert int(ran[1]) >= 400, "the files it starts from may make it some more"


def test_there_is_a_fuzzer_for_each_kind_of_file() -> None:
    assert {"case", "contract", "inbox", "returns", "spreadsheets", "standard"} <= set(NAMES)
