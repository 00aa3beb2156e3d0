"""A purchase that somebody asked for on a page, weighed as `broker capacity buy` weighs it.

Every outcome is kept in the job's folder by its inputs, so that whoever takes up a purchase that
was broken off goes on where it stopped.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from broker.capacity.buying.exhibits import exhibits
from broker.capacity.buying.outcome import NotPriced, Pricing
from broker.capacity.buying.prepared import Answered, Question, ask
from broker.capacity.buying.told import (
    CAUTION,
    WORKBOOK,
    headline,
    key_figures,
    stated,
    write,
)
from broker.capacity.desk.ground import Said, demand_of, keep_result, on_record
from broker.capacity.desk.purchase import purchase_of
from broker.capacity.desk.shelf import Job, Shelf
from broker.capacity.simulation.settings import Settings
from broker.capacity.simulation.world import CannotSimulate, faults, monday
from pricing.value.spot import SpotPrices
from pricing.value.spot_file import read_spot_fees

PURCHASE: Final = "purchase"
OUTCOMES: Final = "outcomes"
EVERY_UP_TO: Final = 16
"""Where there are at most so many portfolios, all are simulated, as on the command line."""


def make_purchase(address: str, shelf: Shelf, job: Job, say: Said) -> None:
    """Weigh what may be bought, and keep what is shown of it.

    Raises:
        CannotBeMade, Unfit, CannotSimulate: as for a simulation.
        NotPriced: a price is missing.
        NothingAllowed: no portfolio keeps the limits.
    """
    question = _question(address, shelf, job)
    told = ["preparing"]

    def stage(sentence: str) -> None:
        told[0] = sentence
        say({"sentence": sentence, "done": 0, "of": 0})

    def heard(done: int) -> None:
        say({"sentence": f"{told[0]}: {done:,} runs simulated", "done": 0, "of": 0})

    answered: Answered = ask(question, stage, heard)
    stage("counting and drawing")
    write(answered, job.folder)
    keep_result(
        job.folder,
        exhibits(answered),
        name=question.options.title,
        headline=headline(answered),
        caution=CAUTION,
        key_figures=key_figures(answered),
        assumptions=stated(answered),
        workbook=WORKBOOK,
    )


def _question(address: str, shelf: Shelf, job: Job) -> Question:
    asked = job.request
    case, contract = on_record(address, asked["contract"])
    demand = demand_of(shelf)
    first = monday(contract.start)
    wrong = faults(case, contract, demand, first, asked["weeks"])
    if wrong:
        raise CannotSimulate(*wrong)
    purchase, errors = purchase_of(asked["fields"], job.asked_by, case, contract)
    if purchase is None:
        told = "; ".join(f"{one.value}: allowed: {one.allowed}" for one in errors)
        raise CannotSimulate(f"What is on record has changed since this was asked: {told}")
    spot: SpotPrices | None = purchase.spot
    if spot is None and shelf.spot.exists():
        spot = read_spot_fees(shelf.spot)
    if spot is None:
        raise NotPriced("no fee of a place bought one by one was given")
    options = purchase.options
    achieved = None if contract.results is None else Fraction(asked["achieved"], 100)
    return Question(
        case=case,
        present=contract,
        options=options,
        demand=demand,
        scenarios=purchase.scenarios,
        pricing=Pricing(spot, achieved, options.limits.void_year, shelf.demand.name),
        settings=Settings(),
        first=first,
        weeks=asked["weeks"],
        seed=asked["seed"],
        replications=asked["replications"],
        validations=asked["replications"],
        enumerate_up_to=EVERY_UP_TO,
        indifference=None,
        folder=job.folder / OUTCOMES,
        processes=1,
    )
