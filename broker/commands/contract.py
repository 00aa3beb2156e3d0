"""What commands on a contract share: the period, the tables read with it, what its prices are."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from broker.commands import parse
from broker.commands.output import answer, say
from pricing.assumed import assumptions
from pricing.terms import Contract
from pricing.text_file import read_file
from pricing.toml_file import file_version

_SHOWN = 12
_BOROUGH = re.compile(r"\bE(?:06|08|09|10)[0-9]{6}\b")


def add_period(parser: argparse.ArgumentParser) -> None:
    """The options of a half-open period."""
    for name, words in (("from", "first day"), ("to", "day after the last")):
        parser.add_argument(
            f"--{name}",
            dest={"from": "start", "to": "end"}[name],
            metavar="YYYY-MM-DD",
            type=parse.day,
            required=True,
            help=words,
        )


def answer_from(
    tables: Iterable[Path | None],
    as_json: bool,
    facts: Callable[[], Mapping[str, object]],
    words: Callable[[], str],
) -> None:
    """Give an answer, and name the tables it rests on, each with the SHA-256 of its bytes.

    In words the boroughs whose codes it shows are named too.
    """
    read = [(path.name, file_version(read_file(path))) for path in tables if path is not None]
    answer(
        as_json,
        lambda: {
            **facts(),
            "tables": [{"file": name, "version": version} for name, version in read],
        },
        lambda: _with_names(words(), read),
    )


def _with_names(words: str, read: Iterable[tuple[str, str]]) -> str:
    from matching.geography import authority_name

    codes = sorted(set(_BOROUGH.findall(words)))
    boroughs = "; ".join(f"{code} {authority_name(code)}" for code in codes)
    tables = "; ".join(f"{name}, version {version[:_SHOWN]}" for name, version in read)
    lines = [("Boroughs", boroughs), ("Tables", tables)]
    return "".join([words, "\n", *(f"{name}: {said}\n" for name, said in lines if said)])


def say_assumptions(contract: Contract) -> None:
    """Say beside an answer whose fields are fixed that its prices are assumptions, if they are."""
    for sentence in assumptions(contract):
        say(sentence)
