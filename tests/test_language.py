"""Test that every sentence exists in every language, and that a flaw of the table is named with its line."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import cancu
from cancu.errors import CallerError, DataError
from cancu.language import LANGUAGES, Refusal, knows, read_messages, say

FOLDER = Path(cancu.__file__).parent
TABLE = FOLDER / "messages.tsv"
HEADER = "key\tvi\ten\n"


@pytest.mark.parametrize(
    ("table", "line", "report"),
    [
        ("key\ten\tvi\n", 1, "header"),
        ("", 1, "empty"),
        (HEADER, 1, "empty"),
        (HEADER + "a\tmột\n", 2, "3 cells expected, 2 found"),
        (HEADER + "a\tmột\tone\tmore\n", 2, "4 found"),
        (HEADER + "a\t\tone\n", 2, "empty or has blanks"),
        (HEADER + "a\tmột \tone\n", 2, "empty or has blanks"),
        (HEADER + "# a comment\n\na\tmột\tone\na\thai\ttwo\n", 5, "a stands twice"),
        (HEADER + "a\tmột {x}\tone {y}\n", 2, "different gaps"),
        (HEADER + "a\tmột {x}\tone\n", 2, "different gaps"),
        (HEADER + "a\tmột {\tone {\n", 2, "broken gap"),
        (HEADER + "a\tmo\u0323\u0302t\tone\n", 2, "NFC"),
    ],
)
def test_a_flaw_of_the_table_is_named_with_its_line(tmp_path: Path, table: str, line: int, report: str) -> None:
    file = tmp_path / "messages.tsv"
    file.write_text(table, encoding="utf-8")
    with pytest.raises(DataError) as flaw:
        read_messages(file)
    assert report in str(flaw.value)
    assert flaw.value.line == line


def test_comments_and_line_breaks_are_read(tmp_path: Path) -> None:
    file = tmp_path / "messages.tsv"
    file.write_text(HEADER + "# so\n\na\tmột\\nhai\tone\\ntwo\n", encoding="utf-8")
    assert read_messages(file) == {"a": ("một\nhai", "one\ntwo")}


def test_every_sentence_can_be_said_in_every_language() -> None:
    messages = read_messages(TABLE)
    for key, texts in messages.items():
        gaps = {name for _, name, _, _ in string.Formatter().parse(texts[0]) if name}
        for lang in LANGUAGES:
            assert say(key, lang, **dict.fromkeys(gaps, "…"))


def test_an_unknown_key_and_a_missing_value_are_errors_of_ours() -> None:
    assert not knows("no.such.key")
    with pytest.raises(KeyError):
        say("no.such.key")
    with pytest.raises(KeyError):
        say("store.none", "en")


def test_a_refusal_is_a_caller_error_in_every_language() -> None:
    refusal = Refusal("store.none", store="kho")
    assert isinstance(refusal, CallerError)
    assert str(refusal) == refusal.sentence("vi") != refusal.sentence("en")


def test_every_key_that_the_code_names_is_in_the_table() -> None:
    """Keys that are put together from parts are held by the tests of those parts."""
    root = Path(__file__).parent.parent
    files = [file for part in ("core", "ontology", "loaders", "queries", "viz") for file in (root / part).glob("*.py")]
    named = {
        key
        for file in files
        for key in re.findall(r"\b(?:say|Refusal)\(\s*\"([^\"{]+)\"", file.read_text(encoding="utf-8"))
    }
    assert len(named) > 40
    assert sorted(key for key in named if not knows(key)) == []
