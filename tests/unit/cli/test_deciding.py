"""Decisions, a plan told before, and faulty rows set aside, as the command line takes them."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Broker

DECISIONS = "referral_id,home_id,kind,by,on,reason,override\n"


def placed(text: str) -> dict[str, str]:
    return {row["referral_id"]: row["home_id"] for row in json.loads(text)["placements"]}


def first_two(broker: Broker, case: Path) -> list[tuple[str, str]]:
    found = sorted(placed(broker("match", case, "--json").out).items())
    assert len(found) > 1
    return found[:2]


def test_a_pin_and_a_ban_stand_in_the_summary_in_the_plan_and_in_the_check(
    broker: Broker, small: Path
) -> None:
    (pinned, home), (banned, old) = first_two(broker, small)
    (small / "decisions.csv").write_text(
        f"{DECISIONS}{pinned},{home},pin,Panel,2026-03-30,near school,\n"
        f"{banned},{old},ban,Panel,2026-03-31,it failed before,\n"
    )
    said = broker("match", small, "--out", "plan.json")
    assert (said.code, said.err) == (0, "")
    assert f"  {pinned}  lives at {home}, by Panel on 30 March 2026: near school" in said.out
    assert f"  {banned}  never at {old}, by Panel on 31 March 2026: it failed before" in said.out
    text = Path("plan.json").read_text(encoding="utf-8")
    assert placed(text)[pinned] == home
    assert placed(text).get(banned) != old
    assert json.loads(text)["schema"] == "plan/2"
    assert broker("check", small, "plan.json").code == 0
    explained = broker("explain", small, "--referral", pinned, "--plan", "plan.json")
    assert f"Decided: {home}, by Panel on 30 March 2026: near school" in explained.out
    options = broker("options", small, "--referral", banned)
    assert f"Ruled out: {old}, by Panel" in options.out


def test_a_pin_that_breaks_a_rule_is_refused_with_file_row_rule_and_facts(
    broker: Broker, small: Path
) -> None:
    pairs = broker("match", small, "--json", "--pairs", "pairs.csv")
    assert pairs.code == 0
    rows = [line.split(",") for line in Path("pairs.csv").read_text().splitlines()[1:]]
    who, home, _, failed = next(row[:4] for row in rows if row[2] == "N" and row[3][:3] < "R06")
    (small / "decisions.csv").write_text(f"{DECISIONS}{who},{home},pin,Panel,2026-03-30,near,\n")
    answer = broker("match", small)
    assert answer.code == 2
    code = failed.split(";")[0]
    assert f"decisions.csv, row 2, home_id: found “{who} at {home}”; breaks {code}, " in answer.err
    aside = broker("match", small, "--set-aside", "--json")
    assert aside.code == 0
    assert json.loads(aside.out)["set_aside"][0]["referral_id"] == who


def test_a_plan_against_the_one_before_says_what_changed_and_why(
    broker: Broker, small: Path
) -> None:
    (gone, old), _ = first_two(broker, small)
    assert broker("match", small, "--out", "before.json").code == 0
    declines = small / "declines.csv"
    text = declines.read_text() if declines.exists() else "referral_id,home_id,reason\n"
    declines.write_text(f"{text}{gone},{old},no room\n")
    again = broker("match", small, "--previous", "before.json", "--stay", 50, "--out", "after.json")
    assert again.code == 0
    assert "proposals changed" in again.out or "1 proposal changed" in again.out
    assert f"  {gone}  was {old}, now" in again.out
    assert "R10 the provider said no: no room" in again.out
    plan = json.loads(Path("after.json").read_text(encoding="utf-8"))
    changed = {row["referral_id"]: row for row in plan["replan"]["changed"]}
    assert changed[gone]["rules"] == ["R10"]
    assert plan["joint"]["stay"] == 50 * len(changed)
    assert broker("check", small, "after.json").code == 0
    assert broker("check", small, "after.json", "--previous", "before.json").code == 0
    explained = broker("explain", small, "--referral", gone, "--plan", "after.json")
    assert explained.code == 0
    plan["replan"]["kept"] += 1
    Path("after.json").write_text(json.dumps(plan))
    proved = broker("check", small, "after.json", "--previous", "before.json")
    assert (proved.code, "replan kept" in proved.out) == (1, True)


@pytest.mark.parametrize("words", [("--previous", "plan.json"), ("--stay", "3")])
def test_previous_and_stay_go_together(broker: Broker, small: Path, words: tuple[str, str]) -> None:
    broker("match", small, "--out", "plan.json")
    answer = broker("match", small, *words)
    assert answer.code == 2
    assert "give both or neither" in answer.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "is no plan"),
        ('{"schema": "plan/7", "placements": []}', "is no plan"),
        ('{"schema": "plan/1", "placements": [3]}', "placements[0]"),
        ('{"schema": "plan/1", "placements": 3}', "placements[0]"),
    ],
)
def test_a_previous_plan_that_is_none_is_refused(
    broker: Broker, small: Path, content: str, said: str
) -> None:
    Path("before.json").write_text(content)
    answer = broker("match", small, "--previous", "before.json", "--stay", 1)
    assert answer.code == 2
    assert "before.json" in answer.err
    assert said in answer.err


def test_a_plan_is_never_written_over_the_one_it_is_made_against(
    broker: Broker, small: Path
) -> None:
    broker("match", small, "--out", "plan.json")
    answer = broker("match", small, "--previous", "plan.json", "--stay", 1, "--out", "plan.json")
    assert answer.code == 2
    assert "that is also plan.json" in answer.err


def test_a_faulty_referral_is_set_aside_at_the_top_and_the_rest_is_matched(
    broker: Broker, small: Path
) -> None:
    (who, _), (other, _) = first_two(broker, small)
    file = small / "referrals.csv"
    rows = file.read_text(encoding="utf-8-sig").splitlines()
    at = next(place for place, row in enumerate(rows) if row.startswith(f"{who},"))
    rows[at] = rows[at].replace("2026-", "2026/")
    file.write_text("\n".join(rows) + "\n")
    assert broker("match", small).code == 2
    answer = broker("match", small, "--set-aside", "--out", "plan.json")
    assert answer.code == 0
    first = answer.out.splitlines()[0]
    assert first.startswith(
        f"! Set aside, not matched: referral {who}: referrals.csv, row {at + 1}"
    )
    plan = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    assert plan["set_aside"][0]["referral_id"] == who
    assert other in placed(json.dumps(plan))
    assert broker("check", small, "plan.json").code == 2
    assert broker("check", small, "plan.json", "--set-aside").code == 0
    assert broker("match", "--from-database", "--set-aside").code == 2
