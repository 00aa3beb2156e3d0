"""The work of a simulation that was asked for: today and the scenario, played on the same chance.

Asked for more, it plays both under other assumptions too, one at a time, and says what a figure
turns on. What is shown is the report's own (`broker.capacity.report`), so that both say the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from broker.apart.inside import tell
from broker.capacity.desk.buying import PURCHASE, make_purchase
from broker.capacity.desk.ground import Said, demand_of, keep_result, on_record
from broker.capacity.desk.scenario import ID, scenario_of
from broker.capacity.desk.shelf import Shelf
from broker.capacity.figures.compare import compare
from broker.capacity.figures.from_run import setting_from
from broker.capacity.figures.sensitivity import Varied, tornado, two_way
from broker.capacity.figures.whole import Run, measure
from broker.capacity.report.words import NOT_A_PROMISE, headline, key_figures
from broker.capacity.report.write import WORKBOOK, Extras, report_exhibits, write_report
from broker.capacity.scenarios.apply import apply
from broker.capacity.simulation.runner import simulate_into
from broker.capacity.simulation.settings import Settings, assumptions
from broker.capacity.simulation.store import read_replications
from broker.capacity.simulation.world import World, make_world
from matching.problem import Problem
from pricing.terms import Contract
from pricing.value.spot import NoSpotPrices, SpotPrices
from pricing.value.spot_file import read_spot_fees

TODAY: Final = "as now"
VARIED: Final = (
    ("declines, percent", "decline_percent", 0.0, 12.0),
    ("rounds until a place is bought elsewhere", "elsewhere_after", 1, 4),
    ("homes that close, of 100 a year", "closures_per_100_home_years", 0.0, 4.0),
)
"""What is varied one at a time, from low to high; our starting assumptions."""
TURNED: Final = ("occupancy", "voids", "still_waiting")


def make_apart(address: str, folder: Path, number: int) -> None:
    """`make`, in a process apart."""
    make(address, folder, number, tell)


def make(address: str, folder: Path, number: int, say: Said = lambda news: None) -> None:
    """Play what was asked of a shelf into its folder, and write what is shown of it.

    Raises:
        CannotBeMade: the contract is not on record, or the demand is not there.
        Unfit: what is on record cannot be matched.
        CannotSimulate: case, contract and demand do not make a world.
        NotPriced: a price is missing for a purchase.
        NothingAllowed: no portfolio of a purchase keeps its limits.
    """
    shelf = Shelf(folder)
    job = shelf.job(number)
    assert job is not None, "whoever took it up had it"
    asked = job.request
    if asked.get("what") == PURCHASE:
        make_purchase(address, shelf, job, say)
        return
    say({"sentence": "reading what is on record", "done": 0, "of": 0})
    case, contract = on_record(address, asked["contract"])
    demand = demand_of(shelf)
    file, wrong = scenario_of(asked["fields"], job.asked_by)
    assert not wrong, "the form was read before"
    spot: SpotPrices = read_spot_fees(shelf.spot) if shelf.spot.exists() else NoSpotPrices()
    changed = demand if file is None else apply(demand, file.scenarios[0], file)
    play = _Player(job.folder, case, contract, spot, asked, say)
    play.of = asked["replications"] * ((1 if file is None else 2) + (8 if asked["more"] else 0))
    base = play("base", demand)
    run, extras, name = base, Extras(), TODAY
    if file is not None:
        name = file.scenarios[0].name
        run = play(ID, changed)
        extras = replace(extras, compared=(TODAY, name, compare(base, run)))
    if asked["more"]:
        extras = _more(play, demand, changed, base, run, extras, name)
    say({"sentence": "counting and drawing", "done": play.done, "of": play.of})
    write_report(run, job.folder, extras)
    keep_result(
        job.folder,
        report_exhibits(run, extras),
        name=name,
        headline=headline(run),
        caution=NOT_A_PROMISE,
        key_figures=key_figures(run),
        assumptions=run.setting.stated(),
        workbook=WORKBOOK,
    )


class _Player:
    """Plays a demand under settings, and says how far it is."""

    def __init__(
        self,
        folder: Path,
        case: Problem,
        contract: Contract,
        spot: SpotPrices,
        asked: Mapping[str, Any],
        say: Said,
    ) -> None:
        self.done, self.of = 0, 0
        self._folder, self._case, self._contract = folder, case, contract
        self._spot, self._asked, self._say = spot, asked, say

    def __call__(self, name: str, demand: Mapping[str, Any], **changed: Any) -> Run:
        asked = self._asked
        self._say({"sentence": "preparing", "done": self.done, "of": self.of})
        world: World = make_world(
            self._case,
            self._contract,
            demand,
            weeks=asked["weeks"],
            seed=asked["seed"],
            settings=Settings(**changed),
        )
        before = self.done

        def heard(done: int, _of: int) -> None:
            self.done = before + done
            self._say({"sentence": "playing the years", "done": self.done, "of": self.of})

        into = self._folder / f"run-{name}"
        simulate_into(into, world, asked["replications"], heard=heard)
        self.done = before + asked["replications"]
        setting = setting_from(
            contract=self._contract,
            spot=self._spot,
            first=world.first,
            weeks=world.weeks,
            boroughs=world.boroughs,
            homes=world.homes,
            demand=world.demand,
            demand_file="demand.json",
            stated=assumptions(world.settings),
        )
        return measure(setting, read_replications(into))


def _more(
    play: _Player,
    demand: Mapping[str, Any],
    changed: Mapping[str, Any],
    base: Run,
    run: Run,
    extras: Extras,
    name: str,
) -> Extras:
    """The tornado around the run that is shown, and what if two things change at once."""
    varied = []
    for words, setting, low, high in VARIED:
        ends = [play(f"{setting}-{end}", changed, **{setting: end}) for end in (low, high)]
        varied.append(Varied(words, f"{low:g}", f"{high:g}", *ends))
    words, setting, low, high = VARIED[0]
    usual = f"{getattr(Settings(), setting):g}"
    runs: dict[tuple[str, str], Run] = {}
    others = [play(f"now-{setting}-{end}", demand, **{setting: end}) for end in (low, high)]
    for row, (first, middle, last) in {
        TODAY: (others[0], base, others[1]),
        name: (varied[0].low, run, varied[0].high),
    }.items():
        for column, one in ((f"{low:g}", first), (usual, middle), (f"{high:g}", last)):
            runs[row, column] = one
    return replace(
        extras,
        tornadoes=[tornado(figure, run, varied) for figure in TURNED],
        two_ways=[two_way(figure, "scenario", words, runs) for figure in TURNED],
    )
