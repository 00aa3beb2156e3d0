"""The terms a contract sets: the shipped assumptions, a file, and every word of its refusals."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from broker.life.terms import TERMS_VARIABLE, AllTerms, Terms, parse_terms, terms_in_force
from pricing.problems import BadInput


def parsed(text: str) -> AllTerms:
    return parse_terms(text.encode(), "terms.toml")


def test_without_a_file_they_are_six_to_nine_months_52_weeks_and_21(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(TERMS_VARIABLE, raising=False)
    terms = terms_in_force().of("NEL-BLOCK-1")
    assert (terms.step_down_from_months, terms.step_down_to_months) == (6, 9)
    assert (terms.look_back_weeks, terms.staying_put_to_age) == (52, 21)


def test_a_contract_has_its_own_and_the_default_for_the_rest() -> None:
    found = parsed(
        "[default]\nlook_back_weeks = 40\nstep_down_to_months = 12\n"
        "[contracts.B1]\nstep_down_from_months = 8\n[contracts.B2]\nstaying_put_to_age = 0\n"
    )
    assert found.of("B1") == Terms(
        step_down_from_months=8, step_down_to_months=12, look_back_weeks=40
    )
    assert found.of("B2").staying_put_to_age == 0
    for other in ("B3", None, ""):
        assert found.of(other) == Terms(step_down_to_months=12, look_back_weeks=40)


def test_the_file_that_the_environment_names_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ours.toml"
    file.write_text("[contracts.B1]\nemergency_verify_days = 2\n", "utf-8")
    monkeypatch.setenv(TERMS_VARIABLE, str(file))
    assert terms_in_force().of("B1").emergency_verify_days == 2
    monkeypatch.setenv(TERMS_VARIABLE, str(tmp_path / "none.toml"))
    with pytest.raises(BadInput):
        terms_in_force()


@pytest.mark.parametrize(
    ("text", "key", "allowed"),
    [
        ("[defaults]\n", "defaults", "default contracts"),
        ("default = 3\n", "default", "a table"),
        ("contracts = 3\n", "contracts", "a table for each contract"),
        ("[contracts]\nB1 = 3\n", "contracts.B1", "a table"),
        ("[default]\nmonths = 3\n", "default.months", "step_down_from_months"),
        ('[default]\nlook_back_weeks = "52"\n', "default.look_back_weeks", "a whole number from 1"),
        ("[default]\nlook_back_weeks = 0\n", "default.look_back_weeks", "a whole number from 1"),
        ("[default]\nlook_back_weeks = 241\n", "default.look_back_weeks", "240 at most"),
        ("[contracts.B1]\nstep_down_to_months = 5\n", "contracts.B1.step_down_to_months",
         "step_down_from_months, 6, or more"),
        ("[contracts.B1]\nstaying_put_to_age = 18\n", "contracts.B1.staying_put_to_age",
         "0 where the contract does not allow it"),
        ("[default]\nstaying_put_to_age = 26\n", "default.staying_put_to_age", "25 at most"),
    ],
)  # fmt: skip
def test_each_refusal_names_key_and_what_is_allowed(text: str, key: str, allowed: str) -> None:
    with pytest.raises(BadInput) as refused:
        parsed(text)
    (problem,) = refused.value.problems
    assert (problem.file, problem.key) == ("terms.toml", key)
    assert allowed in problem.allowed


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(BadInput) as refused:
        parsed("[default]\nlook_back_weeks = 0\nx = 1\n[contracts.B1]\nlost_place_days = -1\n")
    assert len(refused.value.problems) == 3


def test_every_term_can_be_set() -> None:
    for one in fields(Terms):
        value = {"staying_put_to_age": 24, "step_down_from_months": 8}.get(one.name, 11)
        assert getattr(parsed(f"[default]\n{one.name} = {value}\n").default, one.name) == value


def test_the_service_does_not_start_on_terms_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bad.toml"
    file.write_text("[default]\nlook_back_weeks = 0\n", "utf-8")
    monkeypatch.setenv(TERMS_VARIABLE, str(file))
    with pytest.raises(BadInput):
        create_app(Settings())
