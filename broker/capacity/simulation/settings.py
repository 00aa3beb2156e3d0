"""What a simulation assumes beyond demand, case and contract, each with its source or as ours."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

OURS: Final = "our starting assumption; no source gives it"
OFSTED: Final = "Ofsted, July 2022: an emergency move for one in five (brief/field.md, 2.3)"
SAMPLE: Final = "our starting assumption, that of the invented samples"


@dataclass(frozen=True, slots=True)
class Settings:
    """The assumptions of a run. Percentages are whole; rounds are weekly.

    `elsewhere_after` 0: nobody is ever placed elsewhere, everybody waits. `parameters` says whether
    rates and lengths of stay are drawn for each replication from what is known of them, or held at
    their means.
    """

    elsewhere_after: int = 2
    emergency_percent: float = 20.0
    sibling_percent: float = 4.0
    related_percent: float = 3.0
    must_not_percent: float = 45.0
    decline_percent: float = 6.0
    step_down_percent: float = 0.0
    step_down_from: int = 6
    step_down_to: int = 9
    closures_per_100_home_years: float = 2.0
    reopens_after_weeks: int = 26
    parameters: bool = True
    people_each: int = 40

    def as_json(self) -> dict[str, Any]:
        """The settings by name."""
        return asdict(self)


WORDS: Final[dict[str, tuple[str, str]]] = {
    "elsewhere_after": (
        "after so many weekly rounds without a place, one is bought elsewhere",
        OURS,
    ),
    "emergency_percent": ("of arrivals are not known before the day the place is needed", OFSTED),
    "sibling_percent": ("of arrivals come with the next one of their borough, as siblings", OURS),
    "related_percent": ("of pairs of young people of one borough are related", SAMPLE),
    "must_not_percent": ("of those must not live together; the others with caution", SAMPLE),
    "decline_percent": ("of pairs that rules allow a provider declines, once proposed", SAMPLE),
    "step_down_percent": ("of stays under the contract step down if they last so long", OURS),
    "step_down_from": ("months: the earliest step-down", "the main source: 6 to 9 months"),
    "step_down_to": ("months: the latest step-down", "the main source: 6 to 9 months"),
    "closures_per_100_home_years": ("homes close for a time", OURS),
    "reopens_after_weeks": ("weeks until a closed home, or one like it, takes young people", OURS),
    "parameters": ("rates and lengths are drawn for each replication", "demand.json"),
    "people_each": ("invented young people for each borough, age group and sex", OURS),
}
"""What each setting says, and where its value comes from."""


def assumptions(settings: Settings) -> list[dict[str, Any]]:
    """Every setting with its words, source and status, for whoever shows a run."""
    return [
        {
            "name": name,
            "value": value,
            "words": WORDS[name][0],
            "source": WORDS[name][1],
            "status": "assumption" if WORDS[name][1] in {OURS, SAMPLE} else "sourced",
        }
        for name, value in settings.as_json().items()
    ]
