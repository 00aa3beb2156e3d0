"""A demand file for whoever draws from it: read whole, or refused with everything that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from broker.capacity.demand.as_json import SCHEMA
from broker.capacity.demand.courses import ROUTES
from broker.capacity.simulation.pool import unknown_authorities
from broker.capacity.simulation.world import demand_faults
from broker.commands.endings import Refused
from broker.commands.json_file import read_json
from matching.problem import BANDS, Problem

PARTS = ("source", "arrivals", "stays", "needs")
CELL = {"borough", "age_group", "sex", "route", "per_year", "shape", "rate"}
GROUP = {"age_group", "route", "family", "parameters", "covariance"}


def read_demand(path: Path, problem: Problem, read: Any = None) -> dict[str, Any]:
    """The contents of a demand file from which arrivals of a case can be drawn.

    `read` is what the file holds, where it was read already. Raises Refused.
    """
    read = read_json(path) if read is None else read
    if not isinstance(read, dict) or read.get("schema") != SCHEMA:
        raise Refused(f"{path}: is not a demand: its schema is not {SCHEMA}. Nothing was done.")
    missing = [key for key in PARTS if key not in read]
    if missing:
        raise Refused(f"{path}: is not a whole demand: {', '.join(missing)} missing.")
    faults = _faults(read)
    faults = faults or _cannot_draw(read, problem)
    if faults:
        raise Refused(*(f"{path}: {fault.rstrip('.')}." for fault in faults))
    return read


def _cannot_draw(demand: dict[str, Any], problem: Problem) -> list[str]:
    """Why nobody can be drawn from a whole demand for a case; empty where that is possible."""
    found = demand_faults(demand)
    unknown = [] if found else unknown_authorities({c["borough"] for c in demand["arrivals"]})
    if unknown:
        found.append(f"no authority is known by {', '.join(unknown)}")
    if not problem.homes:
        found.append("the case has no home")
    return found


def _faults(read: dict[str, Any]) -> list[str]:
    found = []
    for place, cell in enumerate(read["arrivals"] if isinstance(read["arrivals"], list) else [0]):
        lacking = sorted(CELL - set(cell)) if isinstance(cell, dict) else ["everything"]
        if lacking:
            found.append(f"arrivals[{place}] lacks {', '.join(lacking)}")
            continue
        for key in ("per_year", "shape", "rate"):
            if not isinstance(cell[key], int | float) or not 0 < cell[key] < float("inf"):
                found.append(f"arrivals[{place}].{key} is {cell[key]}; allowed: a number above 0")
    stays = read["stays"].get("groups") if isinstance(read["stays"], dict) else None
    if not isinstance(stays, list):
        found.append("stays.groups is missing")
    for place, group in enumerate(stays if isinstance(stays, list) else []):
        lacking = sorted(_parts_of(group) - set(group)) if isinstance(group, dict) else ["all"]
        if lacking:
            found.append(f"stays.groups[{place}] lacks {', '.join(lacking)}")
    if not found and stays:
        known = {(tuple(group["age_group"]), group["route"]) for group in stays}
        ages = sorted({tuple(cell["age_group"]) for cell in read["arrivals"]})
        found += [
            f"stays.groups has no {ROUTES[-1]} of ages {low} to {high}"
            for low, high in ages
            if ((low, high), ROUTES[-1]) not in known
        ]
    mix = read["needs"].get("band_mix") if isinstance(read["needs"], dict) else None
    if not isinstance(mix, dict) or not mix or not set(mix) <= set(BANDS):
        found.append(f"needs.band_mix is {mix}; allowed: a share for each of {', '.join(BANDS)}")
    return found


def _parts_of(group: dict[str, Any]) -> set[str]:
    return GROUP - ({"covariance"} if group.get("family") == "kaplan_meier" else set())
