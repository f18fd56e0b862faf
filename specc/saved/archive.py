"""A `.keras` archive as data: its config.json, and what metadata.json says of the version.

A zip can claim any path, size and number of members. Nothing is unpacked to disk; every member's
name and kind is looked at, two small ones are read, and sizes are held to limits before and while
they are read.
"""

from __future__ import annotations

import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import BinaryIO

from specc.diagnostics import Outcome
from specc.record import Record
from specc.saved.errors import archive_refused, cut, not_a_saved_model
from specc.source import Where

CONFIG, METADATA = "config.json", "metadata.json"
MOST_MEMBERS = 10_000
MOST_TEXT = 32 * 1024 * 1024  # bytes of config.json; NASNetLarge's has one million
MOST_METADATA = 64 * 1024
MOST_RATIO = 500  # unpacked to packed; a config of equal layers reaches 100
MOST_DIRECTORY = 4 * 1024 * 1024  # bytes of the zip's own list of members

# What a file begins with, and what it is.
OTHERS: Sequence[tuple[bytes, str]] = (
    (b"\x89HDF\r\n\x1a\n", "this is an HDF5 file (.h5)"),
    (b"\x80\x02", "this is a pickle"), (b"\x80\x03", "this is a pickle"),
    (b"\x80\x04", "this is a pickle"), (b"\x80\x05", "this is a pickle"),
    (b"\x1f\x8b", "this is a gzip file"), (b"\x93NUMPY", "this is a NumPy file"),
    (b"\x08\x01\x12", "this is a TensorFlow graph"),
)
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError,
          ValueError, LookupError, struct.error, OverflowError, MemoryError)


class Found(Record):
    """The text of a model's config, and the Keras that wrote it, where the archive says."""

    text: bytes
    keras: str | None = None


def read(file: BinaryIO, where: Where) -> Outcome[Found]:
    """The config of a model from an open file: an archive, or the JSON text itself."""
    head = file.read(8)
    if head.startswith(b"PK"):
        return _archive(file, where)
    known = next((text for begin, text in OTHERS if head.startswith(begin)), None)
    if known is not None:
        return Outcome(None, (not_a_saved_model(where, found=known),))
    text = head + file.read(MOST_TEXT + 1 - len(head))
    if len(text) > MOST_TEXT:
        reason = f"it is larger than {MOST_TEXT // 2**20} MiB, and no text of a model is"
        return Outcome(None, (not_a_saved_model(where, found=reason),))
    if not text.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b'"')):
        found = "this is no JSON" if text.strip() else "the file is empty"
        return Outcome(None, (not_a_saved_model(where, found=found),))
    return Outcome(Found(text))


def read_bytes(data: bytes, where: Where) -> Outcome[Found]:
    return read(BytesIO(data), where)


def _archive(file: BinaryIO, where: Where) -> Outcome[Found]:
    reason = _directory(file)
    if reason is None:
        try:
            with zipfile.ZipFile(file) as archive:
                members = archive.infolist()
                reason = next(_suspicious(members), None)
                if reason is None:
                    config = _member(archive, CONFIG, MOST_TEXT)
                    return Outcome(Found(config, _version(archive)))
        except _Refused as refused:
            reason = str(refused)
        except BROKEN as broken:
            reason = f"it is broken ({cut(broken) or type(broken).__name__})"
    return Outcome(None, (archive_refused(where, reason=reason),))


class _Refused(Exception):
    """A member that will not be read; its text is the reason."""


def _directory(file: BinaryIO) -> str | None:
    """What is wrong with the size of the list of members, which is read as a whole.

    The end record is the last 22 bytes and a comment of up to 65,535; in a large archive
    (zip64) 20 bytes before it a locator leads to a record with wider fields.
    """
    try:
        size = file.seek(0, 2)
        file.seek(max(0, size - 22 - 65_535 - 20))
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0:
            return "it is cut off: the list of its members is not there"
        count, length = struct.unpack("<HI", tail[at + 10:at + 16])
        locator = tail[max(0, at - 20):at]
        if locator.startswith(b"PK\x06\x07"):
            file.seek(struct.unpack("<Q", locator[8:16])[0])
            count, length = struct.unpack("<QQ", file.read(56)[32:48])
        file.seek(0)
    except BROKEN as broken:
        return f"it is broken ({cut(broken)})"
    if count > MOST_MEMBERS or length > MOST_DIRECTORY:
        return f"it lists {count:,} members, and at most {MOST_MEMBERS:,} are looked at"
    return None


def _suspicious(members: Sequence[zipfile.ZipInfo]) -> Iterator[str]:
    """What no archive of Keras has: names that lead elsewhere, links, two of one name."""
    if len(members) > MOST_MEMBERS:
        yield f"it lists {len(members):,} members, and at most {MOST_MEMBERS:,} are looked at"
    seen: set[str] = set()
    for one in members:
        name = one.orig_filename
        steps = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in steps or ":" in steps[0] or "\0" in name:
            yield f"a member is called `{cut(name)}`, which leads out of the archive"
        if stat.S_ISLNK(one.external_attr >> 16):
            yield f"`{cut(name)}` is a link"
        if one.filename in seen:
            yield f"`{cut(name)}` is there twice"
        seen.add(one.filename)
    if CONFIG not in seen:
        yield f"it has no {CONFIG}, so it is no archive of Keras"


def _member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """A member's bytes, if it is small, plain and what it claims to be."""
    info = archive.getinfo(name)
    if info.flag_bits & 0x1:
        raise _Refused(f"`{name}` is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _Refused(f"`{name}` is packed in a way that Keras does not use")
    if info.file_size > limit:
        raise _Refused(f"`{name}` claims {info.file_size:,} bytes, and at most {limit:,} are read")
    if info.file_size > MOST_RATIO * max(info.compress_size, 1) + 4096:
        raise _Refused(f"`{name}` claims to unpack to {info.file_size:,} bytes from "
                       f"{info.compress_size:,}")
    with archive.open(info) as opened:
        data = opened.read(limit + 1)
    if len(data) != info.file_size:
        raise _Refused(f"`{name}` claims {info.file_size:,} bytes and has another number")
    return data


def _version(archive: zipfile.ZipFile) -> str | None:
    if METADATA not in archive.namelist():
        return None
    try:
        said = json.loads(_member(archive, METADATA, MOST_METADATA))
    except (ValueError, RecursionError):
        return None
    version = said.get("keras_version") if isinstance(said, dict) else None
    return version if isinstance(version, str) else None
