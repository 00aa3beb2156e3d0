"""A whole invented case folder from a seed, where places are scarce and every rule has work."""

import csv
import io
from datetime import date
from pathlib import Path

from tests.oracle.generate import between
from tests.oracle.generate.dice import Dice
from tests.oracle.generate.homes import (
    HOME_COLUMNS,
    RESIDENT_COLUMNS,
    Cells,
    homes,
    residents,
)
from tests.oracle.generate.referrals import (
    PLACE_COLUMNS,
    REFERRAL_COLUMNS,
    movers,
    needed_days,
    people_and_places,
    referrals,
)
from tests.oracle.read import POLICY

Files = dict[str, str]

COLUMNS = {
    "referrals": REFERRAL_COLUMNS,
    "homes": HOME_COLUMNS,
    "residents": RESIDENT_COLUMNS,
    "people_and_places": PLACE_COLUMNS,
    **between.COLUMNS,
}
REQUIRED = {
    "referrals": {
        "referral_id",
        "young_person_id",
        "borough",
        "date_of_birth",
        "sex",
        "band",
        "needed_by",
    },
    "homes": {
        "home_id",
        "borough",
        "registration",
        "min_age",
        "max_age",
        "sexes",
        "bands",
        "places",
    },
    "residents": {"young_person_id", "home_id", "borough", "band", "date_of_birth"},
}
DAYS_ASKED = (date(2026, 4, 1), date(2027, 2, 26), date(2028, 2, 27), date(2026, 12, 29))


def random_case(
    seed: int,
    *,
    referrals: int,
    homes: int,
    policy: str = "default",
    without: frozenset[str] = frozenset(),
) -> Files:
    """Return file name -> text of a whole valid case folder, the same for the same arguments.

    ``policy`` is ``default`` or ``random``; ``without`` names features (``dice.FEATURES``) to
    leave out. Fewer referrals or a feature less leave the rest of the case as it was, as far as
    the rest does not depend on it.
    """
    if policy not in {"default", "random"}:
        raise ValueError(f"policy is default or random, not {policy}")
    dice = Dice(seed, without)
    tables, as_of = _tables(dice, referrals, homes)
    files = {"policy.toml": _policy_text(dice, as_of, policy == "random")}
    for name, rows in tables.items():
        if rows or name in {"referrals", "homes"} or dice.whole(0, 1, "empty file", name):
            files[f"{name}.csv"] = _csv_text(dice, name, rows)
    return files


def _tables(
    dice: Dice, young_people: int, number_of_homes: int
) -> tuple[dict[str, list[Cells]], date]:
    as_of = dice.pick(DAYS_ASKED, "as of")
    needed = needed_days(dice, as_of, young_people)
    days = sorted({max(as_of, day) for day in needed}) or [as_of]
    home_rows = homes(dice, number_of_homes)
    resident_rows = residents(dice, home_rows, as_of, days)
    referral_rows = referrals(dice, as_of, needed, home_rows, resident_rows)
    movers(dice, referral_rows, resident_rows)
    wishes, declines = between.wishes_and_declines(dice, as_of, referral_rows, home_rows)
    return {
        "referrals": referral_rows,
        "homes": home_rows,
        "residents": resident_rows,
        "relationships": between.relationships(dice, referral_rows, resident_rows),
        "avoid": between.avoid(dice, referral_rows, home_rows),
        "people_and_places": people_and_places(dice, referral_rows),
        "wishes": wishes,
        "declines": declines,
        "rates": between.rates(dice, as_of, days, home_rows),
        "shares": between.shares(dice, referral_rows, home_rows),
        "adjoining": between.adjoining(dice),
    }, as_of


def write_case(files: Files, folder: Path) -> Path:
    """Write the files into a folder, making it if need be, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    return folder


def csv_text(columns: list[str], rows: list[Cells], line_end: str = "\n") -> str:
    """Return rows as the text of a CSV file."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator=line_end, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _csv_text(dice: Dice, name: str, rows: list[Cells]) -> str:
    columns = COLUMNS[name]
    if name in REQUIRED and dice.whole(0, 1, "fewer columns", name):
        columns = [
            column
            for column in columns
            if column in REQUIRED[name] or any(row[column] for row in rows)
        ]
    if not dice.hit("untidy", 0.25, name):
        return csv_text(columns, rows)
    padded = [
        {column: f" {cell.replace(';', ' ; ')} " for column, cell in row.items()} for row in rows
    ]
    return "\ufeff" + csv_text(columns, padded, "\r\n")


def _policy_text(dice: Dice, as_of: date, drawn: bool) -> str:
    lines = [f"as_of = {as_of.isoformat()}"]
    if not drawn:
        return lines[0] + "\n"
    sections: list[str] = []
    flat = dice.whole(0, 3, "policy", "flat") == 0
    for key, usual in POLICY.items():
        if isinstance(usual, dict):
            sections.append(f"\n[{key}]")
            sections += [
                f"{name} = {0 if flat and key == 'points' else _drawn(dice, key, name, value)}"
                for name, value in usual.items()
                if dice.whole(0, 4, "policy", key, name)
            ]
        elif dice.whole(0, 4, "policy", key):
            lines.append(f"{key} = {_drawn(dice, '', key, usual)}")
    return "\n".join(lines + sections) + "\n"


def _drawn(dice: Dice, section: str, key: str, usual: int) -> str:
    here = ("policy", section, key, "value")
    chance = dice.stream(*here)
    if key in {"unknown_distance_miles", "reach_miles"}:
        return chance.choice(("0.5", "2.5", "4.9", "12", "10.5"))
    if section == "max_distance_miles":
        return chance.choice(("3.5", "7.5", "20", "33.3", "60"))
    if key == "per_100_pounds":
        return chance.choice(("0", "1", "2"))
    if key == "max_arrivals":
        return chance.choice(list("0" + "1122223335" * 2))
    if section == "load":
        return str(chance.choice((usual, usual, usual + 1, max(1, usual - 1))))
    if section == "wait":
        return str(chance.choice((usual, usual // 4, 1, 0, 2 * usual + 1)))
    if key == "planned_months":
        return str(chance.randint(0, 18))
    return str(chance.choice((0, 1, 3, usual, usual, 2 * usual + 1)))
