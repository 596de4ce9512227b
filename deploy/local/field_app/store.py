"""What a device holds: one SQLite file in which every value is sealed under a key made of the officer's PIN."""

import base64
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Self

import orjson
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shared.crypto import FieldCipher, SealBroken

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS lock (salt BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS value (name TEXT PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS case_file (case_id TEXT PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS operation (seq INTEGER PRIMARY KEY, state TEXT NOT NULL, sealed BLOB NOT NULL);
"""
_SALT_BYTES: Final = 16


class WrongPin(ValueError):
    """The PIN is not that of this device."""


class Store:
    """The file. What is written is there after a power cut: each call is one transaction."""

    def __init__(self, path: Path, database: sqlite3.Connection, cipher: FieldCipher) -> None:
        """Use `open`."""
        self._path = path
        self._database = database
        self._cipher = cipher

    @classmethod
    def open(cls, path: Path, pin: str) -> Self:
        """Open the file, or begin one. Raises WrongPin."""
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        database = sqlite3.connect(path, isolation_level=None)
        database.executescript(f"PRAGMA secure_delete = ON; PRAGMA synchronous = FULL; {_TABLES}")
        found = database.execute("SELECT salt FROM lock").fetchone()
        salt: bytes = found[0] if found else os.urandom(_SALT_BYTES)
        if not found:
            database.execute("INSERT INTO lock VALUES (?)", (salt,))
        key = Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(pin.encode())
        store = cls(path, database, FieldCipher.from_text(f"p1:{base64.b64encode(key).decode()}"))
        try:
            store.get("device")
        except SealBroken as broken:
            database.close()
            raise WrongPin from broken
        return store

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def wipe(self) -> None:
        """Take everything off the device: without the salt nothing sealed can be opened any more."""
        self._database.executescript("DELETE FROM lock; DELETE FROM value; DELETE FROM case_file; DELETE FROM operation; VACUUM;")
        self._database.close()
        self._path.unlink(missing_ok=True)

    def get(self, name: str) -> Any:
        """A value; None without one."""
        with closing(self._database.execute("SELECT sealed FROM value WHERE name = ?", (name,))) as rows:
            row = rows.fetchone()
        return None if row is None else self._open(row[0], f"value:{name}")

    def put(self, name: str, value: Any) -> None:
        """Keep a value."""
        self._database.execute("INSERT OR REPLACE INTO value VALUES (?, ?)", (name, self._seal(value, f"value:{name}")))

    def take_pack(self, state: Mapping[str, Any], sections: Mapping[str, Any], cases: list[dict[str, Any]], gone: list[str] | None) -> None:
        """Take a pack in, whole or not at all; `gone` is None when the pack is whole and takes the place of all."""
        with self._database:
            self._database.execute("BEGIN")
            if gone is None:
                self._database.execute("DELETE FROM case_file")
            self._database.executemany("DELETE FROM case_file WHERE case_id = ?", [(case_id,) for case_id in gone or ()])
            self._database.executemany(
                "INSERT OR REPLACE INTO case_file VALUES (?, ?)",
                [(case["case_id"], self._seal(case, f"case:{case['case_id']}")) for case in cases],
            )
            self.put("sections", {**(self.get("sections") or {}), **sections})
            self.put("pack", state)

    def forget_pack(self) -> None:
        """Forget the pack and its cases; operations stay."""
        self._database.executescript("DELETE FROM case_file; DELETE FROM value WHERE name IN ('pack', 'sections');")

    def cases(self) -> Iterator[dict[str, Any]]:
        """The officer's cases, by id."""
        for case_id, sealed in self._database.execute("SELECT case_id, sealed FROM case_file ORDER BY case_id").fetchall():
            yield self._open(sealed, f"case:{case_id}")

    def add_operation(self, operation: Mapping[str, Any]) -> int:
        """Keep an operation that waits; gives it the next number, which stays taken."""
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            seq = 1 + int(self._database.execute("SELECT coalesce(max(seq), 0) FROM operation").fetchone()[0])
            content = {**operation, "seq": seq}
            self._database.execute("INSERT INTO operation VALUES (?, 'WAITING', ?)", (seq, self._seal(content, f"operation:{seq}")))
        return seq

    def set_operation(self, operation: Mapping[str, Any], state: str) -> None:
        """Keep what became of an operation, or what the officer decided about it."""
        seq = operation["seq"]
        self._database.execute(
            "UPDATE operation SET state = ?, sealed = ? WHERE seq = ?", (state, self._seal(operation, f"operation:{seq}"), seq)
        )

    def operations(self, *states: str) -> list[dict[str, Any]]:
        """The operations in these states, in the order in which they were made."""
        rows = self._database.execute("SELECT seq, state, sealed FROM operation ORDER BY seq").fetchall()
        return [self._open(sealed, f"operation:{seq}") | {"state": state} for seq, state, sealed in rows if state in states]

    def _seal(self, value: Any, context: str) -> bytes:
        return self._cipher.seal_bytes(orjson.dumps(value, default=str), context.encode())

    def _open(self, sealed: bytes, context: str) -> Any:
        return orjson.loads(self._cipher.open_bytes(sealed, context.encode()))
