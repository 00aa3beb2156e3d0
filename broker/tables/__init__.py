"""The tables of the brokerage's database: one for each file of a case, and records beside it."""

from broker.tables.base import CATALOGUE, Instant, Stored
from broker.tables.decisions import DecisionRow
from broker.tables.homes import AdjoiningRow, HomeRow, RateRow, ShareRow
from broker.tables.people import PersonOrPlaceRow, ReferralRow, ResidentRow, WishRow
from broker.tables.records import ContractRow, MatchRun, PolicyRow, RowChange
from broker.tables.safety import AvoidRow, DeclineRow, RelationshipRow, SafetyFileRow

__all__ = [
    "CATALOGUE",
    "AdjoiningRow",
    "AvoidRow",
    "ContractRow",
    "DecisionRow",
    "DeclineRow",
    "HomeRow",
    "Instant",
    "MatchRun",
    "PersonOrPlaceRow",
    "PolicyRow",
    "RateRow",
    "ReferralRow",
    "RelationshipRow",
    "ResidentRow",
    "RowChange",
    "SafetyFileRow",
    "ShareRow",
    "Stored",
    "WishRow",
]
