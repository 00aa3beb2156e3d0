"""Fuzzing of the readers of documents (TOML, JSON): `python -m tests.fuzz.documents`.

The first byte chooses the kind, the rest is the file, after a sound one half of the time. Held of
any bytes: no crash; what is refused says why; what is read is read the same again.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.fuzz.harness import fuzz, instrumented

with instrumented():
    from broker.backup.manifest import BadBackup, manifest_path, read_manifest
    from broker.capacity.buying.options_file import read_options
    from broker.capacity.lookahead.demand_file import read_demand as read_demand_ahead
    from broker.capacity.scenarios.file import read_scenarios
    from broker.commands.endings import Refused
    from broker.commands.evaluate_command import read_placements
    from broker.commands.json_file import read_json
    from broker.commands.plan_file import read_plan
    from broker.commands.scenario_command import read_demand
    from broker.life.terms import parse_terms
    from broker.registers.agreements_file import read_agreements
    from broker.retention.schedule import read_schedule
    from broker.store.contracts import read_contract_files
    from broker.warehouse.pseudonym import read_keys
    from matching.faults import BadInput
    from matching.lookahead import read_values
    from pricing.bands.scores_file import read_scores
    from pricing.bands.threshold_file import read_thresholds, shipped_thresholds
    from pricing.block.events_file import read_events
    from pricing.contract import parse_contract
    from pricing.forecast.costs import read_costs
    from pricing.outcomes.read_proposals import read_proposals
    from pricing.outcomes.reference import read_reference
    from pricing.problems import BadInput as BadMoney
    from pricing.problems import Problems
    from pricing.value.published_file import parse_prices, read_index
    from pricing.value.register_file import read_register
    from pricing.value.spot_file import read_spot_fees
from broker.sample import region_files
from broker.sample.folder import write_files
from broker.sample.generate import generate
from matching.exchange import read_case
from matching.pairs import find_pairs

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
FOLDER = Path(tempfile.mkdtemp(prefix="fuzzed-document-"))
write_files(FOLDER / "case", generate(4, 3, seed=1))
PROBLEM = read_case(FOLDER / "case")
PAIRS = find_pairs(PROBLEM)
CONTRACT = parse_contract(region_files()["contract.toml"].encode(), "contract.toml")
Reader = Callable[[Path], Any]


def _noted(read: Callable[[Path, Problems], Any]) -> Reader:
    """A reader that notes problems, as one that raises them."""

    def whole(path: Path) -> Any:
        found = Problems()
        made = read(path, found)
        found.raise_if_any()
        return made

    return whole


def _beside(read: Callable[[Path, list[Any]], Any]) -> Reader:
    """A reader of a file beside a case, as one that raises what is wrong with it."""

    def whole(path: Path) -> Any:
        faults: list[Any] = []
        made = read(path.parent, faults)
        if faults:
            raise BadInput(faults)
        return made

    return whole


def _backup(path: Path) -> Any:
    """The file is a backup's manifest; the backup beside it is empty."""
    backup = path.with_name("backup.sqlite3")
    backup.write_bytes(b"")
    path.replace(manifest_path(backup))
    return read_manifest(backup)


def _example(name: str) -> bytes:
    return (EXAMPLES / name).read_bytes()


def _shipped(*parts: str) -> bytes:
    return Path(__file__).parents[2].joinpath(*parts).read_bytes()


KEYS = json.dumps({"form": "warehouse-key/1", "secret": "ab" * 32, "eras": ["2026-09-04"]})
DOCUMENTS: dict[str, tuple[bytes, Reader]] = {
    "agreements.toml": (region_files()["agreements.toml"].encode(), _beside(read_agreements)),
    "contract.toml": (region_files()["contract.toml"].encode(), _beside(read_contract_files)),
    "costs.toml": (_example("forecast/costs.toml"), read_costs),
    "demand.json": (b'{"schema": "demand/1"}', read_demand),
    "demand-ahead.json": (b'{"schema": "demand/1"}', lambda p: read_demand_ahead(p, PROBLEM)),
    "events.toml": (_example("block/events.toml"), _noted(lambda p, f: read_events(p, None, f))),
    "index.toml": (_example("value/index.toml"), read_index),
    "keys.json": (KEYS.encode(), read_keys),
    "lookahead.json": (
        b'{"schema": "lookahead/1", "homes": [], "source": {}}',
        lambda p: read_values(read_json(p), PROBLEM, p.name),
    ),
    "manifest.json": (b'{"format": 1, "tables": {}}', _backup),
    "options.toml": (
        _example("capacity/options.toml"), lambda p: read_options(p, PROBLEM, CONTRACT)
    ),
    "placements.json": (b'[{"referral_id": "R-1", "home_id": "H"}]', read_placements),
    "plan.json": (b'{"placements": [], "unplaced": []}', lambda p: read_plan(p, PAIRS)),
    "published.toml": (
        _shipped("pricing", "data", "published-prices.toml"),
        lambda p: parse_prices(p.read_bytes(), p.name),
    ),
    "proposals.toml": (
        _example("results/proposals.toml"), _noted(lambda p, f: read_proposals(p, None, f))
    ),
    "reference.toml": (_example("results/stability-reference.toml"), _noted(read_reference)),
    "retention.toml": (_shipped("broker", "data", "retention.toml"), read_schedule),
    "savings.toml": (_example("value/savings.toml"), read_register),
    "scenarios.toml": (_example("capacity/scenarios.toml"), read_scenarios),
    "scores.toml": (
        _example("band/scores.toml"), lambda p: read_scores(p, shipped_thresholds(), lambda _: None)
    ),
    "spot-fees.toml": (_example("value/spot-fees.toml"), read_spot_fees),
    "terms.toml": (b"", lambda p: parse_terms(p.read_bytes(), p.name)),
    "thresholds.toml": (_shipped("pricing", "data", "need-bands.toml"), read_thresholds),
}  # fmt: skip
NAMES = sorted(DOCUMENTS)


def promise(data: bytes) -> None:
    """What must hold of any bytes."""
    choice, body = (data[0] if data else 0), data[1:]
    name = NAMES[choice % len(NAMES)]
    sound, read = DOCUMENTS[name]
    made = [_read(name, read, sound + body if choice & 128 else body) for _ in range(2)]
    assert made[0] == made[1]


def _read(name: str, read: Reader, body: bytes) -> str:
    """What is read, or why it is refused; either is never without a word."""
    file = FOLDER / name
    file.write_bytes(body)
    try:
        told = repr(read(file))
    except (BadInput, BadMoney, Refused, BadBackup) as refused:
        told = str(refused)
    finally:
        file.unlink(missing_ok=True)
    assert told.strip()
    return told


def seeds() -> Iterator[bytes]:
    """Each document whole, and its last line again."""
    for number, name in enumerate(NAMES):
        sound = DOCUMENTS[name][0]
        yield bytes([number]) + sound
        last = (sound.splitlines(keepends=True) or [b""])[-1]
        yield bytes([number + 128 - 128 % len(NAMES)]) + last


if __name__ == "__main__":
    fuzz(promise, seeds())
