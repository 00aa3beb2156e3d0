"""The data warehouse: facts and dimensions from the records, under pseudonyms.

build works everything out anew; refresh only what changed, to the same rows; rotate gives every
young person another pseudonym; load puts the episodes of a folder of statutory returns (SSDA903) on
record, beside our own placements, and unload takes them off; publish writes the figures that may
leave the partnership. Views are in the database, Parquet files in --out. They are for those inside
the partnership whose role allows it. The keys of the pseudonyms lie in a file apart (--keys): keep
it away from the files.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from broker.access.actor import Role
from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.files import check_outputs, write_whole
from broker.commands.output import answer
from broker.commands.who import add_by, at_the_command_line
from broker.database import engine_from_environment, migrate, reading, writing
from broker.store.clock import now, today

if TYPE_CHECKING:
    from broker.reports.reach import Reach
    from broker.warehouse.publish.once import Earlier

ACTIONS = ("build", "refresh", "load", "unload", "publish", "rotate")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker warehouse`."""
    parser.add_argument("action", choices=ACTIONS, help="what to do")
    parser.add_argument(
        "returns", metavar="RETURNS_DIR", type=Path, nargs="?", help="load: a folder of returns"
    )
    parser.add_argument(
        "--source",
        metavar="NAME",
        help="load, unload: the name of the source [load: the folder's name]",
    )
    parser.add_argument(
        "--years-named-by",
        choices=("start", "end"),
        help="load: whether 2019 in a path names the collection that begins or closes in it",
    )
    parser.add_argument(
        "--problems",
        metavar="FILE.csv",
        type=Path,
        help="load: write every refused row and every repair there",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        help="the folder of the files [BROKER_WAREHOUSE, else warehouse; published-YEAR]",
    )
    parser.add_argument(
        "--keys", metavar="FILE", type=Path,
        help="the keys of the pseudonyms [BROKER_WAREHOUSE_KEY, else warehouse-key.json]",
    )  # fmt: skip
    parser.add_argument(
        "--as-of", metavar="YYYY-MM-DD", type=parse.day, help="the last day it tells of [today]"
    )
    parser.add_argument(
        "--year", metavar="YYYY-YY", help="publish: the financial year, such as 2025-26"
    )
    parser.add_argument(
        "--in-part", action="store_true",
        help="publish: a year over which the records reach in part, which every file then says",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_by(parser, "who asks, for the audit")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked for."""
    from broker.warehouse import place
    from broker.warehouse import run as warehouse

    _check(arguments)
    if arguments.action == "publish":
        return _publish(arguments)
    if arguments.year is not None or arguments.in_part:
        name = "--in-part" if arguments.year is None else "--year"
        raise Refused(f"{name} goes with publish. Nothing was done.")
    if arguments.action == "load":
        return _load(arguments)
    if arguments.action == "unload":
        return _unload(arguments)
    folder, keys = place.folder_path(arguments.out), place.key_path(arguments.keys)
    day = arguments.as_of or today()
    actor = at_the_command_line(arguments.by)
    engine = engine_from_environment()
    migrate(engine)
    if arguments.action == "rotate":
        done = warehouse.rotate(engine, folder, keys, day, actor)
    else:
        whole = arguments.action == "build"
        done = warehouse.bring_up(engine, folder, keys, day, actor, whole=whole)
    answer(arguments.json, done.to_json, done.words)
    return DONE


def _check(arguments: argparse.Namespace) -> None:
    of_load = {
        "RETURNS_DIR": arguments.returns,
        "--years-named-by": arguments.years_named_by,
        "--problems": arguments.problems,
    }
    given = [name for name, value in of_load.items() if value is not None]
    if arguments.action != "load" and given:
        raise Refused(f"{', '.join(given)}: for load alone. Nothing was done.")
    if arguments.action not in ("load", "unload"):
        if arguments.source is not None:
            raise Refused("--source: for load and unload alone. Nothing was done.")
        return
    if arguments.action == "load" and arguments.returns is None:
        raise Refused("load: which folder of returns? broker warehouse load RETURNS_DIR")
    if arguments.action == "unload" and arguments.source is None:
        raise Refused("unload: which source? broker warehouse unload --source NAME")
    if arguments.as_of is not None:
        raise Refused("--as-of: for build, refresh and rotate alone. Nothing was done.")
    if arguments.source is not None and not arguments.source.strip():
        raise Refused("--source: empty; allowed: a name. Nothing was done.")


def _load(arguments: argparse.Namespace) -> int:
    """Read and mend a folder of returns, and put its episodes into the warehouse."""
    from broker.commands.progress import Progress
    from broker.returns.listed import COLUMNS, listed
    from broker.returns.whole import read_returns
    from broker.warehouse import place, returned
    from matching.tables import table_text

    check_outputs({"--problems": arguments.problems})
    source = (arguments.source or arguments.returns.resolve().name).strip()
    engine = engine_from_environment()
    migrate(engine)
    with Progress("reading the returns"):
        returns = read_returns(arguments.returns, arguments.years_named_by)
        done = returned.load(
            engine,
            place.folder_path(arguments.out),
            place.key_path(arguments.keys),
            returns,
            source,
            at_the_command_line(arguments.by),
        )
    if arguments.problems is not None:
        lines = listed(returns.refused, returns.repairs)
        write_whole(arguments.problems, [table_text(COLUMNS, lines)])
    answer(arguments.json, done.to_json, done.words)
    return DONE


def _unload(arguments: argparse.Namespace) -> int:
    """Take a source of returns off the record, and out of the warehouse."""
    from broker.warehouse import place, returned

    source = arguments.source.strip()
    engine = engine_from_environment()
    migrate(engine)
    folder, keys = place.folder_path(arguments.out), place.key_path(arguments.keys)
    returned.unload(engine, folder, keys, source, at_the_command_line(arguments.by))
    answer(
        arguments.json,
        lambda: {"unloaded": source},
        lambda: f"The returns loaded as {source} are off the record and out of the warehouse.",
    )
    return DONE


def _publish(arguments: argparse.Namespace) -> int:
    """Write the figures of a year that may leave the partnership, to a folder that has none."""
    from broker.exporting import write_folder
    from broker.reports.reach import reach
    from broker.reports.star import NotBuilt, star
    from broker.warehouse.publish.once import PublishedOtherwise, note
    from broker.warehouse.publish.publication import NotKnown, financial_year_of, publish

    year = None if arguments.year is None else financial_year_of(arguments.year)
    if year is None:
        found = "nothing" if arguments.year is None else arguments.year
        raise Refused(f"--year {found}: allowed: a financial year such as 2025-26.")
    folder = arguments.out or Path(f"published-{arguments.year}")
    if folder.exists() and any(folder.iterdir()):
        raise Refused(
            f"{folder}: is not empty. What was published is not written over: two versions of a "
            "year would tell what changed between them. Nothing was done."
        )
    engine = engine_from_environment()
    migrate(engine)
    actor = replace(at_the_command_line(arguments.by), role=Role.COMMISSIONER)
    with reading(engine) as session:
        try:
            found_star = star(session, actor)
        except NotBuilt:
            raise Refused(
                "There is no warehouse in this database yet. Make it: broker warehouse build"
            ) from None
        if found_star.as_of < year.end:
            raise Refused(
                f"--year {arguments.year}: is over on {year.end}, and the warehouse is of "
                f"{found_star.as_of}. Only whole years are published. Nothing was done."
            )
        if arguments.in_part and reach(found_star, year).whole:
            raise Refused(
                f"--year {arguments.year}: the records reach over all of it. Publish it without "
                "--in-part. Nothing was done."
            )
        try:
            made = publish(found_star, year, in_part=arguments.in_part)
        except NotKnown as refused:
            raise Refused(_not_known(arguments.year, refused.found)) from None
    try:
        with writing(engine) as session:
            note(session, actor, arguments.year, made, now())
    except PublishedOtherwise as refused:
        raise Refused(_otherwise(arguments.year, refused.earlier)) from None
    write_folder(made.files(), folder)
    answer(arguments.json, made.to_json, made.words)
    return DONE


def _not_known(year: str, found: Reach) -> str:
    """Why a year is not published of which not all is known, and what to do."""
    if found.counted is None:
        return (
            f"--year {year}: {found.why} Of days of which nothing is known nothing is published. "
            "Nothing was done."
        )
    return (
        f"--year {year}: {found.why} {found.counted.days} days of it are known. A year is "
        "published once, so that what is told of a part of it stays. If that is what should be "
        "published, ask with --in-part: every file then says of which days it is. Nothing was done."
    )


def _otherwise(year: str, earlier: Earlier) -> str:
    """Why a year is not published a second time, and what to do."""
    from broker.warehouse.homes import LONDON
    from matching.words import day_words

    day = earlier.at.astimezone(LONDON).date()
    what = (
        "of which no digest is on record"
        if earlier.digest is None
        else f"with other figures (digest {earlier.digest[:12]})"
    )
    return (
        f"--year {year}: was published on {day_words(day)} by {earlier.by}, {what}. Whoever has "
        "two versions of a year can subtract one from the other. Give out the files of that day "
        "again. If they are lost, restore a backup of that day elsewhere, build its warehouse and "
        "publish from it: the same figures may be written again. Nothing was done."
    )
