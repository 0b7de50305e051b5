"""What the teacher shows to the class: the code, the link and its QR code, for the back row."""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import segno
import streamlit as st

from classroom.classes import Teacher
from ui import figures, link, visitor
from ui.components.copy_link.copy_link import text_to_copy
from ui.room import me, secure
from ui.serving import life


def addresses() -> list[str]:
    """Under which addresses students open the app, the one that the teacher uses first.

    Where there are both, all of plain http come before those of https: joining asks nothing of a
    browser then.
    """
    found = life.for_others()
    used = urlsplit(visitor.url())
    if used.hostname not in (None, *secure.ITSELF):
        path = used.path.rpartition("/")[0]  # without this page
        found = [f"{used.scheme}://{used.netloc}{path}", *found]
    found.sort(key=lambda one: one.startswith("https:"))
    return list(dict.fromkeys(found)) or [life.here()]


def invitation(leader: Teacher) -> None:
    """The code, large; the address with its QR code."""
    offered = addresses()
    with st.container(key="room_board"):
        code, picture = st.columns([3, 2], vertical_alignment="center", gap="large")
        with picture:
            place = st.container()
        with code, st.container(key="room_code"):
            st.markdown(f"Join with the code\n\n# {leader.code}")
            chosen = offered[0]
            if len(offered) > 1:
                options = {str(n): one for n, one in enumerate(offered)}
                picked = link.choice("Address", "room_at", options, "0", kind="select")
                chosen = offered[int(picked)]
            address = f"{chosen}/join?class={leader.code}"
            st.markdown("or by this link:")
            text_to_copy("room_copy_join", address, projector=figures.big())
            if chosen.startswith("https:") and not offered[0].startswith("https:"):
                st.markdown(f"By https {secure.GAIN}")
        place.image(qr(address), caption="Point a phone's camera here.", alt=f"QR code: {address}")


def qr(text: str, *, sized: bool = True) -> str:
    """The QR code as SVG: dark on light in any theme, with its margin, as cameras want it.

    Args:
        text: What it says.
        sized: In pixels; else it fills the place that it is given.
    """
    found = io.BytesIO()
    code = segno.make_qr(text, error="m")
    size = {} if sized else {"omitsize": True}
    code.save(found, kind="svg", xmldecl=False, scale=8, dark="#14161a", light="#ffffff", **size)
    return found.getvalue().decode("utf-8")


def own_link() -> None:
    """The teacher's own link, folded away: whoever has it leads the class."""
    with st.expander("Lead from another device"):
        st.markdown(
            "Whoever opens this link leads the class. Keep it to yourself, and off the projector."
        )
        text_to_copy("room_copy_lead", f"{addresses()[0]}/teach?key={me.key()}")
