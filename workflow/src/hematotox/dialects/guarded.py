"""Libraries that are not written in Python read a file in a process of their own.

A damaged file can make such a library stop the whole process or ask for all memory there is: one
stray cell in XFD1048576 wants 512 GB, one changed byte of a .sav ends in a segmentation fault. In a
child with limits of memory and time its end is a message about the file.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from hematotox.errors import UserError

Read = TypeVar("Read")
MEMORY, MEMORY_A_BYTE = 4 << 30, 60
"""What a child may have beyond what the program has already: in all, and for each byte read."""
SECONDS, SECONDS_A_MEGABYTE = 60, 20
"""Of computing."""


def guarded(read: Callable[[], Read], *, file: str, kind: str, size: int) -> Read:
    """Return what a library reads of a file, or say that it cannot be read.

    Parameters
    ----------
    read : calls the library; whatever it raises, except a message, is the file's fault
    file : its name, for the message
    kind : "a workbook"
    size : of the file, in bytes

    Raises
    ------
    UserError
        The library stopped, or came to no end within the limits.
    """
    damaged = f"{file}: cannot be opened as {kind}; is it damaged or protected by a password?"
    if not hasattr(os, "fork"):
        found = _outcome(read)
    else:
        content = _in_child(read, size)
        if content is None:
            raise UserError(
                f"{damaged} Reading it took more memory or time than a file of its size may need"
            )
        found = pickle.loads(content)
    if isinstance(found, UserError):
        raise found
    if isinstance(found, _Failed):
        raise UserError(damaged)
    return found


class _Failed:
    """The library raised something of its own."""


def _outcome(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except UserError as error:
        return error
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of Rust is no Exception
        return _Failed()


def _in_child(read: Callable[[], Any], size: int) -> bytes | None:
    """Return the outcome as the child sent it, or nothing where it ended before."""
    receiving, sending = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(receiving)
        _work(read, size, sending)
    os.close(sending)
    with os.fdopen(receiving, "rb") as stream:
        content = stream.read()
    _, status = os.waitpid(child, 0)
    return content if status == 0 else None


def _work(read: Callable[[], Any], size: int, sending: int) -> None:
    """Read within the limits and send the outcome; never returns."""
    try:
        faulthandler.disable()
        _limit(size)
        # what a library says while it fails may hold cells of the file
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        content = pickle.dumps(_outcome(read), protocol=pickle.HIGHEST_PROTOCOL)
        with os.fdopen(sending, "wb") as stream:
            stream.write(content)
        os._exit(0)
    finally:
        os._exit(1)


def _limit(size: int) -> None:
    import resource

    with open("/proc/self/statm", encoding="ascii") as stream:
        taken = int(stream.read().split()[0]) * resource.getpagesize()
    memory = taken + MEMORY + MEMORY_A_BYTE * size
    seconds = SECONDS + SECONDS_A_MEGABYTE * (size >> 20)
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        lower = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (lower, hard))
