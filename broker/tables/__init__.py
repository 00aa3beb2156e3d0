"""The tables of the brokerage's database: one for each file of a case, and records beside it."""

from broker.tables.access import AccessRow, AccountHomeRow, AccountRow, OrganisationRow
from broker.tables.audit import AuditRow, AuditShowedRow, AuditValueRow
from broker.tables.base import CATALOGUE, Instant, Stored
from broker.tables.baseline import BaselineRow
from broker.tables.decisions import DecisionRow
from broker.tables.events import DeliveryRow, EventRow, SubscriptionRow
from broker.tables.homes import AdjoiningRow, HomeRow, RateRow, ShareRow
from broker.tables.inbox import InboxFileRow, InboxRow
from broker.tables.jobs import JobRow
from broker.tables.keys import KeyRow
from broker.tables.life import (
    LifeRow,
    OfferRow,
    OutOfUseRow,
    PlacementRow,
    ShortlistedRow,
    StepRow,
    VacancyRow,
)
from broker.tables.people import PersonOrPlaceRow, ReferralRow, ResidentRow, WishRow
from broker.tables.records import ContractRow, MatchRun, PolicyRow, RowChange
from broker.tables.registers import EntryRow
from broker.tables.returned import ReturnEpisodeRow, ReturnSourceRow
from broker.tables.safety import AvoidRow, DeclineRow, RelationshipRow, SafetyFileRow

__all__ = [
    "CATALOGUE",
    "AccessRow",
    "AccountHomeRow",
    "AccountRow",
    "AdjoiningRow",
    "AuditRow",
    "AuditShowedRow",
    "AuditValueRow",
    "AvoidRow",
    "BaselineRow",
    "ContractRow",
    "DecisionRow",
    "DeclineRow",
    "DeliveryRow",
    "EntryRow",
    "EventRow",
    "HomeRow",
    "InboxFileRow",
    "InboxRow",
    "Instant",
    "JobRow",
    "KeyRow",
    "LifeRow",
    "MatchRun",
    "OfferRow",
    "OrganisationRow",
    "OutOfUseRow",
    "PersonOrPlaceRow",
    "PlacementRow",
    "PolicyRow",
    "RateRow",
    "ReferralRow",
    "RelationshipRow",
    "ResidentRow",
    "ReturnEpisodeRow",
    "ReturnSourceRow",
    "RowChange",
    "SafetyFileRow",
    "ShareRow",
    "ShortlistedRow",
    "StepRow",
    "Stored",
    "SubscriptionRow",
    "VacancyRow",
    "WishRow",
]
