"""What may be bought, from the answers of an ordinary form, read by the readers of the files.

The form makes the same three files that `broker capacity buy` takes: options, scenarios and spot
fees. What is wrong in any of them is told at the field it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from broker.capacity.buying.options import Options
from broker.capacity.buying.options_file import check_scenarios, parse_options
from broker.capacity.desk.toml_parts import Wrong, answer, pounds, text, whole
from broker.capacity.scenarios.file import parse_scenarios
from broker.capacity.scenarios.terms import Scenarios
from matching.problem import Problem
from matching.words import count
from pricing.money import parse_decimal, round_half_up
from pricing.money import pounds as pounds_text
from pricing.problems import BadInput
from pricing.terms import BANDS, Contract
from pricing.value.spot import SpotFees
from pricing.value.spot_file import parse_spot_fees

FILE: Final = "the form"
KINDS: Final = (1, 2, 3)
TERMS: Final = (1, 2)
NOW: Final = "as-now"
TURNED: Final = (
    ("Arrivals", "arrivals", "percent_of_now", ""),
    ("Stays that end early", "ended_early", "percent_of_stays", 'percent_of_length = "50"\n'),
)
"""What is varied: name, kind of change, the key it varies, and what else the change says."""


OTHERS: Final = "a home like one outside the contract is taken to be the lead provider's"


@dataclass(frozen=True)
class Purchase:
    """What is asked of a purchase: what may be bought, what is varied, the spot fees if any."""

    options: Options
    scenarios: Scenarios
    spot: SpotFees | None


@dataclass
class _Lines:
    """A file that grows, and which field each key of it came from."""

    text: list[str] = field(default_factory=list)
    came: dict[str, str] = field(default_factory=dict)

    def table(self, head: str, where: str, rows: Iterable[tuple[str, str, str]]) -> None:
        """A table with its rows: key, value as TOML has it, and the field it came from."""
        self.text.append(head)
        for key, value, name in rows:
            self.text.append(f"{key} = {value}")
            self.came[f"{where}.{key}"] = name


def purchase_of(
    fields: Mapping[str, str], by: str, case: Problem, contract: Contract
) -> tuple[Purchase | None, list[Wrong]]:
    """What a form asks to be bought; None, and all that is wrong, where it cannot be asked."""
    wrong = list(_headless(fields))
    scenarios = _scenarios(fields, by, wrong)
    options = _options(fields, by, case, contract, wrong)
    spot = _spot(fields, by, contract, wrong)
    if options is None or scenarios is None or wrong:
        return None, wrong
    check_scenarios(options, [one.id for one in scenarios.scenarios], FILE)
    return Purchase(options, scenarios, spot), []


_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    **{f"home_{at}": (f"places_{at}", f"most_{at}") for at in KINDS},
    **{f"years_{at}": (f"guarantee_{at}", f"fees_{at}") for at in TERMS},
    "training_need": ("training_kind", "training_cost"),
}
"""The answer without which others say nothing, and those others."""


def _headless(fields: Mapping[str, str]) -> Iterator[Wrong]:
    """Answers that would be passed over, for the one they hang on was left empty."""
    for head, others in _HEADS.items():
        if not answer(fields, head) and any(answer(fields, one) for one in others):
            yield Wrong(head, "nothing", "an answer, since more is said of it")


def _options(
    fields: Mapping[str, str], by: str, case: Problem, contract: Contract, wrong: list[Wrong]
) -> Options | None:
    made = _Lines()
    made.text += [
        f"title = {text(answer(fields, 'name') or 'Which places to buy')}",
        f"source = {text(f'assumed by {by}; {OTHERS}')}",
    ]
    made.came["title"] = "name"
    limits = [("places", whole(answer(fields, "most_places")), "most_places"),
              ("void_year", pounds(answer(fields, "void_year")), "void_year")]  # fmt: skip
    if answer(fields, "budget_year"):
        limits.append(("budget_year", pounds(answer(fields, "budget_year")), "budget_year"))
    for key in ("local_percent", "void_risk_percent"):
        if answer(fields, key):
            limits.append((key, text(answer(fields, key)), key))
    made.table("[limits]", "limits", limits)
    kinds = [at for at in KINDS if answer(fields, f"home_{at}")]
    for number, at in enumerate(kinds, start=1):
        home, places = answer(fields, f"home_{at}"), answer(fields, f"places_{at}")
        made.table("[[homes]]", f"homes[{number}]", [
            ("id", text(_kind(home, places)), f"home_{at}"),
            ("name", text(f"A home of {places} like {home}"), f"home_{at}"),
            ("like", text(home), f"home_{at}"),
            ("most", whole(answer(fields, f"most_{at}")), f"most_{at}"),
            ("places", whole(places), f"places_{at}"),
            *([] if home in contract.homes
              else [("provider", text(contract.lead), f"home_{at}")]),
        ])  # fmt: skip
    terms = [at for at in TERMS if answer(fields, f"years_{at}")]
    for number, at in enumerate(terms, start=1):
        years, guarantee = answer(fields, f"years_{at}"), answer(fields, f"guarantee_{at}")
        made.table("[[terms]]", f"terms[{number}]", [
            ("id", text(f"terms-{at}"), f"years_{at}"),
            ("years", whole(years), f"years_{at}"),
            ("guarantee_percent", text(guarantee), f"guarantee_{at}"),
        ])  # fmt: skip
        _fees(made, fields, at, contract, wrong)
    _training(made, fields, kinds)
    _turned(made, fields)
    if not kinds and "home_1" not in {one.field for one in wrong}:
        wrong.append(Wrong("home_1", "none", "at least one kind of home that may be bought"))
    if not terms and "years_1" not in {one.field for one in wrong}:
        wrong.append(Wrong("years_1", "none", "at least one length of contract"))
    try:
        return parse_options("\n".join(made.text).encode(), FILE, case, contract)
    except BadInput as refused:
        if kinds and terms:
            wrong += _told(refused, made.came, "home_1")
        return None


def _kind(home: str, places: str) -> str:
    """What a kind of home is called: like which one, of how many places."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", f"like-{home}-of-{places}")


def short_in_words(fields: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """What a form's kinds of home, terms and training are called in its answers, in plain words.

    `names` are those of the homes by id; a home of which none is known keeps its id.
    """
    made = {}
    for at in KINDS:
        if home := answer(fields, f"home_{at}"):
            places = answer(fields, f"places_{at}")
            number = count(int(places), "place") if places.isdigit() else places
            made[_kind(home, places)] = f"like {names.get(home, home)} with {number}"
    for at in TERMS:
        if years := answer(fields, f"years_{at}"):
            told = [count(int(years), "year") if years.isdigit() else years,
                    f"{answer(fields, f'guarantee_{at}')}% guaranteed"]  # fmt: skip
            if fees := answer(fields, f"fees_{at}"):
                how = "lower" if fees.startswith("-") else "higher"
                told.append(f"fees {fees.removeprefix('-')}% {how}")
            made[f"terms-{at}"] = ", ".join(told)
    if need := answer(fields, "training_need"):
        made[need] = need.replace("_", " ")
    return made


def _fees(
    made: _Lines, fields: Mapping[str, str], at: int, contract: Contract, wrong: list[Wrong]
) -> None:
    """Terms may have fees so much higher or lower than those of the contract now."""
    name = f"fees_{at}"
    written = answer(fields, name)
    if not written:
        return
    sign = -1 if written.startswith("-") else 1
    percent = parse_decimal(written.removeprefix("-"))
    if percent is None or percent > 90:
        allowed = "a percentage from -90 to 90, such as 2.5 or -3"
        wrong.append(Wrong(name, written, allowed))
        return
    factor = 1 + sign * Fraction(percent) / 100
    made.text.append("[terms.fees]")
    made.text += [
        f"{band} = {text(pounds_text(round_half_up(contract.fees[band] * factor)))}"
        for band in BANDS
    ]


def _training(made: _Lines, fields: Mapping[str, str], kinds: list[int]) -> None:
    need = answer(fields, "training_need")
    if not need:
        return
    at = answer(fields, "training_kind")
    kind = "" if at not in map(str, kinds) else _kind(
        answer(fields, f"home_{at}"), answer(fields, f"places_{at}")
    )  # fmt: skip
    made.table("[[training]]", "training[1]", [
        ("home", text(kind), "training_kind"),
        ("need", text(need), "training_need"),
        ("cost", pounds(answer(fields, "training_cost")), "training_cost"),
    ])  # fmt: skip


def _ends(fields: Mapping[str, str]) -> dict[str, list[tuple[str, str, str]]]:
    """What is varied that was filled in: (id of the scenario, what was written, field) by kind."""
    return {
        kind: [
            (
                _id(kind, answer(fields, f"{kind}_{end}")),
                answer(fields, f"{kind}_{end}"),
                f"{kind}_{end}",
            )
            for end in ("low", "high")
        ]
        for _, kind, _, _ in TURNED
        if answer(fields, f"{kind}_low") or answer(fields, f"{kind}_high")
    }


def _id(kind: str, written: str) -> str:
    """What a scenario is called: what is varied and to how many percent."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", f"{kind}-{written or 'none'}-percent")


def _turned(made: _Lines, fields: Mapping[str, str]) -> None:
    """The tornado, and the table of what if both change at once."""
    ends = _ends(fields)
    names = {kind: name for name, kind, _, _ in TURNED}
    for kind, ((low, _, _), (high, _, _)) in ends.items():
        made.text += ["[[assumptions]]", f"name = {text(names[kind])}", f"low = {text(low)}",
                      f"high = {text(high)}"]  # fmt: skip
    if len(ends) == len(TURNED):
        down, across = ([f'"{low[0]}"', f'"{NOW}"', f'"{high[0]}"'] for low, high in ends.values())
        made.text += [
            "[[tables]]",
            f"down = {text(TURNED[0][0])}",
            f"across = {text(TURNED[1][0])}",
            f"rows = [{', '.join(down)}]",
            f"columns = [{', '.join(across)}]",
        ]


def _scenarios(fields: Mapping[str, str], by: str, wrong: list[Wrong]) -> Scenarios | None:
    made = _Lines(['title = "What a purchase turns on"'])
    source = text(f"assumed by {by}")
    told = [(NOW, "as now", "arrivals", [("percent_of_now", '"100"', "")], "")]
    for name, kind, key, more in TURNED:
        for id, written, came in _ends(fields).get(kind, ()):
            told.append(
                (id, f"{name.lower()}: {written}%", kind, [(key, text(written), came)], more)
            )
    for number, (id, name, kind, rows, more) in enumerate(told, start=1):
        made.text += ["[[scenarios]]", f"id = {text(id)}", f"name = {text(name)}",
                      f"source = {source}"]  # fmt: skip
        where = f"scenarios[{number}].changes[1]"
        made.came[f"scenarios[{number}].id"] = rows[0][2]
        made.table("[[scenarios.changes]]", where, [("kind", text(kind), ""), *rows])
        made.text.append(more)
    try:
        return parse_scenarios("\n".join(made.text).encode(), FILE)
    except BadInput as refused:
        wrong += _told(refused, made.came, "arrivals_low")
        return None


def _spot(
    fields: Mapping[str, str], by: str, contract: Contract, wrong: list[Wrong]
) -> SpotFees | None:
    """The fees of places bought one by one, all of them or none."""
    written = {band: answer(fields, f"spot_{band}") for band in BANDS}
    if not any(written.values()):
        return None
    wrong += [
        Wrong(f"spot_{band}", "nothing", "a fee for every band, since nobody knows who will come")
        for band, one in written.items()
        if not one
    ]
    made = _Lines([
        f"name = {text('Fees of places bought one by one')}", f"source = {text(f'told by {by}')}",
        f"from = {contract.start}", f"to = {contract.end}", 'requirements = "included"',
    ])  # fmt: skip
    rows = [(band, pounds(one), f"spot_{band}") for band, one in written.items() if one]
    made.table("[fees]", "fees", rows)
    try:
        return parse_spot_fees("\n".join(made.text).encode(), FILE)
    except BadInput as refused:
        wrong += _told(refused, made.came, "spot_low")
        return None


def _told(refused: BadInput, came: Mapping[str, str], otherwise: str) -> Iterable[Wrong]:
    return [
        Wrong(came.get(one.key) or otherwise, one.value, one.allowed) for one in refused.problems
    ]
