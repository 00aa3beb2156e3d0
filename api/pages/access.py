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
    ("GET", "/referrals/{referral_id}/sheets/{home_id}"): "life.tell",
    ("GET", "/referrals/{referral_id}/letter"): "life.tell",
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
    ("GET", "/matches/{match_id}/{referral_id}/choices"): "question.ask",
    ("GET", "/matches/{match_id}/{referral_id}/decide"): "decision.make",
    ("POST", "/matches/{match_id}/{referral_id}/decide"): "decision.make",
    ("GET", "/matches/{match_id}/against/{other_id}"): "match.read",
    ("GET", "/homes/{home_id}/who"): "question.ask",
    ("GET", "/moving-on"): "duty.list",
    ("GET", "/approvals"): "approval.list",
    ("GET", "/borough"): "approval.list",
}
