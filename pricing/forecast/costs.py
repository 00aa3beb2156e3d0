"""A provider's own costs, each figure with its source and day, read from a file of theirs.

The format is this product's (docs/forecast.md): amounts are at the prices of the contract's start
and rise by one percentage on each anniversary of it, compounding, rounded half-up to the penny
each time, as the contract's fees do. Training that the contract prices is not repeated here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

from pricing.money import Pence
from pricing.problems import Problems, describe
from pricing.terms import BANDS
from pricing.text_file import read_file
from pricing.toml_file import file_version, parse_toml
from pricing.toml_section import Section, refuse_repeats

MONTH: Final = "month"
HOME_MONTH: Final = "home_month"
PLACE_WEEK: Final = "place_week"
USED_PLACE_WEEK: Final = "used_place_week"
PER: Final = {
    MONTH: "a month",
    HOME_MONTH: "a home and month",
    PLACE_WEEK: "a place and week",
    USED_PLACE_WEEK: "a used place and week",
}
"""What a figure is counted by, and how people say it."""

_KEYS: Final = ("code", "name", "per", "amount", "source", "day")


@dataclass(frozen=True, slots=True)
class Figure:
    """One cost of the provider's, in pence for each `per`; `band` only where `per` is used places.

    `source` says where the amount is from and `day` the day it was true.
    """

    code: str
    name: str
    per: str
    band: str | None
    amount: Pence
    source: str
    day: date


@dataclass(frozen=True, slots=True)
class Costs:
    """All figures of a file; `percent` is what they rise by on each anniversary of the start."""

    file: str
    version: str
    name: str
    percent: Fraction
    percent_source: str
    percent_day: date
    figures: tuple[Figure, ...]

    @property
    def source(self) -> str:
        """The file and version every figure names."""
        return f"{self.file}, version {self.version[:12]}"


def read_costs(path: Path) -> Costs:
    """The costs in a TOML file.

    Raises:
        BadInput: with every problem of the file.
    """
    return parse_costs(read_file(path), path.name)


def parse_costs(data: bytes, file: str) -> Costs:
    """The costs in the bytes of a TOML file; `file` is the name that messages and lines show.

    Raises:
        BadInput: with every problem of the file.
    """
    found = Problems()
    top = Section(parse_toml(data, file, "a file of costs"), "", file, found)
    top.check_keys(("name", "uplift", "costs"))
    uplift = top.section("uplift")
    if top.good("uplift"):
        uplift.check_keys(("percent", "source", "day"))
    costs = Costs(
        file=file,
        version=file_version(data),
        name=top.text("name"),
        percent=uplift.percent("percent"),
        percent_source=uplift.text("source"),
        percent_day=uplift.day("day"),
        figures=_read_figures(top),
    )
    found.raise_if_any()
    return costs


def _read_figures(top: Section) -> tuple[Figure, ...]:
    sections = top.sections("costs")
    if top.good("costs") and not sections:
        top.refuse("costs", "no figure", "at least one table headed [[costs]]", "bad value")
    figures = tuple(_read_figure(section) for section in sections)
    refuse_repeats(sections, "code", [figure.code for figure in figures])
    _check_bands(top, sections, figures)
    return figures


def _read_figure(section: Section) -> Figure:
    per = section.choice("per", tuple(PER))
    by_band = per == USED_PLACE_WEEK
    section.check_keys((*_KEYS, "band") if by_band else _KEYS, () if by_band else ("band",))
    band = section.choice("band", BANDS) if by_band else None
    if section.good("per") and not by_band and "band" in section.table:
        section.refuse(
            "band",
            describe(section.table["band"]),
            f'nothing: only a cost per "{USED_PLACE_WEEK}" is of a band',
            "forbidden key",
        )
    return Figure(
        code=section.code("code"),
        name=section.text("name"),
        per=per,
        band=band,
        amount=section.pounds("amount"),
        source=section.text("source"),
        day=section.day("day"),
    )


def _check_bands(top: Section, sections: Sequence[Section], figures: Sequence[Figure]) -> None:
    """Costs of used places are known for every band or for none: unknown is never zero."""
    if not all(section.good("per") for section in sections):
        return
    by_band = [
        (section, figure)
        for section, figure in zip(sections, figures, strict=True)
        if figure.per == USED_PLACE_WEEK
    ]
    known = {figure.band for _, figure in by_band}
    if by_band and all(section.good("band") for section, _ in by_band):
        missing = [band for band in BANDS if band not in known]
        if missing:
            top.refuse(
                "costs",
                f"no cost per {USED_PLACE_WEEK} of {' and '.join(missing)}",
                "one for every band, or for none (a band that costs nothing has 0.00)",
                "missing band",
            )
