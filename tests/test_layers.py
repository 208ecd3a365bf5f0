"""Keep the layers one-way: each part imports what lies below it, and nothing that lies beside or above."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]

#: The folder of each part, and the parts that it may import beside itself.
FOLDERS = {
    "core": "cancu",
    "ontology": "cancu.ontology",
    "loaders": "cancu.loaders",
    "queries": "cancu.queries",
    "viz": "cancu.viz",
}
BELOW: Mapping[str, frozenset[str]] = {
    "cancu": frozenset(),
    "cancu.ontology": frozenset({"cancu"}),
    "cancu.loaders": frozenset({"cancu", "cancu.ontology"}),
    "cancu.queries": frozenset({"cancu", "cancu.ontology"}),
    "cancu.viz": frozenset({"cancu", "cancu.ontology", "cancu.queries"}),
    # The command line stands on top, and nobody imports it; what it hands to other processes is in cancu.api.
    "cancu.__main__": frozenset({*FOLDERS.values(), "cancu.api"}),
    # So does what Python programs call, which the package's own `open` alone imports.
    "cancu.api": frozenset(FOLDERS.values()),
}


def modules() -> dict[str, Path]:
    """Give the file of every module."""
    found = {}
    for folder, package in FOLDERS.items():
        for file in sorted((REPOSITORY / folder).rglob("*.py")):
            inner = file.relative_to(REPOSITORY / folder).with_suffix("").parts
            found[".".join((package, *inner)).removesuffix(".__init__")] = file
    return found


MODULES = modules()


def part_of(module: str) -> str:
    """Give the part that a module belongs to."""
    if module in ("cancu.__main__", "cancu.api"):
        return module
    return max((part for part in FOLDERS.values() if f"{module}.".startswith(f"{part}.")), key=len)


def imports_of(module: str, source: str, *, lazy: bool = True) -> Iterator[str]:
    """Yield the modules of ours that a source imports; without ``lazy`` only those that its own import brings in."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.split(".")[0] == "cancu")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: an import that does not name its package"
            if node.module is not None and node.module.split(".")[0] == "cancu":
                for name in node.names:
                    whole = f"{node.module}.{name.name}"
                    yield whole if whole in MODULES else node.module
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not lazy:
            continue
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not lazy:
            waiting += node.orelse
            continue
        waiting += ast.iter_child_nodes(node)


def breaches(module: str, source: str) -> list[str]:
    """Name what a module may not import."""
    allowed = BELOW[part_of(module)] | {part_of(module)} | ({"cancu.api"} if module == "cancu" else set())
    return [f"{module} imports {other}" for other in imports_of(module, source) if part_of(other) not in allowed]


def test_all_parts_are_there() -> None:
    assert {part_of(module) for module in MODULES} >= set(FOLDERS.values())
    assert len(MODULES) >= 20


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_lies_below_it(module: str) -> None:
    assert breaches(module, MODULES[module].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("cancu.queries.store", "from cancu.loaders import load", ["cancu.queries.store imports cancu.loaders.load"]),
        (
            "cancu.queries.store",
            "def f():\n    import cancu.loaders.load",
            ["cancu.queries.store imports cancu.loaders.load"],
        ),
        (
            "cancu.viz",
            "if TYPE_CHECKING:\n    from cancu.loaders.load import Report",
            ["cancu.viz imports cancu.loaders.load"],
        ),
        (
            "cancu.ontology.iris",
            "from cancu.queries.store import Store",
            ["cancu.ontology.iris imports cancu.queries.store"],
        ),
        ("cancu.model", "import cancu.ontology", ["cancu.model imports cancu.ontology"]),
        ("cancu.loaders.load", "from cancu.viz import nothing", ["cancu.loaders.load imports cancu.viz"]),
        ("cancu.loaders.load", "from cancu.__main__ import main", ["cancu.loaders.load imports cancu.__main__"]),
        ("cancu.viz", "from cancu.queries.store import Store\nfrom cancu.model import Citation\nimport os", []),
        ("cancu.__main__", "from cancu.loaders.load import load_paths\nfrom cancu.viz import tree", []),
        ("cancu.loaders.graph", "from cancu import __version__", []),
    ],
)
def test_a_breach_is_seen(module: str, source: str, found: list[str]) -> None:
    assert breaches(module, source) == found


def test_no_module_needs_itself_to_be_imported() -> None:
    needs = {
        module: {
            other
            for other in imports_of(module, file.read_text(encoding="utf-8"), lazy=False)
            if other != "cancu" and other != module
        }
        for module, file in MODULES.items()
    }
    order = list(TopologicalSorter(needs).static_order())
    assert order.index("cancu.model") < order.index("cancu.loaders.load")


def test_the_package_itself_imports_nothing() -> None:
    source = (REPOSITORY / "core" / "__init__.py").read_text(encoding="utf-8")
    assert list(imports_of("cancu", source, lazy=False)) == []
    assert list(imports_of("cancu", source)).count("cancu.api") == 2


def test_the_parts_are_imported_by_their_full_names_only() -> None:
    for module, file in MODULES.items():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                names.append(node.module)
            assert not {name.split(".")[0] for name in names} & set(FOLDERS), module
