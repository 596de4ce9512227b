"""What the registry's routes, handlers and jobs work with."""

from dataclasses import dataclass, field

from services.registry.commands.dci.envelopes import Ours
from services.registry.settings import Settings
from services.registry.vault import Keys, Vault
from shared.service import Resources
from shared.signatures import SigningKeys


@dataclass
class RegistryResources(Resources):
    """Resources with the vault, the keys that sign what others get, and as whom we speak to other registries."""

    settings: Settings
    vault: Vault = field(init=False)
    keys: Keys = field(init=False)
    signing: SigningKeys = field(init=False)
    dci: Ours = field(init=False)

    def __post_init__(self) -> None:
        """Open the vault with the keys of the settings."""
        self.keys = Keys(self.settings.lookup_key, self.settings.field_keys, self.settings.payee_keys)
        self.vault = Vault.of(self.keys)
        self.signing = SigningKeys.from_text(self.settings.signing_keys)
        self.dci = Ours(self.settings.dci_id, self.signing)
