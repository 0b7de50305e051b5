"""Which network is looked at, and where in it the student is: both are in the link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from cnn.architectures import ARCHITECTURES
from cnn.architectures.architecture import Architecture
from ui import link
from ui.codecs import Codec
from ui.components.network_diagram.network_diagram import Total, View, network_diagram
from ui.components.wire import Kept
from ui.famous.tree import Node, table_of, tree_of

NETWORKS = {slug: each.name for slug, each in ARCHITECTURES.items()}
#: What a scene shows at first.
FIRST = "vgg16"
_PLACE = "fn_at"


@dataclass(frozen=True)
class Place:
    """What is chosen in a network's table, and what is open.

    Attributes:
        slug: Of the network that the places belong to.
        chosen: A node's place in the order of the table; −1 for none.
        opened: The places of the nodes that are open.
    """

    slug: str = ""
    chosen: int = -1
    opened: tuple[int, ...] = ()


def _encode(place: Place) -> str:
    return f"{place.slug}~{place.chosen}~{'.'.join(map(str, place.opened))}"


def _decode(text: str) -> Place:
    slug, chosen, opened = text.split("~")
    if (slug, chosen, opened) == ("", "-1", ""):
        return Place()
    if slug not in ARCHITECTURES:
        raise ValueError(f"no network {slug!r}")
    return checked(slug, int(chosen), [int(node) for node in opened.split(".") if node])


CODEC: Codec[Place] = Codec(_encode, _decode)


def checked(slug: str, chosen: int, opened: list[int]) -> Place:
    """A place in that network.

    Raises:
        ValueError: It has no such node, or one of those to be open cannot be opened.
    """
    nodes = nodes_of(slug)
    if not -1 <= chosen < len(nodes) or chosen == 0:
        raise ValueError(f"chosen: got {chosen}, need −1 or 1 to {len(nodes) - 1}")
    if not all(0 < node < len(nodes) and nodes[node].opens for node in opened):
        raise ValueError(f"opened: got {opened}, need nodes that open")
    return Place(slug, chosen, tuple(sorted(set(opened))))


@cache
def nodes_of(slug: str) -> tuple[Node, ...]:
    """All nodes of a network's tree, in the order of the table."""
    return tuple(tree_of(slug).walk())


@cache
def constants_of(slug: str) -> Kept:
    """The tree as the browser keeps it."""
    return Kept(table_of(tree_of(slug)))


def network(name: str = "fn_net", first: str = FIRST) -> Architecture:
    """The control that chooses a network."""
    slug = link.choice("Network", name, NETWORKS, first, kind="select")
    return ARCHITECTURES[slug]


def place(slug: str) -> Place:
    """Where the student is in that network."""
    found = link.get(_PLACE, Place(), CODEC, label="What is open in the diagram")
    return found if found.slug == slug else Place(slug)


def diagram(
    key: str,
    architecture: Architecture,
    *,
    view: View = "diagram",
    totals: Sequence[Total] = (),
    seconds: Mapping[str, float] | None = None,
    projector: bool = False,
) -> Place:
    """Draw the network where the student is in it.

    Args:
        key: Streamlit key, unique on the page.
        architecture: The network.
        view: The picture and its table, or a table of bars.
        totals: Bars of the whole network, above the table.
        seconds: Path of a layer → what it took, where somebody has measured it.
        projector: Larger.
    """
    slug = architecture.slug
    at = place(slug)

    def moved(chosen: int, opened: list[int]) -> None:
        try:
            link.put(_PLACE, checked(slug, chosen, opened), CODEC)
        except ValueError:
            return  # no network has such a place: what was sent is none of the component's

    network_diagram(
        key,
        constants_of(slug),
        name=architecture.name,
        input_shape=architecture.input_shape,
        chosen=at.chosen,
        opened=at.opened,
        epoch=link.epoch(),
        on_place=moved,
        view=view,
        totals=totals,
        seconds=None if seconds is None else times_of(slug, seconds),
        fixed=link.held(_PLACE),
        projector=projector,
    )
    return at


def times_of(slug: str, seconds: Mapping[str, float]) -> list[float]:
    """What each node took: its layers' times added up."""

    def took(node: Node) -> float:
        own = 0.0 if node.parts else seconds.get(node.name, 0.0)
        return own + sum(took(part) for part in node.parts)

    return [took(node) for node in nodes_of(slug)]
