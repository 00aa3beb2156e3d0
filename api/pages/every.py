"""Every module of pages, in the order of the work."""

from __future__ import annotations

from typing import Final

from api.pages import (
    auditing,
    bands,
    benchmarks,
    contracts,
    enter,
    fairness,
    files,
    forecast,
    form,
    homes,
    ledgers,
    options,
    plans,
    price,
    referrals,
    registers,
    reporting,
    runs,
    simulations,
    start,
    told,
    why_me,
    work,
)

PAGES: Final = (
    files,
    enter,
    start,
    told,
    form,
    referrals,
    work,
    runs,
    plans,
    options,
    price,
    contracts,
    auditing,
    bands,
    forecast,
    why_me,
    homes,
    ledgers,
    simulations,
    benchmarks,
    fairness,
    registers,
    reporting,
)
