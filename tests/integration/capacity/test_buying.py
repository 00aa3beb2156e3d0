"""Buying end to end: against brute force, alone and in company, stopped and gone on with."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from broker.capacity.buying import evaluate
from broker.capacity.buying.built import build
from broker.capacity.buying.evaluate import column
from broker.capacity.buying.options import Portfolio
from broker.capacity.buying.paired import mean
from broker.capacity.buying.prepared import Answered, Question, ask
from broker.capacity.buying.prepared import everything as every_home
from broker.capacity.buying.surrogate import Sample, propose, sample
from broker.capacity.buying.told import facts, words, write
from broker.capacity.simulation.replicate import replicate
from broker.capacity.simulation.runner import simulate
from broker.capacity.simulation.world import make_world
from broker.cli import main
from broker.sample.folder import write_files
from broker.sample.generate import generate
from pricing.tariff import fee_in_force
from pricing.terms import BANDS
from pricing.value.spot import Unknown
from tests.integration.capacity.buying_world import (
    FIRST,
    SPOT,
    TINY,
    question_about,
    whole_cost,
)  # fmt: skip
from tests.integration.simulation.worlds import demand_text

WEEKS, N, SEED = 60, 40, 3


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an invented case, its demand and options."""
    root = tmp_path_factory.mktemp("buying")
    write_files(root / "case", generate(30, 12, 7))
    (root / "demand.json").write_text(demand_text())
    (root / "options.toml").write_text(TINY)
    return root


def question(place: Path, **changes: Any) -> Question:
    """What is asked of it."""
    return question_about(**{"weeks": WEEKS, "seed": SEED, "replications": N,
                    "folder": place / "outcomes", **changes})  # fmt: skip


@pytest.fixture(scope="module")
def everything(place: Path) -> Answered:
    """All portfolios simulated in full."""
    return ask(question(place))


def test_brute_force_over_every_portfolio_finds_the_same_best_at_the_same_cost(
    place: Path, everything: Answered
) -> None:
    asked = question(place)
    costs: dict[Portfolio, list[int]] = {}
    for terms in (0, 1):
        for counts in ((1, 0), (2, 0), (0, 1), (1, 1), (2, 1)):
            one = Portfolio(terms, counts)
            built = build(asked.options, one, asked.case, asked.present, FIRST, WEEKS)
            world = make_world(built.case, built.contract, asked.demand, weeks=WEEKS, seed=SEED,
                               first=FIRST)  # fmt: skip
            costs[one] = whole_cost(asked, built, simulate(world, N), world)
    found = everything.answers.found
    assert found.enumerated
    assert set(found.tables) == set(costs)
    for one, expected in costs.items():
        assert column(found.tables[one], "cost").tolist() == expected
    best = min(costs, key=lambda one: sum(costs[one]))
    assert found.best == best
    searched = ask(question(place, enumerate_up_to=0)).answers.found
    assert not searched.enumerated
    assert searched.best == best or best in searched.not_told_apart
    assert {len(table) for one, table in searched.tables.items() if one in searched.full} == {N}


def test_validation_shares_no_random_numbers_with_the_search(everything: Answered) -> None:
    best = everything.answers.best
    assert everything.question.fresh_seed != SEED
    assert not set(column(best.inside, "cost")) & set(column(best.fresh, "cost"))
    assert best.optimism.error is not None
    regret = everything.answers.regret
    expected = [int(b) - int(a) for a, b in zip(
        column(best.fresh, "cost"), column(everything.answers.present.fresh, "cost"), strict=True
    )]  # fmt: skip
    assert regret.value == Fraction(sum(expected), len(expected))


def test_means_of_more_replications_come_closer_to_each_other(
    place: Path, everything: Answered
) -> None:
    """The choice of few replications, judged by all, comes closer to the best with their number."""
    tables = everything.answers.found.tables
    whole = {one: column(table, "cost") for one, table in tables.items()}
    least = min(int(costs.sum()) for costs in whole.values())

    def loss(size: int) -> float:
        parts = [range(at, at + size) for at in range(0, N, size)]
        chosen = [min(whole, key=lambda o, p=p: int(whole[o][list(p)].sum())) for p in parts]  # type: ignore[misc]
        return sum((int(whole[one].sum()) - least) / N for one in chosen) / len(parts)

    assert loss(1) >= loss(10) >= loss(N) == 0


def test_the_programme_is_proven_since_no_counts_are_worth_more_on_its_days(place: Path) -> None:
    """Every allowed count on the sampled days, each day a linear programme of its own."""
    asked = question(place)
    world = every_home(asked, SEED)
    found = sample(asked.options, world, [replicate(world, at) for at in range(3)])
    spot = asked.pricing.spot
    for terms, most, worth in ((0, 12, 0), (0, 5, 50_000), (1, 12, 0)):
        made = propose(
            asked.options, found, terms, asked.present, spot, local_worth=worth, most_places=most,
            world=world,
        )  # fmt: skip
        assert made is not None
        assert made.proven
        assert asked.options.allowed(made.portfolio)
        value = {
            one.counts: on_days(asked, found, one, worth)
            for one in asked.options.every()
            if one.terms == terms and asked.options.places(one) <= most
        }
        assert abs(made.weekly - min(value.values())) <= 2
        assert value[made.portfolio.counts] <= min(value.values()) + 2


def on_days(asked: Question, found: Sample, one: Portfolio, worth: int) -> float:
    """What a portfolio's week costs on sampled days: the mean of the least of each day."""
    terms, present = asked.options.terms[one.terms], asked.present
    assert present.block is not None
    total = 0.0
    for week, groups in zip(found.weeks, found.days, strict=True):
        day = FIRST + timedelta(weeks=week)
        void = float(present.block.voids.rate_percent / 100 * fee_in_force(present, "low", day))
        goal, constant = [void], 0.0
        whole: list[tuple[dict[int, float], int]] = []
        use: list[dict[int, float]] = [{} for _ in one.counts]
        for group, number in groups.items():
            price = asked.pricing.spot.weekly(BANDS[group.band], day)
            assert not isinstance(price, Unknown)
            constant += number * price
            row: dict[int, float] = {}
            for kind in group.kinds:
                row[len(goal)] = use[kind][len(goal)] = 1.0
                local = worth if kind in group.local else 0
                goal.append(fee_in_force(present, BANDS[group.band], day) - price - local)
            whole.append((row, number))
        places = [k.places * n for k, n in zip(asked.options.kinds, one.counts, strict=True)]
        promise = dict.fromkeys(range(len(goal)), -1.0)
        limits = [
            *whole,
            *zip(use, places, strict=True),
            (promise, -float(terms.guarantee / 100) * sum(places)),
        ]
        matrix = np.zeros((len(limits), len(goal)))
        for at, (row, _) in enumerate(limits):
            for variable, factor in row.items():
                matrix[at, variable] = factor
        solved = linprog(goal, A_ub=matrix, b_ub=[most for _, most in limits], method="highs")
        assert solved.status == 0
        assert solved.fun is not None
        total += constant + float(solved.fun)
    return total / len(found.days)


def test_what_the_search_proposes_is_allowed_and_what_it_proves_no_other_undercuts(
    place: Path, everything: Answered
) -> None:
    """With nothing left to be simulated the best is proven: by brute force too."""
    asked = question(place, enumerate_up_to=9)
    answered = ask(asked)
    found = answered.answers.found
    assert found.proposed
    assert all(asked.options.allowed(one) for one in found.proposed)
    assert not found.enumerated
    assert found.proven
    assert found.best == everything.answers.found.best
    costs = {
        one: column(table, "cost").sum() for one, table in everything.answers.found.tables.items()
    }
    assert costs[found.best] == min(costs.values())
    told = facts(answered)["proof"]
    assert told["proven"] is True
    assert told["could_be_cheaper_by"] == "0.00"
    assert told["left"] == []


def test_what_could_be_cheaper_is_at_least_what_is_and_is_told_with_its_interval(
    place: Path, everything: Answered
) -> None:
    """A best that was looked for badly: brute force says what it misses, the bound says no less."""
    asked = question(place, enumerate_up_to=0)
    answered = ask(asked)
    found, gap = answered.answers.found, answered.answers.undercut
    costs = {
        one: mean(column(table, "cost")).value
        for one, table in everything.answers.found.tables.items()
    }
    assert found.least.allowed == len(costs)
    assert found.least.value <= min(costs.values()) <= costs[found.best] == found.least.target
    assert found.least.left is not None
    assert set(found.least.left).isdisjoint(found.full)
    for one, cost in costs.items():
        assert one in found.full or one in found.least.left or cost >= found.least.target
    assert gap.groups == 10
    assert gap.most is not None
    assert 0 <= gap.value <= gap.most
    said = words(answered)
    if found.least.left:
        assert "No portfolio within the limits can be more than £" in said
    assert "On fresh random numbers no portfolio within the limits can be more than £" in said


def test_two_processes_give_the_same_answers_to_the_byte(
    place: Path, everything: Answered, tmp_path: Path
) -> None:
    alone = facts(everything)
    both = ask(question(place, folder=tmp_path / "outcomes", processes=2))
    assert facts(both) == alone
    one, other = tmp_path / "one", tmp_path / "other"
    assert [p.name for p in write(everything, one)] == [p.name for p in write(both, other)]
    assert all((one / p.name).read_bytes() == (other / p.name).read_bytes() for p in one.iterdir())


def test_a_search_that_was_stopped_goes_on_from_what_is_there(
    place: Path, everything: Answered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, done = evaluate.work, [0]

    def interrupted(*given: Any) -> Any:
        done[0] += 1
        if done[0] == 6:
            raise KeyboardInterrupt
        return before(*given)

    monkeypatch.setattr(evaluate, "work", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ask(question(place, folder=tmp_path))
    assert len(list(tmp_path.glob("*.npy"))) == 5
    monkeypatch.setattr(evaluate, "work", before)
    again = ask(question(place, folder=tmp_path))
    assert facts(again) == facts(everything)
    assert again.simulated == everything.simulated - 5 * evaluate.CHUNK
    assert not list(tmp_path.glob("*.part"))


def test_a_place_more_and_break_even_are_told_with_their_words(everything: Answered) -> None:
    told = words(everything)
    answers = everything.answers
    assert "Regret of the present contract" in told
    assert "proven for these replications" in told
    assert [each.places for each in answers.more]
    for each in answers.bands:
        if each.found.used is not None:
            assert each.curve.block_cost(each.found.used) == each.curve.spot_cost(each.found.used)
    made = facts(everything)
    assert made["best"]["label"] == answers.best.label
    assert {table["id"] for table in made["tables"]} >= {"portfolios", "validated", "more"}


def command(place: Path, out: Path, *more: str) -> list[str]:
    """The command's words."""
    return [
        "capacity", "buy", str(place / "case"), "--demand", str(place / "demand.json"),
        "--contract", str(place / "case" / "contract.toml"),
        "--options", str(place / "options.toml"), "--spot", str(SPOT),
        "--weeks", "12", "--replications", "4", "--seed", "5", "--out", str(out), *more,
    ]  # fmt: skip


def test_the_command_answers_and_writes_every_file(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(place, tmp_path, "--results-achieved", "50", "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((tmp_path / "buying.json").read_text())
    assert told["schema"] == "capacity-buy/1"
    assert (tmp_path / "buying.xlsx").stat().st_size > 5000
    page = (tmp_path / "buying.html").read_text()
    assert "<svg" in page
    assert "<script" not in page
    assert told["best"]["label"] in page
    assert (tmp_path / "portfolios.csv").read_text().startswith("Portfolio,Places")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ([], "pays by results: name --results-achieved"),
        (["--results-achieved", "101"], "allowed: a whole number from 0 to 100"),
        (["--results-achieved", "50", "--replications", "1"], "from 2, since one has no interval"),
        (["--results-achieved", "50", "--weeks", "500"], "500 weeks from 2026-04-06 end on"),
    ],
)
def test_what_cannot_be_is_refused_with_exit_code_2(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], told: str
) -> None:
    assert main(command(place, tmp_path / "out", *more)) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_spot_prices_with_a_gap_are_refused_by_band_and_day(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = command(place, tmp_path / "out", "--results-achieved", "50")
    asked[asked.index("--spot") : asked.index("--spot") + 2] = [
        "--spot-fees", "docs/examples/value/spot-fees.toml",
    ]  # fmt: skip
    assert main(asked) == 2
    assert "no whole cost is known: specialist on 2026-04-06" in capsys.readouterr().err
