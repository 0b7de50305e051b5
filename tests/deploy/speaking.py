"""Speaks to a running app as a browser does, over its websocket, without one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PATIENCE = 30


def type_a_code(url: str, code: str, source: str, headers: Mapping[str, str]) -> str:
    """Type the code of a class on the page *Join*, and press the button.

    Args:
        url: Of the app.
        code: What is typed.
        source: The address of this machine from which it is done, such as 127.0.0.7.
        headers: What the request says besides.

    Returns:
        What the page says to it.
    """
    with ThreadPoolExecutor(1) as apart:  # a browser of the tests has this thread's loop
        return apart.submit(asyncio.run, _type_a_code(url, code, source, headers)).result()


async def _type_a_code(url: str, code: str, source: str, headers: Mapping[str, str]) -> str:
    async with connect(
        url.replace("http", "ws", 1) + "/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        origin=None,
        max_size=None,
        additional_headers=headers,
        local_addr=(source, 0),
    ) as socket:
        first = BackMsg()
        first.rerun_script.page_name = "join"
        await socket.send(first.SerializeToString())
        drawn, _ = await _run(socket)
        second = BackMsg()
        second.rerun_script.page_name = "join"
        typed, pressed = (second.rerun_script.widget_states.widgets.add() for _ in range(2))
        typed.id, typed.string_value = drawn["text_input"], code
        pressed.id, pressed.trigger_value = drawn["button"], True
        await socket.send(second.SerializeToString())
        _, said = await _run(socket)
        return said


async def _run(socket: ClientConnection) -> tuple[dict[str, str], str]:
    """Read a run of the page to its end: the form's widgets, and the words."""
    found: dict[str, str] = {}
    said = ""
    while True:
        data = await asyncio.wait_for(socket.recv(), PATIENCE)
        assert isinstance(data, bytes)
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            name = str(element.WhichOneof("type"))
            if name in ("text_input", "button") and getattr(element, name).form_id:
                found[name] = getattr(element, name).id
            elif name == "markdown":
                said += element.markdown.body
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return found, said
            assert message.script_finished != ForwardMsg.FINISHED_WITH_COMPILE_ERROR
