"""Fuzzing of the readers of a contract and its ledger: `python -m tests.fuzz.contract`.

Held of any bytes: no crash; what is refused is refused with the file and all at once; a contract
that is read is read as the same again; of a ledger, every row is a placement or is refused.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.harness import fuzz, instrumented, rows_of

with instrumented():
    from pricing.contract import parse_contract
    from pricing.problems import BadInput, Problems
    from pricing.tables import read_ledger
from broker.sample import region_files

FILES = {name: text.encode() for name, text in region_files().items()}
CONTRACT = parse_contract(FILES["contract.toml"], "contract.toml")
LEDGER = Path(tempfile.mkdtemp(prefix="fuzzed-ledger-")) / "ledger.csv"


def promise(data: bytes) -> None:
    """What must hold of any bytes."""
    choice, body = (data[0] if data else 0), data[1:]
    try:
        if choice & 1:
            LEDGER.write_bytes((FILES["ledger.csv"] if choice & 2 else b"") + body)
            found = Problems()
            placements = read_ledger(LEDGER, CONTRACT, found)
            found.raise_if_any()
            assert len(placements) == rows_of(LEDGER.read_bytes().decode("utf-8-sig"))
        else:
            whole = (FILES["contract.toml"] if choice & 2 else b"") + body
            assert parse_contract(whole, "a.toml") == parse_contract(whole, "a.toml")
    except BadInput as refused:
        told = [problem.file for problem in refused.problems]
    else:
        told = ["read"]
    assert told
    assert all(told)


def seeds() -> Iterator[bytes]:
    """A contract and a ledger, whole and with their last line again."""
    for choice, name in ((0, "contract.toml"), (1, "ledger.csv")):
        yield bytes([choice]) + FILES[name]
        yield bytes([choice + 2]) + FILES[name].splitlines(keepends=True)[-1]


if __name__ == "__main__":
    fuzz(promise, seeds())
