"""What the registry's routes, handlers and jobs work with."""

from dataclasses import dataclass, field

from services.registry.commands.dci.envelopes import Ours
from services.registry.key_sets import KeySets
from services.registry.settings import Settings
from services.registry.vault import Keys, Vault
from shared.crypto import BlindIndex, FieldCipher
from shared.encryption import DecryptionKeys
from shared.keys import KeyRing, LocalMasterKey, MasterKey
from shared.service import Resources, SettingInvalid
from shared.service.calling_back import addresses_of
from shared.service.settings import KEY_EXPECTED, KEYS_EXPECTED
from shared.signatures import SigningKeys


@dataclass
class RegistryResources(Resources):
    """Resources with the vault, the keys that sign what others get, and how we speak with other registries: as whom, with whose keys."""

    settings: Settings
    vault: Vault = field(init=False)
    keys: Keys = field(init=False)
    signing: SigningKeys = field(init=False)
    decryption: DecryptionKeys = field(init=False)
    dci: Ours = field(init=False)
    key_sets: KeySets = field(init=False)

    def __post_init__(self) -> None:
        """Open the vault with the keys of the settings. Raises SettingInvalid."""
        settings = self.settings
        self.keys = Keys(settings.lookup_key, settings.field_keys, settings.payee_keys)
        self.vault = Vault(
            fields=settings.parsed("field_keys", FieldCipher.from_text),
            payees=settings.parsed("payee_keys", FieldCipher.from_text),
            index=settings.parsed("lookup_key", BlindIndex.from_text, expected=KEY_EXPECTED),
            ring=KeyRing(_master_key(settings)),
        )
        self.signing = settings.parsed("signing_keys", SigningKeys.from_text)
        self.decryption = settings.parsed("dci_encryption_keys", DecryptionKeys.from_text)
        self.dci = Ours(settings.dci_id, self.signing, self.vault.fields)
        self.key_sets = KeySets(self.db, addresses_of(settings))


def _master_key(settings: Settings) -> MasterKey:
    if settings.master_key_adapter is not None:
        return settings.master_key_adapter()
    if settings.master_key_file is None:
        return settings.parsed("master_keys", LocalMasterKey.from_text)
    try:
        return LocalMasterKey.from_file(settings.master_key_file)
    except ValueError as error:
        raise SettingInvalid(f"REGISTRY_MASTER_KEY_FILE: {error}; expected: a file with {KEYS_EXPECTED}") from error
