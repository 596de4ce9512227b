"""Files that callers send, kept in the import folder until their job reads them."""

import asyncio
import errno
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO, Final

from services.registry.errors import NoSpaceLeft
from shared.ids import new_id

NO_SPACE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FOLDER: Final = "uploads"
_BYTES_AT_ONCE: Final = 1024 * 1024


@asynccontextmanager
async def kept_upload(source: BinaryIO, folder: Path) -> AsyncIterator[str]:
    """The path below the folder of a copy of the source. The copy stays, unless what is done with it fails. Raises NoSpaceLeft."""
    path = f"{_FOLDER}/{new_id()}.csv"
    try:
        await asyncio.to_thread(_copy, source, folder / path)
        yield path
    except Exception as error:
        (folder / path).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in NO_SPACE:
            raise NoSpaceLeft(
                "The disk of the import folder is full. Free space, then send the file again",
                "พื้นที่จัดเก็บของโฟลเดอร์นำเข้าเต็ม กรุณาเพิ่มพื้นที่แล้วส่งไฟล์ใหม่",
            ) from None
        raise


def _copy(source: BinaryIO, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as copy:
        shutil.copyfileobj(source, copy, _BYTES_AT_ONCE)
