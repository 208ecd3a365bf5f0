"""Show a chain of authority as a tree: each hop with its relation, quote and place, and whether the text is held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from cancu.language import Language, say
from cancu.queries.chains import Branch, Chain, Link, Node
from cancu.queries.engine import Hop
from cancu.viz.words import shown, shown_date, shown_entry, shown_quote

__all__ = ["LineOf", "json_of_chain", "render_chain"]

#: From a source and a place in it to the number of the line, or None where the text is not at hand.
LineOf = Callable[[str, int], int | None]

# A tree shows so many reasons for one hop; the others are counted.
_REASONS = 1


def render_chain(chain: Chain, lang: Language, *, full: bool = False, line_of: LineOf | None = None) -> RenderableType:
    """Render a chain for a terminal; ``full`` shows every reason with the whole quote.

    ``line_of`` tells in which line of its text a source's character stands, where the text is at hand.
    """
    if chain.root is None:
        assert chain.ambiguous is not None
        lines = [Text(say("ask.ambiguous", lang, text=chain.ambiguous.text, count=len(chain.ambiguous.candidates)))]
        lines += [Text(shown_entry(entry, lang)) for entry in chain.ambiguous.candidates]
        return Group(*lines)
    tree = Tree(_title(chain.root, lang), guide_style="dim")
    _grow(tree, chain.branches, lang, full, line_of)
    parts: list[RenderableType] = [Text(say("chain.down" if chain.down else "chain.up", lang), style="bold"), tree]
    if not chain.branches:
        key = "chain.nothing-below" if chain.down else "chain.nothing-above" if chain.held else "empty.not-held"
        parts.append(Text(say(key, lang, document=chain.root.label)))
    return Group(*parts)


def _grow(tree: Tree, branches: tuple[Branch, ...], lang: Language, full: bool, line_of: LineOf | None) -> None:
    for branch in branches:
        lines = [_title(branch.node, lang)]
        links = branch.links if full else branch.links[:_REASONS]
        for link in links:
            lines += _reason(link, lang, full, line_of)
        if len(links) < len(branch.links):
            lines.append(Text(say("chain.more", lang, count=len(branch.links) - len(links)), style="dim"))
        if branch.again is not None:
            lines.append(Text(say(f"chain.{branch.again}", lang), style="dim italic"))
        if branch.more:
            lines.append(Text(say("chain.deeper", lang, count=branch.more), style="dim italic"))
        _grow(tree.add(Group(*lines)), branch.branches, lang, full, line_of)


def _title(node: Node, lang: Language) -> Text:
    text = Text(shown(node.label), style="bold")
    if node.dates:
        text.append(
            " · " + " / ".join(shown_date(day, lang) for day in node.dates),
            style="yellow" if len(node.dates) > 1 else "",
        )
    text.append(
        " · " + say("chain.held" if node.held else "chain.not-held", lang), style="green" if node.held else "dim"
    )
    if node.title is not None and node.title not in node.label:
        text.append("\n" + shown(node.title), style="dim")
    return text


def _reason(link: Link, lang: Language, full: bool, line_of: LineOf | None) -> list[Text]:
    lines = [Text(say(f"relation.{link.relation}", lang), style="cyan")]
    if link.activity is not None:
        lines[0].append(": " + shown(link.activity))
    if link.provision is not None:
        lines[0].append(f" ({shown(link.provision)})")
    for hop in link.proof if full else link.proof[:1]:
        lines.append(_proof(hop, lang, full, line_of))
    return lines


def _proof(hop: Hop, lang: Language, full: bool, line_of: LineOf | None) -> Text:
    text = Text(shown_quote(hop, full=full), style="italic")
    line = line_of(hop.source, hop.start) if line_of is not None else None
    behind = f", {say('chain.line', lang, line=line)}" if line is not None else ""
    text.append(f" [{shown(hop.source)}:{hop.start}-{hop.end}{behind}]", style="dim")
    if hop.confidence < 0.9:
        text.append(" " + say("chain.confidence", lang, confidence=f"{hop.confidence:.2f}"), style="yellow")
    return text


def json_of_chain(chain: Chain) -> dict[str, Any]:
    """Give the JSON of a chain: the same tree, every hop with all its reasons and proofs."""
    if chain.root is None:
        assert chain.ambiguous is not None
        return {
            "document": None,
            "candidates": [{"iri": one.iri, "label": one.label} for one in chain.ambiguous.candidates],
        }
    return {
        **_json_of_node(chain.root),
        "direction": "down" if chain.down else "up",
        "branches": [_json_of(branch) for branch in chain.branches],
    }


def _json_of_node(node: Node) -> dict[str, Any]:
    return {
        "document": node.iri,
        "label": node.label,
        "title": node.title,
        "dates": list(node.dates),
        "held": node.held,
    }


def _json_of(branch: Branch) -> dict[str, Any]:
    return {
        **_json_of_node(branch.node),
        "reasons": [
            {
                "relation": link.relation,
                "activity": link.activity,
                "provision": link.provision,
                "confidence": link.confidence,
                "proof": [hop.to_json() for hop in link.proof],
            }
            for link in branch.links
        ],
        "again": branch.again,
        "more": branch.more,
        "branches": [_json_of(following) for following in branch.branches],
    }
