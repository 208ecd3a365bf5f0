"""Speak with the person at the keyboard: the only place that prints or exits.

Exit status: 0 where something was done, 1 where a load put nothing into the store, a check found the graph at fault,
the reasoner a contradiction in it or an audit what it was told to fail on, 2 where the caller must do something
differently, and then one sentence on standard error says what.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from cancu import __version__
from cancu.errors import CallerError, ReadError
from cancu.language import DEFAULT_LANGUAGE, LANGUAGES, Language, Refusal, say

if TYPE_CHECKING:
    from rich.console import Console

    from cancu.loaders.load import Report
    from cancu.queries.access import Access
    from cancu.queries.audit_rules import Rule, Severity
    from cancu.queries.engine import Answer
    from cancu.queries.store import Store
    from cancu.queries.suppressions import Suppression
    from cancu.queries.transfer import Transfer
    from cancu.viz.findings import Report as FindingsReport

__all__ = ["main"]

_FORMATS = ("table", "json", "csv", "markdown")
_ANSWER_FORMATS = (*_FORMATS, "html")
_WHO_FORMATS = ("text", *_ANSWER_FORMATS)
_RESULT_FORMATS = ("table", "json", "csv", "xml")
# What the rules of the audit have; to import them here would cost every command time.
_SEVERITIES = ("error", "warning", "note")
_GROUPS = ("money", "targets", "responsibility", "authority", "identity", "structure", "tables", "time", "text")
_AUDIT_FORMATS = ("text", "json", "sarif", "html", "csv")
# A plan's table is not spread any wider.
_PLAN_WIDTH = 120
# Wider than any line.
_NO_WIDTH = 100_000


#: What argparse says in English of a flawed command line, and the sentence that we say instead.
_FLAWS = tuple(
    (re.compile(pattern, re.DOTALL), key)
    for pattern, key in (
        (r"unrecognized arguments: (?P<words>.*)", "cli.flaw.unrecognized"),
        (r"the following arguments are required: (?P<words>.*)", "cli.flaw.required"),
        (r"argument (?P<name>.+?): invalid choice: (?P<word>.*?) \(choose from (?P<known>.*)\)", "cli.flaw.choice"),
        (r"argument (?P<name>.+?): invalid \w+ value: (?P<word>.*)", "cli.flaw.value"),
        (r"argument (?P<name>.+?): expected .*", "cli.flaw.expected"),
        (r"argument (?P<name>.+?): (?P<reason>.*)", "cli.flaw.argument"),
    )
)


class _Parser(argparse.ArgumentParser):
    """Speak the caller's language in help, and say in one sentence what is wrong with a command line."""

    lang: Language = DEFAULT_LANGUAGE

    def speak(self, lang: Language) -> None:
        """Give help and sentences in ``lang``."""
        self.lang = lang
        self.formatter_class = partial(_Formatter, lang=lang)
        self._positionals.title = say("cli.positionals", lang)
        self._optionals.title = say("cli.options", lang)
        self.add_argument("-h", "--help", action="help", help=say("cli.help.help", lang))

    def error(self, message: str) -> NoReturn:
        """Raise instead of printing the usage; the command line prints all refusals alike."""
        reason = message
        for pattern, key in _FLAWS:
            found = pattern.fullmatch(message)
            if found is not None:
                values = {name: value.replace("'", "") for name, value in found.groupdict().items()}
                reason = say(key, self.lang, **values)
                break
        raise Refusal("cli.usage", command=self.prog, reason=reason)


class _Formatter(argparse.HelpFormatter):
    """Begin the usage with a word of the caller's language."""

    def __init__(self, prog: str, *, lang: Language) -> None:
        super().__init__(prog)
        self._lang = lang

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, f"{say('cli.usage-word', self._lang)} " if prefix is None else prefix)


def _hops(word: str) -> int:
    """Read a number of hops: 0 or more."""
    number = int(word)
    if number < 0:
        raise ValueError(word)
    return number


def _port(word: str) -> int:
    """Read the number of a port; 0 takes any that is free."""
    number = int(word)
    if not 0 <= number < 65536:
        raise ValueError(word)
    return number


def _seconds(word: str) -> float:
    """Read a number of seconds: more than 0."""
    number = float(word)
    if not 0 < number < float("inf"):
        raise ValueError(word)
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line; return the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    lang = _language(words)
    for stream in (sys.stdout, sys.stderr):
        # A Windows console or a pipe under LANG=C would not take Vietnamese.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        options = _parser(lang).parse_args(words)
        if options.command is None:
            print(say("cli.welcome", lang, version=__version__))
            return 0
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except Refusal as refusal:
        return _refuse(refusal.sentence(lang))
    except CallerError as refusal:
        return _refuse(str(refusal))
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(say("cli.interrupted", lang), file=sys.stderr)
        return 130


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _language(words: Sequence[str]) -> Language:
    """Find the language before the command line is read: errors in it are said in that language."""
    for index, word in enumerate(words):
        value = word.partition("=")[2] if word.startswith("--lang=") else words[index + 1 : index + 2]
        if word.startswith("--lang"):
            chosen = value if isinstance(value, str) else next(iter(value), "")
            for lang in LANGUAGES:
                if chosen == lang:
                    return lang
    return DEFAULT_LANGUAGE


def _parser(lang: Language) -> argparse.ArgumentParser:
    common = _Parser(add_help=False)
    # Not given behind the command, it may still stand before it.
    common.add_argument(
        "--store", type=Path, metavar="DIR", default=argparse.SUPPRESS, help=say("cli.help.store", lang)
    )
    common.add_argument("--lang", choices=LANGUAGES, default=lang, help=say("cli.help.lang", lang))
    asking = _Parser(add_help=False)
    asking.add_argument("--endpoint", metavar="URL", default=None, help=say("cli.help.endpoint", lang))
    asking.add_argument("--timeout", type=_seconds, default=60.0, metavar="S", help=say("cli.help.timeout", lang))
    parser = _Parser(prog="cancu", description=say("cli.description", lang), add_help=False)
    parser.speak(lang)
    parser.add_argument(
        "--version", action="version", version=f"cancu {__version__}", help=say("cli.help.version", lang)
    )
    parser.add_argument("--lang", choices=LANGUAGES, default=lang, help=say("cli.help.lang", lang))
    parser.add_argument("--store", type=Path, metavar="DIR", default=None, help=say("cli.help.store", lang))
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(dest="command", metavar=say("cli.command", lang), parser_class=_Parser)

    def command(name: str, run: object, *parents: _Parser) -> argparse.ArgumentParser:
        described, parents = say(f"cli.help.{name}", lang), (common, *parents)
        made = commands.add_parser(name, parents=parents, help=described, description=described, add_help=False)
        made.speak(lang)
        made.set_defaults(run=run)
        return made

    load = command("load", _load)
    load.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    load.add_argument("--workers", type=int, default=None, metavar="N", help=say("cli.help.workers", lang))
    drop = command("drop", _drop)
    drop.add_argument("sources", nargs="+", metavar="SOURCE")
    extract = command("extract", _extract)
    extract.add_argument("files", nargs="+", type=Path, metavar="FILE")
    extract.add_argument("--text", action="store_true", help=say("cli.help.text", lang))
    chain = command("chain", _chain, asking)
    chain.add_argument("document", metavar="DOCUMENT")
    chain.add_argument("--down", action="store_true", help=say("cli.help.down", lang))
    chain.add_argument("--depth", type=_hops, default=None, metavar="N", help=say("cli.help.depth", lang))
    chain.add_argument("--full", action="store_true", help=say("cli.help.full", lang))
    chain.add_argument("--format", choices=("text", "json"), default="text")
    plan = command("plan", _plan, asking)
    plan.add_argument("document", metavar="DOCUMENT")
    plan.add_argument("--format", choices=("text", "json"), default="text")
    compare = command("compare", _compare, asking)
    compare.add_argument("document", metavar="PLAN")
    compare.add_argument("other", metavar="PLAN")
    compare.add_argument("--full", action="store_true", help=say("cli.help.full", lang))
    compare.add_argument("--format", choices=_WHO_FORMATS, default="text")
    compare.add_argument("-o", "--output", type=Path, metavar="FILE", default=None, help=say("cli.help.output", lang))
    who = command("who", _who, asking)
    who.add_argument("activity", nargs="+", metavar="ACTIVITY")
    who.add_argument("--document", metavar="DOCUMENT", default=None, help=say("cli.help.document", lang))
    who.add_argument("--format", choices=_WHO_FORMATS, default="text")
    who.add_argument("-o", "--output", type=Path, metavar="FILE", default=None, help=say("cli.help.output", lang))
    ask = command("ask", _ask, asking)
    ask.add_argument("question", nargs="?", metavar="QUESTION")
    ask.add_argument("parameters", nargs="*", metavar="k=v")
    ask.add_argument("--format", choices=_ANSWER_FORMATS, default="table")
    ask.add_argument("-o", "--output", type=Path, metavar="FILE", default=None, help=say("cli.help.output", lang))
    ask.add_argument("--questions", type=Path, metavar="DIR", default=None, help=say("cli.help.questions", lang))
    network = command("network", _network, asking)
    network.add_argument("network", metavar="WHAT", help=say("cli.help.what", lang))
    network.add_argument("things", nargs="*", metavar="THING", help=say("cli.help.things", lang))
    network.add_argument("--depth", type=_hops, default=None, metavar="N", help=say("cli.help.depth", lang))
    network.add_argument("--limit", type=_hops, default=None, metavar="N", help=say("cli.help.limit", lang))
    network.add_argument("--format", choices=_ANSWER_FORMATS, default="table")
    network.add_argument("-o", "--output", type=Path, metavar="FILE", default=None, help=say("cli.help.output", lang))
    view = command("view", _view, asking)
    view.add_argument("kind", metavar="KIND", help=say("cli.help.kind", lang))
    view.add_argument("things", nargs="*", metavar="THING", help=say("cli.help.drawn", lang))
    view.add_argument("--to", metavar="THING", default=None, help=say("cli.help.to", lang))
    view.add_argument("--down", action="store_true", help=say("cli.help.down", lang))
    view.add_argument("--depth", type=_hops, default=None, metavar="N", help=say("cli.help.depth", lang))
    view.add_argument("--limit", type=_hops, default=None, metavar="N", help=say("cli.help.shown", lang))
    view.add_argument("-o", "--output", type=Path, metavar="FILE", default=None, help=say("cli.help.picture", lang))
    sparql = command("sparql", _sparql, asking)
    sparql.add_argument("file", metavar="FILE|-")
    sparql.add_argument("--format", choices=_RESULT_FORMATS, default="table")
    find = command("find", _find, asking)
    find.add_argument("words", nargs="+", metavar="WORDS")
    find.add_argument("--format", choices=_FORMATS, default="table")
    export = command("export", _export)
    export.add_argument("file", metavar="FILE")
    reason = command("reason", _reason)
    reason.add_argument("--sample", type=_hops, default=None, metavar="N", help=say("cli.help.sample", lang))
    reason.add_argument("--format", choices=("text", "json"), default="text")
    validate = command("validate", _validate)
    validate.add_argument("sources", nargs="*", metavar="SOURCE", help=say("cli.help.sources", lang))
    validate.add_argument("--format", choices=("text", "json"), default="text")
    serve = command("serve", _serve)
    serve.add_argument("--host", default="127.0.0.1", metavar="HOST", help=say("cli.help.host", lang))
    serve.add_argument("--port", type=_port, default=8000, metavar="N", help=say("cli.help.port", lang))
    serve.add_argument("--token", default=None, metavar="WORD", help=say("cli.help.token", lang))
    serve.add_argument("--cors", action="append", default=[], metavar="ORIGIN", help=say("cli.help.cors", lang))
    serve.add_argument("--timeout", type=_seconds, default=10.0, metavar="S", help=say("cli.help.query-timeout", lang))
    serve.add_argument("--open", action="store_true", help=say("cli.help.open", lang))
    audit = command("audit", _audit, asking)
    _audit_options(audit, lang)
    info = command("info", _info, asking)
    info.add_argument("--format", choices=("table", "json"), default="table")
    push = command("push", _push, asking)
    push.add_argument("--update", metavar="URL", default=None, help=say("cli.help.update", lang))
    push.add_argument("--verify", action="store_true", help=say("cli.help.verify", lang))
    command("pull", _pull, asking)
    return parser


def _audit_options(audit: argparse.ArgumentParser, lang: Language) -> None:
    audit.add_argument("documents", nargs="*", metavar="DOCUMENT", help=say("cli.help.audited", lang))
    audit.add_argument("--rule", action="append", default=[], metavar="ID", help=say("cli.help.rule", lang))
    audit.add_argument("--group", action="append", default=[], choices=_GROUPS, help=say("cli.help.group", lang))
    audit.add_argument("--severity", choices=_SEVERITIES, default=None, help=say("cli.help.severity", lang))
    audit.add_argument("--format", choices=_AUDIT_FORMATS, default="text")
    audit.add_argument(
        "-o", "--output", type=Path, metavar="FILE", default=None, help=say("cli.help.audit-output", lang)
    )
    audit.add_argument("--on", metavar="DATE", default=None, help=say("cli.help.on", lang))
    audit.add_argument("--fail-on", choices=_SEVERITIES, default=None, help=say("cli.help.fail-on", lang))
    audit.add_argument("--suppress", type=Path, metavar="FILE", default=None, help=say("cli.help.suppress", lang))
    audit.add_argument("--rules", type=Path, metavar="DIR", default=None, help=say("cli.help.rules", lang))
    audit.add_argument("--list", action="store_true", help=say("cli.help.list", lang))
    audit.add_argument("--diff", type=Path, metavar="OLD", default=None, help=say("cli.help.diff", lang))


@contextmanager
def _store(options: argparse.Namespace, *, write: bool = False) -> Iterator[Store]:
    from cancu.queries.store import Store

    with Store.open(options.store, write=write) as store:
        yield store


@contextmanager
def _access(options: argparse.Namespace) -> Iterator[Access]:
    """Open what is to be asked: the store, or the endpoint that is named instead."""
    if options.endpoint is None:
        with _store(options) as store:
            yield store
        return
    if options.store is not None:
        raise Refusal("cli.store-or-endpoint")
    from cancu.queries.remote import Endpoint

    endpoint = Endpoint(options.endpoint, timeout=options.timeout)
    yield endpoint
    for note in endpoint.notes:
        print(note.sentence(options.lang), file=sys.stderr)


def _console() -> Console:
    from rich.console import Console

    # Into a pipe or a file nothing is wrapped, or worse, cut, to a screen's width.
    return Console(width=None if sys.stdout.isatty() else _NO_WIDTH, highlight=False)


@contextmanager
def _progress(doing: str, *, quiet: bool = False) -> Iterator[Callable[[int, int, str], None]]:
    """Show on a terminal how much is done, and give what is to be told of it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[name]}"),
        console=Console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty(),
    )  # fmt: skip
    with bar:
        task = bar.add_task(doing, total=None, name="")

        def progress(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, name=name)

        yield progress


# --- texts ------------------------------------------------------------------------------------------------------------


def _load(options: argparse.Namespace) -> int:
    from cancu.loaders.load import load_paths

    with _store(options, write=True) as store, _progress(say("cli.load.reading", options.lang)) as progress:
        report = load_paths(options.paths, store, progress, options.workers)
        folder = store.folder
    _print_report(report, folder, options.lang)
    return 0 if report.anything else 1


def _print_report(report: Report, folder: Path | None, lang: Language) -> None:
    """Print what was read, repaired, doubted and refused: a line a file where there is something to say of it."""
    from rich.table import Table

    from cancu.viz.words import shown

    def told(words: object) -> str:
        # The name of a file may order a terminal about, or go on in the next line.
        return shown(str(words)).replace("\n", "\ufffd")

    console = _console()
    if report.loaded:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column(say("cli.load.file", lang), overflow="fold")
        counted = ("citations", "activities", "duties", "sums", "targets", "repairs", "doubts")
        for key in counted:
            table.add_column(say(f"cli.load.{key}", lang), justify="right")
        for one in sorted(report.loaded, key=lambda loaded: loaded.key):
            table.add_row(told(one.key), *(str(getattr(one, key)) for key in counted))
        console.print(table, markup=False)
    for one in sorted(report.loaded, key=lambda loaded: loaded.key):
        for note in one.notes:
            console.print(f"{told(one.key)}: {say(f'read-note.{note}', lang)}", markup=False)
    for path, twin in sorted(report.duplicates):
        console.print(say("cli.load.duplicate", lang, file=told(path.name), twin=told(twin)), markup=False)
    for refused in sorted(report.refused, key=lambda one: str(one.path)):
        sentence = say(f"read.{refused.reason}", lang, **dict(refused.detail))
        console.print(
            say("cli.load.refused", lang, file=told(refused.path), reason=sentence), markup=False, style="red"
        )
    for join in report.joined:
        found = say("link.lost-number", lang, file=told(join.key), number=join.number, source=told(join.source))
        console.print(found, markup=False)
    counts = {name: len(getattr(report, name)) for name in ("loaded", "unchanged", "duplicates", "refused")}
    summary = say("cli.load.summary", lang, **counts, joins=report.joins, open=report.open, store=folder)
    console.print(summary, markup=False)


def _drop(options: argparse.Namespace) -> int:
    from cancu.loaders.load import drop_source

    with _store(options, write=True) as store:
        for key in options.sources:
            if not drop_source(key, store):
                raise Refusal("cli.drop.unknown", source=key)
            print(say("cli.drop.done", options.lang, source=key))
    return 0


def _extract(options: argparse.Namespace) -> int:
    from cancu.loaders import readers
    from cancu.loaders.extract import extract_file, records_of

    failed = 0
    several = len(options.files) > 1
    for file in options.files:
        try:
            if options.text:
                sys.stdout.write(readers.read_file(file).text)
                continue
            records = records_of(extract_file(file))
        except ReadError as flaw:
            failed += 1
            sentence = say(f"read.{flaw.reason}", options.lang, **flaw.detail)
            print(say("cli.load.refused", options.lang, file=file, reason=sentence), file=sys.stderr)
            continue
        # Several files make JSON Lines, one line each.
        print(json.dumps(records, ensure_ascii=False, indent=None if several else 2))
    return 1 if failed == len(options.files) else 0


# --- questions --------------------------------------------------------------------------------------------------------


def _chain(options: argparse.Namespace) -> int:
    from cancu.queries.chains import read_chain
    from cancu.viz.tree import json_of_chain, render_chain

    with _access(options) as store:
        chain = read_chain(store, options.document, down=options.down, depth=options.depth)
        if options.format == "json":
            print(json.dumps(json_of_chain(chain), ensure_ascii=False, indent=2))
        else:
            _console().print(render_chain(chain, options.lang, full=options.full, line_of=_lines_of(store)))
    return 0


def _texts_of(store: Access) -> Callable[[str], str | None]:
    """Give the text of a source, where it is at hand."""
    from cancu.loaders.load import stored_text
    from cancu.queries.store import Store

    # An endpoint holds the graph, not the texts.
    return lambda key: stored_text(key, store) if isinstance(store, Store) else None


def _lines_of(store: Access) -> Callable[[str, int], int | None]:
    """Tell the line of a source's character, where its text is at hand."""
    text_of = cache(_texts_of(store))

    def line_of(key: str, offset: int) -> int | None:
        text = text_of(key)
        return text.count("\n", 0, offset) + 1 if text is not None else None

    return line_of


def _plan(options: argparse.Namespace) -> int:
    from cancu.queries.plans import Plan, json_of_plan, read_plan
    from cancu.viz.plan import render_plan

    with _access(options) as store:
        plan = read_plan(store, options.document)
    if options.format == "json":
        print(json.dumps(json_of_plan(plan, options.lang), ensure_ascii=False, indent=2))
    else:
        console = _console()
        width = min(console.width, _PLAN_WIDTH) if isinstance(plan, Plan) else None
        console.print(render_plan(plan, options.lang), width=width)
    return 0


def _compare(options: argparse.Namespace) -> int:
    from cancu.queries.comparing import compare_plans
    from cancu.viz.comparison import render_comparison

    with _access(options) as store:
        found = compare_plans(store, options.document, options.other)
        if options.format == "text" and options.output is None:
            console = _console()
            width = min(console.width, _PLAN_WIDTH)
            shown = render_comparison(found, options.lang, width=width, full=options.full, line_of=_lines_of(store))
            console.print(shown, width=None if options.full else width)
            return 0
    _give(found.answer, options)
    return 0


def _who(options: argparse.Namespace) -> int:
    from cancu.queries.engine import ask
    from cancu.viz.duties import render_duties

    given = {"activity": " ".join(options.activity)}
    if options.document is not None:
        given["document"] = options.document
    with _access(options) as store:
        answer = ask(store, "who", **given)
        if options.format == "text" and options.output is None:
            about = {row["document"].iri for row in answer.rows}
            reporting = [ask(store, "deadlines", document=iri) for iri in sorted(filter(None, about))]
            _console().print(render_duties(answer, reporting, options.lang, line_of=_lines_of(store)))
            return 0
    _give(answer, options)
    return 0


def _give(answer: Answer, options: argparse.Namespace) -> None:
    """Print an answer, or write it into the file that was asked for."""
    from cancu.viz.export import write_answer
    from cancu.viz.table import print_answer

    if options.output is None:
        print_answer(_console(), answer, options.format, options.lang)
        return
    write_answer(answer, options.output, options.lang)
    print(say("cli.ask.written", options.lang, file=options.output, count=len(answer.rows)))
    if answer.why_empty is not None:
        print(answer.why_empty[options.lang], file=sys.stderr)


def _ask(options: argparse.Namespace) -> int:
    from cancu.queries.catalogue import catalogue
    from cancu.queries.engine import ask
    from cancu.viz.table import print_questions

    known = catalogue(options.questions)
    if options.question is None:
        print_questions(_console(), known.values(), options.lang)
        return 0
    words = [options.question, *options.parameters]
    if options.question not in known and " " in " ".join(words) and not any("=" in word for word in words):
        return _ask_in_words(" ".join(words), options)
    given = _pairs(options.parameters)
    with _access(options) as store:
        answer = ask(store, known.get(options.question, options.question), **given)
    _give(answer, options)
    return 0


def _ask_in_words(text: str, options: argparse.Namespace) -> int:
    """Say what was understood, and answer it; everything but a table or JSON keeps standard output to the answer."""
    from cancu.queries.asking import ask_in_words
    from cancu.viz.asking import json_of_asked, lines_of_others, lines_of_understanding

    with _access(options) as store:
        understood, answer = ask_in_words(store, text)
    status = 0 if answer is not None else 2
    if options.format == "json" and options.output is None:
        sys.stdout.write(json_of_asked(understood, answer, options.lang))
        return status
    aside = sys.stdout if options.format == "table" and answer is not None else sys.stderr
    for line in lines_of_understanding(understood, options.lang):
        print(line, file=aside)
    if answer is not None:
        aside.flush()
        _give(answer, options)
    for line in lines_of_others(understood, options.lang):
        print(line, file=aside)
    return status


def _network(options: argparse.Namespace) -> int:
    from cancu.queries.networks import LONGEST, MOST, ask_network

    most = MOST if options.limit is None else options.limit
    longest = LONGEST if options.depth is None else options.depth
    with _access(options) as store:
        answer = ask_network(store, options.network, *options.things, most=most, longest=longest)
    _give(answer, options)
    return 0


def _view(options: argparse.Namespace) -> int:
    from cancu.viz.pictures.values import Nothing
    from cancu.viz.pictures.view import PICTURE_FORMATS, draw, file_name, write_picture
    from cancu.viz.words import shown_entry

    if options.output is not None and options.output.suffix.lower() not in PICTURE_FORMATS:
        raise Refusal("view.format", file=options.output, known=", ".join(PICTURE_FORMATS))
    with _access(options) as store:
        drawn = draw(
            store, options.kind, options.things, options.lang,
            down=options.down, depth=options.depth, limit=options.limit, end=options.to, line_of=_lines_of(store),
        )  # fmt: skip
    if isinstance(drawn, Nothing):
        print(drawn.why, file=sys.stderr)
        for entry in drawn.candidates:
            print(shown_entry(entry, options.lang), file=sys.stderr)
        return 2
    file = options.output if options.output is not None else Path(file_name(options.kind, drawn.title))
    write_picture(drawn, file)
    counts = {f"{part}s": sum(item.part == part for item in drawn.items) for part in ("node", "edge")}
    print(say("view.written", options.lang, file=file, **counts))
    return 0


def _pairs(words: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise Refusal("cli.ask.pair", word=word)
        if name in pairs:
            raise Refusal("cli.ask.twice", name=name)
        pairs[name] = value
    return pairs


def _find(options: argparse.Namespace) -> int:
    from cancu.queries.find import find
    from cancu.viz.table import print_found

    with _access(options) as store:
        found = find(store, " ".join(options.words))
    print_found(_console(), found, options.format, options.lang)
    return 0


def _sparql(options: argparse.Namespace) -> int:
    from cancu.viz.table import print_results

    try:
        if options.file == "-":
            query = sys.stdin.read()
        elif "{" in options.file:
            # The query itself, in quotes.
            query = options.file
        else:
            query = Path(options.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as flaw:
        raise Refusal("cli.sparql.file", file=options.file, reason=flaw) from flaw
    with _access(options) as store:
        try:
            print_results(_console(), store.query(query), options.format, options.lang)
        except BrokenPipeError:
            raise
        except (OSError, RuntimeError) as flaw:
            # What a query meets only while it runs.
            raise Refusal("cli.sparql.failed", reason=flaw) from flaw
    return 0


# --- reasoning and checking -------------------------------------------------------------------------------------------


def _reason(options: argparse.Namespace) -> int:
    from cancu.queries.reasoning import SAMPLE, reason
    from cancu.viz.reasoning import json_of_reasoning, render_reasoning

    sample = SAMPLE if options.sample is None else options.sample
    with _store(options, write=True) as store:
        with _progress(say("cli.reason.reading", options.lang)) as progress:
            done = reason(store, sample, progress)
        if options.format == "json":
            print(json.dumps(json_of_reasoning(store, done, options.lang), ensure_ascii=False, indent=2))
        else:
            _console().print(render_reasoning(store, done, options.lang))
    return 1 if done.judgement is not None and not done.judgement.consistent else 0


def _validate(options: argparse.Namespace) -> int:
    from cancu.queries.validation import validate
    from cancu.viz.validation import json_of_validation, render_validation

    with _store(options) as store:
        with _progress(say("cli.validate.reading", options.lang)) as progress:
            found = validate(store, options.sources, progress)
        line_of = _lines_of(store)
        if options.format == "json":
            print(json.dumps(json_of_validation(found, options.lang, line_of=line_of), ensure_ascii=False, indent=2))
        else:
            _console().print(render_validation(found, options.lang, line_of=line_of))
    return 0 if found.conforms else 1


# --- the workshop -----------------------------------------------------------------------------------------------------


def _serve(options: argparse.Namespace) -> int:
    """Serve the store's folder until somebody stops it."""
    import socket

    from cancu.api import load_files, source_text
    from cancu.loaders.readers import SUFFIXES
    from cancu.queries.store import Store, default_folder
    from cancu.viz.web.app import Doors, Settings, make_app
    from cancu.viz.web.listening import server_of

    folder = options.store if options.store is not None else default_folder()
    # What stands in a command every user of the machine can read.
    token = options.token or os.environ.get("CANCU_TOKEN") or None
    # A store that is not there is made, empty: texts can be loaded from the page.
    with Store.open(folder, write=True) if not folder.exists() else Store.open(folder):
        pass
    settings = Settings(
        host=options.host, port=options.port, token=token, cors=tuple(options.cors), seconds=options.timeout
    )
    app = make_app(folder, Doors(source_text, load_files, SUFFIXES), settings)
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    # Named, for only then does asyncio send at once what is small (TCP_NODELAY); else every answer waits 40 ms.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((options.host, options.port))
        except OSError as flaw:
            raise Refusal("serve.port", host=options.host, port=options.port, reason=flaw.strerror) from flaw
        host = f"[{options.host}]" if ":" in options.host else options.host
        address = f"http://{host}:{listening.getsockname()[1]}/"
        print(say("serve.ready", options.lang, address=address, store=folder), flush=True)
        if options.open:
            import webbrowser

            webbrowser.open(address)
        server_of(app).run(sockets=[listening])
    return 0


# --- auditing ---------------------------------------------------------------------------------------------------------


def _audit(options: argparse.Namespace) -> int:
    from cancu.queries.audit_scope import choose_rules, rules_with_own
    from cancu.queries.suppressions import read_suppressions
    from cancu.viz.audit_files import format_of
    from cancu.viz.findings import render_rules

    known = rules_with_own(options.rules)
    rules = choose_rules(known, options.rule, options.group)
    if options.list:
        _console().print(render_rules(rules, options.lang))
        return 0
    if options.diff is not None:
        return _audit_difference(options, rules)
    if options.output is not None:
        # Better refused before everything has been read than after.
        format_of(options.output)
    aside = read_suppressions(options.suppress, known) if options.suppress is not None else None
    with _access(options) as store:
        return _audit_with(options, store, rules, aside)


def _audit_difference(options: argparse.Namespace, rules: Sequence[Rule]) -> int:
    """Say what has changed since the state of the store that another folder holds."""
    from cancu.queries.audit_scope import choose_documents
    from cancu.queries.differences import differences
    from cancu.queries.engine import read_date
    from cancu.queries.store import Store
    from cancu.viz.differences import (
        DIFFERENCE_FORMATS,
        Told,
        render_difference,
        text_of_differences,
        write_differences,
    )

    for name in ("fail_on", "suppress"):
        if getattr(options, name) is not None:
            raise Refusal("cli.audit.diff-alone", option=f"--{name.replace('_', '-')}")
    to_screen = options.output is None and options.format == "text"
    known = (*DIFFERENCE_FORMATS.values(), "text")
    if options.output is None and options.format not in known:
        raise Refusal("cli.audit.diff-format", format=options.format, known=", ".join(sorted(set(known) - {"xlsx"})))
    on = read_date("--on", options.on) if options.on is not None else None
    quiet = options.output is None and sys.stdout.isatty()
    with (
        Store.open(options.diff) as old,
        _access(options) as new,
        _progress(say("difference.comparing", options.lang), quiet=quiet) as progress,
    ):
        named = [one.iri for one in choose_documents(new, options.documents).documents] if options.documents else None
        least: Severity = options.severity or ("warning" if to_screen else "note")
        told = Told(differences(old, new, named, rules, least=least, on=on, progress=progress))
        if options.output is not None:
            write_differences(told, options.output, options.lang)
            print(told.written(options.output, options.lang))
        elif to_screen:
            console, lines = _console(), (_lines_of(old), _lines_of(new))
            for one in told:
                console.print(render_difference(one, options.lang, line_of=lines))
            print(told.summary(options.diff, options.lang))
        else:
            for chunk in text_of_differences(told, options.format, options.lang):
                sys.stdout.write(chunk)
    return 0


def _audit_with(
    options: argparse.Namespace, store: Access, rules: Sequence[Rule], aside: Sequence[Suppression] | None
) -> int:
    """Audit what was named, tell it as was asked, and then what was not held or set aside for nothing."""
    from cancu.queries.audit_scope import choose_documents, held_documents
    from cancu.queries.auditing import audit
    from cancu.queries.engine import read_date
    from cancu.queries.suppressions import Suppressions
    from cancu.viz.findings import Report

    on = read_date("--on", options.on) if options.on is not None else None
    scope = choose_documents(store, options.documents)
    suppressions = None
    if aside is not None:
        suppressions = Suppressions(options.suppress, aside, held_documents(store).values())
    iris = [one.iri for one in scope.documents]
    to_screen = options.output is None
    # A bar would stand between the findings on a terminal.
    with _progress(say("cli.audit.reading", options.lang), quiet=to_screen and sys.stdout.isatty()) as progress:
        found = audit(store, iris, rules, on=on, progress=progress)
        report = Report(
            documents=scope.documents,
            rules=rules,
            found=suppressions.apply(found) if suppressions is not None else found,
            on=on,
            least=options.severity or ("warning" if to_screen and options.format == "text" else "note"),
            suppressing=suppressions is not None,
        )
        _tell_audit(report, store, options)
    for label in scope.not_held:
        print(say("empty.not-held", options.lang, document=label), file=sys.stderr)
    if suppressions is not None:
        for row in suppressions.unused(iris, [rule.id for rule in rules]):
            print(say("suppress.unused", options.lang, file=options.suppress, line=row.line), file=sys.stderr)
    return 1 if options.fail_on is not None and report.fails(options.fail_on) else 0


def _tell_audit(report: FindingsReport, store: Access, options: argparse.Namespace) -> None:
    from cancu.viz.audit_files import text_chunks, write_audit
    from cancu.viz.findings import render_documents, render_summary, summary_lines
    from cancu.viz.places import Texts

    texts = Texts(_texts_of(store))
    if options.output is not None:
        write_audit(report, options.output, store, options.lang, texts)
        print(say("cli.audit.written", options.lang, file=options.output))
        for line in summary_lines(report, options.lang):
            print(line)
    elif options.format == "text":
        console = _console()
        for part in render_documents(report, options.lang, texts):
            console.print(part)
        console.print(render_summary(report, options.lang))
    else:
        for chunk in text_chunks(report, options.format, options.lang, texts):
            sys.stdout.write(chunk)


# --- the store --------------------------------------------------------------------------------------------------------


def _export(options: argparse.Namespace) -> int:
    from cancu.queries.store import EXPORT_FORMATS

    target = Path(options.file)
    form = EXPORT_FORMATS.get(target.suffix.lower())
    if form is None:
        raise Refusal("cli.export.format", file=options.file, known=", ".join(EXPORT_FORMATS))
    with _store(options) as store:
        # A file of that name is replaced when all is written, and not before.
        half = target.with_name(f"{target.name}.new")
        try:
            with open(half, "wb") as out:
                store.export(out, form)
            os.replace(half, target)
        except OSError as flaw:
            half.unlink(missing_ok=True)
            raise Refusal("cli.export.file", file=options.file, reason=flaw) from flaw
    print(say("cli.export.done", options.lang, file=target))
    return 0


def _info(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from rich.table import Table

    with _access(options) as store:
        statistics, place = asdict(store.statistics()), store.place
    if options.format == "json":
        print(json.dumps({"store": place, **statistics}, ensure_ascii=False, indent=2))
        return 0
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row(say("info.store", options.lang), place)
    for name, value in statistics.items():
        if isinstance(value, dict):
            table.add_row(say(f"info.{name}", options.lang), str(sum(value.values())))
            for kind, count in value.items():
                table.add_row(f"  {kind}", str(count))
        else:
            table.add_row(say(f"info.{name}", options.lang), str(value))
    _console().print(table, markup=False)
    return 0


def _push(options: argparse.Namespace) -> int:
    from cancu.queries.protocol import Client
    from cancu.queries.remote import Endpoint
    from cancu.queries.transfer import push

    if options.endpoint is None:
        raise Refusal("cli.endpoint.missing", command="push")
    endpoint = Endpoint(options.endpoint, timeout=options.timeout)
    update = Client(options.update or options.endpoint, timeout=options.timeout)
    with _store(options) as store, _progress(say("cli.push.sending", options.lang)) as progress:
        done = push(store, endpoint, update, progress, thorough=options.verify)
    _print_transfer("cli.push.done", done, options)
    return 0


def _pull(options: argparse.Namespace) -> int:
    from cancu.queries.remote import Endpoint
    from cancu.queries.transfer import pull

    if options.endpoint is None:
        raise Refusal("cli.endpoint.missing", command="pull")
    endpoint = Endpoint(options.endpoint, timeout=options.timeout)
    with _store(options, write=True) as store, _progress(say("cli.pull.fetching", options.lang)) as progress:
        done = pull(endpoint, store, progress)
    _print_transfer("cli.pull.done", done, options)
    return 0


def _print_transfer(key: str, done: Transfer, options: argparse.Namespace) -> None:
    counts = {name: len(getattr(done, name)) for name in ("carried", "kept", "dropped")}
    print(say(key, options.lang, **counts, triples=done.triples, url=options.endpoint))


if __name__ == "__main__":
    sys.exit(main())
