"""Fuzzing of the readers of statutory returns: `python -m tests.fuzz.returns -max_total_time=60`.

The first byte chooses the table and the collection, the rest is its file; a header of the return is
put before it half of the time, so that rows are reached. Held: no crash, every row of the file is
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
    from broker.returns.every import read_every
    from broker.returns.tables import DAYS, EVERY
    from broker.returns.write.again import read_again
from pricing.problems import BadInput

HEADER = b"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1,,05/06/2008,,,,\n2,,05/06/2008,,,,\n"


def promise(data: bytes) -> None:
    """What must hold of any bytes."""
    choice = data[0] if data else 0
    table = EVERY[choice % len(EVERY)]
    year = 2018 + choice // len(EVERY) % 10
    body = data[1:]
    if choice % 2 == 0:
        body = ",".join(table.columns).encode() + b"\n" + body
    with tempfile.TemporaryDirectory() as name, suppress(BadInput):
        place = Path(name) / "in" / f"{year - 1}-{year % 100:02d}"
        place.mkdir(parents=True)
        if table.name != "header":
            (place / "header.csv").write_bytes(HEADER)
        (place / f"{table.name}.csv").write_bytes(body)
        every = read_every(Path(name) / "in")
        for one in every.files:
            text = (Path(name) / "in" / one.file.shown).read_bytes().decode("utf-8-sig")
            assert one.read == len(one.rows) + one.refused == rows_of(text)
            reasons = {p.row for p in every.problems if p.file == one.file.shown}
            assert len(reasons) == one.refused, "a row refused without a reason"
        again = read_again(Path(name) / "in")
        if any(text.count("\n") < 2 for text in again.files.values()):
            return
        write_folder(again.files, Path(name) / "out")
        second = read_again(Path(name) / "out")
        assert second.files == again.files


def seeds() -> Iterator[bytes]:
    """A file of each table in each collection, with rows that are kept and rows that are not."""
    for choice in range(0, 10 * len(EVERY), 2):
        table = EVERY[choice % len(EVERY)]
        cells = {
            "CHILD": "1", "RNE": "S", "LS": "C2", "CIN": "N1", "PLACE": "K2", "REC": "X1",
            "PLACE_PROVIDER": "PR4", "SEX": "", "REVIEW_CODE": "PN1", "MISSING": "M",
            "MOTHER": "1.0", "SDQ_SCORE": "7.0", "SW_ID": "=1", "UPN": "-1",
        }  # fmt: skip
        days = dict.fromkeys(DAYS, "03/05/2019")
        good = ",".join({**days, **cells}.get(column, "") for column in table.columns)
        yield bytes([choice]) + f"{good}\n{good},\n2{good[1:]}\n".encode()


if __name__ == "__main__":
    fuzz(promise, seeds())
