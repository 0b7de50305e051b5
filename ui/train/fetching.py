"""Downloads of data sets: one at a time for each, whoever asked for it, and all see how far it is.

A download runs in a thread of the server. The page that began it may be left, and a second student
who presses the button looks on at the first one's download.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from cnn.data.datasets import Source, download
from cnn.data.download import DownloadError, Progress


@dataclass
class Download:
    """One data set on its way.

    Attributes:
        running: Whether it goes on.
        share: How much of the present file is here, 0 to 1.
        words: Which file, and how much of it.
        trouble: Why it ended early, one sentence; empty if it did not.
    """

    running: bool = True
    share: float = 0.0
    words: str = "Asking …"
    trouble: str = ""

    def see(self, now: Progress) -> None:
        """Take up how far it is."""
        self.share = min(1.0, now.done / now.total) if now.total else 0.0
        self.words = f"{now.name}: {now.done / 1e6:.1f} MB"

    def fetch(self, source: Source, folder: Path) -> None:
        """Fetch all files of ``source``; ends in every case, with a sentence if not with files."""
        try:
            download(source, folder, self.see)
        except DownloadError as error:
            self.trouble = str(error)
        except OSError as error:
            why = (error.strerror or type(error).__name__).lower()
            self.trouble = f"The folder for {source.name} cannot be written on this server: {why}."
        except Exception:
            self.trouble = f"The download of {source.name} failed; the server's log says why."
            raise
        finally:
            self.running = False


@dataclass
class Downloads:
    """Those of this server."""

    _begun: dict[Path, Download] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, folder: Path) -> Download | None:
        """The last download into ``folder``, if there was one."""
        return self._begun.get(folder)

    def begin(self, source: Source, folder: Path) -> None:
        """Start one into ``folder``, where none is running."""
        with self._lock:
            last = self._begun.get(folder)
            if last is not None and last.running:
                return
            made = self._begun[folder] = Download()
        name = f"download {source.name}"
        threading.Thread(target=made.fetch, args=(source, folder), name=name, daemon=True).start()


@st.cache_resource(show_spinner=False)
def downloads() -> Downloads:
    """The one list of this server."""
    return Downloads()
