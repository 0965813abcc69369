"""Nodes of a parsed query: a tree of what must match, in terms of the index."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """Adjacent words in this order, or a single word; each is a tuple of alternative terms, its lemmas."""

    words: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class And:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Or:
    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Not:
    """What matches `wanted` and not `excluded`."""

    wanted: "Node"
    excluded: "Node"


@dataclass(frozen=True)
class Prefix:
    """Any term with this prefix: expensive in a large archive, for lists of the admin only."""

    start: str


Node = Phrase | And | Or | Not | Prefix


def single_term(text: str) -> Phrase:
    """The node of one term as it is in the index, such as a facet."""
    return Phrase(((text,),))


def lemmas_of(node: Node) -> Iterator[str]:
    """All terms of a node that a hit may contain."""
    if isinstance(node, Phrase):
        for choices in node.words:
            yield from choices
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from lemmas_of(part)
