"""Every way in which a threshold file is refused, alone in an otherwise good file."""

import hashlib

import pytest

from pricing.bands.threshold_file import MOST_ITEMS, MOST_RULES, SHIPPED, shipped_thresholds
from tests.unit.pricing.bands.samples import THRESHOLDS, edited, threshold_problems, thresholds_of

DESCRIPTORS = 'descriptors = ["well", "so-so", "badly", "very badly"]'
M1 = THRESHOLDS[THRESHOLDS.index('[[rules]]\ncode = "M1"') :]
H1_WHEN = 'when = [{ of = ["gangs"], at_least = 3, how_many = 1 }]'
M1_OF = 'of = ["mood", "danger"]'

# what is wrong: change to the good file, then the key, the kind, the value and what is allowed
ONE_WRONG = {
    "an unknown key at the top": (
        ('version = "3"', 'version = "3"\nborough = "E09000016"'),
        ("borough", "unknown key", '"E09000016"', "id version name"),
    ),
    "a missing key at the top": (
        ('version = "3"\n', ""),
        ("version", "missing key", "missing", "required"),
    ),
    "a status that is none": (
        ('"agreed"', '"final"'),
        ("status", "bad value", '"final"', '"starting assumptions" or "agreed"'),
    ),
    "a day in quotes": (
        ("2026-01-05", '"2026-01-05"'),
        ("from", "bad value", '"2026-01-05"', "a day without quotes"),
    ),
    "three levels": (
        ('"watch", "act", "act now"', '"watch", "act"'),
        ("levels", "bad value", "a list of 3", "four texts, what 0, 1, 2 and 3 mean"),
    ),
    "bands out of order": (
        (
            '{ code = "low", meaning = "little" },\n  { code = "medium", meaning = "some" }',
            '{ code = "medium", meaning = "some" },\n  { code = "low", meaning = "little" }',
        ),
        ("bands", "wrong order", "medium, low, high, specialist", "low, medium, high, specialist"),
    ),
    "a band left out": (
        ('  { code = "low", meaning = "little" },\n', ""),
        ("bands", "wrong order", "medium, high, specialist", "low, medium, high, specialist"),
    ),
    "a band without meaning": (
        (', meaning = "some"', ""),
        ("bands[2].meaning", "missing key", "missing", "required"),
    ),
    "a missing descriptor": (
        (DESCRIPTORS, 'descriptors = ["well", "so-so", "badly"]'),
        ("domains[1].items[1].descriptors", "bad value", "a list of 3", "four texts"),
    ),
    "a blank descriptor": (
        (DESCRIPTORS, 'descriptors = ["well", "", "badly", "very badly"]'),
        ("domains[1].items[1].descriptors", "bad value", 'for 1: ""', "not blank"),
    ),
    "a descriptor that is no text": (
        (DESCRIPTORS, 'descriptors = ["well", 1, "badly", "very badly"]'),
        ("domains[1].items[1].descriptors", "bad value", "for 1: 1", "four texts"),
    ),
    "descriptors that are no list": (
        (DESCRIPTORS, 'descriptors = "well"'),
        ("domains[1].items[1].descriptors", "bad value", '"well"', "four texts"),
    ),
    "two scores that read the same": (
        (DESCRIPTORS, 'descriptors = ["well", "badly", "badly", "very badly"]'),
        ("domains[1].items[1].descriptors", "duplicate", "two that read the same", "differ"),
    ),
    "an item without a question": (
        ('question = "How do they feel?"\n', ""),
        ("domains[1].items[1].question", "missing key", "missing", "required"),
    ),
    "a code in capitals": (
        ('code = "sleep"', 'code = "Sleep"'),
        ("domains[1].items[2].code", "bad value", '"Sleep"', "small letters"),
    ),
    "an item called all": (
        ('code = "sleep"', 'code = "all"'),
        ("domains[1].items[2].code", "bad value", '"all"', "but not all"),
    ),
    "two items of one code": (
        ('code = "sleep"', 'code = "mood"'),
        ("domains[1].items[2].code", "duplicate", '"mood"', "domains[1].items[1] has it"),
    ),
    "an item with the code of a domain": (
        ('code = "sleep"', 'code = "danger"'),
        ("domains[2].code", "duplicate", '"danger"', "domains[1].items[2] has it"),
    ),
    "an unknown item in a rule": (
        (M1_OF, 'of = ["mood", "dangers"]'),
        ("rules[4].when[1].of", "unknown code", '"dangers"', "codes of domains and items"),
    ),
    "an item counted twice": (
        (M1_OF, 'of = ["mood", "mind"]'),
        ("rules[4].when[1].of", "duplicate", '"mood" twice', "each item counted once"),
    ),
    "a rule about no item": (
        (M1_OF, "of = []"),
        ("rules[4].when[1].of", "bad value", "none", "codes of domains and items"),
    ),
    "more items than there are": (
        ("how_many = 3", "how_many = 4"),
        ("rules[3].when[1].how_many", "can never hold", "4", "at most 3, for 3 items"),
    ),
    "a sum that cannot be reached": (
        ("total = 3", "total = 7"),
        ("rules[4].when[1].total", "can never hold", "7", "at most 6, for 2 items"),
    ),
    "a score above 3": (
        ("at_least = 2", "at_least = 4"),
        ("rules[3].when[1].at_least", "bad value", "4", "a whole number from 1 to 3"),
    ),
    "a score that always holds": (
        ("at_least = 2", "at_least = 0"),
        ("rules[3].when[1].at_least", "bad value", "0", "a whole number from 1 to 3"),
    ),
    "a number that always holds": (
        ("how_many = 3", "how_many = 0"),
        ("rules[3].when[1].how_many", "bad value", "0", "a whole number from 1"),
    ),
    "a sum that always holds": (
        ("total = 3", "total = 0"),
        ("rules[4].when[1].total", "bad value", "0", "a whole number from 1"),
    ),
    "a condition of both kinds": (
        ("how_many = 3", "how_many = 3, total = 5"),
        ("rules[3].when[1].total", "unknown key", "5", "of at_least how_many"),
    ),
    "half a condition": (
        (", how_many = 3", ""),
        ("rules[3].when[1].how_many", "missing key", "missing", "required"),
    ),
    "a rule without condition": (
        (H1_WHEN, "when = []"),
        ("rules[2].when", "bad value", "none", "at least one condition"),
    ),
    "a rule for low": (
        ('code = "M1"\nband = "medium"', 'code = "M1"\nband = "low"'),
        ("rules[4].band", "bad value", '"low"', '"specialist" or "high" or "medium"'),
    ),
    "no rule for a band": (
        (M1, ""),
        ("rules", "band never reached", "no rule for medium", "each of specialist, high, medium"),
    ),
    "rules out of order": (
        ('code = "H1"\nband = "high"', 'code = "H1"\nband = "medium"'),
        ("rules[3].band", "wrong order", '"high" after "medium"', "specialist, high, medium"),
    ),
    "two rules of one code": (
        ('code = "H2"', 'code = "H1"'),
        ("rules[3].code", "duplicate", '"H1"', "rules[2] has it"),
    ),
    "a rule without sentence": (
        ('sentence = "It adds up"\n', ""),
        ("rules[4].sentence", "missing key", "missing", "required"),
    ),
}


@pytest.mark.parametrize("what", ONE_WRONG)
def test_each_error_of_a_threshold_file_names_key_value_and_what_is_allowed(what: str) -> None:
    change, (key, kind, value, allowed) = ONE_WRONG[what]
    problems = threshold_problems(edited(THRESHOLDS, change))
    assert len(problems) == 1, problems
    (problem,) = problems
    assert (problem.file, problem.key, problem.kind) == ("bands.toml", key, kind)
    assert value in problem.value
    assert allowed in problem.allowed


def test_all_errors_are_told_at_once() -> None:
    changes = [
        ('version = "3"\n', ""),
        (DESCRIPTORS, 'descriptors = ["well"]'),
        (M1_OF, 'of = ["moods"]'),
        ("how_many = 3", "how_many = 4"),
    ]
    assert len(threshold_problems(edited(THRESHOLDS, *changes))) == len(changes)


def test_a_domain_has_items_and_a_file_has_domains() -> None:
    start, end = THRESHOLDS.index("[[domains]]"), THRESHOLDS.index("[[rules]]")
    empty = THRESHOLDS[:start] + '[[domains]]\ncode = "mind"\nname = "Mind"\nitems = []\n\n'
    problems = threshold_problems(empty + THRESHOLDS[end:])
    assert ("domains[1].items", "at least one item") in [(p.key, p.allowed) for p in problems]
    none = "domains = []\n" + THRESHOLDS[:start] + THRESHOLDS[end:]
    assert "at least one domain" in [problem.allowed for problem in threshold_problems(none)]


def test_more_than_people_can_check_is_refused() -> None:
    item = '[[domains.items]]\ncode = "i{0}"\nname = "I"\nquestion = "?"\n' + DESCRIPTORS + "\n"
    items = "".join(item.format(number) for number in range(MOST_ITEMS))
    many = edited(THRESHOLDS, ("[[rules]]", items + "[[rules]]"))
    assert [(p.key, p.value) for p in threshold_problems(many)] == [
        ("domains", f"{MOST_ITEMS + 3} items")
    ]
    rules = "\n".join(M1.replace("M1", f"M{number}") for number in range(2, MOST_RULES + 1))
    assert [(p.key, p.value) for p in threshold_problems(THRESHOLDS + rules)] == [
        ("rules", f"{MOST_RULES + 3} rules")
    ]


def test_more_counts_than_can_be_searched_in_seconds_are_refused() -> None:
    item = '[[domains.items]]\ncode = "i{0}"\nname = "I"\nquestion = "?"\n' + DESCRIPTORS + "\n"
    items = "".join(item.format(number) for number in range(14))
    rules = "".join(
        f'[[rules]]\ncode = "R{number}"\nband = "medium"\nsentence = "Both"\n'
        f'when = [{{ of = ["i{number}", "i{number + 1}"], total = 4 }}]\n'
        for number in range(9)
    )
    text = edited(THRESHOLDS, ("[[rules]]", items + "[[rules]]")) + rules
    (problem,) = threshold_problems(text)
    # 2 and 5 (S1), 2 (H1), 4 (H2), 4 (M1), and 5 for each of nine rules
    assert problem.value == f"{2 * 5 * 2 * 4 * 4 * 5**9} different results of counting"
    assert problem.allowed == "up to 200000: fewer rules, or rules about the same items"


@pytest.mark.parametrize(("text", "value"), [("", "empty"), ("id = ", "not TOML")])
def test_what_is_no_toml_is_refused(text: str, value: str) -> None:
    (problem,) = threshold_problems(text)
    assert value in problem.value


def test_a_good_file_becomes_thresholds_with_the_version_of_its_bytes() -> None:
    read = thresholds_of()
    assert read.sha256 == hashlib.sha256(THRESHOLDS.encode()).hexdigest()
    assert (read.id, read.version, read.status, read.assumed) == ("T", "3", "agreed", False)
    assert list(read.items) == ["mood", "sleep", "gangs"]
    assert read.items["sleep"].descriptors[2] == "little"
    assert read.rules[0].when[1].items == ("mood", "sleep")
    assert read.rules[2].when[0].items == ("mood", "sleep", "gangs")


def test_the_thresholds_shipped_say_that_they_are_assumptions_and_have_every_domain() -> None:
    shipped = shipped_thresholds()
    assert shipped.assumed
    assert shipped.sha256 == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()
    assert "STARTING ASSUMPTIONS" in SHIPPED.read_text(encoding="utf-8")
    assert [domain.name for domain in shipped.domains] == [
        "Behaviour",
        "Emotional wellbeing",
        "Health and disability",
        "Education",
        "Risk to self",
        "Risk from others",
        "Risk to others",
        "Going missing",
        "Daily living",
        "Adult ratio",
    ]
    ratio = [text.split(",")[0].split(":")[0] for text in shipped.items["adult_ratio"].descriptors]
    assert ratio == ["Standard", "1", "2", "More than 2"]
    assert "exploitation" in " ".join(shipped.items)
