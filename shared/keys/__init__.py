"""Envelope keys: a row's key is derived from a group key and the row's own salt; group keys are kept wrapped by a master key.

Who destroys a salt destroys what was sealed with it, also in every backup that the salt is not in.
"""

from shared.keys.groups import GroupKey, KeyRing, RowCipher, key_of
from shared.keys.master import LocalMasterKey, MasterKey, MasterKeyUnknown
from shared.keys.store import GroupKeyReplaced

__all__ = ["GroupKey", "GroupKeyReplaced", "KeyRing", "LocalMasterKey", "MasterKey", "MasterKeyUnknown", "RowCipher", "key_of"]
