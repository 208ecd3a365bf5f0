"""Open a knowledge graph in Python: ``import cancu; kg = cancu.open("store")``.

Everything that the command line does is a method here, and gives values: an answer is a sequence of rows that knows its
proofs, turns into a frame of pandas or a file, and shows itself in a notebook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, overload

from cancu.language import DEFAULT_LANGUAGE, Language, Refusal
from cancu.queries.asking import Understanding, ask_in_words
from cancu.queries.audit_scope import choose_documents
from cancu.queries.auditing import Finding, audit
from cancu.queries.catalogue import Question, catalogue
from cancu.queries.chains import Chain, read_chain
from cancu.queries.engine import Answer, Hop, ask
from cancu.queries.entries import Ambiguous, Entry
from cancu.queries.find import find
from cancu.queries.networks import ask_network
from cancu.queries.plans import Plan, read_plan
from cancu.queries.store import Store
from cancu.viz import export

if TYPE_CHECKING:
    import pandas as pd
    from rdflib import Dataset

    from cancu.loaders.load import Report
    from cancu.queries.access import Access, Results, Statistics

__all__ = ["KnowledgeGraph", "Result", "load_files", "source_text"]


class Result:
    """Hold an answer: a sequence of rows, each a mapping of column names to words.

    >>> with KnowledgeGraph(Store.in_memory()) as kg:
    ...     result = kg.ask("conflicts")
    >>> len(result), result.why_empty
    (0, 'Kho chưa có văn bản nào; hãy nạp văn bản trước: cancu load THƯ_MỤC')
    """

    def __init__(self, answer: Answer, lang: Language = DEFAULT_LANGUAGE) -> None:
        """Wrap an answer; its words are given in ``lang``."""
        #: The answer itself: cells with IRIs and exact figures, in every language.
        self.answer = answer
        self.lang: Language = lang

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns."""
        return tuple(column.name for column in self.answer.columns)

    @property
    def proofs(self) -> tuple[tuple[Hop, ...], ...]:
        """Give the proof of each row, hop by hop."""
        return self.answer.proofs

    @property
    def confidence(self) -> tuple[float, ...]:
        """Tell how sure each row is: as sure as the weakest hop of its proof."""
        return self.answer.confidence

    @property
    def weakest(self) -> float | None:
        """Tell how sure the least sure row is; None where there is no row."""
        return min(self.answer.confidence, default=None)

    @property
    def why_empty(self) -> str | None:
        """Say why there is no row; None where there is one."""
        return self.answer.why_empty[self.lang] if self.answer.why_empty is not None else None

    @property
    def candidates(self) -> tuple[Entry, ...]:
        """Give what an ambiguous name may mean."""
        return self.answer.candidates

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.answer.rows)

    def __iter__(self) -> Iterator[dict[str, str]]:
        """Yield the rows."""
        return (self[index] for index in range(len(self)))

    @overload
    def __getitem__(self, index: int) -> dict[str, str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, str]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, str] | list[dict[str, str]]:
        """Give a row, or several."""
        rows = self.answer.rows
        if isinstance(index, slice):
            return [self._words(row) for row in rows[index]]
        return self._words(rows[index])

    def _words(self, row: Mapping[str, Any]) -> dict[str, str]:
        return {name: cell.text(self.lang) for name, cell in row.items()}

    def to_pandas(self) -> pd.DataFrame:
        """Give a frame: a column for each of the answer's, exact figures as Decimal, then the proof and its confidence.

        pandas is not installed with cancu; where it is missing that is one sentence.
        """
        try:
            import pandas as pd
        except ImportError as missing:
            raise Refusal("api.no-pandas") from missing
        cells = [
            {name: cell.exact if cell.exact is not None else cell.text(self.lang) or None for name, cell in row.items()}
            for row in self.answer.rows
        ]
        frame = pd.DataFrame(cells, columns=list(self.columns), dtype=object)
        frame["proof"] = [[hop.quote for hop in proof] for proof in self.proofs]
        frame["confidence"] = list(self.confidence)
        return frame

    def to_json(self) -> dict[str, Any]:
        """Give the public JSON."""
        return self.answer.to_json(self.lang)

    def to_csv(self) -> str:
        """Write CSV in which no cell is a formula."""
        return export.csv_of(self.answer, self.lang)

    def to_markdown(self) -> str:
        """Write a table of Markdown."""
        return export.markdown_of(self.answer, self.lang)

    def to_html(self) -> str:
        """Write a page that needs nothing else, each quote in its surroundings."""
        return export.html_of(self.answer, self.lang)

    def save(self, file: str | Path) -> Path:
        """Write a file in the format that its name ends with: .csv, .json, .md, .html or .xlsx."""
        export.write_answer(self.answer, Path(file), self.lang)
        return Path(file)

    def __repr__(self) -> str:
        """Show the question and the number of rows."""
        given = ", ".join(f"{name}={value!r}" for name, value in self.answer.parameters.items())
        return f"<Result {self.answer.question.id}({given}): {len(self)} rows>"

    def _repr_html_(self) -> str:
        """Show the table in a notebook."""
        return export.html_table_of(self.answer, self.lang)


class KnowledgeGraph:
    """Ask a graph, in a folder or behind an endpoint.

    >>> with KnowledgeGraph(Store.in_memory()) as kg:
    ...     kg.questions["basis"].wording["en"]
    'Which documents is this one based on, and was each in force on its date of issue?'
    """

    def __init__(
        self, access: Access, lang: Language = DEFAULT_LANGUAGE, questions: Mapping[str, Question] | None = None
    ) -> None:
        """Wrap what can be asked; :func:`cancu.open` is the usual way."""
        #: The store, or the endpoint.
        self.access = access
        self.lang: Language = lang
        #: The catalogue, by the names of its questions.
        self.questions: Mapping[str, Question] = catalogue() if questions is None else questions

    def __enter__(self) -> Self:
        """Give the graph itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Give the store's files free."""
        if isinstance(self.access, Store):
            self.access.close()

    def ask(self, question: str, /, **given: str) -> Result:
        """Ask a question of the catalogue: ``kg.ask("chain", document="37/KH-UBND")``.

        Raises :class:`cancu.language.Refusal`, whose text says what to do, for an unknown question, a missing or
        unknown parameter, and a name that nothing answers to. A name that several things answer to gives an empty
        result with its candidates.
        """
        known = self.questions.get(question)
        if known is None:
            raise Refusal("ask.unknown-question", question=question, known=", ".join(self.questions))
        return Result(ask(self.access, known, **given), self.lang)

    def find(self, words: str, limit: int = 50) -> tuple[Entry, ...]:
        """Find documents, agencies and activities, the best first."""
        return find(self.access, words, limit)

    def ask_in_words(self, text: str) -> tuple[Understanding, Result | None]:
        """Ask in one's own words, Vietnamese with or without accents, or English: what was understood, and its answer.

        The answer is None where nothing was understood; the understanding then says why, and what could be asked.
        """
        understood, answer = ask_in_words(self.access, text)
        return understood, Result(answer, self.lang) if answer is not None else None

    def network(self, name: str, /, *things: str, most: int = 50) -> Result:
        """Ask a question that needs the whole network: ``kg.network("impact", "90/QĐ-TTg")``.

        The names are those of ``cancu network``: chains, shortest, cycles, central, bottleneck, impact, communities.
        """
        return Result(ask_network(self.access, name, *things, most=most), self.lang)

    def chain(self, thing: str, *, down: bool = False, depth: int | None = None) -> Chain:
        """Follow the chain of authority from a document or activity, up to the law or ``down`` to who rests on it."""
        return read_chain(self.access, thing, down=down, depth=depth)

    def plan(self, document: str) -> Plan | Ambiguous:
        """Read one plan whole: components with agencies, money, targets and authority."""
        return read_plan(self.access, document)

    def audit(self, *documents: str, on: str | None = None) -> Iterator[Finding]:
        """Yield what the rules of the audit find in documents, or in all that are held; ``on`` is a day (2024-12-31).

        Raises :class:`cancu.language.Refusal` for a document that nothing or several answer to.
        """
        chosen = choose_documents(self.access, documents)
        return audit(self.access, [one.iri for one in chosen.documents], on=on)

    def sparql(self, query: str) -> Results:
        """Answer any SPARQL 1.1 query over the union of all sources; the ontology's prefixes need no declaration."""
        return self.access.query(query)

    def frame(self, query: str) -> pd.DataFrame:
        """Answer a SELECT query as a frame of pandas: IRIs and values as words."""
        try:
            import pandas as pd
        except ImportError as missing:
            raise Refusal("api.no-pandas") from missing
        import pyoxigraph as ox

        results = self.access.query(query)
        if not isinstance(results, ox.QuerySolutions):
            raise Refusal("api.not-select")
        names = [variable.value for variable in results.variables]
        rows = [[getattr(row[name], "value", None) for name in names] for row in results]
        return pd.DataFrame(rows, columns=names, dtype=object)

    def rdflib(self) -> Dataset:
        """Give the rdflib view of a store: a Dataset whose default graph is the union of its named graphs."""
        if not isinstance(self.access, Store):
            raise Refusal("api.no-rdflib")
        return self.access.as_rdflib()

    def statistics(self) -> Statistics:
        """Count what the graph holds."""
        return self.access.statistics()

    def load(self, *paths: str | Path) -> Report:
        """Read files and folders into a store that was opened for writing."""
        from cancu.loaders.load import load_paths

        if not isinstance(self.access, Store):
            raise Refusal("api.no-load")
        return load_paths([Path(path) for path in paths], self.access)

    def __repr__(self) -> str:
        """Show where the graph lies."""
        return f"<KnowledgeGraph {self.access.place}>"


def open_graph(
    store: str | Path | None, *, write: bool, endpoint: str | None, lang: Language, questions: str | Path | None
) -> KnowledgeGraph:
    """Open a store or an endpoint; see :func:`cancu.open`."""
    known = catalogue(Path(questions)) if questions is not None else None
    if endpoint is not None:
        from cancu.queries.remote import Endpoint

        if store is not None or write:
            raise Refusal("api.store-or-endpoint")
        return KnowledgeGraph(Endpoint(endpoint), lang, known)
    return KnowledgeGraph(Store.open(Path(store) if store is not None else None, write=write), lang, known)


# --- what the web application needs of the readers of texts -----------------------------------------------------------

#: What is counted of a file that was read.
LOAD_COUNTS: Final = ("citations", "activities", "duties", "sums", "targets", "repairs", "doubts")


def source_text(store: Store, key: str) -> str | None:
    """Give the text of a source as it was read, None where the store does not hold it."""
    from cancu.loaders.load import stored_text

    return stored_text(key, store)


def load_files(
    folder: Path, files: Sequence[Path], progress: Callable[[int, int, str], None]
) -> dict[str, list[dict[str, Any]]]:
    """Read files into the store of a folder; say of each what was found in it, or by which messages it was refused."""
    from cancu.loaders.load import load_paths

    with Store.open(folder, write=True) as store:
        report = load_paths(files, store, progress, workers=1)
    loaded = {one.key for one in report.loaded}
    return {
        "loaded": [
            {"key": one.key, "notes": list(one.notes)} | {name: getattr(one, name) for name in LOAD_COUNTS}
            for one in sorted(report.loaded, key=lambda loaded: loaded.key)
        ],
        "unchanged": [{"key": key} for key in sorted(report.unchanged)],
        "duplicates": [{"name": path.name, "key": key} for path, key in sorted(report.duplicates)],
        "refused": [
            {"name": one.path.name, "reason": one.reason, "detail": dict(one.detail)}
            for one in sorted(report.refused, key=lambda refused: str(refused.path))
        ],
        "joined": [
            {"key": one.key, "number": one.number, "source": one.source}
            for one in report.joined
            if loaded & {one.key, one.source}
        ],
    }
