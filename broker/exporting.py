"""`broker export`: the open records as a case folder that reads back as the same case."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from sqlmodel import Session

from broker.store.contracts import CONTRACT_FILE, contracts_in_force
from broker.store.load import day_of_question, load_problem
from broker.store.out_of_use import places_out
from matching.exchange import case_texts
from matching.faults import BadInput, Fault
from matching.problem import Problem
from matching.sheets import SHEETS
from matching.tables import table_text
from matching.words import and_list, count


def export_case(session: Session, folder: Path) -> tuple[str, ...]:
    """Write the open records as a case folder and say which files; whole, or not at all.

    Every file is written, if only with its header, but for a safety file that was never given: its
    absence is told again wherever the case goes. Contracts in force stand beside it.

    Raises:
        BadInput: the folder is there already and not empty, or cannot be written.
        DatabaseProblem: nothing is on record, or it cannot be read.
    """
    texts = export_texts(session)
    write_folder(texts, folder)
    return tuple(texts)


def write_folder(texts: Mapping[str, str], folder: Path) -> None:
    """Write files into a new or empty folder; whole, or not at all.

    Raises:
        BadInput: the folder is there already and not empty, or cannot be written, or a name leads
            out of it.
    """
    _check_room(folder)
    _check_inside(texts)
    unfinished = folder.parent / f".{folder.name}.{uuid.uuid4().hex[:8]}"
    try:
        unfinished.mkdir(parents=True)
        for name, text in texts.items():
            file = unfinished / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        if folder.exists():
            folder.rmdir()
        os.replace(unfinished, folder)
    except OSError as problem:
        shutil.rmtree(unfinished, ignore_errors=True)
        reason = f"cannot be written: {(problem.strerror or 'unknown reason').lower()}"
        raise BadInput([Fault(str(folder), None, "", "", reason, "unwritable folder")]) from problem


def _check_inside(names: Iterable[str]) -> None:
    """No name leads out of the folder: neither from the root, nor upwards, nor by another drive."""
    for name in names:
        path = PurePosixPath(name)
        inside = not path.is_absolute() and ".." not in path.parts and "\\" not in name
        if not inside or "\0" in name or ":" in name:
            raise BadInput(
                [
                    Fault(
                        name, None, "", "", "leads out of its folder; allowed: a plain name", "path"
                    )
                ]
            )


def export_texts(session: Session) -> dict[str, str]:
    """The files of the open records by name, as text; homes with all their places.

    Were places out of use left out, a later import of the folder would take them from the home.
    """
    texts = whole_texts(load_problem(session, places_out_too=True))
    contracts = contracts_in_force(session)
    for number, contract in enumerate(contracts, 1):
        alone = len(contracts) == 1
        texts[CONTRACT_FILE if alone else f"contract-{number}.toml"] = contract.text
    return texts


def notes_of_export(session: Session) -> tuple[str, ...]:
    """What the folder of an export cannot say."""
    out = places_out(session, day_of_question(session), None)
    if not out:
        return ()
    named = and_list([f"{home} ({count(places, 'place')})" for home, places in sorted(out.items())])
    return (
        f"The folder has homes with all their places. Out of use now or later: {named}. "
        "A match of the folder does not know; a match of the records does.",
    )


def whole_texts(problem: Problem) -> dict[str, str]:
    """The files of a case by name, each if only with its header, but for safety never given."""
    texts = case_texts(problem)
    for sheet in SHEETS.values():
        if sheet.file not in texts and sheet.file not in problem.missing_safety:
            texts[sheet.file] = table_text(sheet.names, [])
    return texts


def _check_room(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        allowed = "is there already and not empty; allowed: a new or an empty folder"
        raise BadInput([Fault(str(folder), None, "", "", allowed, "folder in use")])
