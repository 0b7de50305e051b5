"""Fetch one file from the network so that it is there whole or not at all.

What has arrived is kept in a ``.part`` file beside the target: a broken download continues where
it stopped. Only a file with the right checksum gets the target's name. One process at a time
fetches into a folder; the others wait and find the files there.
"""

from __future__ import annotations

import hashlib
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

try:
    import fcntl
except ImportError:  # Windows has no such locks: there, two processes may disturb each other
    fcntl = None  # type: ignore[assignment]

_BLOCK = 1 << 16


class DownloadError(RuntimeError):
    """A file could not be fetched; the message is a sentence for the person at the screen."""


@dataclass(frozen=True)
class Progress:
    """How far the download of one file is.

    Attributes:
        name: The file's name.
        done: Bytes that are here.
        total: Bytes that the file has, or None if the server does not tell.
    """

    name: str
    done: int
    total: int | None


def fetch(
    urls: Sequence[str],
    target: str | Path,
    checksum: str,
    progress: Callable[[Progress], None] | None = None,
    timeout: float = 20.0,
    most_bytes: int = 1 << 28,
    most_seconds: float = 1800.0,
) -> None:
    """Fetch a file, from the first of several places that has it.

    Args:
        urls: Where to ask, in this order.
        target: Where the file goes. If a file with this checksum is there, nothing is fetched.
        checksum: MD5 sum in hexadecimal.
        progress: Called after each block.
        timeout: Seconds without an answer after which a place is given up.
        most_bytes: A place that sends more is given up.
        most_seconds: A place that takes longer is given up.

    Raises:
        DownloadError: No place could be reached, or all sent something else. What has arrived
            is kept, so that the next call continues.
    """
    target = Path(target)
    if target.is_file() and _md5(target) == checksum:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with _alone(part):
        if target.is_file() and _md5(target) == checksum:
            return  # another process was here first
        _from_one_of(urls, part, checksum, Limits(timeout, most_bytes, most_seconds), progress)
        part.replace(target)


@dataclass(frozen=True)
class Limits:
    """How long one place may be silent, how much it may send, and how long that may take."""

    silence: float
    size: int
    seconds: float


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Wait until no other process or thread fetches into the same folder."""
    if fcntl is None:
        yield
        return
    folder = os.open(part.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)  # which opens the lock; so does the end of the process


def _from_one_of(
    urls: Sequence[str],
    part: Path,
    checksum: str,
    limits: Limits,
    progress: Callable[[Progress], None] | None,
) -> None:
    """Fill ``part`` with the file that has the checksum."""
    name = part.name.removesuffix(".part")
    reasons = []
    for url in urls:
        try:
            _receive(url, part, name, progress, limits)
            if _md5(part) != checksum:
                # Perhaps the beginning was of another version: once more, from the start.
                part.unlink()
                _receive(url, part, name, progress, limits)
        except (OSError, HTTPException, ValueError) as error:
            reasons.append(_sentence(url, error))
            continue
        if _md5(part) == checksum:
            return
        part.unlink()
        reasons.append(f"{_host(url)} sent another file under the name {name}.")
    raise DownloadError(" ".join(dict.fromkeys(reasons)))


def _receive(
    url: str,
    part: Path,
    name: str,
    progress: Callable[[Progress], None] | None,
    limits: Limits,
) -> None:
    have = part.stat().st_size if part.exists() else 0
    have = have if have <= limits.size else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        answer = urllib.request.urlopen(request, timeout=limits.silence)
    except urllib.error.HTTPError as error:
        if error.code == 416:  # there is nothing after what we have: complete, or not this file
            error.close()
            return
        raise
    with answer:
        if answer.status != 206:  # the server sends the whole file whatever was asked for
            have = 0
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length else None
        until = time.monotonic() + limits.seconds

        def tell(done: int) -> None:
            if done > limits.size:
                raise ConnectionError(f"it sends more than {limits.size:,} bytes")
            if time.monotonic() > until:
                raise ConnectionError(f"it took longer than {limits.seconds:.0f} seconds")
            _tell(progress, Progress(name, done, total))

        with part.open("ab" if have else "wb") as file:
            done = _copy(answer, file, have, tell)
    if total is not None and done < total:
        raise ConnectionError(f"the connection broke after {done:,} of {total:,} bytes")


def _copy(answer: BinaryIO, file: BinaryIO, done: int, tell: Callable[[int], None]) -> int:
    while block := answer.read(_BLOCK):
        file.write(block)
        done += len(block)
        tell(done)
    return done


def _tell(progress: Callable[[Progress], None] | None, state: Progress) -> None:
    if progress is not None:
        progress(state)


def _sentence(url: str, error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"{_host(url)} does not have the file (it answered {error.code} {error.reason})."
    if isinstance(error, urllib.error.URLError | TimeoutError):
        return f"{_host(url)} cannot be reached: there seems to be no network here."
    return f"The download from {_host(url)} stopped: {error}."


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
