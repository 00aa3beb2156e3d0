"""The parts of the documents that come from the code: rules, points, bands, the demonstration.

A document marks such a part with `<!-- made:NAME -->` and `<!-- end:NAME -->`. Run
`.venv/bin/python -m broker.handbook` to write them anew; a test fails when one has gone stale.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from broker import handbook_of_council
from broker.commands.fold import fold
from broker.standard.lacks import fields_table, lacks_table, narrower_table
from broker.warehouse import dictionary
from matching.joint import JOINT_RULES
from matching.points import COMPONENTS
from matching.policy import LOAD, POINTS, WAIT, WEIGHT_MEANINGS, Policy
from matching.postcodes import attribution
from matching.rules import RULES
from pricing.bands.answer import answer
from pricing.bands.published import ASSUMPTIONS, items_markdown, rules_markdown
from pricing.bands.scores_file import read_scores
from pricing.bands.threshold_file import shipped_thresholds
from pricing.bands.words import render_answer

MARK = re.compile(r"<!-- made:(?P<name>\w+) -->\n(?P<body>.*?)<!-- end:(?P=name) -->", re.DOTALL)
DOCUMENTS = (
    "README.md",
    "docs/dpia-template.md",
    "docs/law.md",
    "docs/need-bands.md",
    "docs/placements-standard.md",
    "docs/transparency-record.md",
    "docs/warehouse.md",
)


def rules_table() -> str:
    """Every rule on a pair and on the plan, with its source."""
    lines = ["| code | rule | source |", "|---|---|---|"]
    for rule in RULES:
        signed = " A named person may override it, signed." if rule.overridable else ""
        lines.append(f"| {rule.code} | {rule.sentence}.{signed} | {rule.source} |")
    lines += [f"| {rule.code} | {rule.sentence}. | case folder, together |" for rule in JOINT_RULES]
    return "\n".join(lines) + "\n"


def points_table() -> str:
    """What costs points, the weight shipped, and the weight as miles."""
    policy = Policy(as_of=date(2000, 1, 1))
    part = {weight: component.name for component in COMPONENTS for weight in component.weights}
    lines = ["| part | weight | points | equal to | for what |", "|---|---|---|---|---|"]
    for weight, points in POINTS.items():
        name = part.get(weight, "the plan")
        meaning = WEIGHT_MEANINGS[weight]
        lines.append(f"| {name} | `{weight}` | {points} | {policy.in_miles(weight)} | {meaning} |")
    return "\n".join(lines) + "\n"


def waits_table() -> str:
    """What waiting costs, and what a household load is, as shipped."""
    wait = (
        f"Waiting costs {WAIT['within_5_days']} points where a place is needed within 5 days and "
        f"{WAIT['over_5_days']} where it is needed later, and {WAIT['per_day']} for each day "
        f"waited up to {WAIT['cap']}. A place needed today comes before all points."
    )
    loads = ", ".join(f"{band} {load}" for band, load in LOAD.items())
    return f"{wait} Household load: {loads}.\n"


def demonstration() -> str:
    """What `make demo` prints."""
    from broker.demo import FOLDER, demonstrate  # only where it is asked for

    sys.argv[0] = str(Path(".venv") / "bin" / "broker")
    return "```text\n" + demonstrate(FOLDER).rstrip() + "\n```\n"


PRICE = "--band medium --require one_to_one=14 --from 2026-09-07 --to 2027-06-01"


def price_check() -> str:
    """What a provider's check prints, with the command that prints it."""
    from contextlib import redirect_stdout
    from io import StringIO

    from broker.cli import main as run  # only where it is asked for

    contract = Path(__file__).parent / "sample" / "region" / "contract.toml"
    shown = StringIO()
    with redirect_stdout(shown):
        run(["price", str(contract), *PRICE.split()])
    command = f"$ .venv/bin/broker price region/contract.toml {PRICE}"
    return f"```text\n{command}\n{shown.getvalue().rstrip()}\n```\n"


def attribution_lines() -> str:
    """The lines that the owners of the postcode data ask for."""
    return "".join(f"- {line}\n" for line in attribution())


def need_rules_table() -> str:
    """Which scores make which need band, by the thresholds shipped."""
    return rules_markdown(shipped_thresholds())


def need_items_table() -> str:
    """What is scored for a need band, and what each score means, by the thresholds shipped."""
    return items_markdown(shipped_thresholds())


def need_source() -> str:
    """Which thresholds are shipped, and what they are worth."""
    shipped = shipped_thresholds()
    notice = f" **{ASSUMPTIONS}**" if shipped.assumed else ""
    return f"`{shipped.id}`, version {shipped.version}, from {shipped.start}.{notice}\n"


def need_answer() -> str:
    """What `broker band` says to the example."""
    file = Path(__file__).parents[1] / "docs" / "examples" / "band" / "scores.toml"
    thresholds = shipped_thresholds()
    found = answer(thresholds, read_scores(file, thresholds, lambda _: None))
    return "```text\n" + fold(render_answer(found), 98).rstrip() + "\n```\n"


PARTS: Mapping[str, Callable[[], str]] = {
    "rules": rules_table,
    "points": points_table,
    "waits": waits_table,
    "demo": demonstration,
    "price": price_check,
    "attribution": attribution_lines,
    "need_source": need_source,
    "need_rules": need_rules_table,
    "need_items": need_items_table,
    "need_answer": need_answer,
    "standard_fields": fields_table,
    "standard_lacks": lacks_table,
    "standard_narrower": narrower_table,
}
"""The parts of the README; other documents use them too."""

EVERY: Mapping[str, Callable[[], str]] = {
    **PARTS,
    **handbook_of_council.PARTS,
    **dictionary.PARTS,
}


def renewed(text: str) -> str:
    """The document with every marked part made anew."""

    def part(found: re.Match[str]) -> str:
        name = found["name"]
        return f"<!-- made:{name} -->\n{EVERY[name]()}<!-- end:{name} -->"

    return MARK.sub(part, text)


def main() -> int:
    """Write the marked parts of every document anew; says which changed."""
    for name in DOCUMENTS:
        path = Path(name)
        old = path.read_text(encoding="utf-8")
        new = renewed(old)
        if new != old:
            path.write_text(new, encoding="utf-8")
            sys.stdout.write(f"{name}: made anew\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
