"""A file of the student's own as data: chosen, read in a worker, and found again after a reload.

What was found is kept by its digest (:mod:`jobs.stash`), for the workers as well; the session keeps
a :class:`Card`, which is all that a page shows of it, and the tab keeps the digest. The link holds
how the file is read and not the file: who opens it elsewhere is asked for one.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from cnn.arrays import Array
from cnn.data.brought.columns import WHERE
from cnn.data.brought.files import File
from cnn.data.brought.found import Found, from_bytes
from cnn.data.brought.limits import FileProblem
from cnn.data.brought.meant import Meaning, guessed
from cnn.data.brought.pictures import SIDES
from cnn.data.brought.reading import Options
from jobs import worker
from jobs.stash import Stash
from ui import codecs, lesson, link
from ui.components.keepsake import keepsake
from ui.images import open_image
from ui.plain import plain, printable
from ui.remembered import Remembered
from ui.train import folders, session
from ui.train.orientation import seems_turned

TITLE = "A file of my own"
#: Megabytes of one file, and of those that belong together.
MOST_MB, MOST_MB_TOGETHER = 20, 40
EXAMPLES = 16
#: Of a picture in a zip, before it is brought to its size.
_LONGEST = 256
_NEXT = Remembered("_train_file_next", 0)
_PROBLEM = Remembered("_train_file_no", "")
#: Whether the tab has answered what file it had; whether it was given one.
_ANSWERED = Remembered("_train_file_answered", False)
_HAD = Remembered("_train_file_had", False)
_KEEPSAKE = "file"
_TOKEN = re.compile(r"([0-9a-f]{40})(\+?)")
#: Seconds that a page waits for a worker to read a file.
PATIENCE = 90
#: However many students send a file at once, copies of a few are on their way to the workers.
_FEW_AT_A_TIME = threading.Semaphore(4)
#: The choice of a file on the server that is none.
NONE = "none"


@dataclass(frozen=True)
class Card:
    """All that a page shows of a file.

    Attributes:
        digest: Under which its data are found.
        few: What was found, with a few of its images only.
        counts: (classes,) images of each class in the whole file.
        guess: How it is probably meant.
        used: Whether the student has looked at it and trains on it.
    """

    digest: str
    few: Found
    counts: tuple[int, ...]
    guess: Meaning
    used: bool = False

    @property
    def total(self) -> int:
        """Images in all."""
        return sum(self.counts)


_CARD: Remembered[Card | None] = Remembered("_train_file", None)


@st.cache_resource
def stash() -> Stash:
    """The server's."""
    return worker.stash()


def for_workers(digest: str) -> bool:
    """Whether the workers find the data themselves."""
    return not os.environ.get("DASK_SCHEDULER_ADDRESS") and stash().shared(digest)


def current() -> Card | None:
    """This session's file, if there is one."""
    return _CARD.get()


def card_of(digest: str, found: Found) -> Card:
    """The card of a file: its guesses, its counts, and examples of all classes in turn."""
    counts = tuple(int(n) for n in found.counts())
    rows = _examples(found.labels)
    guess = guessed(found)
    guess = replace(guess, turned=seems_turned(found, guess))
    few = replace(found, images=found.images[rows].copy(), labels=found.labels[rows])
    return Card(digest, few, counts, guess)


def _examples(labels: Array) -> Array:
    """Sixteen images: the first of each class, then the second, …; ordered by class.

    Of more than sixteen classes some, from the first to the last.
    """
    turn = np.full(len(labels), len(labels))
    shown = np.unique(labels)
    if len(shown) > EXAMPLES:
        shown = shown[np.linspace(0, len(shown) - 1, EXAMPLES).astype(int)]
    for label in shown:
        at = np.flatnonzero(labels == label)
        turn[at] = np.arange(len(at))
    first = np.lexsort((labels, turn))[:EXAMPLES]
    return first[np.argsort(labels[first], kind="stable")]


def choose() -> None:
    """The controls by which a file is chosen; what is in it is read at once."""
    _take_up()
    card = current()
    if card is not None:
        few = card.few
        st.markdown(f"**{plain(few.name)}**  \n{card.total:,} images, {len(few.classes)} classes")
        st.button("Another file", key="tr_f_other", on_click=forget)
        link.get("tr_f_server", NONE, codecs.text(200))  # it stays in the link
    else:
        _upload()
        _on_server()
    if said := _PROBLEM.get():
        lesson.problem(said)
    _keep_in_tab()


def options() -> None:
    """What has to be known before a file is read; folded away with what matters less."""
    link.choice("Labels of a table", "tr_f_where", WHERE, "auto", kind="select")
    sides = {str(side): f"{side} × {side}" for side in SIDES}
    link.choice(
        "Size of pictures in a zip",
        "tr_f_side",
        sides,
        str(SIDES[0]),
        kind="select",
        help="The drawing page takes networks that read 28 × 28.",
    )
    if current() is not None:
        st.caption("These two matter when a file is read: for this one, choose it once more.")


def use() -> None:
    """The student has seen what was found."""
    card = current()
    if card is not None:
        _CARD.put(replace(card, used=True))


def forget() -> None:
    """Choose another one: what was guessed of this one, or said of it, is no longer so."""
    _CARD.take()
    _PROBLEM.take()
    link.reset("tr_f_")


def take_back(digest: str) -> bool:
    """A file that was used before is this session's again, if the server still has it."""
    card = current()
    if card is None or card.digest != digest:
        found = stash().found(digest)
        if found is None:
            return False
        card = card_of(digest, found)
    _CARD.put(replace(card, used=True))
    return True


def _upload() -> None:
    number = _NEXT.get()
    given = st.file_uploader(
        "Choose a file",
        accept_multiple_files=True,
        key=f"tr_file_{number}",
        max_upload_size=MOST_MB,
        help="CSV, .npz, a zip of pictures; of IDX files, images and labels together.",
    )
    if not given:
        return
    # Another number is another uploader: empty, and what it held is no longer in memory.
    _NEXT.put(number + 1)
    if sum(one.size for one in given) > MOST_MB_TOGETHER * 2**20:
        _PROBLEM.put(f"Together, files may have at most {MOST_MB_TOGETHER} MB.")
        _let_go(given)
    else:
        with _FEW_AT_A_TIME:
            files = [File(_called(one.name), one.getvalue()) for one in given]
            _let_go(given)
            _read(files)
        _HAD.put(True)
    st.rerun()


def _let_go(given: Sequence[Any]) -> None:
    """Have Streamlit forget the files: it would hold them for as long as the page is open."""
    context = get_script_run_ctx()
    if context is None or not isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        return
    for one in given:
        context.uploaded_file_mgr.remove_file(context.session_id, one.file_id)


def _on_server() -> None:
    """Files that the person who started the app has laid out."""
    there = folders.files()
    if not there:
        return
    shown = {NONE: "None", **{name: name for name in there}}
    name = link.choice("Or one on the server", "tr_f_server", shown, NONE, kind="select")
    if name == NONE:
        return
    _read([File(_called(path.name), path) for path in there[name]], called=_called(name))
    st.rerun()


def _called(name: str) -> str:
    """A file's name for a page: one line, not too long, no folder."""
    return printable(name.replace("\\", "/").rsplit("/", 1)[-1])[:80] or "file"


def _read(files: list[File], called: str = "") -> None:
    """Have a worker read the files; the card, or one sentence, is in the session then."""
    where = link.now("tr_f_where", "auto", codecs.one_of(WHERE))
    side = int(link.now("tr_f_side", str(SIDES[0]), codecs.one_of([str(one) for one in SIDES])))
    _PROBLEM.take()
    try:
        with st.spinner("Reading the file …"):
            data = _worked_out(tuple(files), Options(where, side))
        found = from_bytes(data)
        _CARD.put(card_of(stash().put(data), found.called(called or found.name)))
    except FileProblem as why:
        _PROBLEM.put(str(why))
        link.assign(tr_f_server=NONE)
    except OSError as why:
        words = (why.strerror or "it is missing").lower()
        _PROBLEM.put(f"The file cannot be read on this server: {words}.")
        link.assign(tr_f_server=NONE)


def _worked_out(files: tuple[File, ...], wanted: Options) -> bytes:
    if os.environ.get("DASK_SCHEDULER_ADDRESS"):  # its workers may be on other machines
        return worker.read(files, decoded, wanted)
    for _ in range(2):
        future = session.runner().ask(worker.read, files, decoded, wanted)
        try:
            return cast(bytes, future.result(PATIENCE))
        except TimeoutError:
            future.cancel()
            raise FileProblem(
                "The workers have been too busy to read it. Try again in a while."
            ) from None
        except BrokenProcessPool:
            pass
    raise FileProblem("The process that was to read it has ended twice over it.")


def decoded(data: bytes) -> Array:
    """A picture's file as (3, H, W) float32 in [0, 1]; a ValueError says why it cannot."""
    return open_image(data, _LONGEST).rgb


# --- found again ----------------------------------------------------------------------------------


def _take_up() -> None:
    """After a reload: the file of the digest that the tab kept, if the server still has it."""
    card = current()
    if card is not None:
        stash().touch(card.digest)
    text = keepsake.recalled(_KEEPSAKE)
    if text is None or _ANSWERED.known:
        return
    _ANSWERED.put(True)
    token = _TOKEN.fullmatch(text)
    if card is not None and token is not None and token[1] == card.digest:
        # One on the server, which the link names: it was there before the tab had answered.
        _CARD.put(replace(card, used=card.used or bool(token[2])))
    if card is not None or token is None:
        return
    found = stash().found(token[1])
    if found is None:
        _PROBLEM.put(
            "The server no longer has the file of this tab: it keeps the newest, for an hour. "
            "Choose it once more; how it is read is in the link."
        )
        return
    _CARD.put(replace(card_of(token[1], found), used=bool(token[2])))


def _keep_in_tab() -> None:
    card, had = current(), _HAD.known
    if card is not None and (card.used or had):
        _HAD.put(True)
        keepsake.keepsake(_KEEPSAKE, card.digest + ("+" if card.used else ""))
    else:
        # What the student has put away is forgotten; before there was any, the tab is asked.
        keepsake.keepsake(_KEEPSAKE, "" if had and card is None else None)
