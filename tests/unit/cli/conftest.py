"""What tests of the command line share: a way to run it in this process, and cases to run it on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from broker.cli import main
from broker.sample import REGION
from matching.tables import table_text
from pricing.ledger import LedgerRow
from pricing.money import decimal_text
from pricing.tables import LEDGER_COLUMNS

CASES = Path(__file__).parents[2] / "cases"
SMALL = CASES / "case-small"
CONTRACTS = CASES / "contracts"


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


Broker = Callable[..., Answer]


def ledger_text(rows: Iterable[LedgerRow]) -> str:
    """A ledger as its file has it."""
    return table_text(
        LEDGER_COLUMNS,
        [
            [
                row.placement_id, row.young_person_id, row.borough, row.home_id, row.band,
                str(row.start), str(row.end or ""),
                ";".join(f"{code}={decimal_text(n)}" for code, n in row.requirements.items()),
            ]
            for row in rows
        ],
    )  # fmt: skip


@pytest.fixture
def broker(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Broker:
    """Run a command in a folder and with a database of its own; a traceback is a failure."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BROKER_DATABASE_URL", f"sqlite:///{tmp_path / 'records.sqlite3'}")
    monkeypatch.delenv("BROKER_DEBUG", raising=False)

    def run(*words: object) -> Answer:
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Answer(code, out, err)

    return run


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the small worked case, to be spoilt at will."""
    return copied(SMALL, tmp_path / "small")


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """A copy of the invented sample region."""
    return copied(REGION, tmp_path / "region")


def folder_after(made: Path, *commands: tuple[object, ...]) -> Path:
    """That folder, after commands on a database in it; `broker` goes on in a copy of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        patch.setenv("BROKER_DATABASE_URL", f"sqlite:///{made / 'records.sqlite3'}")
        for words in commands:
            assert main([str(word) for word in words]) == 0
    return made


def copied(case: Path, folder: Path) -> Path:
    folder.mkdir()
    for file in case.iterdir():
        shutil.copy(file, folder / file.name)
    return folder
