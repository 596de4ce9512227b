"""The tables of payments' own database (those of the floor are in shared.db.floor). The SQL of repository/ works on them."""

from services.payments.tables.books import LedgerDayTable, RunEligibleTable, RunProofChunkTable, RunProofTable
from services.payments.tables.columns import Base
from services.payments.tables.holders import (
    HolderTable,
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
    "BankResultTable",
    "Base",
    "DisbursementTable",
    "EntitlementFactTable",
    "EntitlementHistoryTable",
    "EntitlementTable",
    "HolderTable",
    "LedgerDayTable",
    "LedgerEntryTable",
    "ObligationTable",
    "ObligationsMadeTable",
    "PayeeErasedTable",
    "PayeeSealedTable",
    "PayeeTable",
    "PolicyVersionTable",
    "RecoveryTable",
    "ResolutionHistoryTable",
    "ResolutionTable",
    "RunEligibleTable",
    "RunHistoryTable",
    "RunProofChunkTable",
    "RunProofTable",
    "RunTable",
    "StatusRequestTable",
    "SuspectedDuplicateTable",
    "TierCorrectionTable",
]
