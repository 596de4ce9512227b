"""The tables of payments' own database (those of the floor are in shared.db.floor). The SQL of repository/ works on them."""

from services.payments.tables.adjustments import AdjustmentTable
from services.payments.tables.columns import Base
from services.payments.tables.holders import (
    HolderTable,
    LifeChangeTable,
    PayeeErasedTable,
    PayeeSealedTable,
    PayeeTable,
    SuspectedDuplicateTable,
    TierCorrectionTable,
)
from services.payments.tables.money import (
    BankResultTable,
    DisbursementTable,
    EntitlementFactTable,
    EntitlementHistoryTable,
    EntitlementTable,
    LedgerEntryTable,
    ObligationsMadeTable,
    ObligationTable,
    PolicyVersionTable,
    RecoveryTable,
    ResolutionHistoryTable,
    ResolutionTable,
    RunHistoryTable,
    RunTable,
    StatusRequestTable,
)

__all__ = [
    "AdjustmentTable",
    "BankResultTable",
    "Base",
    "DisbursementTable",
    "EntitlementFactTable",
    "EntitlementHistoryTable",
    "EntitlementTable",
    "HolderTable",
    "LedgerEntryTable",
    "LifeChangeTable",
    "ObligationTable",
    "ObligationsMadeTable",
    "PayeeErasedTable",
    "PayeeSealedTable",
    "PayeeTable",
    "PolicyVersionTable",
    "RecoveryTable",
    "ResolutionHistoryTable",
    "ResolutionTable",
    "RunHistoryTable",
    "RunTable",
    "StatusRequestTable",
    "SuspectedDuplicateTable",
    "TierCorrectionTable",
]
