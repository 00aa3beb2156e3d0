"""Every module of pages, in the order of the work."""

from __future__ import annotations

from typing import Final

from api.pages import (
    auditing,
    borough,
    choices,
    contracts,
    enter,
    files,
    form,
    options,
    plans,
    price,
    referrals,
    runs,
    start,
    told,
    work,
    young,
)

PAGES: Final = (
    files,
    enter,
    start,
    told,
    form,
    young,
    referrals,
    work,
    runs,
    choices,
    plans,
    options,
    price,
    contracts,
    auditing,
    borough,
)
