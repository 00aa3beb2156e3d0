"""Contracts on record: every version of every contract file word for word, the newest in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session

from broker.store.history import Author, Entry, write_history
from broker.tables import ContractRow
from matching.faults import Fault
from matching.tables import OUTSIDE, leads_out
from pricing.contract import parse_contract
from pricing.problems import BadInput as BadContract
from pricing.terms import Contract
from pricing.text_file import read_file

CONTRACT_FILE = "contract.toml"
_SEVERAL = "contract-*.toml"


@dataclass(frozen=True, slots=True)
class ContractFile:
    """A contract file that was read without a fault, and its text word for word."""

    contract: Contract
    text: str


def read_contract_files(folder: Path, faults: list[Fault]) -> list[ContractFile]:
    """The contracts beside a case: `contract.toml`, or several as `contract-….toml`.

    What is wrong with them is added to `faults`, in the shape the faults of a case have.
    """
    found: list[ContractFile] = []
    alone = folder / CONTRACT_FILE
    paths = ([alone] if alone.exists() else []) + sorted(folder.glob(_SEVERAL))
    for path in paths:
        if leads_out(path, folder):
            faults.append(Fault(path.name, None, "", "", OUTSIDE, "link"))
            continue
        try:
            data = read_file(path)
            found.append(ContractFile(parse_contract(data, path.name), data.decode("utf-8")))
        except BadContract as refused:
            faults += [
                Fault(each.file, None, each.key, "", f"{each.kind}: {each.value}; allowed: "
                      f"{each.allowed}", each.kind)
                for each in refused.problems
            ]  # fmt: skip
    first: dict[str, str] = {}
    for each in found:
        file = first.setdefault(each.contract.id, each.contract.file)
        if file != each.contract.file:
            allowed = f"stands in {file} already; one file for each contract"
            faults.append(
                Fault(each.contract.file, None, "id", each.contract.id, allowed, "key twice")
            )
    return found


def contracts_in_force(session: Session) -> list[ContractRow]:
    """The newest version of each contract on record, by its id."""
    table = ContractRow.__table__
    newest = sa.select(sa.func.max(table.c.row_id)).group_by(table.c.contract_id)
    rows = session.execute(sa.select(ContractRow).where(table.c.row_id.in_(newest))).scalars()
    return sorted(rows, key=lambda row: row.contract_id)


def contract_of_row(row: ContractRow) -> Contract:
    """The contract that a row on record is; read once for as long as its text is the same."""
    return _parsed(row.text, row.file)


@lru_cache(maxsize=64)
def _parsed(text: str, file: str) -> Contract:
    return parse_contract(text.encode(), file)


def record_contracts(
    session: Session, files: Iterable[ContractFile], author: Author
) -> tuple[list[str], list[str], list[str]]:
    """Put new contracts and new versions on record; ids that are new, changed and the same."""
    held = {row.contract_id: row for row in contracts_in_force(session)}
    new: list[str] = []
    changed: list[str] = []
    same: list[str] = []
    entries = []
    for file in files:
        contract = file.contract
        before = held.get(contract.id)
        if before is not None and before.version == contract.version:
            same.append(contract.id)
            continue
        (new if before is None else changed).append(contract.id)
        session.add(
            ContractRow(
                contract_id=contract.id,
                version=contract.version,
                name=contract.name,
                kind=contract.kind,
                file=contract.file,
                text=file.text,
                imported_at=author.when,
                imported_by=author.by,
            )
        )
        was = None if before is None else {"version": before.version}
        kind = "insert" if before is None else "update"
        entries.append(Entry("contract", (contract.id,), kind, was, {"version": contract.version}))
    session.flush()
    write_history(session, entries, author)
    return new, changed, same
