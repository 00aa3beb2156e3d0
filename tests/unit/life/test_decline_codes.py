"""Why a provider says no is coded by one list, at the desk and where results are worked out."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from broker.life.steps import SAID
from pricing.outcomes.refusals import REFUSAL_CODES

DOCUMENT = Path(__file__).parents[3] / "docs" / "results.md"


def declined(code: str) -> object:
    told = {"kind": "decline", "home_id": "SC990001", "code": code, "words": "invented"}
    return SAID.validate_python(told, strict=True)


def test_every_code_of_a_refusal_declines_an_offer_and_no_other_does() -> None:
    assert len(set(REFUSAL_CODES)) == len(REFUSAL_CODES) == 7
    for code in REFUSAL_CODES:
        assert declined(code)
    for strange in ("risk", "mix", "", "Staffing"):
        with pytest.raises(ValidationError):
            declined(strange)


def test_the_document_names_every_code() -> None:
    said = DOCUMENT.read_text(encoding="utf-8")
    assert [code for code in REFUSAL_CODES if f"`{code}`" not in said] == []
