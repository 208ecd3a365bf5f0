"""Write the page of documentation of the audit: ``python -m cancu.viz.rules_page > queries/audit/README.md``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from cancu.language import LANGUAGES, say
from cancu.queries.audit_rules import Rule, audit_rules
from cancu.viz.export import markdown_lines
from cancu.viz.words import both

__all__ = ["page_of_rules"]


def page_of_rules(rules: Iterable[Rule]) -> str:
    """Write one page of Markdown, in Vietnamese and English side by side, for the rules in their order.

    >>> page_of_rules(audit_rules().values()).splitlines()[0]
    '# Quy tắc kiểm tra · Rules of the audit'
    """
    return "\n".join(_page(list(rules))) + "\n"


def _page(rules: list[Rule]) -> Iterator[str]:
    yield f"# {both('rules-page.title')}"
    for lang in LANGUAGES:
        yield ""
        yield say("rules-page.how", lang, count=len(rules))
    for group, members in groupby(rules, key=lambda rule: rule.group):
        of_group = list(members)
        yield ""
        yield f"## {both(f'audit.group.{group}')}"
        yield ""
        rows = [[f"[{rule.id}](#{rule.id})", _severity(rule), *rule.titles.values()] for rule in of_group]
        yield markdown_lines([["id", both("audit.severity"), *LANGUAGES], *rows]).rstrip("\n")
        for rule in of_group:
            yield from _entry(rule)


def _entry(rule: Rule) -> Iterator[str]:
    yield ""
    yield f"### {rule.id}"
    yield ""
    dated = f" · {both('rules-page.dated')}" if rule.dated else ""
    yield f"**{_severity(rule)}**{dated} · {' · '.join(rule.titles.values())}"
    for words, key in ((rule.explanations, "audit.explanation"), (rule.settles, "audit.settle")):
        yield ""
        yield f"{both(key)}:\\"
        yield "\\\n".join(dict.fromkeys(_plain(words[lang]) for lang in LANGUAGES))
    yield ""
    yield f"{both('audit.source')}: {_plain(rule.source)}"
    yield ""
    yield f"{both('rules-page.found')} ({both('rules-page.at')} “{_plain(rule.at)}”):"
    yield from _texts(rule.found)
    yield ""
    yield f"{both('rules-page.not-found')}:"
    yield from _texts(rule.not_found)


def _texts(texts: Mapping[str, str]) -> Iterator[str]:
    """Show the texts of an example; a single one has no name worth showing."""
    for name, text in texts.items():
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
        yield ""
        if len(texts) > 1:
            yield from (f"*{name}*", "")
        yield from (f"{fence}text", text.rstrip("\n"), fence)


def _severity(rule: Rule) -> str:
    return both(f"audit.severity.{rule.severity}")


def _plain(words: str) -> str:
    """Keep words from being read as Markdown or HTML."""
    return re.sub(r"([\\`*_<\[|])", r"\\\1", words)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(page_of_rules(audit_rules().values()))
