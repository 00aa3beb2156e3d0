"""A question beside a match from its body to its answer, in the process of a turn.

What is on record (a case, the plan of a match) is fetched by the service between two such turns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from api import answers
from api.columns import in_json
from api.models import CaseRequest
from api.problems import InputError, bad_input, shown
from api.questions import (
    AboutPlan,
    EvaluationRequest,
    ExplanationRequest,
    OptionsRequest,
    WhatIfRequest,
)
from api.requests import Asked, read
from api.worker import case_of
from broker.apart.inside import in_time
from broker.apart.process import prepare
from broker.life.factors import Person
from broker.sample import REGION
from matching.check import check_json
from matching.exchange import read_case
from matching.explain import find_home, find_referral
from matching.faults import BadInput
from matching.pairs import Pairs, find_pairs, without_pairs
from matching.problem import Problem

Q = TypeVar("Q", bound=CaseRequest)
_NEXT = "alternatives"
LONGEST_JUDGING = 60.0
"""Seconds for a question that searches for nothing."""

_FINDERS: Mapping[str, Callable[[Pairs, str], object]] = {
    "referral_id": find_referral,
    "home_id": find_home,
    "instead": find_home,
}


@dataclass(frozen=True, slots=True)
class OnRecord:
    """A question that waits for what is on record; `problem` is None where its case is too."""

    question: CaseRequest
    problem: Problem | None


def ask_body(body: bytes, shape: type[Q]) -> dict[str, Any] | OnRecord:
    """The answer to a question in a body, unless it needs something on record.

    Raises:
        ProblemError: with every error of the body.
    """
    if issubclass(shape, AboutPlan):
        prepare()
    asked = read(body, shape)
    which = asked.one_of("case", "from")
    with in_time(_seconds(asked.model)):
        problem = case_of(asked) if which == "case" else None
        _clashes(asked, shape)
        pairs = None if problem is None else find_pairs(problem)
        if pairs is not None:
            asked.refuse(*_unknown(pairs, asked.document))
        asked.raise_if_any()
        question = asked.model
        assert question is not None
        bare = question.model_copy(update={"case": None})
        if pairs is None or (isinstance(question, AboutPlan) and question.match_id is not None):
            return OnRecord(bare, problem)
        return _answered(pairs, bare, getattr(question, "plan", None), "plan")


def ask_problem(
    problem: Problem,
    question: CaseRequest,
    kept: dict[str, Any] | None,
    person: Person | None = None,
) -> dict[str, Any]:
    """The answer to a question about a problem; `kept` is the plan of the match it names.

    `person` is what the referral's form tells, where one is on record.

    Raises:
        ProblemError: an id that is not in the case, or a plan that is not one of this case.
    """
    with in_time(_seconds(question)):
        pairs = without_pairs(problem) if _judges_itself(question, kept) else find_pairs(problem)
        errors = _unknown(pairs, question.model_dump(by_alias=True))
        if errors:
            raise bad_input(errors)
        if kept is not None:
            return _answered(pairs, question, kept, "match_id", person)
        return _answered(pairs, question, getattr(question, "plan", None), "plan", person)


def ask_of_the_sample() -> None:
    """Ask about the invented region what pages ask, so that all that this needs is at hand."""
    from matching.solve import match

    problem = read_case(REGION)
    plan = match(problem).to_json()
    somebody = problem.referrals[0].id
    about = {"from": "database", "referral_id": somebody}
    effects = OptionsRequest.model_validate({**about, "effects": True})
    changes = ExplanationRequest.model_validate({**about, "changes": True})
    for question in (effects, changes):
        ask_problem(problem, question, plan)


def _judges_itself(question: CaseRequest, kept: dict[str, Any] | None) -> bool:
    """Whether a question is of one young person's homes or one home alone, and of no plan."""
    if not isinstance(question, OptionsRequest) or kept is not None or question.plan is not None:
        return False
    return question.home_id is not None or not question.effects


def _answered(
    pairs: Pairs, question: CaseRequest, plan: Any, place: str, person: Person | None = None
) -> dict[str, Any]:
    """The answer; a plan that was given is believed only when it stands the check."""
    if isinstance(question, EvaluationRequest):
        return answers.evaluation(pairs, question)
    assert isinstance(question, AboutPlan)
    written = None if plan is None else _plain(plan)
    if written is not None:
        faults = check_json(pairs, written)
        if faults:
            raise bad_input(
                [
                    InputError(
                        f"{fault.code}: {fault.allowed}",
                        (place,),
                        value=shown(f"{fault.where}: {fault.found}"),
                        kind="violation",
                    )
                    for fault in faults
                ]
            )
    if isinstance(question, OptionsRequest):
        return answers.options(pairs, question, written, person)
    if isinstance(question, ExplanationRequest):
        return answers.explanation(pairs, question, written)
    assert isinstance(question, WhatIfRequest)
    return answers.what_if(pairs, question, written)


def _seconds(question: CaseRequest | None) -> float:
    """How long a question may take."""
    if isinstance(question, AboutPlan):
        return float(question.time_limit)
    return LONGEST_JUDGING


def _unknown(pairs: Pairs, document: Mapping[str, Any]) -> list[InputError]:
    """An error for each id of the question that is not in the case, with those that are like it."""
    errors = []
    for key, find in _FINDERS.items():
        value = document.get(key)
        if isinstance(value, str) and value:
            try:
                find(pairs, value)
            except BadInput as refused:
                errors += [
                    InputError(in_json(fault.allowed), (key,), value=shown(value), kind=fault.kind)
                    for fault in refused.faults
                ]
    return errors


def _clashes(asked: Asked[Q], shape: type[Q]) -> None:
    """Note what cannot be asked together."""
    document = asked.document
    shared = document.get("form") == "shared"

    def given(key: str) -> bool:
        return document.get(key) not in (None, False)

    def refuse(key: str, allowed: str) -> None:
        asked.refuse(InputError(allowed, (key,), value=shown(document.get(key)), kind="clash"))

    if issubclass(shape, AboutPlan) and given("plan") and given("match_id"):
        refuse("match_id", "either match_id or plan, not both")
    if issubclass(shape, OptionsRequest):
        asked.one_of("referral_id", "home_id")
        if given("effects") and given("home_id"):
            refuse("effects", "with referral_id only: it is about one young person")
        for key in ("plan", "match_id"):
            if given(key) and not given("effects"):
                refuse(key, "with effects only: nothing else here looks at a plan")
    if issubclass(shape, ExplanationRequest) and given("instead") and shared:
        refuse("instead", "in the form full only: it names everybody who moves")
    if issubclass(shape, EvaluationRequest) and shared != given("referral_id"):
        refuse(
            "referral_id",
            "required in the form shared, which is about one young person; "
            "not used in the form full",
        )
    if issubclass(shape, WhatIfRequest):
        kind = document.get("kind")
        for key, only in (("home_id", "worth"), ("plans", _NEXT), ("differ", _NEXT)):
            if given(key) and kind != only:
                refuse(key, f"with the kind {only} only")


def _plain(value: Any) -> Any:
    """A document with its fractions as the numbers a plan is written with."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
