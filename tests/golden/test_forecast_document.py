"""The example of the forecast's page is what its command prints."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from broker.cli import main

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "forecast.md"
EXAMPLE = re.compile(
    r"```\nbroker (?P<words>forecast .*)\n```\n\n```text\n(?P<said>.*?)```", re.DOTALL
)


def test_the_example_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = EXAMPLE.search(DOCUMENT.read_text(encoding="utf-8"))
    assert found is not None
    assert main(shlex.split(found["words"])) == 0
    assert capsys.readouterr().out == found["said"]
