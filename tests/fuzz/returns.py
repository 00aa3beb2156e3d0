"""Fuzzing of the readers of statutory returns: `python -m tests.fuzz.returns -max_total_time=60`.

The first byte chooses the table and whether its header is put before the rest, so that rows are
reached; the second the collection; the rest is its file. Held: no crash, every row of the file is
kept or refused with a reason, and what is written again is read without a refusal.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.fuzz.harness import fuzz, instrumented, rows_of

with instrumented():
    from broker.exporting import write_folder
    from broker.recognised import recognised
    from broker.returns.every import FIRST_YEAR, LAST_YEAR, read_every
    from broker.returns.tables import DAYS, EVERY, Table
    from broker.returns.write.again import read_again
from pricing.problems import BadInput

HEADER = b"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,,05/06/2008,,,,\n2,,05/06/2008,,,,\n"


def file_of(data: bytes) -> tuple[Table, int, bytes]:
    """The table, the closing year of the collection and the file that some bytes stand for."""
    choice, collection = (*data[:2], 0, 0)[:2]
    table = EVERY[choice // 2 % len(EVERY)]
    year = FIRST_YEAR + collection % (LAST_YEAR - FIRST_YEAR + 1)
    header = b"" if choice % 2 else ",".join(table.columns).encode() + b"\n"
    return table, year, header + data[2:]


def promise(data: bytes) -> None:
    """What must hold of any bytes."""
    table, year, body = file_of(data)
    with tempfile.TemporaryDirectory() as name, suppress(BadInput):
        place = Path(name) / "in" / f"{year - 1}-{year % 100:02d}"
        place.mkdir(parents=True)
        if table.name != "header":
            (place / "header.csv").write_bytes(HEADER)
        (place / f"{table.name}.csv").write_bytes(body)
        every = read_every(Path(name) / "in")
        for one in every.files:
            told = recognised(Path(name) / "in" / one.file.shown, one.file.shown)
            rows = rows_of(told.text, told.separator)
            assert one.read == len(one.rows) + one.refused == rows
            reasons = {p.row for p in every.problems if p.file == one.file.shown}
            assert len(reasons) == one.refused, "a row refused without a reason"
        again = read_again(Path(name) / "in")
        if any(text.count("\n") < 2 for text in again.files.values()):
            return
        write_folder(again.files, Path(name) / "out")
        second = read_again(Path(name) / "out")
        assert second.files == again.files


def seeds() -> Iterator[bytes]:
    """A file of each table in each collection, with rows that are kept and rows that are not.

    One of each table is as Windows writes it: UTF-16, with semicolons.
    """
    for number, table in enumerate(EVERY):
        cells = {
            "CHILD": "1", "RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "K2", "REC": "X1",
            "PLACE_PROVIDER": "PR4", "SEX": "", "REVIEW_CODE": "PN1", "MISSING": "M",
            "MOTHER": "1.0", "SDQ_SCORE": "7.0", "SW_ID": "=1", "UPN": "-1",
        }  # fmt: skip
        days = dict.fromkeys(DAYS, "03/05/2019")
        good = ",".join({**days, **cells}.get(column, "") for column in table.columns)
        for year in range(max(table.first, FIRST_YEAR), LAST_YEAR + 1):
            rows = f"{good}\n{good},\n2{good[1:]}\n"
            yield bytes([2 * number, year - FIRST_YEAR]) + rows.encode()
        whole = f"{','.join(table.columns)}\n{rows}".replace(",", ";")
        yield bytes([2 * number + 1, LAST_YEAR - FIRST_YEAR]) + whole.encode("utf-16")


if __name__ == "__main__":
    fuzz(promise, seeds())
