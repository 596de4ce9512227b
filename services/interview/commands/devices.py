"""Devices with which account officers work without a network."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.interview.commands.act import Act
from services.interview.errors import UnknownOfficer
from services.interview.errors.offline import DeviceKnown, DeviceRevoked, OfficersOnly
from services.interview.repository import devices, staff
from services.interview.repository.devices import Device
from shared.auth import Level, Principal
from shared.db import ReadTx, Tx
from shared.errors import NotFound


def officer_of(caller: Principal) -> UUID:
    """The account officer who calls. Raises OfficersOnly."""
    if caller.reach.level is not Level.OFFICER:
        raise OfficersOnly
    return UUID(caller.reach.code)


async def register_device(tx: Tx, act: Act, device_id: UUID, name: str, public_key: Mapping[str, Any]) -> Device:
    """Register a device of the calling officer. Raises OfficersOnly, UnknownOfficer, DeviceKnown."""
    officer_id = officer_of(act.caller)
    if officer_id not in await staff.active_officers(tx, (officer_id,)):
        raise UnknownOfficer(officer_id=officer_id)
    device = Device(device_id, officer_id, name, public_key, act.at)
    if not await devices.add_device(tx, device, by=act.by):
        raise DeviceKnown(device_id=device_id)
    return device


async def revoke_device(tx: Tx, act: Act, device_id: UUID, why: str) -> Device:
    """Revoke a device within the caller's reach; asked again it stays revoked as it was. Raises NotFound."""
    await _found(tx, act.caller, device_id)
    await devices.revoke_device(tx, device_id, by=act.by, at=act.at, why=why)
    return await _found(tx, act.caller, device_id)


async def own_device(tx: ReadTx, caller: Principal, device_id: UUID) -> Device:
    """The device, which must be the calling officer's own. Raises OfficersOnly, NotFound, DeviceRevoked."""
    officer_of(caller)
    device = await _found(tx, caller, device_id)
    check_not_revoked(device)
    return device


def check_not_revoked(device: Device) -> None:
    """Raises DeviceRevoked."""
    if device.revoked_at is not None:
        raise DeviceRevoked(device_id=device.device_id, revoked_at=device.revoked_at.isoformat(), wipe=True)


async def _found(tx: ReadTx, caller: Principal, device_id: UUID) -> Device:
    device = await devices.device(tx, caller.reach, device_id)
    if device is None:
        raise NotFound
    return device
