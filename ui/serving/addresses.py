"""Under which addresses this machine is known on its local networks, without asking anybody."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
from ipaddress import IPv4Address

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

#: "What is the address of this interface?" (SIOCGIFADDR), which the kernel answers by itself.
_ASK = 0x8915 if sys.platform.startswith("linux") else 0xC0206921
#: Networks of containers and virtual machines inside this machine; no class is on them.
_INSIDE = ("docker", "br-", "veth", "virbr", "vmnet", "podman", "cni")
#: Addresses far away: a way towards them starts at this machine's own address.
_FAR = ("192.0.2.1", "10.255.255.254", "172.31.255.254", "192.168.255.254")


def local_addresses() -> list[str]:
    """IPv4 addresses for others on the same networks, the most likely first; perhaps none."""
    found = [*_on_the_way_out(), *_by_interface()]
    return [one for one in dict.fromkeys(found) if _is_of_a_network(one)]


def _is_of_a_network(address: str) -> bool:
    ip = IPv4Address(address)
    return not (ip.is_loopback or ip.is_link_local or ip.is_unspecified)


def _on_the_way_out() -> list[str]:
    """The address that a packet to elsewhere would bear; none is sent."""
    found = []
    for far in _FAR:
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.connect((far, 9))  # of UDP, this only looks the way up
            found.append(way.getsockname()[0])
    return found


def _by_interface() -> list[str]:
    """The address of every interface; this finds them on a network with no way out, too."""
    if fcntl is None:
        return []
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            if name.startswith(_INSIDE):
                continue
            with contextlib.suppress(OSError):  # it has none
                answer = fcntl.ioctl(asked, _ASK, struct.pack("256s", name.encode()[:15]))
                found.append(socket.inet_ntoa(answer[20:24]))
    return found
