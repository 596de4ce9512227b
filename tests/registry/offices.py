"""Offices with keys, and their side of an export: they fetch, open by the command for recipients, and confirm."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pyrage

from services.registry.http.scopes import EXPORTS_READ, EXPORTS_RECEIVE, SCOPES
from shared.auth import Level, Reach

COLUMNS = ["holder_id", "citizen_id", "first_name", "last_name", "house_no", "subdistrict", "tier"]


@dataclass
class Office:
    """A recipient and its secret key."""

    kind: str
    unit: str
    reach: Reach
    key: pyrage.x25519.Identity
    recipient_id: str = ""
    fingerprint: str = ""

    @property
    def public_key(self):
        return str(self.key.to_public())


def governor(unit):
    return Office("GOVERNOR", unit, Reach(Level.PROVINCE, unit), pyrage.x25519.Identity.generate())


def district_office(unit):
    return Office("DISTRICT_OFFICE", unit, Reach(Level.DISTRICT, unit), pyrage.x25519.Identity.generate())


def bank(unit):
    return Office("BANK", unit, Reach(Level.BANK, unit), pyrage.x25519.Identity.generate())


@dataclass
class Desk:
    """The national office: `ask` as who asks, `approve` as who approves; both over HTTP."""

    registry: object

    async def as_(self, who, method, path, body=None, reach=None, scopes=tuple(SCOPES), **headers):
        token = self.registry.issuer.issue(who, scopes, reach or Reach.country())
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": os.urandom(8).hex(), **headers}
        return await self.registry.client.request(method, path, json=body, headers=headers)

    async def register(self, office, **changed):
        """Registered, not yet approved."""
        body = {
            "kind": office.kind,
            "unit": office.unit,
            "office": f"สำนักงาน {office.unit}",
            "public_key": office.public_key,
            "valid_from": "2018-01-01",
            "reason": "letter 1",
            **changed,
        }
        answer = await self.as_("maker", "POST", "/v1/recipients", body)
        assert answer.status_code == 201, answer.text
        office.recipient_id, office.fingerprint = answer.json()["recipient_id"], answer.json()["fingerprint"]
        return office

    async def approved(self, office, **changed):
        """Registered and approved."""
        await self.register(office, **changed)
        answer = await self.decide("recipients", office.recipient_id, office.fingerprint)
        assert (answer.status_code, answer.json()["status"]) == (200, "ACTIVE"), answer.text
        return office

    async def decide(self, what, of, fingerprint=None, who="checker", *, approved=True):
        body = {"approved": approved, "reason": "compared", **({} if fingerprint is None else {"key_fingerprint": fingerprint})}
        return await self.as_(who, "POST", f"/v1/{what}/{of}/decision", body)

    async def ask(self, office, **changed):
        body = {
            "recipient_id": office.recipient_id,
            "purpose": "PUBLIC_TASK",
            "reason": "home visits",
            "columns": COLUMNS,
            "keep_days": 14,
            **changed,
        }
        return await self.as_("maker", "POST", "/v1/exports", body)

    async def asked(self, office, **changed):
        """Asked for, not decided; the id."""
        answer = await self.ask(office, **changed)
        assert answer.status_code == 201, answer.text
        return answer.json()["export_id"]

    async def queued(self, office, **changed):
        """Asked for and approved; the id."""
        export_id = await self.asked(office, **changed)
        answer = await self.decide("exports", export_id, office.fingerprint)
        assert (answer.status_code, answer.json()["status"]) == (200, "QUEUED"), answer.text
        return export_id

    async def made(self, office, **changed):
        """Asked for, approved and made; the id."""
        export_id = await self.queued(office, **changed)
        await self.registry.run_jobs()
        return export_id

    async def show(self, export_id):
        return (await self.as_("maker", "GET", f"/v1/exports/{export_id}")).json()

    async def fetch(self, office, export_id):
        return await self.as_("clerk", "GET", f"/v1/exports/{export_id}/file", reach=office.reach, scopes=(EXPORTS_READ, EXPORTS_RECEIVE))

    async def confirm(self, office, export_id, rows, sha256):
        body = {"rows": rows, "plain_sha256": sha256}
        scopes = (EXPORTS_READ, EXPORTS_RECEIVE)
        return await self.as_("clerk", "PUT", f"/v1/exports/{export_id}/receipt", body, office.reach, scopes)

    async def received(self, office, export_id, folder):
        """Fetched into the folder, with manifest, keys and the office's own key file; the file's path."""
        answer = await self.fetch(office, export_id)
        assert answer.status_code == 200, answer.text
        file = folder / f"{export_id}.age"
        file.write_bytes(answer.content)
        manifest = await self.as_("clerk", "GET", f"/v1/exports/{export_id}/manifest", reach=office.reach)
        (folder / f"{export_id}.age.manifest.json").write_bytes(manifest.content)
        (folder / "jwks.json").write_bytes((await self.registry.client.get("/.well-known/jwks.json")).content)
        (folder / f"{office.unit}.key").write_text(f"# public key: {office.public_key}\n{office.key}\n")
        return file


async def opened(office, file, *, exit_code=0, out=None):
    """What `python -m deploy.open_export` says of a received file."""
    command = [sys.executable, "-m", "deploy.open_export", str(file), "--key", str(file.parent / f"{office.unit}.key")]
    command += ["--jwks", str(file.parent / "jwks.json"), *(["--out", str(out)] if out else [])]
    root = Path(__file__).parents[2]
    process = await asyncio.create_subprocess_exec(*command, cwd=root, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    said, complaint = await process.communicate()
    assert process.returncode == exit_code, complaint.decode()
    return json.loads(said) if said else complaint.decode()
