"""A forecast as the shell runs it: the same files anywhere, and nothing loaded before its time."""

import os
import subprocess
import sys
from pathlib import Path

from tests.unit.cli.conftest import CONTRACTS

ROOT = Path(__file__).parents[3]
ASKED = (
    "forecast", str(CONTRACTS / "block.toml"), "--occupancy", "0.85",
    "--mix", "low=.2,medium=.35,high=.3,specialist=.15",
    "--costs", str(ROOT / "docs" / "examples" / "forecast" / "costs.toml"),
)  # fmt: skip


def run(folder: Path, code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return done.stdout


def test_two_machines_with_other_clocks_and_settings_write_the_same_bytes(tmp_path: Path) -> None:
    for number, zone in enumerate(("Europe/London", "Pacific/Auckland")):
        folder = tmp_path / f"machine{number}"
        folder.mkdir()
        (folder / "matplotlibrc").write_text(f"xtick.major.size: {8 + number}\n", encoding="utf-8")
        words = [*ASKED, "--chart", "f.svg", "--workbook", "f.xlsx"]
        code = f"import sys; from broker.cli import main; sys.exit(main({words!r}))"
        run(folder, code, TZ=zone, PYTHONHASHSEED=str(number))
    for name in ("f.svg", "f.xlsx"):
        one, other = (tmp_path / f"machine{number}" / name for number in (0, 1))
        assert one.read_bytes() == other.read_bytes()


def test_a_forecast_in_words_loads_neither_charts_nor_workbooks(tmp_path: Path) -> None:
    code = (
        f"import sys; from broker.cli import main; assert main({list(ASKED)!r}) == 0;"
        " print(); print(*sys.modules)"
    )
    loaded = run(tmp_path, code).splitlines()[-1].split()
    assert "pricing.forecast.forecast" in loaded
    assert not {"matplotlib", "openpyxl"} & set(loaded)


def test_what_a_chart_and_a_workbook_are_of_is_said_without_loading_what_makes_them(
    tmp_path: Path,
) -> None:
    code = "import sys, broker.charts, broker.workbook; print(*sys.modules)"
    assert not {"matplotlib", "openpyxl", "numpy"} & set(run(tmp_path, code).split())
