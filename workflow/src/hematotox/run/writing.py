"""Files are written whole or not at all, and what prevents it is said in one message."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from hematotox.errors import UserError


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write a file under a temporary name and rename it, so that no half-written file stays."""
    target = Path(path)
    temporary = target.with_name(f".{target.name}.writing")
    with writing(target):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(content)
            os.replace(temporary, target)
        except OSError:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise


@contextlib.contextmanager
def writing(path: str | Path) -> Iterator[None]:
    """Say in one message why something cannot be written.

    Raises
    ------
    UserError
        The disk is full, or the place not writable.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "the disk is full" if full else "the folder or file is not writable"
        raise UserError(
            f"{Path(path).name}: cannot be written: {why}; nothing of it was kept. "
            "Make room or name another folder, and give the same command again"
        ) from None
