"""The year before, counted from files, so that change can be shown against it.

Give the episodes of the statutory return (SSDA903) of the year, each as BOROUGH=FILE. With --header
only young people of 11 to 17 count; with --earlier (the collection years before, oldest first)
stays are whole and repeat episodes known. Weekly prices come from --prices or --contract. --freeze
puts the figures on record, where nobody changes them, under the data sharing agreement of every
borough in them; --show gives those on record.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from broker.access.actor import PARTNERSHIP, Actor, OrganisationKind, Role
from broker.baseline.record import FrozenAlready, NotToldWhose, freeze, frozen
from broker.baseline.whole import Source, baseline
from broker.baseline.words import words
from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.output import json_text, say, show, tell
from broker.commands.who import add_by
from broker.database import engine_from_environment, migrate, reading, writing
from broker.registers.entering import NoAgreement
from broker.store.clock import now
from matching.geography import PARTNER_BOROUGHS
from matching.postcodes import locate

_FIRST, _LAST = 1990, 2100
_CODE = re.compile(r"(E[0-9]{8})=(.+)", re.DOTALL)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker baseline`."""
    file = "[BOROUGH=]FILE"
    parser.add_argument(
        "episodes", metavar=f"{file}.csv", nargs="*", help="the year's episodes; may be repeated"
    )
    parser.add_argument(
        "--year", metavar="YYYY-MM-DD", type=parse.day, help="its first day, such as 2025-04-01"
    )
    parser.add_argument(
        "--header", metavar=file, action="append", default=[], help="birthdays; may be repeated"
    )
    parser.add_argument(
        "--earlier",
        metavar=file,
        action="append",
        default=[],
        help="episodes of an earlier year, oldest first; may be repeated",
    )
    parser.add_argument(
        "--prices", metavar="PRICES.csv", type=Path, action="append", default=[],
        help="what a week cost: borough, home_id, band, weekly_fee, from, to, source",
    )  # fmt: skip
    parser.add_argument(
        "--contract", metavar="CONTRACT.toml", type=Path, action="append", default=[],
        help="a contract whose standard fees were paid in the year",
    )  # fmt: skip
    parser.add_argument("--freeze", action="store_true", help="put the figures on record")
    parser.add_argument("--why", metavar="TEXT", help="why there is to be another of that year")
    parser.add_argument("--show", action="store_true", help="show those on record")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_by(parser, "who freezes it")


def run(arguments: argparse.Namespace) -> int:
    """Count, and freeze or show."""
    if arguments.show:
        return _show(arguments)
    _check(arguments)
    sources = [
        *_sources("earlier", arguments.earlier),
        *_sources("episodes", arguments.episodes),
        *_sources("header", arguments.header),
        *(Source("prices", "", path) for path in arguments.prices),
        *(Source("contract", "", path) for path in arguments.contract),
    ]
    figures = baseline(sources, arguments.year, locate)
    if arguments.freeze:
        engine = engine_from_environment()
        migrate(engine)
        actor = Actor(
            arguments.by,
            Role.COMMISSIONER,
            PARTNERSHIP,
            OrganisationKind.PARTNERSHIP,
            via="command line",
        )
        why = None if arguments.why is None else " ".join(arguments.why.split()) or None
        try:
            with writing(engine) as session:
                number = freeze(session, actor, figures, at=now(), why=why)
        except (FrozenAlready, NotToldWhose) as refused:
            raise Refused(str(refused)) from None
        except NoAgreement as refused:
            raise Refused(
                *(f"{sentence}." for sentence in refused.lapsed.values()),
                "A borough's data is put on record only under its data sharing agreement: a "
                "commissioner writes it in the register, or broker import brings it with a case. "
                "Nothing was frozen.",
            ) from None
        say(f"Frozen: baseline {number} of the year from {arguments.year}.")
    if arguments.json:
        show(json_text(figures))
    else:
        tell(words(figures))
    return DONE


def _check(arguments: argparse.Namespace) -> None:
    faults = []
    if arguments.year is None:
        faults.append("--year is needed: the first day of the year, such as 2025-04-01.")
    elif not _FIRST <= arguments.year.year <= _LAST:
        faults.append(f"--year {arguments.year}: allowed: a day from {_FIRST} to {_LAST}.")
    if not (arguments.episodes or arguments.prices or arguments.contract):
        faults.append("Name the episodes of the year, or prices (--prices, --contract).")
    if arguments.why is not None and not arguments.freeze:
        faults.append("--why goes with --freeze.")
    if faults:
        raise Refused(*faults, "Nothing was done.")


def _sources(kind: str, given: list[str]) -> list[Source]:
    sources = []
    for text in given:
        found = _CODE.fullmatch(text)
        code, path = (found[1], found[2]) if found else ("", text)
        if code and code not in PARTNER_BOROUGHS:
            allowed = ", ".join(f"{one} ({name})" for one, name in PARTNER_BOROUGHS.items())
            raise Refused(f"{text}: {code} is no partner borough; allowed: {allowed}.")
        sources.append(Source(kind, code, Path(path)))
    return sources


def _show(arguments: argparse.Namespace) -> int:
    given = arguments.episodes or arguments.header or arguments.earlier or arguments.prices
    if given or arguments.contract or arguments.freeze or arguments.why is not None:
        raise Refused("--show takes --year and --json only. Nothing was done.")
    engine = engine_from_environment()
    migrate(engine)
    with reading(engine) as session:
        found = frozen(session, arguments.year)
    if arguments.json:
        show(json_text({"baselines": found}))
    elif not found:
        show("No baseline is on record.")
    else:
        tell("\n\n".join(_frozen_words(one) for one in found))
    return DONE


def _frozen_words(one: dict[str, object]) -> str:
    why = f" It was made because: {one['why']}" if one["why"] else ""
    figures = one["figures"]
    assert isinstance(figures, dict)
    return (
        f"Baseline {one['number']} of the year from {one['year_from']}, frozen at "
        f"{one['frozen_at']} by {one['frozen_by']} with version {one['software']}; digest of its "
        f"inputs {str(one['digest'])[:12]}.{why}\n\n{words(figures)}"
    )
