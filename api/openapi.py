"""`/api/openapi.json`: every route, shape, example and problem, from the one place each is written.

The rows of a case are described from the tables of a case folder, the problems from their list.
Nothing is loaded from another host: there is no page that draws the document.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.access import OPEN, ROUTES, SIGNED_IN
from api.case_json import FAIRNESS, POLICY, POLICY_DEFAULTS
from api.columns import schema_of
from api.home_models import HomeAdd, HomeChange
from api.life_models import EntryRequest, ReferralOpen, StepRequest
from api.models import MatchRequest, PriceRequest, Strict
from api.problems import KINDS, MEDIA_TYPE, Problem, ProblemError, problem_json
from api.questions import EvaluationRequest, ExplanationRequest, OptionsRequest, WhatIfRequest
from api.session_models import AccountChange, AccountNew, SignIn
from matching import fair_policy
from matching.policy import LARGEST
from matching.sheets import HOMES, SHEETS

_SCHEMAS = "#/components/schemas/"
_ABOUT_A_CASE: tuple[type[BaseModel], ...] = (
    MatchRequest,
    OptionsRequest,
    ExplanationRequest,
    EvaluationRequest,
    WhatIfRequest,
)
_BODIES: tuple[type[BaseModel], ...] = (
    *_ABOUT_A_CASE,
    PriceRequest,
    ReferralOpen,
    StepRequest,
    EntryRequest,
    HomeAdd,
    HomeChange,
    SignIn,
    AccountNew,
    AccountChange,
    Problem,
)
_EXAMPLE_INSTANCE = "urn:uuid:00000000-0000-4000-8000-000000000000"

_DESCRIPTION = """\
Matches young people who need a residential placement with homes that could be theirs, and prices
placements from contract files. It proposes; a person decides.

Sign in first, or send a token. Money is text in pounds with two decimals,
a day is text (YYYY-MM-DD), a period runs from its first day to the day after its last. Every
refusal is a problem detail (RFC 9457) that names every error at once. All sample data is invented.
"""

_TAGS = [
    {"name": "service", "description": "whether the service works"},
    {"name": "session", "description": "signing in and out"},
    {"name": "accounts", "description": "who may sign in, kept by administrators"},
    {"name": "referrals", "description": "young people's referrals, from the form to the end"},
    {"name": "work", "description": "offers, placements, duties and the registers"},
    {"name": "audit", "description": "who saw and did what"},
    {"name": "matches", "description": "who could live where, and the best joint plan"},
    {"name": "explanations", "description": "which homes, why this plan, and what else"},
    {"name": "homes", "description": "the homes on record and their free places"},
    {"name": "prices", "description": "what a placement costs, line by line"},
]


@cache
def example(name: str) -> Any:
    """An example of a request or an answer, as it stands in `api/examples`."""
    return json.loads((files("api") / "examples" / f"{name}.json").read_text(encoding="utf-8"))


def answers(model: type[Strict], name: str, status: int, description: str) -> dict[int | str, Any]:
    """How a route answers when all is well; the example is put in by its name at the end."""
    content = {"application/json": {"example": name}}
    return {status: {"model": model, "description": description, "content": content}}


def refusals(*kinds: str) -> dict[int | str, Any]:
    """How a route refuses: each kind of problem it may answer with, by its status."""
    made: dict[int | str, Any] = {}
    for name in kinds:
        _add_refusal(made, KINDS[name].status, name)
    return made


def _add_refusal(responses: dict[Any, Any], status: int | str, name: str) -> None:
    kind = KINDS[name]
    entry = responses.setdefault(status, _refusal(name))
    entry["content"][MEDIA_TYPE]["examples"][name] = {"value": _problem_example(name)}
    if kind.title not in entry["description"]:
        entry["description"] += f". Or: {kind.title}"


def _everywhere(method: str, act: str) -> list[str]:
    """The refusals that no route makes by itself: what stands before all of them makes them."""
    kinds = ["too-many", "wrong-host", "not-this-computer"]
    if act != OPEN:
        kinds += ["not-signed-in", "database-away"]
    if act not in (OPEN, SIGNED_IN):
        kinds.append("not-allowed")
    if method not in ("GET", "HEAD"):
        kinds.append("forged")
    return kinds


def _refusal(name: str) -> dict[str, Any]:
    kind = KINDS[name]
    content = {MEDIA_TYPE: {"schema": {"$ref": _SCHEMAS + "Problem"}, "examples": {}}}
    made: dict[str, Any] = {"description": kind.title, "content": content}
    if kind.retry_after is not None:
        made["headers"] = {
            "Retry-After": {"description": "seconds to wait", "schema": {"type": "integer"}}
        }
    return made


def _problem_example(name: str) -> dict[str, Any]:
    made = problem_json(ProblemError(name, KINDS[name].meaning), _EXAMPLE_INSTANCE)
    if name == "bad-input":
        made |= example("bad-input")
    return made


def takes(model: type[BaseModel], *names: str) -> dict[str, Any]:
    """The body a route takes, with examples by name."""
    content = {
        "schema": {"$ref": _SCHEMAS + model.__name__},
        "examples": {name: _whole(example(name)) for name in names},
    }
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def _whole(told: dict[str, Any]) -> dict[str, Any]:
    """An example as OpenAPI wants it, with its body as its `value`; some say more beside it."""
    return told if "value" in told else {"value": told}


def document(app: FastAPI) -> dict[str, Any]:
    """The whole OpenAPI document."""
    made = get_openapi(
        title="Residential placement brokerage",
        version=app.version,
        description=_DESCRIPTION,
        routes=app.routes,
        tags=_TAGS,
    )
    _, shapes = models_json_schema(
        [(model, "validation") for model in _BODIES],
        ref_template=_SCHEMAS + "{model}",
    )
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    _finish_answers(made)
    schemas |= shapes["$defs"]
    schemas["Case"] = case_schema()
    for asked in _ABOUT_A_CASE:
        schemas[asked.__name__]["properties"]["case"] = {"$ref": _SCHEMAS + "Case"}
    columns = schema_of(HOMES)
    for name in ("HomeOnRecord", "HomeRead"):
        schemas[name]["properties"] |= columns["properties"]
        schemas[name]["required"] += [one for one in columns["required"] if one != "home_id"]
    schemas["HomeAdd"]["properties"]["home"] = columns
    changing = {name: told for name, told in columns["properties"].items() if name != "home_id"}
    schemas["HomeChange"]["properties"]["home"] = {
        **columns,
        "type": ["object", "null"],
        "properties": changing,
        "required": [],
    }
    components["responses"] = {name: _described(name) for name in KINDS}
    return made


def _finish_answers(made: dict[str, Any]) -> None:
    """Examples whole, for FastAPI leaves nulls out of them; and no refusal but those we give."""
    for unused in ("HTTPValidationError", "ValidationError"):
        made["components"]["schemas"].pop(unused, None)
    for path, item in made["paths"].items():
        for method, operation in item.items():
            responses = operation["responses"]
            content = responses.get("422", {}).get("content", {MEDIA_TYPE: {}})
            if MEDIA_TYPE not in content:
                del responses["422"]
            for status, response in responses.items():
                if status.startswith("3"):
                    del response["content"]
                    continue
                answer = response.get("content", {}).get("application/json")
                if answer is not None:
                    answer["example"] = example(answer["example"])
            operation.setdefault("parameters", []).extend(_headers_asked(responses))
            for kind in _everywhere(method.upper(), ROUTES[method.upper(), path]):
                _add_refusal(responses, str(KINDS[kind].status), kind)


_HEADERS_ASKED = {
    "which-key": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "a text of your own for this request: sent again, it is done once",
        "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
        "example": "5f0c9a52-1",
    },
    "which-version": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "the `ETag` of the record as it was seen",
        "schema": {"type": "string", "pattern": '^"?[1-9][0-9]{0,8}"?$'},
        "example": '"3"',
    },
}


def _headers_asked(responses: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The headers without which a route refuses: those it has a refusal for."""
    refused = responses.get("428", {}).get("content", {}).get(MEDIA_TYPE, {}).get("examples", {})
    return [header for kind, header in _HEADERS_ASKED.items() if kind in refused]


def _described(name: str) -> dict[str, Any]:
    made = _refusal(name)
    made["description"] = f"{KINDS[name].title}. {KINDS[name].meaning}"
    made["content"][MEDIA_TYPE]["examples"][name] = {"value": _problem_example(name)}
    return made


def case_schema() -> dict[str, Any]:
    """The JSON Schema of a case."""
    tables = {
        name: {"type": "array" if sheet.required else ["array", "null"], "items": schema_of(sheet)}
        for name, sheet in SHEETS.items()
    }
    required = [POLICY, *(name for name, sheet in SHEETS.items() if sheet.required)]
    return {
        "type": "object",
        "description": "A case as docs/case-folder.md defines it: a policy and its tables. "
        "Null, an empty text and a column left out all say that nothing is known. A table of "
        "relationships, avoid or declines that is left out was not given; an empty list says "
        "there is nobody.",
        "properties": {POLICY: _policy_schema(POLICY_DEFAULTS), **tables},
        "required": required,
        "additionalProperties": False,
    }


def _policy_schema(defaults: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in defaults.items():
        if key == "as_of":
            made[key] = {"type": "string", "format": "date", "description": "day of the question"}
        elif isinstance(value, dict):
            made[key] = _policy_schema(value) | {"type": ["object", "null"]}
        elif isinstance(value, int):
            made[key] = {"type": ["integer", "null"], "minimum": 0, "maximum": LARGEST}
        else:
            limits = {"minimum": 0, "maximum": LARGEST // 10, "multipleOf": 0.1}
            made[key] = {"type": ["number", "null"], **limits}
        if key != "as_of" and not isinstance(value, dict):
            made[key]["default"] = value if isinstance(value, int) else float(value)
    needed = ["as_of"] if "as_of" in defaults else []
    if needed:
        made[FAIRNESS] = _fairness_schema()
    return {"type": "object", "properties": made, "required": needed, "additionalProperties": False}


def _fairness_schema() -> dict[str, Any]:
    """The optional limits for the sake of fairness; without the table nothing is limited."""
    percent = {"type": ["integer", "null"], "minimum": 0, "maximum": 100}
    weight = {
        "type": ["integer", "null"],
        "minimum": 0,
        "maximum": LARGEST,
        "default": fair_policy.WEIGHT,
    }
    kind = {
        "type": ["string", "null"],
        "enum": [*fair_policy.KINDS, None],
        "default": fair_policy.KINDS[0],
    }
    return {
        "type": ["object", "null"],
        "description": "limits for the sake of fairness; left out, nothing is limited",
        "properties": {
            fair_policy.CEILING_KEY: percent,
            fair_policy.SHORTFALL_KEY: percent,
            fair_policy.KIND_KEY: kind,
            fair_policy.WEIGHT_KEY: weight,
        },
        "additionalProperties": False,
    }
