"""From the C sources of this folder to a library."""

import hashlib
import os
import shlex
import subprocess
import sysconfig
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent
_FLAGS: Final = ("-std=c11", "-O2", "-Wall", "-Wextra", "-fPIC", "-shared")
_LIBRARIES: Final = ("-lcrypto",)


class NotBuilt(Exception):
    """There is no C compiler, or no OpenSSL to build with."""


def library_path(folder: Path = FOLDER) -> Path:
    """Where the library is, or will be: its name changes with the sources, so that none is taken for another."""
    digest = hashlib.sha256()
    for source in sorted(FOLDER.glob("*.[ch]")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return folder / f"persons-{digest.hexdigest()[:16]}.{sysconfig.get_platform()}.so"


def build(folder: Path = FOLDER) -> Path:
    """Build the library where it is not there yet; returns its path. Raises NotBuilt, with what the compiler said."""
    library = library_path(folder)
    if library.exists():
        return library
    compiler = shlex.split(os.environ.get("CC", "cc"))
    draft = library.with_suffix(f".{os.getpid()}")
    sources = sorted(FOLDER.glob("*.c"))
    try:
        done = subprocess.run(  # noqa: S603  # the compiler that the environment names, and files of ours
            [*compiler, *_FLAGS, "-o", draft, *sources, *_LIBRARIES], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise NotBuilt(f"there is no C compiler: {error}") from error
    if done.returncode:
        draft.unlink(missing_ok=True)
        raise NotBuilt(f"the C compiler said:\n{done.stderr.strip()}")
    draft.replace(library)
    return library
