"""The access list of pages, as `api.access` has it for programs: which act each page is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OPEN: Final = "open"
"""Anybody may ask, signed in or not."""

SIGNED_IN: Final = "signed in"
"""Anybody who is signed in may ask."""

PAGES: Final[Mapping[tuple[str, str], str]] = {
    ("GET", "/static/{name}"): OPEN,
    ("GET", "/enter"): OPEN,
    ("POST", "/enter"): OPEN,
    ("POST", "/leave"): SIGNED_IN,
    ("GET", "/"): SIGNED_IN,
    ("GET", "/help"): OPEN,
    ("GET", "/words"): OPEN,
    ("GET", "/accessibility"): OPEN,
    ("GET", "/privacy"): OPEN,
    ("GET", "/cookies"): OPEN,
    ("GET", "/status"): OPEN,
    ("GET", "/referrals"): "life.list",
    ("GET", "/referrals/{referral_id}"): "life.read",
    ("GET", "/referrals/{referral_id}/{kind}"): "life.step",
    ("POST", "/referrals/{referral_id}/{kind}"): "life.step",
    ("GET", "/begin"): "life.open",
    ("POST", "/begin"): "life.open",
    ("GET", "/referrals/{referral_id}/form/{part}"): "life.amend",
    ("POST", "/referrals/{referral_id}/form/{part}"): "life.amend",
    ("GET", "/audit"): "audit.read",
    ("GET", "/offers"): "offer.list",
    ("GET", "/duties"): "duty.list",
    ("GET", "/matches"): "match.read",
    ("POST", "/matches"): "match.make",
    ("GET", "/matches/{match_id}"): "match.read",
    ("GET", "/matches/{match_id}/{referral_id}"): "question.ask",
    ("GET", "/jobs/{job_id}"): "job.read",
    ("POST", "/jobs/{job_id}/cancel"): "job.cancel",
    ("GET", "/options/{referral_id}"): "question.share",
    ("GET", "/price"): "price.ask",
    ("GET", "/contracts"): "contract.read",
    ("GET", "/contracts/{contract_id}"): "contract.read",
    ("GET", "/weights"): SIGNED_IN,
    # money and reports
    ("GET", "/bands"): SIGNED_IN,
    ("GET", "/forecast"): "forecast.ask",
    ("GET", "/forecast/chart"): "forecast.ask",
    ("GET", "/forecast/workbook"): "forecast.ask",
    ("GET", "/why-me"): "offer.reasons",
    ("GET", "/homes"): "home.list",
    ("GET", "/homes/{home_id}"): "home.read",
    ("POST", "/homes/{home_id}/free"): "home.say",
    ("POST", "/homes/{home_id}/rooms"): "home.change",
    ("POST", "/homes/{home_id}/back"): "home.change",
    ("GET", "/contracts/{contract_id}/ledger"): "contract.read",
    ("GET", "/contracts/{contract_id}/parity"): "contract.read",
    ("GET", "/contracts/{contract_id}/benchmarks"): "contract.read",
    ("GET", "/scenarios"): "simulation.read",
    ("POST", "/scenarios"): "simulation.ask",
    ("GET", "/scenarios/{number}"): "simulation.read",
    ("GET", "/scenarios/{number}/chart/{name}"): "simulation.read",
    ("GET", "/scenarios/{number}/workbook"): "simulation.read",
    ("POST", "/scenarios/{number}/cancel"): "simulation.ask",
    ("GET", "/benchmarks"): SIGNED_IN,
    ("GET", "/fairness"): "match.read",
    ("GET", "/fairness/{match_id}"): "match.read",
    ("GET", "/registers"): "register.read",
    ("GET", "/registers/{register}"): "register.read",
    ("GET", "/reports"): "report.read",
    ("GET", "/reports/{name}"): "report.read",
    ("GET", "/reports/{name}/workbook"): "report.read",
    ("GET", "/audit/chain"): "audit.read",
}
