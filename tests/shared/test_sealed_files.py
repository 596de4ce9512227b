"""Files for one recipient's eyes: written and opened in a stream, and never silently cut."""

import gzip
import hashlib
import os
import stat

import pyrage
import pytest

from shared.sealed_files import BadPublicKey, NotOpened, fingerprint, open_sealed, public_key, write_sealed


@pytest.fixture
def key():
    return pyrage.x25519.Identity.generate()


def opened(path, key, comment="# created: today\n"):
    parts = []
    read = open_sealed(path, f"{comment}{key}\n", parts.append)
    return read, b"".join(parts)


@pytest.mark.parametrize("chunks", [[], [b"x"], [b"a" * 100_000, b"", "ก".encode() * 70_000]])
def test_what_is_written_comes_out_and_both_count_the_same(tmp_path, key, chunks):
    path = tmp_path / "f.age"
    written = write_sealed(path, iter(chunks), str(key.to_public()))
    read, plain = opened(path, key)
    assert (plain, read) == (b"".join(chunks), written)
    assert written.plain_sha256 == hashlib.sha256(plain).hexdigest()
    assert written.file_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert gzip.decompress(pyrage.decrypt(path.read_bytes(), [key])) == plain


def test_another_key_a_cut_file_and_a_changed_one_do_not_open(tmp_path, key):
    path = tmp_path / "f.age"
    write_sealed(path, iter([os.urandom(200_000)]), str(key.to_public()))
    with pytest.raises(NotOpened):
        opened(path, pyrage.x25519.Identity.generate())
    whole = path.read_bytes()
    for damaged in (whole[:100_000], whole[:-1], whole[:-10] + b"0123456789", b"", b"age"):
        path.write_bytes(damaged)
        with pytest.raises(NotOpened):
            opened(path, key)
    with pytest.raises(NotOpened):
        open_sealed(path, "no key", lambda _: None)


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_a_source_that_fails_leaves_no_file(tmp_path, key, size):
    def source():
        yield os.urandom(size)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        write_sealed(tmp_path / "f.age", source(), str(key.to_public()))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_written_over(tmp_path, key):
    (tmp_path / "f.age").write_bytes(b"before")
    with pytest.raises(FileExistsError):
        write_sealed(tmp_path / "f.age", iter([b"x"]), str(key.to_public()))
    assert (tmp_path / "f.age").read_bytes() == b"before"


@pytest.mark.parametrize("text", ["", "age1xx", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1", "age1" + "q" * 58])
def test_what_is_no_public_key_is_refused(text):
    with pytest.raises(BadPublicKey):
        public_key(text)


def test_a_key_has_one_spelling_and_one_fingerprint(key):
    text = str(key.to_public())
    assert public_key(f" {text.upper()}\n") == text
    assert len(fingerprint(text).split("-")) == 8
    assert fingerprint(text) != fingerprint(str(pyrage.x25519.Identity.generate().to_public()))
