"""A setting that is missing or malformed is named as the environment names it, with what is expected."""

import pytest

from services.registry.resources import RegistryResources
from services.registry.settings import Settings
from shared.audit import AuditKeys
from shared.clock import Clock
from shared.keys import LocalMasterKey
from shared.service import SettingInvalid
from tests.registry.facts import KEYS

NAMES = {
    "lookup_key": "SUKJAI_LOOKUP_KEY",
    "field_keys": "REGISTRY_FIELD_KEYS",
    "payee_keys": "SUKJAI_PAYEE_KEYS",
    "signing_keys": "REGISTRY_SIGNING_KEYS",
    "dci_encryption_keys": "REGISTRY_DCI_ENCRYPTION_KEYS",
    "master_keys": "REGISTRY_MASTER_KEYS",
}


def settings(**changed):
    return Settings(database_dsn="x", kafka_bootstrap_servers="x", auth_issuer="x", auth_jwks_url="x", **{**KEYS, **changed})


def resources(of):
    return RegistryResources(settings=of, db=None, clock=Clock(), verifier=None)


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("text", ["", "nonsense", ":AAAA"])
def test_the_error_names_the_setting_and_says_what_is_expected(field, text):
    with pytest.raises(SettingInvalid, match=rf"^{NAMES[field]}: .*expected: .*base64"):
        resources(settings(**{field: text}))


def test_a_missing_audit_key_is_named_too():
    with pytest.raises(SettingInvalid, match=r"^REGISTRY_AUDIT_KEYS: is not set; expected: `id:base64`"):
        settings(audit_keys="").parsed("audit_keys", AuditKeys.from_text)


def test_the_secret_itself_is_not_told():
    with pytest.raises(SettingInvalid) as caught:
        resources(settings(master_keys="m1:c2VjcmV0"))
    assert "c2VjcmV0" not in str(caught.value)


def test_a_file_of_master_keys_goes_before_the_setting(tmp_path):
    (tmp_path / "master").write_text(KEYS["master_keys"].replace("m1:", "m7:"))
    assert resources(settings(master_keys="", master_key_file=tmp_path / "master")).vault.ring.master.key_id == "m7"
    with pytest.raises(SettingInvalid, match=r"REGISTRY_MASTER_KEY_FILE: .*cannot be read"):
        resources(settings(master_key_file=tmp_path / "nowhere"))


def adapter():
    """As a package of an installation has one; this one holds its key itself."""
    return LocalMasterKey.from_text(KEYS["master_keys"].replace("m1:", "h1:"))


def test_an_adapter_of_the_installation_is_named_by_a_setting(monkeypatch):
    monkeypatch.setenv("REGISTRY_MASTER_KEY_ADAPTER", f"{__name__}.adapter")
    assert resources(settings(master_keys="")).vault.ring.master.key_id == "h1"
    monkeypatch.setenv("REGISTRY_MASTER_KEY_ADAPTER", f"{__name__}.nothing")
    with pytest.raises(ValueError, match="master_key_adapter"):
        settings()
