"""The field's own validator, asked about returns: run by the Python of the validator's own venv.

`python judge_903.py FOLDER...`: each is `.../AUTHORITY/YYYY-YY` holding one return. A return
of the year before that lies beside it is given as last year's. It prints JSON: for each folder the
rules that ran, those skipped, those that could not run with the tables they ask for, and the rows
that fail by rule. Nothing of the product is imported here.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

logging.disable(logging.CRITICAL)


def judge(folder: Path) -> dict[str, object]:
    """What the rules of the folder's own collection say of its files."""
    from importlib import import_module

    from lac_validator import lac_validator as validator  # type: ignore[import-not-found]

    validator.copy_datastore = _copied
    LacValidator = validator.LacValidator

    closes = int(folder.name[:4]) + 1
    rules = import_module(f"lac_validator.rules.lac{closes - 1}_{closes % 100:02d}").registry
    before = folder.with_name(f"{closes - 2}-{(closes - 1) % 100:02d}")
    files = [
        {"name": path.name, "description": when, "file_content": path.read_bytes()}
        for when, place in (("This year", folder), ("Prev year", before))
        for path in sorted(place.glob("*.csv"))
    ]
    metadata = {"collectionYear": str(closes), "localAuthority": folder.parent.name}
    found = LacValidator(metadata=metadata, files=files, registry=rules)
    failing: dict[str, list[object]] = {}
    for table, frame in found.ds_results.items():
        if table == "metadata":
            continue
        for column in [name for name in frame.columns if name.startswith("ERR_")]:
            rows = frame.index[frame[column] == True].tolist()  # noqa: E712
            failing.setdefault(column.removeprefix("ERR_"), []).append([table, rows])
    return {
        "tables": sorted(found.dfs),
        "ran": sorted(found.dones),
        "skipped": sorted(found.skips),
        "could_not": {code: sorted(rules[code].tables or []) for code in found.fails},
        "failing": failing,
        "messages": {code: rules[code].message for code in failing},
    }


def _copied(tables: dict[str, Any]) -> dict[str, Any]:
    """A copy for each rule, as the validator's own words promise and its shallow copy does not:

    rule 361 fills blank days in place, and 575 and 577 would read the filled ones.
    """
    return {name: one if name == "metadata" else one.copy() for name, one in tables.items()}


def main() -> None:
    """Judge every folder named; the validator's own chatter goes nowhere."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        answers = {name: judge(Path(name)) for name in sys.argv[1:]}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
