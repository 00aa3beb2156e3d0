"""Cases for tests: a seeded generator, hypothesis strategies on it, and steps that change a case.

``random_case`` draws a whole valid case folder; ``cases`` draws one for a property; ``TIGHTENINGS``
and ``LOOSENINGS`` are single steps whose effect on the optimum is known beforehand.
"""

import csv
import io
from random import Random

from hypothesis import note
from hypothesis import strategies as st

from tests.oracle.generate.case import Files, csv_text, random_case, write_case
from tests.oracle.generate.change import Change, neutral
from tests.oracle.generate.dice import FEATURES
from tests.oracle.generate.loosen import LOOSENINGS
from tests.oracle.generate.tighten import TIGHTENINGS

__all__ = [
    "ALL_BUT_TWINS",
    "FEATURES",
    "LOOSENINGS",
    "TIGHTENINGS",
    "Change",
    "Files",
    "cases",
    "changes",
    "neutral",
    "random_case",
    "shuffled",
    "write_case",
]


ALL_BUT_TWINS = frozenset(FEATURES) - {"twins"}
"""Leave these out, and about a quarter of the cases have several best plans."""


@st.composite
def cases(draw: st.DrawFn, max_referrals: int = 6, max_homes: int = 4) -> Files:
    """Draw a case folder as file name -> text.

    A failing case shrinks to fewer referrals and homes, to the default policy and to as few
    features as still fail; the call that makes it is printed.
    """
    seed = draw(st.integers(0, 2**24))
    referrals = draw(st.integers(1, max_referrals))
    homes = draw(st.integers(1, max_homes))
    policy = draw(st.sampled_from(("default", "random")))
    kept = draw(st.tuples(*(st.integers(0, 5) for _ in FEATURES)))
    without = frozenset(name for name, on in zip(FEATURES, kept, strict=True) if not on)
    note(
        f"random_case({seed}, referrals={referrals}, homes={homes}, policy={policy!r}, "
        f"without=frozenset({sorted(without)}))"
    )
    return random_case(seed, referrals=referrals, homes=homes, policy=policy, without=without)


def changes(options: tuple[Change, ...]) -> st.SearchStrategy[tuple[Change, int]]:
    """Draw one of the steps and the seed it is applied with."""
    return st.tuples(st.sampled_from(options), st.integers(0, 2**16))


def shuffled(files: Files, seed: int) -> Files:
    """Return the case with the rows of every CSV in another order and nothing else changed."""
    result = dict(files)
    for name, text in files.items():
        if not name.endswith(".csv"):
            continue
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
        rows = list(reader)
        Random(f"{seed}/{name}").shuffle(rows)
        line_end = "\r\n" if "\r\n" in text else "\n"
        result[name] = mark + csv_text(list(reader.fieldnames or []), rows, line_end)
    return result
