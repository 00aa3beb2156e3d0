"""The fingerprint of a case is equal for equal questions and differs for any other."""

import pytest

from matching.digest import case_sha256
from tests.soak import read_files
from tests.strategies import random_case, shuffled
from tests.unit.matching.bench import AS_OF, Files, read
from tests.unit.matching.test_bad_input import HEADS, plain

FULL: Files = plain() | {
    "relationships.csv": HEADS["relationships.csv"] + "YP-A,YP-R,caution\nYP-B,YP-A,caution\n",
    "avoid.csv": HEADS["avoid.csv"]
    + "YP-A,borough,E09000001,,,,\nYP-A,home,,K,,,\nYP-B,radius,,,530000,180000,1.5\n",
    "people_and_places.csv": HEADS["people_and_places.csv"]
    + "A,school,530000,180000,4,Y\nA,school,530000,180000,4,Y\nB,faith,,,,\n",
    "wishes.csv": HEADS["wishes.csv"] + "A,H,wants,2026-03-30,near\nB,K,unsure,,\n",
    "declines.csv": HEADS["declines.csv"] + "A,K,full\n",
    "rates.csv": HEADS["rates.csv"] + "H,low,4500.00,900.00,2026-01-01,2026-07-01\nK,low,1.00,,,\n",
    "shares.csv": HEADS["shares.csv"] + "B1,E09000012,2\nB1,E09000016,1\n",
    "adjoining.csv": HEADS["adjoining.csv"] + "E09000012,E09000016\nE09000016,E09000025\n",
}


def digest(files: Files) -> str:
    return case_sha256(read(files))


def replaced(file: str, old: str, new: str) -> str:
    assert old in FULL[file]
    return digest(FULL | {file: FULL[file].replace(old, new, 1)})


def test_the_fingerprint_is_sixty_four_hexadecimal_digits() -> None:
    assert len(digest(FULL)) == 64
    assert int(digest(FULL), 16)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("relationships.csv", "YP-A,YP-R", "YP-R,YP-A"),
        ("relationships.csv", "YP-B,YP-A,caution\n", "YP-B,YP-A,caution\nYP-A,YP-B,caution\n"),
        ("adjoining.csv", "E09000012,E09000016", "E09000016,E09000012"),
        ("avoid.csv", "1.5", "1.5 "),
        ("rates.csv", "2026-01-01", " 2026-01-01"),
        ("policy.toml", AS_OF, AS_OF + "reach_miles = 5.0\n[points]\ncaution = 25\n"),
        (
            "shares.csv",
            "contract,borough,places\nB1,E09000012,2",
            "contract,borough,places\n\nB1,E09000012,2",
        ),
    ],
)
def test_what_means_the_same_has_the_same_fingerprint(file: str, old: str, new: str) -> None:
    assert replaced(file, old, new) == digest(FULL)


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_rows_is_not_in_the_fingerprint(seed: int) -> None:
    assert digest(shuffled(FULL, seed)) == digest(FULL)
    large = random_case(seed + 10, referrals=30, homes=12)
    assert case_sha256(read_files(large)) == case_sha256(read_files(shuffled(large, seed)))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("policy.toml", "2026-04-01", "2026-04-02"),
        ("policy.toml", AS_OF, AS_OF + "reach_miles = 5.1\n"),
        ("policy.toml", AS_OF, AS_OF + "[points]\nprovider_balance = 6\n"),
        ("policy.toml", AS_OF, AS_OF + "[load]\nlow = 2\n"),
        ("policy.toml", AS_OF, AS_OF + "[max_distance_miles]\ntoday = 60.1\n"),
        ("referrals.csv", "534400", "534401"),
        ("referrals.csv", "184200", "184201"),
        ("referrals.csv", "YP-B", "YP-C"),
        ("homes.csv", "534400", "534399"),
        ("homes.csv", "10,17", "10,16"),
        ("residents.csv", "YP-R,K", "YP-R,H"),
        ("relationships.csv", "YP-R,caution", "YP-R,must_not_live_together"),
        ("relationships.csv", "YP-B,YP-A", "YP-B,YP-R"),
        ("avoid.csv", "E09000001", "E09000012"),
        ("avoid.csv", "home,,K", "home,,H"),
        ("avoid.csv", "1.5", "1.6"),
        ("avoid.csv", "180000", "180001"),
        ("avoid.csv", "YP-A,home", "YP-B,home"),
        ("people_and_places.csv", "A,school,530000,180000,4,Y\n", ""),
        ("people_and_places.csv", "faith", "family"),
        ("wishes.csv", "near", "far"),
        ("wishes.csv", "2026-03-30", ""),
        ("declines.csv", "full", ""),
        ("declines.csv", "A,K", "A,H"),
        ("rates.csv", "900.00", "900.01"),
        ("rates.csv", "2026-07-01", ""),
        ("rates.csv", "1.00,", "1.00,0.00"),
        ("shares.csv", "E09000012,2", "E09000012,3"),
        ("shares.csv", "B1,E09000016", "B2,E09000016"),
        ("adjoining.csv", "E09000025", "E09000026"),
        ("adjoining.csv", "E09000012,E09000016\nE09000016,E09000025\n", ""),
    ],
)
def test_what_means_something_else_has_another_fingerprint(file: str, old: str, new: str) -> None:
    assert replaced(file, old, new) != digest(FULL)
