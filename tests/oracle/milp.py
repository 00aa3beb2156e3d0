"""The best plan by a second solver: HiGHS through scipy on the direct model with pair rows.

The three levels are solved one after another, each fixed exactly before the next; every answer is
rounded, checked and scored again by ``plan``.
"""

import numpy as np

from tests.oracle.linear import Model, NotSolved, Terms
from tests.oracle.pairs import Pairs, all_pairs
from tests.oracle.plan import (
    arrivals_limit,
    balanced_contracts,
    cautions_with_residents,
    days_that_can_bind,
    entitlements,
    objective,
    violations,
    wait_of,
)
from tests.oracle.read import Case, Row
from tests.oracle.words import (
    companions_fit,
    day_of,
    group_kind,
    high_need,
    horizon,
    present_on,
    sibling_groups,
    urgency_of,
)


def best(
    case: Case, pairs: Pairs | None = None, without: frozenset[str] = frozenset()
) -> tuple[tuple[int, int, int], dict[str, str]]:
    """Return the best three levels and one plan that has them.

    ``without`` names joint rules (J1 to J6) to leave out, to see whether they bind. Raises
    ``NotSolved`` when the optimum is not proven or the recomputed levels differ.
    """
    known = all_pairs(case) if pairs is None else pairs
    model, x = _model(case, known, without)
    reached = []
    columns = np.zeros(len(model.upper), dtype=np.int64)
    for level in range(3):
        columns = model.minimise(level)
        reached.append(model.fix(level, columns))
    plan = {key[0]: key[1] for key, column in x.items() if columns[column]}
    broken = [found for found in violations(case, known, plan) if found[0] not in without]
    if broken:
        raise NotSolved(f"the plan breaks {broken}")
    levels = objective(case, known, plan)
    if list(levels) != reached:
        raise NotSolved(f"the solver says {reached}, the plan has {levels}")
    return levels, plan


def dearest(case: Case, pairs: Pairs) -> int:
    """Return the highest weekly cost in pence of the plans best in the first two levels."""
    model, _ = _model(case, pairs, frozenset())
    for level in range(2):
        model.fix(level, model.minimise(level))
    model.levels[2] = {column: -pence for column, pence in model.levels[2].items()}
    return -model.fix(2, model.minimise(2))


def _model(
    case: Case, known: Pairs, without: frozenset[str]
) -> tuple[Model, dict[tuple[str, str], int]]:
    model = Model()
    x = {key: model.column(1) for key, pair in known.items() if pair["eligible"]}
    _one_home_each(case, model, known, x)
    for home in case["homes"]:
        placed = [(r, x[key]) for r in case["referrals"] if (key := _key(r, home)) in x]
        _places_and_mix(case, model, home, placed, without)
        _pairs_in_home(case, model, home, placed, without)
        if "J6" not in without:
            _arrivals(case, model, home, placed)
    _siblings(case, model, known, x, without)
    _shares(case, model, known, x)
    _balance(case, model, x)
    return model, x


def _key(referral: Row, home: Row) -> tuple[str, str]:
    return referral["referral_id"], home["home_id"]


def _one_home_each(case: Case, model: Model, pairs: Pairs, x: dict[tuple[str, str], int]) -> None:
    for referral in case["referrals"]:
        if referral["by_hand"]:
            continue
        own = [x[key] for home in case["homes"] if (key := _key(referral, home)) in x]
        model.row(dict.fromkeys(own, 1), high=1)
        level, price = (0, 1) if urgency_of(case, referral) == "today" else (1, 0)
        price = price or wait_of(case, referral)
        model.constants[level] += price
        for column in own:
            model.add(level, column, -price)
    for key, column in x.items():
        model.add(1, column, pairs[key]["total"])
        model.add(2, column, pairs[key]["marginal_fee"])


def _places_and_mix(
    case: Case, model: Model, home: Row, placed: list[tuple[Row, int]], without: frozenset[str]
) -> None:
    load = case["policy"]["load"]
    for day in sorted({day_of(case, referral) for referral, _ in placed}):
        residents = present_on(case, home["home_id"], day)
        arrived = [(row, column) for row, column in placed if day_of(case, row) <= day]
        if "J1" not in without:
            free = max(0, home["places"] - len(residents))
            model.row({column: 1 for _, column in arrived}, high=free)
        if "J3" not in without and home["max_high"] is not None:
            free = max(0, home["max_high"] - sum(high_need(row["band"]) for row in residents))
            model.row({c: 1 for row, c in arrived if high_need(row["band"])}, high=free)
        if "J3" not in without and home["load_limit"] is not None:
            free = max(0, home["load_limit"] - sum(load[row["band"]] for row in residents))
            model.row({c: load[row["band"]] for row, c in arrived}, high=free)


def _pairs_in_home(
    case: Case, model: Model, home: Row, placed: list[tuple[Row, int]], without: frozenset[str]
) -> None:
    price = case["policy"]["points"]["caution"]
    for index, (one, column) in enumerate(placed):
        model.add(1, column, price * cautions_with_residents(case, one, home["home_id"]))
        for other, second in placed[index + 1 :]:
            both = frozenset((one["young_person_id"], other["young_person_id"]))
            born, other_born = one["date_of_birth"], other["date_of_birth"]
            fit = companions_fit(one["companions"], born, other_born) and companions_fit(
                other["companions"], other_born, born
            )
            forbidden = "J2" not in without and both in case["must_not"]
            if forbidden or ("J5" not in without and not fit):
                model.row({column: 1, second: 1}, high=1)
            if both in case["caution"]:
                shared = model.column(1)
                model.row({column: 1, second: 1, shared: -1}, high=1)
                model.add(1, shared, price)


def _arrivals(case: Case, model: Model, home: Row, placed: list[tuple[Row, int]]) -> None:
    together = {
        name for name, members in sibling_groups(case).items() if group_kind(members) == "together"
    }
    terms: Terms = {}
    arrived: dict[str, int] = {}
    for referral, column in placed:
        name = referral["sibling_group"]
        if name not in together:
            terms[column] = 1
            continue
        if name not in arrived:
            arrived[name] = model.column(1)
            terms[arrived[name]] = 1
        model.row({column: 1, arrived[name]: -1}, high=0)
    model.row(terms, high=arrivals_limit(case, home))


def _siblings(
    case: Case,
    model: Model,
    known: Pairs,
    x: dict[tuple[str, str], int],
    without: frozenset[str],
) -> None:
    for members in sibling_groups(case).values():
        kind = group_kind(members)
        if kind == "together" and "J4" not in without:
            for home in case["homes"]:
                _same_in_home(model, [x.get(_key(member, home)) for member in members])
                plan = {member["referral_id"]: home["home_id"] for member in members}
                _whole_group_fits(case, model, known, x, plan, without)
        if kind == "preferred":
            apart = model.column(1)
            model.add(1, apart, case["policy"]["points"]["siblings_apart"])
            for one in members:
                for other in members:
                    if one["referral_id"] != other["referral_id"]:
                        _apart_row(case, model, x, one, other, apart)


def _same_in_home(model: Model, columns: list[int | None]) -> None:
    """Demand that all of a group live in a home or none, by a ring of rows each <= the next."""
    for here, following in zip(columns, columns[1:] + columns[:1], strict=True):
        signs = ((here, 1), (following, -1))
        model.row({column: sign for column, sign in signs if column is not None}, high=0)


def _whole_group_fits(
    case: Case,
    model: Model,
    known: Pairs,
    x: dict[tuple[str, str], int],
    plan: dict[str, str],
    without: frozenset[str],
) -> None:
    """Close a home to a group that, alone there, would break a rule: a tighter relaxation."""
    if not all(key in x for key in plan.items()):
        return
    broken = {code for code, _ in violations(case, known, plan, days_that_can_bind(case))}
    if broken - without:
        for key in plan.items():
            model.upper[x[key]] = 0


def _apart_row(
    case: Case, model: Model, x: dict[tuple[str, str], int], one: Row, other: Row, apart: int
) -> None:
    for home in case["homes"]:
        here = x.get(_key(one, home))
        if here is None:
            continue
        elsewhere = {
            x[key]: 1
            for place in case["homes"]
            if place["home_id"] != home["home_id"] and (key := _key(other, place)) in x
        }
        model.row({here: 1, **elsewhere, apart: -1}, high=1)


def _shares(case: Case, model: Model, pairs: Pairs, x: dict[tuple[str, str], int]) -> None:
    price = case["policy"]["points"]["short_of_share"]
    for (contract, borough), (entitled, living) in entitlements(case, pairs).items():
        terms = {
            x[key]: 1
            for referral in case["referrals"]
            for home in case["homes"]
            if referral["borough"] == borough
            and home["contract"] == contract
            and (key := _key(referral, home)) in x
        }
        short = model.column()
        model.row({**terms, short: 1}, low=entitled - living)
        model.add(1, short, price)


def _balance(case: Case, model: Model, x: dict[tuple[str, str], int]) -> None:
    price = case["policy"]["points"]["provider_balance"]
    last = horizon(case)
    for providers in balanced_contracts(case).values():
        part = {name: sum(home["places"] for home in homes) for name, homes in providers.items()}
        places = sum(part.values())
        living = {
            name: sum(
                high_need(resident["band"])
                for home in homes
                for resident in present_on(case, home["home_id"], last)
            )
            for name, homes in providers.items()
        }
        high = [row for row in case["referrals"] if high_need(row["band"])]
        for name in providers:
            excess = model.column()
            model.add(1, excess, price)
            terms = {excess: places}
            for other, homes in providers.items():
                for home in homes:
                    for referral in high:
                        if (key := _key(referral, home)) in x:
                            mine = places if other == name else 0
                            terms[x[key]] = part[name] - mine
            constant = places * living[name] - part[name] * sum(living.values())
            model.row(terms, low=constant)
