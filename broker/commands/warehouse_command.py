"""The data warehouse: facts and dimensions from the records, under pseudonyms.

build works everything out anew; refresh only what changed, to the same rows; rotate gives every
young person another pseudonym; publish writes the figures that may leave the partnership. Views are
in the database, Parquet files in --out. They are for those inside the partnership whose role allows
it. The keys of the pseudonyms lie in a file apart (--keys): keep it away from the files.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from broker.access.actor import Role
from broker.commands import parse
from broker.commands.endings import DONE, Refused
from broker.commands.output import answer
from broker.commands.who import add_by, at_the_command_line
from broker.database import engine_from_environment, migrate, reading
from broker.store.clock import today

ACTIONS = ("build", "refresh", "publish", "rotate")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `broker warehouse`."""
    parser.add_argument("action", choices=ACTIONS, help="what to do")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, help="the folder of the files [warehouse; published]"
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
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    add_by(parser, "who asks, for the audit")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked for."""
    from broker.warehouse import pseudonym
    from broker.warehouse import run as warehouse

    if arguments.action == "publish":
        return _publish(arguments)
    if arguments.year is not None:
        raise Refused("--year goes with publish. Nothing was done.")
    folder = arguments.out or Path(warehouse.DEFAULT_FOLDER)
    keys = pseudonym.key_path(arguments.keys)
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


def _publish(arguments: argparse.Namespace) -> int:
    """Write the figures of a year that may leave the partnership, to a folder that has none."""
    from broker.exporting import write_folder
    from broker.reports.star import NotBuilt, star
    from broker.warehouse.publish.publication import financial_year_of, publish

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
        made = publish(found_star, year)
    write_folder(made.files(), folder)
    answer(arguments.json, made.to_json, made.words)
    return DONE
