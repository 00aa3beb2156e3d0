"""The field's validator in a venv of its own, made once under the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "csc-validator-be-903==0.1.17"
PYTHON = (3, 11)
"""The newest Python with which the pandas that the validator asks for can be installed."""
CACHE = Path(__file__).parents[3] / ".cache" / PACKAGE.replace("==", "-")
JUDGE = Path(__file__).parents[2] / "judge_903.py"

Judge = Callable[[Iterable[Path]], dict[str, Any]]


@pytest.fixture(scope="session")
def judge() -> Judge:
    """What the validator says of folders of returns, run as a process."""
    python = _installed()
    asked = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
    version = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    assert version == [str(one) for one in PYTHON], f"{CACHE} is of Python {'.'.join(version)}"

    def run(folders: Iterable[Path]) -> dict[str, Any]:
        names = [str(folder) for folder in folders]
        done = subprocess.run([python, JUDGE, *names], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        answers: dict[str, Any] = json.loads(done.stdout)
        return answers

    return run


def _installed() -> Path:
    python = CACHE / "bin" / "python"
    if (CACHE / ".whole").exists():
        return python
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    own = sys.executable if sys.version_info[:2] == PYTHON else ".".join(map(str, PYTHON))
    steps = ([uv, "venv", "--clear", "--python", own, str(CACHE)],
             [uv, "pip", "install", "--python", str(python), PACKAGE])  # fmt: skip
    for step in steps:
        try:
            done = subprocess.run(step, capture_output=True, text=True, timeout=300, check=False)
            reason = done.stderr.strip().splitlines()[-1:] if done.returncode else []
        except (OSError, subprocess.TimeoutExpired) as problem:
            reason = [str(problem)]
        if reason:
            words = f"{PACKAGE} cannot be installed: {reason[0]}"
            if os.environ.get("CI"):
                pytest.fail(words)
            pytest.skip(words)
    (CACHE / ".whole").touch()
    return python
