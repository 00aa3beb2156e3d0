"""Invented cases of any size, by chance from a seed: the same numbers give the same files.

A case is meant to be hard in the ways real ones are: young people compete for few places, one in
seven minds with whom they live, siblings stay together, and neighbours must not meet. Small cases
are a young contract with a third of its places taken; in large ones four fifths are.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

from broker.sample.around import (
    Neighbourhood,
    Row,
    avoided,
    declines,
    people_and_places,
    relationships,
    wishes,
)
from broker.sample.block import BLOCK_HOMES, CONTRACT_ID, block_rates, contract_text, shares_of
from broker.sample.draw import Draw
from broker.sample.folder import require_empty, write_files
from broker.sample.ground import REGIONAL_HOMES, Choice, ground
from broker.sample.homes import Home, make_homes, move_in
from broker.sample.referrals import Referral, make_referrals

AS_OF: Final = date(2026, 9, 4)
"""The day of every generated case: a Friday."""

_AGREEMENTS: Final = Path(__file__).parent / "region" / "agreements.toml"
"""The invented agreements are those of the hand-made region."""

_YOUNG_CONTRACT_HOMES: Final = 200
_PERCENT_FULL_YOUNG: Final = 35
_PERCENT_FULL: Final = 80
_SPOT: Final = {"low": 5200, "medium": 6900, "high": 9300, "specialist": 12400}
_SUPPORTED: Final = {"low": 1700, "medium": 2200}
_HOMES: Final = (
    "home_id,name,provider,borough,easting,northing,provision,registration,judgement,"
    "due_diligence,min_age,max_age,sexes,bands,supports,places,max_high,load_limit,max_arrivals,"
    "contract"
)
_REFERRALS: Final = (
    "referral_id,young_person_id,borough,date_of_birth,sex,band,band_status,needs,easting,northing,"
    "nearness,min_distance_miles,max_distance_miles,needed_by,waiting_since,planned_months,"
    "moves_last_12_months,sibling_group,siblings,living_companions,provision,dol"
)
_RESIDENTS: Final = (
    "young_person_id,home_id,borough,band,date_of_birth,sex,leaves_on,leaving,living_companions,"
    "sibling_group"
)


class BadSize(ValueError):
    """A case of that size cannot be made."""


def generate(
    referrals: int, homes: int, seed: int, *, percent_full: int | None = None
) -> dict[str, str]:
    """Return a valid case folder with its contract and agreements: file name to text.

    The first nine homes are a block contract of 35 places in the partner boroughs. Up to 100
    homes stand in those boroughs, up to 1,000 in London, more in all of England. `percent_full`
    is how many of a hundred places are taken: 35 up to 200 homes and 80 above, unless given.
    Raises BadSize.
    """
    _check(referrals, homes, percent_full)
    draw = Draw(seed)
    choice = Choice(ground(homes))
    if percent_full is None:
        young = homes <= _YOUNG_CONTRACT_HOMES
        percent_full = _PERCENT_FULL_YOUNG if young else _PERCENT_FULL
    all_homes = make_homes(draw, homes, choice, Choice(ground(REGIONAL_HOMES)))
    residents = move_in(draw, all_homes, percent_full, choice, AS_OF)
    people = make_referrals(draw, referrals, choice, residents, AS_OF)
    near = Neighbourhood(all_homes)
    contract = _contract(all_homes)
    return {
        "README.md": _readme(referrals, homes, seed, percent_full),
        "policy.toml": f"# Invented. Every weight is the starting assumption.\nas_of = {AS_OF}\n",
        "contract.toml": contract,
        "agreements.toml": _AGREEMENTS.read_bytes().decode("utf-8"),
        "homes.csv": _table(_HOMES, map(_home_row, all_homes)),
        "residents.csv": _table(_RESIDENTS, _resident_rows(all_homes)),
        "referrals.csv": _table(_REFERRALS, map(_referral_row, people)),
        "relationships.csv": _table("a,b,kind", relationships(draw, people, all_homes)),
        "avoid.csv": _table(
            "young_person_id,kind,borough,home_id,easting,northing,miles",
            avoided(draw, people, near, choice),
        ),
        "people_and_places.csv": _table(
            "referral_id,what,easting,northing,visits_per_month,keep",
            people_and_places(draw, people),
        ),
        "wishes.csv": _table(
            "referral_id,home_id,wish,on,words", wishes(draw, people, near, AS_OF.isoformat())
        ),
        "declines.csv": _table("referral_id,home_id,reason", declines(draw, people, near)),
        "rates.csv": _table(
            "home_id,band,weekly_fee,marginal_weekly_fee,from,to",
            [*_block_rates(all_homes, contract), *_spot_rates(draw, all_homes)],
        ),
        "shares.csv": _table(
            "contract,borough,places",
            ((CONTRACT_ID, code, part) for code, part in _shares(all_homes).items()),
        ),
    }


def write_generated(
    folder: Path, referrals: int, homes: int, seed: int, *, percent_full: int | None = None
) -> None:
    """Write a generated case into a new or empty folder; FolderInUse or BadSize if it cannot be."""
    require_empty(folder)
    write_files(folder, generate(referrals, homes, seed, percent_full=percent_full))


def _check(referrals: int, homes: int, percent_full: int | None) -> None:
    faults = []
    if referrals < 0:
        faults.append(f"referrals is {referrals}; allowed: 0 or more")
    if homes < 1:
        faults.append(f"homes is {homes}; allowed: 1 or more")
    if percent_full is not None and not 0 <= percent_full <= 100:
        faults.append(f"percent_full is {percent_full}; allowed: 0 to 100")
    if faults:
        raise BadSize("; ".join(faults))


def _table(header: str, rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue()


def _home_row(home: Home) -> Row:
    return (
        home.home_id,
        home.name,
        home.provider,
        home.authority.code,
        home.easting,
        home.northing,
        home.provision,
        home.registration,
        home.judgement,
        home.due_diligence,
        home.min_age,
        home.max_age,
        ";".join(home.sexes),
        ";".join(home.bands),
        ";".join(home.supports),
        home.places,
        home.max_high,
        home.load_limit,
        home.max_arrivals,
        home.contract,
    )


def _resident_rows(homes: list[Home]) -> Iterable[Row]:
    for home in homes:
        for person in home.residents:
            yield (
                person.young_person_id,
                home.home_id,
                person.borough,
                person.band,
                person.date_of_birth,
                person.sex,
                person.leaves_on,
                person.leaving,
                person.living_companions,
                person.sibling_group,
            )


def _referral_row(referral: Referral) -> Row:
    return (
        referral.referral_id,
        referral.young_person_id,
        referral.authority.code,
        referral.date_of_birth,
        referral.sex,
        referral.band,
        referral.band_status,
        ";".join(referral.needs),
        referral.easting if referral.located else None,
        referral.northing if referral.located else None,
        referral.nearness,
        referral.min_distance_miles,
        referral.max_distance_miles,
        referral.needed_by,
        referral.waiting_since,
        referral.planned_months,
        referral.moves,
        referral.sibling_group,
        referral.siblings,
        referral.living_companions,
        referral.provision,
        referral.dol,
    )


def _block(homes: list[Home]) -> list[Home]:
    return homes[:BLOCK_HOMES]


def _shares(homes: list[Home]) -> dict[str, int]:
    return shares_of(sum(home.places for home in _block(homes)))


def _contract(homes: list[Home]) -> str:
    by_provider: dict[str, list[str]] = {}
    for home in _block(homes):
        by_provider.setdefault(home.provider, []).append(home.home_id)
    return contract_text(sum(home.places for home in _block(homes)), by_provider)


def _block_rates(homes: list[Home], contract: str) -> Iterable[Row]:
    block = {home.home_id: home for home in _block(homes)}
    in_use = sum(len(home.residents) for home in block.values())
    for rate in block_rates(contract, in_use, AS_OF):
        if rate.band in block[rate.home_id].bands:
            yield tuple(rate.cells().values())


def _spot_rates(draw: Draw, homes: list[Home]) -> Iterable[Row]:
    """Price each spot home by its own level, nine tenths to four thirds of the usual."""
    for home in homes[BLOCK_HOMES:]:
        level = draw.whole(90, 133)
        usual = _SUPPORTED if home.provision == "supported_accommodation" else _SPOT
        for band in home.bands:
            yield home.home_id, band, f"{usual[band] * level // 5000 * 50}.00", "", "", ""


def _readme(referrals: int, homes: int, seed: int, percent_full: int) -> str:
    return (
        "# An invented case\n\n"
        f"Made by chance: {referrals} referrals, {homes} homes, {percent_full} of a hundred places "
        f"taken, seed {seed}. No young person, home, provider, wish or price in it is real; the "
        "boroughs and their neighbours are. Prices, void terms and weights are starting "
        "assumptions.\n"
    )
