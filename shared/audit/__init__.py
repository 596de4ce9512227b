"""The audit: who read or changed what of whom, appended in the transaction that does it, and chained so that nobody edits it unseen.

Appending never waits for other readers: a sealer takes what is not sealed yet into the chain, a batch at a time, and signs its head.
"""

from shared.audit.chain import AuditKeys, Broken, ChainVerified
from shared.audit.sealer import seal_waiting
from shared.audit.trail import Caller, Entry, append, append_set, append_together
from shared.audit.verifier import verify

__all__ = ["AuditKeys", "Broken", "Caller", "ChainVerified", "Entry", "append", "append_set", "append_together", "seal_waiting", "verify"]
