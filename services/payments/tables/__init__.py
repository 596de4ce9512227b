"""The tables of payments' own database (those of the floor are in shared.db.floor). The SQL of repository/ works on them."""

from services.payments.tables.columns import Base
from services.payments.tables.funds import CommitmentTable, EnvelopeEntryTable, EnvelopeTable, ProgrammeTable
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
    "CommitmentTable",
    "DisbursementTable",
    "EntitlementFactTable",
    "EntitlementHistoryTable",
    "EntitlementTable",
    "EnvelopeEntryTable",
    "EnvelopeTable",
    "HolderTable",
    "LedgerEntryTable",
    "ObligationTable",
    "ObligationsMadeTable",
    "PayeeErasedTable",
    "PayeeSealedTable",
    "PayeeTable",
    "PolicyVersionTable",
    "ProgrammeTable",
    "RecoveryTable",
    "ResolutionHistoryTable",
    "ResolutionTable",
    "RunHistoryTable",
    "RunTable",
    "StatusRequestTable",
    "SuspectedDuplicateTable",
    "TierCorrectionTable",
]
