"""What a reader of the answer should look into: slips in the tables, figures nobody gave."""

from collections.abc import Iterator, Sequence

from pricing.block.balance import Balance
from pricing.block.material import MaterialYear
from pricing.block.notices import Notice, told_of_nothing
from pricing.block.scene import Scene
from pricing.block.trades import released
from pricing.block.whose_place import Standing


def findings(
    given: Scene,
    applied: Scene,
    days: Sequence[Standing],
    years: Sequence[MaterialYear],
    told: Sequence[Notice],
    mix: Balance,
) -> tuple[str, ...]:
    """One sentence each; `applied` is the scene `given` with its failures in it."""
    return (
        *_after_failures(given),
        *_over_released(applied, days),
        *_without_value(years),
        *_places(applied, mix),
        *(
            f"All were told of “{each.of}” on {each.day}, which is no notice of this answer."
            for each in told_of_nothing(given.events, told)
        ),
    )


def _after_failures(scene: Scene) -> Iterator[str]:
    for failure in scene.events.failures:
        going_on = sorted(
            {
                row.placement_id
                for row in scene.ledger
                if scene.contract.homes[row.home_id] == failure.provider
                and (row.end is None or row.end > failure.day)
            }
        )
        if going_on:
            yield (
                f"The ledger has placements with {failure.provider} after it failed on"
                f" {failure.day}; here they end that day: {', '.join(going_on)}."
            )
        yield (
            f"`broker statement` knows of the failure of {failure.provider} only from rows of the"
            " ledger and of availability."
        )


def _over_released(scene: Scene, days: Sequence[Standing]) -> Iterator[str]:
    """A borough that released places its own young people live in."""
    short: dict[str, int] = {}
    for day in days:
        for borough, given in released(scene.trades, day.stretch.start).items():
            kept = day.own.get(borough, 0) - given
            if given and day.stretch.in_use_by.get(borough, 0) > kept:
                short[borough] = short.get(borough, 0) + day.stretch.days
    for borough, number in sorted(short.items()):
        yield (
            f"{borough} released places and used more than it kept on {number} days: what it used"
            " beyond counts as others’ places."
        )


def _without_value(years: Sequence[MaterialYear]) -> Iterator[str]:
    for year in years:
        if year.value is None:
            yield (
                f"No value is agreed for the contract year from {year.start}: whether its changes"
                " are material cannot be said."
            )


def _places(scene: Scene, mix: Balance) -> Iterator[str]:
    if mix.unknown:
        yield (
            f"Places not known of {len(mix.unknown)} of {len(scene.contract.homes)} homes"
            f" ({', '.join(mix.unknown)}): what depends on them is shown as not known."
        )
    known = sum(scene.places.values())
    if not mix.unknown and known != scene.block.places:
        yield f"The homes have {known} places in all; the contract buys {scene.block.places}."
