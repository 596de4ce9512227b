"""Files that only their recipient can open: packed (gzip) and encrypted (age, X25519) while they are written, with flat memory.

The recipient opens one with the age tool and its own key: `age --decrypt -i key.txt file.csv.gz.age | gunzip`.
"""

import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyrage

_GZIP: Final = 16 + zlib.MAX_WBITS
_LEVEL: Final = 3
_FINGERPRINT_GROUPS: Final = 8
_MODE: Final = 0o600


class BadPublicKey(ValueError):
    """The text is no public key of age (`age1…`)."""


class NotOpened(ValueError):
    """The key does not open the file, or the file was changed or ends too early."""


@dataclass(frozen=True, slots=True)
class SealedFile:
    """What was written: SHA-256 (hex) and size of the plain content and of the file."""

    plain_sha256: str
    plain_bytes: int
    file_sha256: str
    file_bytes: int


def public_key(text: str) -> str:
    """The key as it is written. Raises BadPublicKey."""
    try:
        return str(pyrage.x25519.Recipient.from_str(text.strip()))
    except pyrage.RecipientError as error:
        raise BadPublicKey("a public key of age begins with age1 and has a checksum") from error


def fingerprint(key: str) -> str:
    """What two people compare over the telephone: 8 groups of 4 hex digits of the key's SHA-256."""
    digits = hashlib.sha256(key.encode()).hexdigest()
    return "-".join(digits[4 * group : 4 * group + 4] for group in range(_FINGERPRINT_GROUPS))


def write_sealed(path: Path, chunks: Iterator[bytes], key: str) -> SealedFile:
    """Write the chunks to a new file (mode 0600) that only the key's owner opens, down to the disk; runs in a thread.

    Raises what `chunks` raises, and OSError when the file cannot be written; then the file is gone again.
    """
    source = _Packed(chunks)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _MODE), "wb", buffering=0) as file:
        target = _Hashed(file.write)
        try:
            try:
                pyrage.encrypt_io(source, target, [pyrage.x25519.Recipient.from_str(key)])
            except pyrage.EncryptError:
                # It tells an error of ours in words only, and one of the last write not at all.
                source.raise_failure()
                target.raise_failure()
                raise
            source.raise_failure()
            target.raise_failure()
            os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return SealedFile(source.digest.hexdigest(), source.bytes, target.digest.hexdigest(), target.bytes)


def open_sealed(path: Path, identities: str, take: Callable[[bytes], Any]) -> SealedFile:
    """Give the plain content of the file to `take`, piece by piece; `identities` is the text of an age key file.

    What `take` gets before the end counts only when this returns. Raises NotOpened.
    """
    lines = [line.strip() for line in identities.splitlines()]
    try:
        keys = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError as error:
        raise NotOpened("the key file is none of age") from error
    unpacked = _Unpacked(take)
    with path.open("rb") as file:
        packed = _HashedReader(file.read)
        try:
            pyrage.decrypt_io(packed, unpacked, keys)
        except (pyrage.DecryptError, OSError) as error:
            unpacked.raise_failure()
            raise NotOpened(f"the key does not open the file, or the file is not whole: {error}") from error
        unpacked.raise_failure()
        while packed.read(1 << 16):
            pass
    if not unpacked.whole:
        raise NotOpened("the file ends too early")
    return SealedFile(unpacked.digest.hexdigest(), unpacked.bytes, packed.digest.hexdigest(), packed.bytes)


class _Packed:
    """The chunks packed by gzip, as a file to read; counts and hashes what is plain."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
        self._waiting = bytearray()
        self._ended = False
        self._failure: BaseException | None = None
        self.digest = hashlib.sha256()
        self.bytes = 0

    def read(self, size: int) -> bytes:
        try:
            while len(self._waiting) < size and not self._ended:
                self._fill()
        except BaseException as failure:
            self._failure = failure
            raise
        given = bytes(self._waiting[:size])
        del self._waiting[:size]
        return given

    def raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _fill(self) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            self._waiting += self._packer.flush()
            self._ended = True
        else:
            self.digest.update(chunk)
            self.bytes += len(chunk)
            self._waiting += self._packer.compress(chunk)


class _Hashed:
    """A file to write to, by its `write`; counts and hashes what was taken, and keeps the error of a write."""

    def __init__(self, write: Callable[[bytes], int | None]) -> None:
        self._write = write
        self._failure: OSError | None = None
        self.digest = hashlib.sha256()
        self.bytes = 0

    def write(self, data: bytes) -> int:
        # After a failed write nothing more is tried: a hole in the middle would be worse than an end.
        self.raise_failure()
        try:
            taken = self._write(data) or 0
        except OSError as failure:
            self._failure = failure
            raise
        self.digest.update(data[:taken])
        self.bytes += taken
        return taken

    def flush(self) -> None:
        """Nothing waits here."""

    def raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure


class _HashedReader:
    """A file to read, by its `read`; counts and hashes what was given."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self.digest = hashlib.sha256()
        self.bytes = 0

    def read(self, size: int) -> bytes:
        data = self._read(size)
        self.digest.update(data)
        self.bytes += len(data)
        return data


class _Unpacked:
    """A file to write packed bytes to; gives the plain ones on, counted and hashed, and keeps an error."""

    def __init__(self, take: Callable[[bytes], Any]) -> None:
        self._take = take
        self._unpacker = zlib.decompressobj(wbits=_GZIP)
        self._failure: Exception | None = None
        self.digest = hashlib.sha256()
        self.bytes = 0

    @property
    def whole(self) -> bool:
        return self._unpacker.eof and not self._unpacker.unused_data

    def write(self, data: bytes) -> int:
        try:
            plain = self._unpacker.decompress(data)
            self.digest.update(plain)
            self.bytes += len(plain)
            self._take(plain)
        except zlib.error as error:
            self._failure = NotOpened(f"what is in the file is not packed by gzip: {error}")
            raise
        except Exception as failure:
            self._failure = failure
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure
