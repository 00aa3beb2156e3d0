"""Reference rates: every stratum with a rate above 0 and its source."""

import hashlib
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from pricing.outcomes.reference import read_reference
from pricing.outcomes.strata import STRATA, Stratum, stratum_of
from pricing.problems import Problems
from tests.unit.outcomes.samples import one, reference_text
from tests.unit.pricing.samples import edited

LOW_0 = '"0" = { per_1000_days = "5", source = "made up" }'


def test_rates_are_read_with_their_version_and_what_they_call_themselves(tmp_path: Path) -> None:
    path = tmp_path / "reference.toml"
    text = edited(reference_text("5"), (LOW_0, LOW_0.replace('"5"', '"0.25"')))
    path.write_text(text, encoding="utf-8")
    found = Problems()
    reference = read_reference(path, found)
    assert not found.found
    assert reference is not None
    assert reference.version == hashlib.sha256(text.encode()).hexdigest()
    assert (reference.id, reference.made_on) == ("R", date(2026, 1, 1))
    assert reference.assumption
    assert set(reference.rates) == set(STRATA)
    assert reference.rates[Stratum("low", "0")].per_1000_days == Fraction(1, 4)
    assert reference.rates[Stratum("low", "0")].source == "made up"
    assert reference.expected(Stratum("low", "0"), 400) == Fraction(1, 10)
    assert reference.expected(Stratum("high", "3+"), 400) == 2


@pytest.mark.parametrize(
    ("old", "new", "key", "kind", "allowed"),
    [
        ('id = "R"', 'id = ""', "id", "bad value", "text in quotes"),
        ("made_on = 2026-01-01", 'made_on = "2026-01-01"', "made_on", "bad value", "a day without"),
        ("made_on = 2026-01-01\n", "", "made_on", "missing key", "required"),
        ("assumption = true", 'assumption = "yes"', "assumption", "bad value", "true or false"),
        ("assumption = true\n", "", "assumption", "missing key", "required"),
        (LOW_0, "", "rates.low.0", "missing key", "required"),
        (LOW_0, f"{LOW_0}\n4 = 3", "rates.low.4", "unknown key", "0 1-2 3+"),
        ('"5"', '"0.00"', "rates.low.0.per_1000_days", "bad value", "more than 0"),
        ('"5"', "-5", "rates.low.0.per_1000_days", "negative value", "from 0"),
        (', source = "made up"', "", "rates.low.0.source", "missing key", "required"),
        ("[rates.low]", "[rates.none]", "rates.low", "missing key", "required"),
    ],
)
def test_a_file_with_one_fault_names_it(
    old: str, new: str, key: str, kind: str, allowed: str, tmp_path: Path
) -> None:
    path = tmp_path / "reference.toml"
    path.write_text(edited(reference_text(), (old, new)), encoding="utf-8")
    found = Problems()
    read_reference(path, found)
    problem = next(each for each in found if each.kind == kind)
    assert (problem.file, problem.key) == ("reference.toml", key)
    assert allowed in problem.allowed
    assert len(found.found) == (2 if "none" in new else 1)


def test_what_is_no_toml_is_no_reference(tmp_path: Path) -> None:
    path = tmp_path / "reference.toml"
    path.write_text("rates = ", encoding="utf-8")
    found = Problems()
    assert read_reference(path, found) is None
    assert "not TOML" in one(found)


@pytest.mark.parametrize(
    ("moves", "group"), [(0, "0"), (1, "1-2"), (2, "1-2"), (3, "3+"), (40, "3+")]
)
def test_moves_fall_into_three_groups(moves: int, group: str) -> None:
    assert stratum_of("high", moves) == Stratum("high", group)
    assert stratum_of("high", moves).unsettled is (moves > 2)
