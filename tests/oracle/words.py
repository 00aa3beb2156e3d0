"""The words the contract defines once: day, age, urgency, horizon, presence, sibling groups."""

from datetime import date

from tests.oracle.read import BANDS, Case, Row


def day_of(case: Case, referral: Row) -> date:
    """Return the referral's day: ``needed_by``, or ``as_of`` if that is later."""
    needed_by: date = referral["needed_by"]
    as_of: date = case["policy"]["as_of"]
    return as_of if as_of > needed_by else needed_by


def urgency_of(case: Case, referral: Row) -> str:
    """Return ``today``, ``within_5_days`` or ``over_5_days``."""
    days = (day_of(case, referral) - case["policy"]["as_of"]).days
    if days == 0:
        return "today"
    if days <= 5:
        return "within_5_days"
    return "over_5_days"


def birthday(born: date, age: int) -> date:
    """Return the day on which somebody becomes ``age``; from 29 February, 1 March if need be."""
    year = born.year + age
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if (born.month, born.day) == (2, 29) and not leap:
        return date(year, 3, 1)
    return date(year, born.month, born.day)


def age_on(born: date, day: date) -> int:
    """Return whole years on a day."""
    age = 0
    while birthday(born, age + 1) <= day:
        age += 1
    return age


def whole_months(a: date, b: date) -> int:
    """Return 12 x years + months from a to b, less one if b's day of the month is the earlier."""
    if b < a:
        return 0
    months = 12 * (b.year - a.year) + (b.month - a.month)
    return months - 1 if b.day < a.day else months


def tenths_between(a: tuple[int, int] | None, b: tuple[int, int] | None) -> int | None:
    """Return the miles between two grid points in tenths, half-up, without a binary fraction.

    With D metres apart, t is the largest whole number with t - 1/2 <= D / 160.93, which is
    (2t - 1)^2 x 16093^2 <= 40000 x D^2. ``None`` if either point is unknown.
    """
    if a is None or b is None:
        return None
    squared = (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
    t = 0
    step = 1
    while step * 160 <= abs(a[0] - b[0]) + abs(a[1] - b[1]) + 160:
        step *= 2
    while step:
        if (2 * (t + step) - 1) ** 2 * 16093**2 <= 40000 * squared:
            t += step
        step //= 2
    return t


def high_need(band: str) -> bool:
    """Return whether a band is high or specialist."""
    return band in {"high", "specialist"}


def highest_band(bands: set[str]) -> int:
    """Return the order number of the highest band of a home."""
    return max(BANDS.index(band) for band in bands)


def present_on(case: Case, home_id: str, day: date) -> list[Row]:
    """Return the residents of a home on a day: before a confirmed ``leaves_on``, else always."""
    return [
        resident
        for resident in case["residents"]
        if resident["home_id"] == home_id
        and not (
            resident["leaving"] == "confirmed"
            and resident["leaves_on"] is not None
            and day >= resident["leaves_on"]
        )
    ]


def horizon(case: Case) -> date:
    """Return the latest day of any referral that is not by hand (``as_of`` if there is none)."""
    days = [day_of(case, referral) for referral in case["referrals"] if not referral["by_hand"]]
    as_of: date = case["policy"]["as_of"]
    return max(days, default=as_of)


def sibling_groups(case: Case) -> dict[str, list[Row]]:
    """Return the sibling groups of two or more referrals, by their name."""
    groups: dict[str, list[Row]] = {}
    for referral in case["referrals"]:
        if referral["sibling_group"]:
            groups.setdefault(referral["sibling_group"], []).append(referral)
    return {name: members for name, members in groups.items() if len(members) > 1}


def group_kind(members: list[Row]) -> str:
    """Return ``together`` if any member says so, else ``preferred`` if any does, else empty."""
    said = {member["siblings"] for member in members}
    if "together" in said:
        return "together"
    return "preferred" if "preferred" in said else ""


def have_referral(case: Case) -> set[str]:
    """Return the young people who have a referral of their own."""
    return {referral["young_person_id"] for referral in case["referrals"]}


def companions_fit(preference: str, own_birth: date, other_birth: date) -> bool:
    """Return whether one person's ``living_companions`` allows the other to live there too."""
    if preference == "solo":
        return False
    if preference == "only_older":
        return other_birth < own_birth
    if preference == "only_younger":
        return other_birth > own_birth
    return True


def half_up(numerator: int, denominator: int) -> int:
    """Return a non-negative fraction rounded half-up to a whole number."""
    return (2 * numerator + denominator) // (2 * denominator)
