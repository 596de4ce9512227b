"""The ways in which agencies are connected."""

from collections.abc import Mapping

from deploy.local.agency_simulator.characters import Connected
from deploy.local.agency_simulator.desk import Way
from deploy.local.agency_simulator.ways.files import CSV, XLSX, Files
from deploy.local.agency_simulator.ways.hook import Hook
from deploy.local.agency_simulator.ways.rest import Rest
from deploy.local.agency_simulator.ways.topic import Topic
from shared.bus.kafka import KafkaSettings
from shared.crypto import FieldCipher


def way_of(agency: str, connected: Connected, address: str, kafka: KafkaSettings, ciphers: Mapping[str, FieldCipher], hooks: str) -> Way:
    """The way of an agency to the suite at `address`; it is called below `hooks`. Raises KeyError for one by Kafka that shares no key."""
    rest = Rest(agency, address)
    match connected:
        case Connected.REST:
            return rest
        case Connected.KAFKA:
            return Topic(rest, kafka, ciphers[agency])
        case Connected.CSV:
            return Files(rest, CSV)
        case Connected.XLSX:
            return Files(rest, XLSX)
        case Connected.WEBHOOK:
            return Hook(rest, f"{hooks}/{agency}")


__all__ = ["Hook", "way_of"]
