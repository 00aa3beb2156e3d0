"""The demand of invented returns, for simulations on the sample region."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from broker.sample.folder import write_files
from broker.sample.returns import returns_files

YEARS: Final = 4
SEED: Final = 3


def write_demand(path: Path) -> None:
    """Estimate it, and write it whole or not at all."""
    from broker.capacity.demand.as_json import demand_json
    from broker.capacity.demand.asked import Asked
    from broker.capacity.demand.estimate import estimate
    from broker.returns.whole import read_returns

    with TemporaryDirectory() as name:
        write_files(Path(name) / "returns", returns_files(YEARS, SEED))
        made = demand_json(estimate(read_returns(Path(name) / "returns"), Asked()))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    part.replace(path)
