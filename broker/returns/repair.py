"""Episodes of several returns made one course of care, by the rules of London's pipeline (LIIA).

A later return's row replaces an earlier one of the same young person and first day. Then, with the
names of the rules (LIIA, docs/fix_episodes.md and fix_episodes.py, as kept in brief/field.md, 1.3):
RULE_1 an open episode ends where the next begins; RULE_1A or, if the next begins care anew, the day
before, on 31 March at the latest; RULE_2 it ends on 31 March where no later return has the young
person; RULE_3 an open copy of the episode beside it, or RULE_3A one that a later return replaced,
is deleted; RULE_4 an overlap ends where the next begins; RULE_5 so does a gap after X1.

LIIA applies all of it to returns before an authority's latest. Here RULE_1, RULE_1A and RULE_4 hold
within one return as well, and two equal rows of one file are one (RULE_3).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import zip_longest
from typing import Final

from broker.returns import codes
from broker.returns.episode import Episode, Key, Repair, last_day

RULE_1: Final = "RULE_1"
RULE_1A: Final = "RULE_1A"
RULE_2: Final = "RULE_2"
RULE_3: Final = "RULE_3"
RULE_3A: Final = "RULE_3A"
RULE_4: Final = "RULE_4"
RULE_5: Final = "RULE_5"

RULES: Final = {
    RULE_1: "open before another episode: ended where that begins",
    RULE_1A: "open before coming into care again: ended by the day before, 31 March at the latest",
    RULE_2: "open, and in no later return: ended on 31 March",
    RULE_3: "a copy of another row: deleted",
    RULE_3A: "open, and replaced in a later return: deleted",
    RULE_4: "reaches into the next episode: ended where that begins",
    RULE_5: "a gap after X1: ended where the next episode begins",
}

_CHANGED_PLACE: Final = frozenset({"P", "B", "T", "U"})


@dataclass(frozen=True, slots=True)
class Repaired:
    """Episodes by young person in order of days, what was mended, and the fate of every row.

    A young person none of whose rows is kept has no episodes and is not among them.
    `fates` counts kept, repeated (replaced by a later return's row) and deleted.
    """

    episodes: Mapping[Key, tuple[Episode, ...]]
    repairs: tuple[Repair, ...]
    fates: Counter[str]


def repair(episodes: Iterable[Episode], latest: Mapping[str, int]) -> Repaired:
    """Mend the episodes of all returns; `latest` is each authority's last closing year."""
    by_child: dict[Key, list[Episode]] = defaultdict(list)
    for episode in episodes:
        by_child[episode.key].append(episode)
    repairs: list[Repair] = []
    fates: Counter[str] = Counter({"kept": 0, "repeated": 0, "deleted": 0})
    mended = {}
    for key, own in sorted(by_child.items()):
        newest = _newest(own, repairs, fates)
        closed = _close(newest, latest[key[0]], repairs)
        fates["deleted"] += len(newest) - len(closed)
        fates["kept"] += len(closed)
        if closed:
            mended[key] = tuple(_join(closed, repairs))
    return Repaired(mended, tuple(repairs), fates)


def _newest(own: Sequence[Episode], repairs: list[Repair], fates: Counter[str]) -> list[Episode]:
    """One episode for each first day, the latest return's; copies within a file are deleted."""
    by_day: dict[date, Episode] = {}
    for episode in sorted(own, key=lambda each: (each.start, each.year, -each.row)):
        before = by_day.get(episode.start)
        if before is not None and before.year == episode.year:
            _told(repairs, before, RULE_3, f"the same as row {episode.row}")
            fates["deleted"] += 1
        elif before is not None:
            fates["repeated"] += 1
        by_day[episode.start] = episode
    return list(by_day.values())


def _close(own: Sequence[Episode], latest: int, repairs: list[Repair]) -> list[Episode]:
    """The episodes with every end that can be told; stage 1 of the rules."""
    closed = []
    before: Episode | None = None
    for episode, following in zip_longest(own, own[1:]):
        made = _closed(before, episode, following, latest, repairs)
        if made is not None:
            closed.append(made)
        before = episode
    return closed


def _closed(
    before: Episode | None,
    episode: Episode,
    following: Episode | None,
    latest: int,
    repairs: list[Repair],
) -> Episode | None:
    if episode.end is not None:
        return episode
    old = episode.year != latest
    if old and any(beside is not None and _copy(episode, beside) for beside in (before, following)):
        _told(repairs, episode, RULE_3, "the same as the episode beside it, and open")
        return None
    if old and before is not None and before.year > episode.year:
        _told(repairs, episode, RULE_3A, f"{before.file}, row {before.row} came later")
        return None
    if following is None:
        if not old:
            return episode
        end = last_day(episode.year)
        if end <= episode.start:
            _told(repairs, episode, RULE_2, "began on 31 March: no day of it is left")
            return None
        _told(repairs, episode, RULE_2, f"ended on {end:%d/%m/%Y}")
        return replace(episode, end=end, ceased=codes.NOT_TOLD)
    if following.began == codes.CAME_INTO_CARE:
        end = min(last_day(episode.year), following.start - timedelta(days=1))
        if end <= episode.start:
            _told(repairs, episode, RULE_1A, "no day of it is left")
            return None
        _told(repairs, episode, RULE_1A, f"ended on {end:%d/%m/%Y}")
        return replace(episode, end=end, ceased=codes.NOT_TOLD)
    moved = following.began in _CHANGED_PLACE
    _told(repairs, episode, RULE_1, f"ended on {following.start:%d/%m/%Y}")
    return replace(
        episode,
        end=following.start,
        ceased=codes.CONTINUES,
        reason=codes.REPAIRED_MOVE if moved else episode.reason,
    )


def _copy(episode: Episode, beside: Episode) -> bool:
    """Whether an open episode says what the one beside it says, but for its first day."""

    def said(each: Episode) -> tuple[str, ...]:
        return each.began, each.legal, each.provider, *each.where

    return said(episode) == said(beside)


def _join(own: Sequence[Episode], repairs: list[Repair]) -> Iterable[Episode]:
    """The episodes without overlaps, and without gaps that X1 denies; stage 2 of the rules."""
    for episode, following in zip_longest(own, own[1:]):
        if following is None or episode.end is None or episode.end == following.start:
            yield episode
            continue
        overlap = episode.end > following.start
        later = following.year > episode.year
        if overlap or (later and episode.ceased == codes.CONTINUES):
            rule = RULE_4 if overlap else RULE_5
            _told(repairs, episode, rule, f"ended on {following.start:%d/%m/%Y}")
            yield replace(episode, end=following.start)
        else:
            yield episode


def _told(repairs: list[Repair], episode: Episode, rule: str, words: str) -> None:
    repairs.append(Repair(rule, episode.file, episode.row, f"{RULES[rule]}; {words}"))
