"""Căn Cứ reads Vietnamese legal texts and answers which document authorises which activity, with the quote.

The data flow, each step a package of its own::

    file --loaders.readers--> text --loaders.text--> shadow text with offsets of the source
      --loaders.extract--> records (cancu.model) --loaders.entities--> identities, or doubts
      --loaders.graph--> named graph per source --queries.store--> embedded SPARQL store
      --queries.engine--> answers with proofs --viz--> tables, trees and pages
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from cancu.api import KnowledgeGraph
    from cancu.language import Language

__all__ = ["__version__", "open"]

__version__ = "0.1.0"


def open(
    store: str | Path | None = None,
    *,
    write: bool = False,
    endpoint: str | None = None,
    lang: Language = "vi",
    questions: str | Path | None = None,
) -> KnowledgeGraph:
    """Open the knowledge graph in the folder ``store``, or behind a SPARQL 1.1 ``endpoint``.

    ``write`` makes a store where there is none and lets texts be loaded; ``lang`` is the language of answers;
    ``questions`` is a folder of questions of one's own. Raises :class:`cancu.errors.CallerError` with one sentence
    that says what to do.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, open(f"{folder}/kho", write=True, lang="en") as kg:
    ...     kg.ask("conflicts").why_empty
    'The store holds no text yet; load some first: cancu load FOLDER'
    """
    from cancu.api import open_graph

    return open_graph(store, write=write, endpoint=endpoint, lang=lang, questions=questions)
