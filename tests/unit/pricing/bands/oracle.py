"""A second implementation of the bands, from the written rules, that tries every combination.

Nothing of `pricing` is used. `shipped_band` was written from the published words, without the file;
`band_of` reads the plain table of any threshold file.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

Table = dict[str, Any]
Scores = Mapping[str, int | None]
Way = frozenset[tuple[str, int]]

ORDER = ["low", "medium", "high", "specialist"]

RISKS = (
    *("self_harm", "suicide", "substances", "eating"),
    *("sexual_exploitation", "criminal_exploitation", "harm_from_others"),
    *("violence", "sexual_behaviour", "fire"),
    "going_missing",
)


def shipped_band(scores: Mapping[str, int]) -> str:
    """The shipped thresholds counted by hand."""
    threes = sum(score == 3 for score in scores.values())
    needing_action = sum(score >= 2 for score in scores.values())
    risks = sorted((scores[risk] for risk in RISKS), reverse=True)
    adults = scores["adult_ratio"]
    if adults >= 2 or risks[1] == 3 or threes >= 4:
        return "specialist"
    if adults == 1 or risks[0] == 3 or threes >= 2 or needing_action >= 6:
        return "high"
    if threes >= 1 or risks[0] >= 2 or needing_action >= 2 or sum(scores.values()) >= 10:
        return "medium"
    return "low"


def band_of(table: Table, scores: Mapping[str, int]) -> str:
    """The highest band with a rule all of whose conditions are met."""
    best = "low"
    for rule in table["rules"]:
        met = True
        for condition in rule["when"]:
            chosen = [scores[item] for item in _items(table, condition["of"])]
            if "total" in condition:
                met &= sum(chosen) >= condition["total"]
            else:
                high = [score for score in chosen if score >= condition["at_least"]]
                met &= len(high) >= condition["how_many"]
        if met and ORDER.index(rule["band"]) > ORDER.index(best):
            best = rule["band"]
    return best


def items_of(table: Table) -> list[str]:
    return [item["code"] for domain in table["domains"] for item in domain["items"]]


def bands_of(table: Table, scores: Scores) -> set[str]:
    """The bands of every completion of the unknown scores."""
    return {band_of(table, whole) for whole in completions(scores)}


def completions(scores: Scores) -> Iterator[dict[str, int]]:
    open_items = [item for item, score in scores.items() if score is None]
    known = {item: score for item, score in scores.items() if score is not None}
    for values in product(range(4), repeat=len(open_items)):
        yield known | dict(zip(open_items, values, strict=True))


def smallest_changes(
    table: Table, scores: Scores, band: str, up: bool
) -> tuple[bool, int, int, set[Way]]:
    """Whether the band is hit exactly, items, points and every smallest way, by trying all."""
    place = ORDER.index(band)

    def hit(bands: set[str]) -> bool:
        return bands == {band}

    def beyond(bands: set[str]) -> bool:
        places = [ORDER.index(each) for each in bands]
        return min(places) >= place if up else max(places) <= place

    tried = list(_tried(table, scores, up))
    for exactly, wanted in ((True, hit), (False, beyond)):
        fits = [(cost, way) for cost, way, bands in tried if wanted(bands)]
        if fits:
            least = min(cost for cost, _ in fits)
            return exactly, *least, {way for cost, way in fits if cost == least}
    return False, 0, 0, set()


def decisive_sets(table: Table, one: Scores, other: Scores) -> set[frozenset[str]]:
    """The smallest sets of the other's scores that give the other's lowest and highest band."""
    wanted = _ends(bands_of(table, other))
    differing = [item for item in one if one[item] != other[item]]
    fits: list[frozenset[str]] = []
    for taken in product([False, True], repeat=len(differing)):
        chosen = {item for item, take in zip(differing, taken, strict=True) if take}
        mixed = {item: other[item] if item in chosen else one[item] for item in one}
        if _ends(bands_of(table, mixed)) == wanted:
            fits.append(frozenset(chosen))
    least = min(map(len, fits))
    return {each for each in fits if len(each) == least}


def _tried(
    table: Table, scores: Scores, up: bool
) -> Iterator[tuple[tuple[int, int], Way, set[str]]]:
    known = {item: score for item, score in scores.items() if score is not None}
    options = [range(score, 4) if up else range(score + 1) for score in known.values()]
    for values in product(*options):
        after = dict(zip(known, values, strict=True))
        way = frozenset((item, value) for item, value in after.items() if value != known[item])
        points = sum(abs(value - known[item]) for item, value in way)
        yield (len(way), points), way, bands_of(table, {**scores, **after})


def _ends(bands: Iterable[str]) -> tuple[int, int]:
    places = [ORDER.index(band) for band in bands]
    return min(places), max(places)


def _items(table: Table, names: Iterable[str]) -> set[str]:
    chosen: set[str] = set()
    for name in names:
        for domain in table["domains"]:
            for item in domain["items"]:
                if name in ("all", domain["code"], item["code"]):
                    chosen.add(item["code"])
    return chosen
