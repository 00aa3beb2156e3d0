"""Where people of invented returns live: real postcodes, invented homes.

`postcodes.csv` holds postcodes of the ONS Postcode Directory (Open Government Licence v3.0), chosen
by chance within their authorities. Nobody and no home in the returns has anything to do with who
lives there.
"""

import csv
from pathlib import Path
from typing import Final

from broker.sample.returns.chance import Chance
from broker.sample.returns.truth import WHERE
from matching.geography import PARTNER_BOROUGHS

HOMES_EACH: Final = 6
HOMES_ELSEWHERE: Final = 40


def postcodes() -> dict[str, list[str]]:
    """The postcodes of each authority."""
    found: dict[str, list[str]] = {}
    path = Path(__file__).with_name("postcodes.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["authority"], []).append(row["postcode"])
    return found


class Places:
    """Draws of homes and postcodes."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._posts = postcodes()
        self._elsewhere = [
            post
            for code, posts in self._posts.items()
            if code not in PARTNER_BOROUGHS
            for post in posts
        ]
        number = iter(range(980_001, 999_999))
        self._homes = {
            code: [(post, f"SC{next(number)}") for post in self._posts[code][:HOMES_EACH]]
            for code in PARTNER_BOROUGHS
        }
        self._far = [(post, f"SC{next(number)}") for post in self._elsewhere[:HOMES_ELSEWHERE]]

    def home_of(self, code: str) -> str:
        """Where somebody comes from: in their authority."""
        return self._chance.pick(self._posts[code])

    def children_home(self, code: str) -> tuple[str, str]:
        """The postcode and number of a children's home."""
        where = self._chance.weighted(WHERE)
        if where == "own":
            return self._chance.pick(self._homes[code])
        if where == "partner":
            others = [other for other in PARTNER_BOROUGHS if other != code]
            return self._chance.pick(self._homes[self._chance.pick(others)])
        return self._chance.pick(self._far)

    def foster(self, code: str) -> str:
        """Where a foster carer lives."""
        if self._chance.chance(60):
            return self.home_of(code)
        return self._chance.pick(self._elsewhere)
