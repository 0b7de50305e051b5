"""``make class``: the app for a large class, several processes behind Caddy.

python -m deploy                                   as many processes as there are cores to spare
python -m deploy --processes 3 --port 8600 --https-port 8643
python -m deploy --host lab.school.example         a name that the class knows this machine by
"""

from __future__ import annotations

import argparse
import re
import sys
import webbrowser
from collections.abc import Callable, Sequence

from deploy import caddy, plan, serve
from deploy.child import WillNotRunError
from deploy.plan import EVERYBODY, HERE, Plan
from ui.serving.addresses import local_addresses

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C; the status for the shell."""
    options = _options(arguments)
    path = caddy.find()
    if path is None:
        return _refuse(caddy.HELP)
    ports = (options.port, options.https_port)
    if sentence := plan.wrong(ports):
        return _refuse(sentence)
    for name, port in zip(("--port", "--https-port"), ports, strict=True):
        if not serve.free(port, options.address):
            return _refuse(f"Port {port} is in use, or not ours to take; give another by {name}.")
    try:
        opened = None if options.no_browser else _browser(options.port)
        serve.serve(_plan(options), path, _say, opened)
    except WillNotRunError as sentence:
        return _refuse(str(sentence))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    cores = plan.cores()
    parser = argparse.ArgumentParser(
        prog="make class", description="The app for a large class: several processes behind Caddy."
    )
    add = parser.add_argument
    add("--processes", type=_count, default=plan.processes(cores), help="default: %(default)s")
    add("--port", type=int, default=8501, help="of plain http (default: %(default)s)")
    add("--https-port", type=int, default=8443, help="of https (default: %(default)s)")
    add("--address", default=EVERYBODY, metavar="IP", help="listen at this one alone")
    add(
        "--host", type=_host, action="append", default=[], help="a name of this machine; repeatable"
    )
    add("--no-browser", action="store_true", help="open none")
    return parser.parse_args(arguments)


def _plan(options: argparse.Namespace) -> Plan:
    found = local_addresses() if options.address == EVERYBODY else [options.address]
    return Plan(
        port=options.port,
        https_port=options.https_port,
        bind=options.address,
        hosts=tuple(dict.fromkeys([*options.host, *found])),
        app_ports=serve.free_ports(options.processes),
        workers=plan.workers(plan.cores(), options.processes),
    )


def _browser(port: int) -> Callable[[], object]:
    return lambda: webbrowser.open(f"http://{HERE}:{port}/teach")


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise argparse.ArgumentTypeError("need 1 to 64 processes")
    return number


def _host(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a machine")
    return text


def _say(text: str) -> None:
    print(text, flush=True)


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
