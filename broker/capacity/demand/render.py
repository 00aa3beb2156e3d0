"""A demand in words for the terminal; every figure with its limits, every gap with its reason."""

from collections.abc import Iterable, Sequence

from broker.capacity.demand.as_json import fit_table
from broker.capacity.demand.asked import SEXES
from broker.capacity.demand.cells import total
from broker.capacity.demand.courses import BETWEEN, ENTRY, MOVE
from broker.capacity.demand.endings import WORDS
from broker.capacity.demand.estimate import Demand
from broker.capacity.demand.population import left_out_words
from broker.capacity.demand.shares import Rate
from broker.capacity.demand.stay_groups import Group
from broker.returns.repair import RULES
from matching.geography import authority_name
from matching.postcodes import attribution
from matching.words import and_list, count, day_words, miles_words

ROUTE_WORDS = {
    ENTRY: "into care",
    MOVE: "from elsewhere in care",
    BETWEEN: "from another such home",
}
SEX_WORDS = {"M": "boys", "F": "girls"}


def render_demand(demand: Demand) -> str:
    """The whole in words."""
    blocks = [
        _head(demand), _rows(demand), _arrivals(demand), _stays(demand), _endings(demand),
        _moves(demand), _distance(demand), _needs(demand), _cannot(demand),
    ]  # fmt: skip
    return "\n\n".join("\n".join(block) for block in map(list, blocks) if block)


def _head(demand: Demand) -> Iterable[str]:
    first, after = demand.window
    yield f"Demand for {and_list(demand.asked.places)} from the returns of {demand.returns.folder}"
    yield f"    {day_words(first)} up to {day_words(after)} (the last day is not counted)"
    files = count(len(demand.returns.files), "file")
    named = {"start": "begins", "end": "closes"}.get(demand.returns.named_by)
    read = f"; a single year in a name is that in which the collection {named}" if named else ""
    yield f"    {files}{read}"


def _rows(demand: Demand) -> Iterable[str]:
    fates = demand.returns.fates
    yield (
        f"{fates['read']:,} rows of episodes: {fates['kept']:,} kept, {fates['repeated']:,} told "
        f"again by a later return, {fates['deleted']:,} deleted as copies, "
        f"{fates['refused']:,} refused"
    )
    for kind, number in sorted(demand.returns.refused_by_kind.items()):
        yield f"    refused: {kind}: {number:,}"
    for rule, number in sorted(demand.returns.repaired.items()):
        words = f": {RULES[rule]}" if rule in RULES else ""
        yield f"    mended: {rule}{words}: {number:,}"
    for words in left_out_words(demand.people.left_out):
        yield f"    left out: {words}"


def _arrivals(demand: Demand) -> Iterable[str]:
    arrivals = demand.arrivals
    if arrivals is None:
        return
    mean, low, high = total(arrivals.cells, arrivals.draws)
    yield (
        f"Arrivals a year at the last year's level: {mean:.1f} (95% limits {low:.1f} to {high:.1f})"
    )
    growth = arrivals.growth
    if not growth.fixed:
        yield (
            f"    growth a year {growth.mean:+.1%} ({growth.low:+.1%} to {growth.high:+.1%}); by "
            f"year {', '.join(str(n) for n in growth.by_year.values())}"
        )
    if growth.dispersion is not None:
        yield f"    yearly counts vary {growth.dispersion:.2f} times as a Poisson count would"
    wide = max(len(_name(cell.authority)) for cell in arrivals.cells)
    yield f"    {'':{wide}}  ages   who    {'into care':>24}  {'from elsewhere in care':>24}"
    by_kind = {(c.authority, c.group, c.sex, c.route): c for c in arrivals.cells}
    for code in dict.fromkeys(cell.authority for cell in arrivals.cells):
        for index, (first, last) in enumerate(demand.asked.age_groups):
            for sex in SEXES:
                cells = [by_kind[code, index, sex, route] for route in (ENTRY, MOVE)]
                shown = "  ".join(
                    f"{c.mean:6.2f} ({c.low:5.2f} to {c.high:5.2f})".rjust(24) for c in cells
                )
                ages = f"{first}-{last}"
                yield f"    {_name(code):{wide}}  {ages:5}  {SEX_WORDS[sex]:5}  {shown}"


def _name(code: str) -> str:
    return authority_name(code) if code else "no authority told"


def _stays(demand: Demand) -> Iterable[str]:
    if not demand.stays:
        return
    yield "How long a placement in one home lasts, were there no 18th birthday (months):"
    for group in demand.stays:
        yield _curve(demand, group)
        yield from _fit(group)
    yield "How long residential care lasts, from home to home without a break (months):"
    for group in demand.spells:
        yield _curve(demand, group)


def _curve(demand: Demand, group: Group) -> str:
    first, last = demand.asked.age_groups[group.group]
    fitted = group.fitted
    return (
        f"  {first}-{last}, {ROUTE_WORDS[group.route]}: half are over after {fitted.median():.1f}; "
        f"{group.family}, shape {fitted.shape:.2f}, scale {fitted.scale:.1f}"
    )


def _fit(group: Group) -> Iterable[str]:
    lent = "" if group.pooled == "own stays" else f"; too few, so {group.pooled} were fitted"
    yield (
        f"      {count(group.own, 'stay')}, {group.own - group.own_endings} not ended when last "
        f"seen{lent}"
    )
    shown = [
        f"{row['months']:.0f}: {row['seen']:.0%} seen, {row['fitted']:.0%} fitted"
        for row in fit_table(group)
    ]
    yield f"      still there after {'; '.join(shown)}"
    yield f"      the two curves are at most {group.largest_gap():.1%} apart"


def _endings(demand: Demand) -> Iterable[str]:
    endings = demand.endings
    if endings is None:
        return
    yield f"How placements ended ({endings.ended:,}):"
    for kind, words in WORDS.items():
        yield f"    {endings.counts[kind]:6,}  {words}"
    yield f"    {endings.to_another_home:6,}  of all went on to another such home the same day"
    yield "Unplanned endings per 1,000 days lived there (95% limits), by moves in the year before:"
    for name, rate in (("any", endings.overall), *endings.by_moves.items()):
        yield f"    {name:>4}  {_rate_words(rate)}"


def _rate_words(rate: Rate) -> str:
    if rate.mean is None:
        return "not known: nobody lived there a day"
    return (
        f"{rate.mean:.2f} ({rate.low:.2f} to {rate.high:.2f}): {rate.endings} in {rate.days:,} days"
    )


def _moves(demand: Demand) -> Iterable[str]:
    whole = sum(demand.moves.values())
    if not whole:
        return
    shown = "; ".join(
        f"{name}: {demand.moves.get(name, 0) / whole:.0%}" for name in ("0", "1", "2", "3+")
    )
    yield f"Changes of placement in the year before moving in, {whole:,} arrivals: {shown}"


def _distance(demand: Demand) -> Iterable[str]:
    found = demand.distances
    if found is None:
        return
    begun = len(found.tenths) + found.unknown + found.unaccompanied
    yield (
        f"Distance from home, {begun:,} placements: {found.unknown:,} not known (999.9 in the "
        f"return), {found.unaccompanied:,} blank (unaccompanied)"
    )
    quarters = [miles_words(found.quantile(percent)) for percent in (25, 50, 75)]
    yield f"    a quarter within {quarters[0]}, half {quarters[1]}, three in four {quarters[2]}"
    yield f"    within 20 miles: {found.near / len(found.tenths):.0%}"
    if found.area_known:
        share = found.in_area / found.area_known
        yield f"    in the authority's own area: {share:.0%} of {found.area_known:,} known"
    yield from (f"    {line}" for line in attribution())


def _needs(demand: Demand) -> Sequence[str]:
    mix = ", ".join(f"{band} {float(share):.0%}" for band, share in demand.asked.band_mix.items())
    return [f"Need bands (an assumption, --bands changes it): {mix}"]


def _cannot(demand: Demand) -> Iterable[str]:
    yield "What these returns cannot tell:"
    for each in demand.cannot:
        yield f"    {each.what}: {each.why}"
