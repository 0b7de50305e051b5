"""Codes to read from the back row and type on a phone, and keys that nobody guesses.

A code has five of 29 letters and digits: of each pair that looks alike only one is used. Whoever
reads the other one and types it is understood. A key is for machines; the file holds only its
digest, so that whoever reads the file cannot become the teacher.
"""

from __future__ import annotations

import hashlib
import re
import secrets

#: Without 0 O, 1 I, and without the digits that look like a letter: 2 Z, 5 S, 8 B.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ34679"
LENGTH = 5
_READ_AS = str.maketrans("0O1I258", "QQLLZSB")
_KEY = re.compile(r"[A-Za-z0-9_-]{22,64}")


def new_code() -> str:
    """Any of the 20 million, each as likely."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def read_code(typed: object) -> str:
    """The code that was meant: small letters, blanks, hyphens and look-alikes are understood.

    Returns:
        Five of ``LETTERS``; "" if it cannot be a code.
    """
    if not isinstance(typed, str) or len(typed) > 64:
        return ""
    bare = "".join(c for c in typed.upper() if not c.isspace() and c not in "-–_.")
    code = bare.translate(_READ_AS)
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else ""


def new_key() -> str:
    """A key of 192 random bits, fit for a link."""
    return secrets.token_urlsafe(24)


def digest(key: object) -> bytes | None:
    """What the file keeps of a key; None if it is not of a key's form."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return None
    return hashlib.sha256(key.encode("ascii")).digest()
