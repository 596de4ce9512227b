"""A node of real Apache Kafka that asks who is there: SASL (SCRAM-SHA-512) on a listener of its own, and Kafka's authorizer."""

from collections.abc import Mapping
from typing import Final

LISTENER: Final = "CLIENTS"
_MECHANISM: Final = "SCRAM-SHA-512"


def secured_properties(properties: Mapping[str, str], port: int) -> dict[str, str]:
    """The node's properties with the listener and the authorizer; who comes by the plain listener is the operator, on this machine alone."""
    address = f"{LISTENER}://127.0.0.1:{port}"
    return {
        **properties,
        "listeners": f"{properties['listeners']},{address}",
        "advertised.listeners": f"{properties['advertised.listeners']},{address}",
        "listener.security.protocol.map": f"PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,{LISTENER}:SASL_PLAINTEXT",
        "sasl.enabled.mechanisms": _MECHANISM,
        f"listener.name.{LISTENER.lower()}.{_MECHANISM.lower()}.sasl.jaas.config": (
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        ),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "false",
        "super.users": "User:ANONYMOUS",
    }


def scram_arguments(accounts: Mapping[str, str]) -> list[str]:
    """Arguments of the storage tool that make the accounts, by name their password."""
    return [
        argument for name, password in accounts.items() for argument in ("--add-scram", f"{_MECHANISM}=[name={name},password={password}]")
    ]
