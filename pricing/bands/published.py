"""The thresholds as anybody may read and check them: in words, as tables, and for programs.

What a rule counts is said from the rule itself, so that the words and the count cannot differ.
"""

from collections.abc import Iterable, Sequence

from pricing.bands.thresholds import ALL, HIGHEST_SCORE, SCORES, Condition, Rule, Thresholds
from pricing.terms import BANDS, LOW

ASSUMPTIONS = (
    "These thresholds are starting assumptions of this product: no borough, provider or young "
    "person has agreed them."
)
HOW = (
    "The band is the highest of which a rule holds; low where none does. A rule with several "
    "conditions needs all of them. Who places the young person, and where, is no part of it."
)


def or_list(words: Sequence[str]) -> str:
    """`a, b or c`."""
    return " or ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def from_words(score: int) -> str:
    """A score or above: `3`, `2 or 3`."""
    return or_list([str(each) for each in range(score, HIGHEST_SCORE + 1)])


def condition_words(thresholds: Thresholds, condition: Condition) -> str:
    """What a condition counts and how much of it is needed, in one sentence."""
    of = or_list([thresholds.names.get(name, name) for name in condition.of])
    everything = condition.of == (ALL,)
    if condition.at_least is None:
        whose = "all items" if everything else f"the items of {of}"
        return f"the scores of {whose} add up to {condition.needed} or more"
    scored = from_words(condition.at_least)
    if len(condition.items) == 1:
        return f"{of} scores {scored}"
    number = "any item" if condition.needed == 1 else f"{condition.needed} or more items"
    verb = "scores" if condition.needed == 1 else "score"
    return f"{number}{'' if everything else f' of {of}'} {verb} {scored}"


def rule_words(thresholds: Thresholds, rule: Rule) -> str:
    """What a rule counts, all of its conditions."""
    return ", and ".join(condition_words(thresholds, each) for each in rule.when)


def source_words(thresholds: Thresholds) -> str:
    """Which thresholds these are, in one line."""
    return (
        f"{thresholds.id}, version {thresholds.version}, from {thresholds.start}, "
        f"{thresholds.status}; {thresholds.file}, SHA-256 {thresholds.sha256}"
    )


def render_published(thresholds: Thresholds) -> str:
    """The whole of the thresholds in words: bands, rules, scale, items with their descriptors."""
    lines = [f"{thresholds.name}", source_words(thresholds)]
    if thresholds.assumed:
        lines.append(f"! {ASSUMPTIONS}")
    lines += ["", "THE BANDS"]
    lines += [f"  {band.ljust(10)}  {thresholds.meanings[band]}" for band in BANDS]
    lines += ["", "WHICH SCORES MAKE WHICH BAND", f"  {HOW}"]
    for band in reversed(BANDS):
        if band == LOW:
            lines += ["", f"  {LOW}", "      No rule above holds."]
            continue
        lines += ["", f"  {band}"]
        for rule in (rule for rule in thresholds.rules if rule.band == band):
            lines.append(f"  {rule.code.rjust(4)}  {rule.sentence}:")
            lines.append(f"        {rule_words(thresholds, rule)}")
    lines += ["", "WHAT THE SCORES MEAN, FOR EVERY ITEM"]
    lines += [f"  {score}  {thresholds.levels[score]}" for score in SCORES]
    lines.append("  An item that nobody has scored is unknown, never 0.")
    for domain in thresholds.domains:
        lines += ["", domain.name.upper()]
        for item in domain.items:
            lines.append(f"  {item.name} ({item.code}): {item.question}")
            lines += [f"    {score}  {item.descriptors[score]}" for score in SCORES]
    return "\n".join(lines) + "\n"


def published_json(thresholds: Thresholds) -> dict[str, object]:
    """The whole of the thresholds for programs."""
    return {
        **thresholds.to_json(),
        "name": thresholds.name,
        "levels": list(thresholds.levels),
        "bands": [{"code": band, "meaning": thresholds.meanings[band]} for band in BANDS],
        "domains": [
            {
                "code": domain.code,
                "name": domain.name,
                "items": [
                    {
                        "code": item.code,
                        "name": item.name,
                        "question": item.question,
                        "descriptors": list(item.descriptors),
                    }
                    for item in domain.items
                ],
            }
            for domain in thresholds.domains
        ],
        "rules": [
            {
                "code": rule.code,
                "band": rule.band,
                "sentence": rule.sentence,
                "counted": rule_words(thresholds, rule),
            }
            for rule in thresholds.rules
        ],
        "notices": [ASSUMPTIONS] if thresholds.assumed else [],
    }


def rules_markdown(thresholds: Thresholds) -> str:
    """The rules as a table for a document."""
    rows = [
        (rule.band, rule.code, rule.sentence, rule_words(thresholds, rule))
        for rule in thresholds.rules
    ]
    rows.append((LOW, "", thresholds.meanings[LOW], "no rule above holds"))
    return _table(("band", "rule", "in words", "holds when"), rows)


def items_markdown(thresholds: Thresholds) -> str:
    """The items with their descriptors as a table for a document."""
    rows = [
        (domain.name, f"`{item.code}`", f"{item.name}. {item.question}", *item.descriptors)
        for domain in thresholds.domains
        for item in domain.items
    ]
    return _table(("domain", "item", "question", *map(str, SCORES)), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)
