"""What is found of a home on record tells the area, for all 28 pairs of boroughs both ways."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from broker.database import writing
from broker.importing import import_case
from broker.life.gates_of_placing import approvals_needed
from broker.life.judge import judge_form
from matching.geography import PARTNER_BOROUGHS
from tests.unit.life.story import Story
from tests.unit.life.test_areas import PAIRS
from tests.whole_life import STARTS, TODAY

COLUMNS = "home_id,borough,registration,min_age,max_age,sexes,bands,places"


def test_every_pair_is_judged_by_the_area_of_its_boroughs(engine: Engine, tmp_path: Path) -> None:
    homes = {borough: f"H-{borough}" for borough in PARTNER_BOROUGHS}
    lines = [f"{home},{borough},registered,11,17,M;F,medium,2" for borough, home in homes.items()]
    (tmp_path / "homes.csv").write_text("\n".join([COLUMNS, *lines]) + "\n", "utf-8")
    (tmp_path / "policy.toml").write_text(f"as_of = {TODAY}\n", "utf-8")
    required = "referral_id,young_person_id,borough,date_of_birth,sex,band,needed_by"
    (tmp_path / "referrals.csv").write_text(required + "\n", "utf-8")
    with writing(engine) as session:
        import_case(
            session, tmp_path, by="test", when=datetime(2026, 9, 4, 8, tzinfo=UTC), hold_day=True
        )
        for borough, name in PARTNER_BOROUGHS.items():
            life = Story().to("band", borough=borough, date_of_birth=date(2012, 9, 9)).life
            judged = judge_form(session, life, list(homes.values()), TODAY)
            for other, home in homes.items():
                pair = frozenset({name, PARTNER_BOROUGHS[other]})
                wanted = (
                    "in_area" if other == borough else "adjoining" if pair in PAIRS else "distant"
                )
                assert judged[home].area == wanted
                approvals = {
                    "in_area": set(),
                    "adjoining": {"nominated_officer"},
                    "distant": {"director"},
                }
                needed = approvals_needed(life, home, judged[home].area, STARTS)
                assert set(needed) == approvals[wanted]
                assert judged[home].failed == ()
