"""Fuzzing of the reader of a case folder: `python -m tests.fuzz.case -max_total_time=60`.

Held of any bytes in any one of its files: no crash; what is refused is refused with its file;
what is read has a young person for each row of referrals.csv, and reads again as the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.harness import fuzz, instrumented, rows_of

with instrumented():
    from matching.exchange import read_case
    from matching.faults import BadInput
    from matching.problem import Problem
    from matching.sheets import SHEETS
from broker.sample.generate import generate

FILES = {
    name: text.encode()
    for name, text in generate(4, 3, seed=1).items()
    if name == "policy.toml" or name in {sheet.file for sheet in SHEETS.values()}
}
NAMES = sorted(FILES)
FOLDER = Path(tempfile.mkdtemp(prefix="fuzzed-case-"))


def promise(data: bytes) -> None:
    """What must hold of any bytes."""
    choice, body = (data[0] if data else 0), data[1:]
    name = NAMES[choice % len(NAMES)]
    whole = FILES[name]
    if choice & 128:  # further rows, so that a short run comes past the header
        body = whole + body
    for other, text in FILES.items():
        (FOLDER / other).write_bytes(body if other == name else text)
    try:
        problem = read_case(FOLDER)
    except BadInput as refused:
        told = [fault.file for fault in refused.faults]
    else:
        told = [name]
        held(problem)
    assert told
    assert all(told)


def held(problem: Problem) -> None:
    """What is read is what the files say."""
    text = (FOLDER / "referrals.csv").read_bytes().decode("utf-8-sig")
    assert len(problem.referrals) == rows_of(text)
    assert read_case(FOLDER) == problem


def seeds() -> Iterator[bytes]:
    """Each file whole, and its last row again."""
    for number, name in enumerate(NAMES):
        yield bytes([number]) + FILES[name]
        yield bytes([number + 128 - 128 % len(NAMES)]) + FILES[name].splitlines(keepends=True)[-1]


if __name__ == "__main__":
    fuzz(promise, seeds())
