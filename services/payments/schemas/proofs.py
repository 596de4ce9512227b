"""Proofs of runs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_SIGNED = "Compact JWS (ES256, `typ` run-proof) over the statement. ลายมือชื่อดิจิทัล"
_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


class ProofAskedOut(BaseModel):
    """A proof is being made; `newest_version` is the one that there is until then."""

    run_id: UUID
    newest_version: int | None


class ProofOut(BaseModel):
    """หลักฐานของรอบจ่าย: A proof of a run as one file: what is said, and the same signed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "current": True,
                    "statement": {
                        "run_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                        "version": 1,
                        "month": "2018-03",
                        "status": "CLOSED",
                        "tree": {"form": "RFC 9162 section 2.1.1", "hash": "SHA-256", "size": 6400, "root": _ROOT},
                    },
                    "signed": "eyJhbGciOiJFUzI1NiIsImtpZCI6InMxIiwidHlwIjoicnVuLXByb29mIn0.e30.c2lnbmF0dXJl",
                }
            ]
        }
    )

    current: bool = Field(description="Whether the lines are still as proved. รายการยังตรงกับหลักฐาน")
    statement: dict[str, Any] = Field(
        description="Run, list hash, who approved it, the tree's root and size, hops, lines by bank, tier, month and state, the ledger. สาระของหลักฐาน"
    )
    signed: str = Field(description=_SIGNED)


class LeafOut(BaseModel):
    """One line and the path that proves it (RFC 9162, section 2.1.3)."""

    line: str = Field(description="The line as it is hashed, byte by byte. ข้อความของรายการตามที่คำนวณแฮช")
    leaf_index: int
    path: list[str] = Field(description="Hashes (hex) from the leaf up. เส้นทางแฮชจากรายการถึงราก")


class InclusionsOut(BaseModel):
    """หลักฐานว่ารายการของบุคคลอยู่ในรอบจ่าย: One person's lines of a run, each with its proof; verified by itself, without the other lines."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "run_id": "019a5f3e-7c1a-7d34-9b1e-2f6f0c9d2561",
                    "version": 1,
                    "tree_size": 6400,
                    "root": _ROOT,
                    "made_at": "2018-03-30T09:00:00+07:00",
                    "signed": "eyJhbGciOiJFUzI1NiIsImtpZCI6InMxIiwidHlwIjoicnVuLXByb29mIn0.e30.c2lnbmF0dXJl",
                    "inclusions": [{"line": '{"instruction_id":"6f0c…"}', "leaf_index": 17, "path": [_ROOT]}],
                }
            ]
        }
    )

    run_id: UUID
    version: int
    tree_size: int
    root: str
    made_at: datetime
    signed: str = Field(description=_SIGNED)
    inclusions: list[LeafOut]
