"""Answer a query as bytes in one of the formats of SPARQL, the one that the caller likes best.

This is what the endpoint has a reader do. An answer has a last row: where there would be more, the answer says so at
the place that its format has for it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from cancu.language import Refusal
from cancu.ontology.iris import PREFIXES
from cancu.queries.store import Store

__all__ = [
    "GRAPH_TYPES",
    "RESULT_TYPES",
    "TRUNCATED",
    "Answered",
    "answer_query",
    "count_graphs",
    "describe_resource",
    "negotiate",
    "write_triples",
]

#: The media types of rows and truths by the format that they mean, the best first.
RESULT_TYPES: Final[Mapping[str, str]] = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
#: Those of triples.
GRAPH_TYPES: Final[Mapping[str, ox.RdfFormat]] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "text/n3": ox.RdfFormat.N3,
    "application/x-turtle": ox.RdfFormat.TURTLE,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/xml": ox.RdfFormat.RDF_XML,
    "application/json": ox.RdfFormat.JSON_LD,
}
#: What an answer links to in its head that stops before its end.
TRUNCATED: Final = "https://w3id.org/cancu/truncated?rows={rows}"

_XSD_STRING: Final = PREFIXES["xsd"] + "string"
# Characters that XML 1.0 cannot hold, however they are written.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Answered:
    """Hold an answer as it is sent; ``truncated`` where rows or triples were left out."""

    content: bytes
    media_type: str
    truncated: bool = False


def negotiate(accept: str, offers: Iterable[str]) -> str | None:
    """Choose among media types, the best first, the one that an Accept header likes best; None where it likes none.

    >>> offers = ["application/sparql-results+json", "text/csv"]
    >>> negotiate("text/csv, */*;q=0.9", offers), negotiate("", offers)
    ('text/csv', 'application/sparql-results+json')
    >>> negotiate("text/*;q=0.5, application/*;q=0", offers)
    'text/csv'
    >>> negotiate("image/png", offers) is None
    True
    """
    ranges = [_range(one) for one in accept.split(",") if one.strip()] or [("*/*", 1.0)]
    best, liked = None, 0.0
    for offer in offers:
        quality = _quality(offer, ranges)
        if quality > liked:
            best, liked = offer, quality
    return best


def _range(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = next((one[2:].strip() for one in parameters if one.startswith("q=")), "1")
    try:
        return name, min(max(float(quality), 0.0), 1.0)
    except ValueError:
        return name, 0.0


def _quality(offer: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Give the quality that the closest range gives a media type."""
    for wanted in (offer, offer.partition("/")[0] + "/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0


def _chosen(accept: str, offers: Iterable[str]) -> str:
    offers = tuple(offers)
    found = negotiate(accept, offers)
    if found is None:
        raise Refusal("sparql.not-acceptable", known=", ".join(offers))
    return found


# --- queries ----------------------------------------------------------------------------------------------------------


def answer_query(
    store: Store,
    query: str,
    *,
    accept: str,
    rows: int,
    base: str | None = None,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> Answered:
    """Answer a query in the format that the caller likes best, with so many rows or triples at most."""
    results = store.query(query, base=base, default_graphs=default_graphs, named_graphs=named_graphs)
    if isinstance(results, ox.QueryTriples):
        media_type = _chosen(accept, GRAPH_TYPES)
        triples = list(islice(results, rows + 1))
        return write_triples(triples[:rows], media_type, cut=len(triples) > rows)
    media_type = _chosen(accept, RESULT_TYPES)
    form = RESULT_TYPES[media_type]
    if isinstance(results, ox.QueryBoolean):
        return Answered(_TRUTHS[form].format("true" if results else "false").encode(), media_type)
    names = [variable.value for variable in results.variables]
    found = [list(solution) for solution in islice(results, rows + 1)]
    truncated = len(found) > rows
    link = TRUNCATED.format(rows=rows) if truncated else None
    return Answered(_WRITERS[form](names, found[:rows], link).encode(), media_type, truncated)


def count_graphs(store: Store) -> tuple[int, tuple[str, ...]]:
    """Count the triples of the union, and name its graphs."""
    return len(store), store.graphs()


_TRUTHS: Final = {
    "json": '{{"head":{{}},"boolean":{}}}\n',
    "xml": '<?xml version="1.0" encoding="utf-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'
    "<head/><boolean>{}</boolean></sparql>\n",
    "csv": "{}\r\n",
    "tsv": "{}\n",
}


def _json(names: Sequence[str], rows: Sequence[Sequence[Any]], link: str | None) -> str:
    head: dict[str, object] = {"vars": names} if link is None else {"vars": names, "link": [link]}
    bindings = [
        {name: _json_term(term) for name, term in zip(names, row, strict=True) if term is not None} for row in rows
    ]
    return json.dumps({"head": head, "results": {"bindings": bindings}}, ensure_ascii=False, separators=(",", ":"))


def _json_term(term: Any) -> dict[str, object]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype.value == _XSD_STRING:
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


def _xml(names: Sequence[str], rows: Sequence[Sequence[Any]], link: str | None) -> str:
    head = "".join(f"<variable name={quoteattr(name)}/>" for name in names)
    head += f"<link href={quoteattr(link)}/>" if link is not None else ""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">',
        f"<head>{head}</head>\n<results>\n",
    ]
    for row in rows:
        parts.append("<result>")
        for name, term in zip(names, row, strict=True):
            if term is not None:
                parts.append(f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>")
        parts.append("</result>\n")
    return "".join((*parts, "</results></sparql>\n"))


def _xml_term(term: Any) -> str:
    if isinstance(term, ox.Triple):
        parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
        return f"<triple>{''.join(f'<{name}>{_xml_term(part)}</{name}>' for name, part in parts)}</triple>"
    words = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", escape(term.value, {"\r": "&#13;"}))
    if isinstance(term, ox.NamedNode):
        return f"<uri>{words}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{words}</bnode>"
    if term.language:
        return f"<literal xml:lang={quoteattr(term.language)}>{words}</literal>"
    if term.datatype.value == _XSD_STRING:
        return f"<literal>{words}</literal>"
    return f"<literal datatype={quoteattr(term.datatype.value)}>{words}</literal>"


def _csv(names: Sequence[str], rows: Sequence[Sequence[Any]], link: str | None) -> str:
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    writer.writerow(names)
    # Written as the standard wants it: what guards a spreadsheet against formulas belongs to our own downloads.
    writer.writerows([_csv_term(term) for term in row] for row in rows)
    return content.getvalue()


def _csv_term(term: Any) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, (ox.BlankNode, ox.Triple)) else str(term.value)


def _tsv(names: Sequence[str], rows: Sequence[Sequence[Any]], link: str | None) -> str:
    lines = ["\t".join(f"?{name}" for name in names)]
    lines += ["\t".join("" if term is None else str(term).replace("\t", "\\t") for term in row) for row in rows]
    return "\n".join((*lines, ""))


_Writer = Callable[[Sequence[str], Sequence[Sequence[Any]], str | None], str]
_WRITERS: Final[Mapping[str, _Writer]] = {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}


# --- triples ----------------------------------------------------------------------------------------------------------


def write_triples(
    triples: Iterable[ox.Triple], media_type: str, *, cut: bool = False, more_prefixes: Mapping[str, str] | None = None
) -> Answered:
    """Write triples in sorted order; where some were cut off, a comment says so in the formats that have comments."""
    form = GRAPH_TYPES[media_type]
    # Without the prefix of our resources: Turtle would have to write id:vn\/chinh-phu\/...
    known = {name: iri for name, iri in PREFIXES.items() if name != "id"} | dict(more_prefixes or {})
    prefixes = known if form in _WITH_PREFIXES else None
    ordered = sorted(set(triples), key=str)
    try:
        content = ox.serialize(ordered, format=form, prefixes=prefixes) or b""
    except ValueError as error:
        # RDF/XML has no way to write some predicates.
        others = ", ".join(name for name in GRAPH_TYPES if GRAPH_TYPES[name] != form)
        raise Refusal("sparql.not-acceptable", known=others) from error
    if cut:
        note = TRUNCATED.format(rows=len(ordered))
        if form == ox.RdfFormat.RDF_XML:
            content += f"<!-- {note} -->\n".encode()
        elif form != ox.RdfFormat.JSON_LD:
            content = f"# {note}\n".encode() + content
    return Answered(content, media_type, cut)


_WITH_PREFIXES: Final = (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.N3, ox.RdfFormat.RDF_XML)

#: What is told of a resource beside itself, until there are enough triples: the statements about it, then the places
#: in the texts that prove them.
_ABOUT: Final = (
    "SELECT ?about { ?about rdf:subject %s }",
    "SELECT ?about { ?about rdf:object %s ; rdf:subject ?subject }",
    "SELECT ?about { { ?record rdf:subject %s } UNION { ?record rdf:object %s } UNION { VALUES ?record { %s } }"
    " ?annotation oa:hasBody ?record . ?annotation (oa:hasTarget/oa:hasSelector?)? ?about }",
)


def describe_resource(store: Store, iris: Sequence[str], *, media_type: str, most: int) -> Answered | None:
    """Write what is said of the first of these names that the graph knows, with its proofs, in so many triples at most.

    None where the graph knows none of them.
    """
    for iri in iris:
        found = _about(store, ox.NamedNode(iri), most + 1)
        if found:
            return write_triples(found[:most], media_type, cut=len(found) > most)
    return None


def _about(store: Store, resource: ox.NamedNode, most: int) -> list[ox.Triple]:
    found = list(islice(store.triples(resource.value), most))
    if not found and next(store.triples(None, None, resource), None) is None:
        return []
    seen = {resource.value}
    for pattern in _ABOUT:
        for row in store.select(pattern.replace("%s", str(resource))):
            about = row["about"]
            if not isinstance(about, ox.NamedNode) or about.value in seen:
                continue
            seen.add(about.value)
            found.extend(islice(store.triples(about.value), most - len(found)))
            if len(found) >= most:
                return found
    incoming = (triple for triple in store.triples(None, None, resource) if str(triple.subject)[1:-1] not in seen)
    found.extend(islice(incoming, most - len(found)))
    return found
