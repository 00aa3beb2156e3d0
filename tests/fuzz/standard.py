"""Fuzzing of the readers of the standard: `python -m tests.fuzz.standard -max_total_time=60`.

Held of any bytes, as JSON and as CSV: no crash; the records in the file, counted here from its
bytes, are the records kept and those refused with a reason; what was kept reads back as itself from
both kinds of file, and is a referral to be taken or refused with a reason.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from tests.fuzz.harness import fuzz, instrumented, rows_of

with instrumented():
    from broker.recognised import recognised
    from broker.standard.fields import fields
    from broker.standard.files import as_csv, as_json, read_standard
    from broker.standard.intake import told_by
from pricing.problems import BadInput

START = b'{"standard": "Placements Data Standard", "version": "v2", "records": ['


def promise(data: bytes) -> None:
    """What must hold of any bytes."""
    choice, body = (data[0] if data else 0), data[1:]
    name = "a.json" if choice % 2 else "a.csv"
    if choice & 2:
        before = START if name == "a.json" else ",".join(fields()).encode() + b"\n"
        body = before + body + (b"]}" if name == "a.json" else b"")
    with tempfile.TemporaryDirectory() as folder, suppress(BadInput):
        file = Path(folder) / name
        file.write_bytes(body)
        read = read_standard(file)
        assert _in_the_file(file) == len(read.records) + read.refused
        assert len({problem.row for problem in read.problems}) == read.refused
        records = [record for _, record in read.records]
        for kind, text in (("b.json", as_json(records)), ("b.csv", as_csv(records))):
            file = Path(folder) / kind
            file.write_text(text, encoding="utf-8", newline="")
            assert [record for _, record in read_standard(file).records] == records
        told, problems = told_by(read.records, "E09000016", name, read.sha256)
        taken, refused = {one.number for one in told}, {one.row for one in problems}
        assert not taken & refused
        assert len(told) == len(taken)
        assert taken | refused == {number for number, _ in read.records}


def _in_the_file(file: Path) -> int:
    if file.suffix == ".csv":
        told = recognised(file, file.name)
        return rows_of(told.text, told.separator)
    return len(json.loads(file.read_bytes().decode("utf-8-sig"))["records"])


def seeds() -> Iterator[bytes]:
    """Whole records, a referral and a placement, as rows and as JSON."""
    plain = {"Integer": 7, "Boolean": True, "Date": date(2026, 2, 28), "String": "=a"}
    for placed in (False, True):
        record = {
            path: field.options[:1] if field.many else (*field.options, plain.get(field.type))[0]
            for path, field in fields().items()
            if placed or not field.of_placement
        }
        record["PlacementRequirements.deprivationOfLiberty"] = False
        yield b"\x00" + as_csv([record, record]).encode()
        yield b"\x00" + as_csv([record, {**record, "Risks.riskMissing": "?"}]).encode()
        yield b"\x00" + as_csv([record, {**record, "Risks.riskOther": "é"}]).encode("utf-16")
        yield b"\x01" + as_json([record, {}, record]).encode()
        yield b"\x01" + as_json([record]).encode()
        yield b"\x02" + as_csv([record]).encode().partition(b"\n")[2]
        yield b"\x03" + json.dumps(json.loads(as_json([record]))["records"][0]).encode()


if __name__ == "__main__":
    fuzz(promise, seeds())
