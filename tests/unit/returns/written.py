"""Returns written row by row for a test, and an independent mending of them.

`mended` follows the table of rules in LIIA's docs/fix_episodes.md, over plain dictionaries, and
shares no code with the product.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
)
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
HAVERING, NEWHAM = "E09000016", "E09000025"


def day(text: str) -> date:
    """12/3/19 as a date."""
    number, month, year = (int(part) for part in text.split("/"))
    return date(2000 + year, month, number)


def row(
    child: str,
    start: str,
    end: str = "",
    *,
    rne: str = "S",
    place: str = "U4",
    rec: str | None = None,
    reason: str = "",
    home: str = "RM1 3BD",
    post: str = "RM3 7AA",
    urn: str = "",
    legal: str = "C2",
    provider: str = "PR4",
) -> str:
    """A row of episodes; days as 12/3/19, REC X1 where there is an end and none is given."""
    ceased = ("X1" if end else "") if rec is None else rec
    days = [day(text).strftime("%d/%m/%Y") if text else "" for text in (start, end)]
    return ",".join(
        [
            child,
            days[0],
            rne,
            legal,
            "N1",
            place,
            provider,
            days[1],
            ceased,
            reason,
            home,
            post,
            urn,
        ]
    )


@dataclass
class Folder:
    """A folder of returns in the making; years are closing years and written as 2019-20."""

    path: Path
    authority: str = HAVERING
    born: dict[str, str] = field(default_factory=lambda: {"1": "05/02/2006", "2": "11/09/2005"})

    def name(self, year: int, table: str) -> Path:
        folder = self.path / self.authority
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{year - 1}-{year % 100:02d}-{table}.csv"

    def episodes(self, year: int, *rows: str, header: str = EPISODES) -> Folder:
        self.name(year, "episodes").write_text("\n".join([header, *rows]) + "\n")
        if not self.name(year, "header").exists():
            self.header(year)
        return self

    def header(self, year: int, *rows: str, head: str = HEADER) -> Folder:
        sex = "M" if year >= 2025 else "1"
        made = rows or [f"{child},{sex},{born},WBRI,,," for child, born in self.born.items()]
        self.name(year, "header").write_text("\n".join([head, *made]) + "\n")
        return self


def mended(episodes: list[dict[str, Any]], latest: int) -> list[dict[str, Any]]:
    """One young person's episodes mended: keys year, row, start, end, rne, rec, same, x.

    `same` is all that LIIA compares for a duplicate but the first day.
    """
    newest: dict[date, dict[str, Any]] = {}
    for each in episodes:
        held = newest.get(each["start"])
        if held is None or each["year"] > held["year"]:
            newest[each["start"]] = each
    own = [dict(newest[start]) for start in sorted(newest)]
    neighbours = [dict(each) for each in own]
    kept = []
    for index, each in enumerate(own):
        before = neighbours[index - 1] if index else None
        after = neighbours[index + 1] if index + 1 < len(own) else None
        close = date(each["year"], 3, 31)
        if each["end"] is None:
            earlier = each["year"] != latest
            if earlier and any(
                b is not None and b["same"] == each["same"] for b in (before, after)
            ):
                continue
            if earlier and before is not None and before["year"] > each["year"]:
                continue
            if after is None and earlier:
                each["end"], each["rec"] = close, "E99"
            elif after is not None and after["rne"] == "S":
                each["end"] = min(close, after["start"] - timedelta(days=1))
                each["rec"] = "E99"
            elif after is not None:
                each["end"], each["rec"] = after["start"], "X1"
        kept.append(each)
    kept = [each for each in kept if each["end"] is None or each["end"] > each["start"]]
    for each, after in pairwise(kept):
        if each["end"] is None:
            continue
        gap = after["year"] > each["year"] and each["rec"] == "X1"
        if each["end"] > after["start"] or (gap and each["end"] < after["start"]):
            each["end"] = after["start"]
    return kept
