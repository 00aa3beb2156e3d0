"""The council's documents name what the product has, are fresh, and say what is only recalled."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest
import sqlalchemy as sa

import api.settings
from api.access import ROUTES
from broker import cli, handbook
from broker.access.actor import Role
from broker.access.allowed import ACTS
from broker.cli import COMMANDS
from broker.handbook_of_council import about, codes_of, tables_table
from broker.life.care import Care
from broker.life.form import Form, Identity, Person
from broker.tables import CATALOGUE
from matching.joint import JOINT_RULES
from matching.rules import RULES
from tests.unit.names import AWAITED, AWAITED_ROUTES, settings_known

ROOT = Path(__file__).parents[2]
NAMES = ("api", "baseline", "dpia-template", "law", "running", "transparency-record")
TEXTS = {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in NAMES}
LAW = [line for line in TEXTS["law"].splitlines() if re.match(r"\| L[0-9]+ \|", line)]
RECALLED = ("L2", "L4", "L10", "L15", "L16", "L17", "L18", "L20")
"""Rows of which brief/field.md marks a part as recalled: the page must say so."""

INLINE = re.compile(r"(gate|duty|rule|field|table|command|route) `([^`]+)`")
MARKED = re.compile(r"<!-- made:(\w+) -->.*?<!-- end:\1 -->", re.DOTALL)


def _code_of(text: str) -> str:
    """The commands of a page: its indented and fenced blocks, and what stands in backticks."""
    plain = MARKED.sub("", text)
    blocks = re.findall(r"```(?:sh)?\n(.*?)```", plain, re.DOTALL)
    return "\n".join(
        [*blocks, *re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", plain, flags=re.S))]
    )


def test_what_is_said_not_to_be_held_is_no_field_of_the_form_or_of_care() -> None:
    not_held = re.search(r"Not held: ([^.]*)\.", TEXTS["dpia-template"])
    assert not_held
    held = {*Form.model_fields, *Identity.model_fields, *Person.model_fields, *Care.model_fields}
    for field, words in (("upn", "pupil number"), ("nhs_number", "NHS number")):
        assert (field in held) != (words in not_held[1]), field


def test_every_made_part_stands_in_a_document_and_is_not_empty() -> None:
    found = {name for text in TEXTS.values() for name in re.findall(r"<!-- made:(\w+) -->", text)}
    assert found == {"tables", "form", "care", "recipients", "gates", "duties", "points", "waits"}
    made = {f"docs/{name}.md" for name, text in TEXTS.items() if "<!-- made:" in text}
    others = {"docs/need-bands.md", "docs/placements-standard.md", "docs/warehouse.md"}
    assert made | others == {name for name in handbook.DOCUMENTS if name.startswith("docs/")}


@pytest.mark.parametrize("name", NAMES)
def test_every_command_a_page_names_exists_with_its_options(name: str) -> None:
    for words in re.findall(r"\bbroker ([a-z][a-z-]*(?: [^\n|`]*)?)", _code_of(TEXTS[name])):
        command, _, rest = words.partition(" ")
        if command in ("sh", "broker"):
            continue
        assert command in {*COMMANDS, *AWAITED}, words
        if command in COMMANDS:
            options = set(re.findall(r"--[a-z][a-z-]*", rest))
            assert options <= _options(command), words


def _options(command: str) -> set[str]:
    parser = argparse.ArgumentParser()
    cli._load(command).add_arguments(parser)
    found: set[str] = set()
    waiting = [parser]
    while waiting:
        one = waiting.pop()
        for action in one._actions:
            found |= set(action.option_strings)
            if isinstance(action, argparse._SubParsersAction):
                waiting += list(action.choices.values())
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_route_a_page_names_exists(name: str) -> None:
    known = {path for _, path in ROUTES} | AWAITED_ROUTES
    paths = re.findall(
        r"`(?:(GET|POST|PUT|PATCH|DELETE) )?(/(?:api/|metrics)[^`\s]*)`", TEXTS[name]
    )
    for method, path in paths:
        there = [each for each in known if _fits(each, path)]
        assert there, path
        if method and path not in AWAITED_ROUTES:
            assert any((method, each) in ROUTES for each in there), (method, path)


def _fits(known: str, path: str) -> bool:
    pattern = "/".join(
        "[^/]+" if part.startswith("{") else re.escape(part) for part in known.split("/")
    )
    return re.fullmatch(pattern, path) is not None


def test_the_law_has_every_row_and_says_what_is_not_checked() -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in LAW]
    assert [row[0] for row in rows] == [f"L{number}" for number in range(1, 23)]
    assert all(len(row) == 4 and all(row) for row in rows)


@pytest.mark.parametrize("line", LAW, ids=lambda line: line.split("|")[1].strip())
def test_every_name_in_the_law_is_in_the_code(line: str) -> None:
    rules = {rule.code for rule in RULES} | {rule.code for rule in JOINT_RULES}
    known = {
        "gate": {code for code, _ in codes_of("Missing")},
        "duty": {code for code, _ in codes_of("Duty")},
        "rule": rules,
        "field": set(Form.model_fields),
        "table": set(CATALOGUE.tables),
        "command": {f"broker {name}" for name in (*COMMANDS, *AWAITED)},
        "route": {f"{method} {path}" for method, path in ROUTES},
    }
    named = INLINE.findall(line)
    for kind, name in named:
        assert name in known[kind], (kind, name)
    if not re.match(r"\| L(15|22) ", line):
        assert named


@pytest.mark.parametrize("row", RECALLED)
def test_what_is_recalled_is_never_printed_as_a_citation(row: str) -> None:
    line = next(line for line in LAW if line.startswith(f"| {row} |"))
    assert "recalled" in line


def test_every_gate_and_duty_is_listed_with_its_source() -> None:
    for call, part in (("Missing", "gates"), ("Duty", "duties")):
        found = re.search(rf"<!-- made:{part} -->(.*?)<!-- end", TEXTS["law"], re.DOTALL)
        assert found is not None
        listed = set(re.findall(r"^\| `([^`]+)`", found[1], re.MULTILINE))
        assert listed == {code for code, _ in codes_of(call)}
        assert len(listed) > 10


def test_every_table_is_in_the_assessment_and_nothing_is_left_to_be_looked_at() -> None:
    made = tables_table()
    assert made in TEXTS["dpia-template"]
    assert set(re.findall(r"^\| `(\w+)`", made, re.MULTILINE)) == set(CATALOGUE.tables)
    assert "TO BE LOOKED AT" not in made


def test_whom_a_table_is_about_follows_from_its_columns() -> None:
    metadata = sa.MetaData()
    young = sa.Table(
        "a", metadata, sa.Column("referral_id", sa.String), sa.Column("made_by", sa.String)
    )
    assert about(young) == "young people, staff"
    assert about(sa.Table("b", metadata, sa.Column("places", sa.Integer))) == "nobody"
    assert "TO BE LOOKED AT" in about(sa.Table("c", metadata, sa.Column("told", sa.JSON)))


def test_every_role_and_every_act_is_among_the_recipients() -> None:
    text = TEXTS["dpia-template"]
    for role in Role:
        assert re.search(rf"^\| {role.value.replace('_', ' ')} \|", text, re.MULTILINE)
    for act, permission in ACTS.items():
        assert text.count(f"`{act}`") >= len(permission.roles)


@pytest.mark.skipif(
    not hasattr(api.settings, "from_environment"),
    reason="this version reads no settings from its environment",
)
def test_every_setting_of_the_running_page_is_one_the_program_reads() -> None:
    named = set(re.findall(r"`(BROKER_[A-Z_]+)", TEXTS["running"]))
    assert named
    assert named <= settings_known()


def test_every_secret_of_the_running_page_is_one_of_the_compose_file() -> None:
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    made = set(re.findall(r"> (secrets/\w+)", TEXTS["running"]))
    assert made == set(re.findall(r"file: \./(secrets/\w+)", compose))


@pytest.mark.parametrize("name", NAMES)
def test_no_link_is_dead(name: str) -> None:
    links = re.findall(r"\]\(([^)]+)\)", TEXTS[name])
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


HEAVY = (
    "utilise", "utilize", "leverage", "facilitate", "commence", "terminate the", "in order to",
    "prior to", "with regard to", "going forward", "stakeholder", "please note", "robust", "simply",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_the_pages_are_in_plain_english(name: str) -> None:
    plain = re.sub(r"```.*?```", "", MARKED.sub("", TEXTS[name]), flags=re.DOTALL)
    assert [word for word in HEAVY if word in plain.lower()] == []
    prose = [
        part for part in re.split(r"\n\s*\n", plain) if not part.lstrip().startswith(("|", "#"))
    ]
    for sentence in re.split(r"(?<=[.:;?])\s+|- \[ \]|\s- ", " ".join(" ".join(prose).split())):
        assert len(sentence.split()) <= 45, sentence
    assert not re.search(r"https?://(?!placements\.example|127\.0\.0\.1)", plain)
    assert not re.search(r"(?<![\w./])/(home|root|work|Users)/", plain)


def test_the_shell_of_the_running_page_can_be_read() -> None:
    for block in re.findall(r"```\n(.*?)```", TEXTS["running"], re.DOTALL):
        for line in block.strip().splitlines():
            assert shlex.split(line)
