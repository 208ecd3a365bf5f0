"""Test that the package holds what the repository holds, under one name, and that the documents name real commands."""

from __future__ import annotations

import fnmatch
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[1]
FOLDERS = ("core", "ontology", "loaders", "queries", "viz")
#: The targets that the documents and the people rely on.
TARGETS = {"demo", "test", "check", "bench", "accuracy"}


def project() -> dict[str, Any]:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))


def files_of_packages() -> set[str]:
    """Name every file of the package as it must be named in the wheel."""
    folders: dict[str, str] = project()["tool"]["setuptools"]["package-dir"]
    return {
        f"{package.replace('.', '/')}/{file.relative_to(REPOSITORY / folder).as_posix()}"
        for package, folder in folders.items()
        for file in (REPOSITORY / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_the_packages_are_the_folders() -> None:
    setuptools = project()["tool"]["setuptools"]
    with_code = {
        file.parent.relative_to(REPOSITORY).as_posix()
        for folder in FOLDERS
        for file in (REPOSITORY / folder).rglob("__init__.py")
    }
    assert set(setuptools["package-dir"].values()) == with_code == {*FOLDERS, "viz/pictures", "viz/web"}
    assert setuptools["packages"] == list(setuptools["package-dir"])
    assert setuptools["package-dir"] == {
        "cancu" if folder == "core" else f"cancu.{folder.replace('/', '.')}": folder
        for folder in setuptools["package-dir"].values()
    }


def test_every_data_file_is_declared() -> None:
    patterns = project()["tool"]["setuptools"]["package-data"]["*"]
    packages = [f"{name.replace('.', '/')}/" for name in project()["tool"]["setuptools"]["packages"]]
    # A pattern is about what stands below the innermost package.
    data = {
        name.removeprefix(max((one for one in packages if name.startswith(one)), key=len))
        for name in files_of_packages()
        if not name.endswith(".py")
    }
    assert {name for name in data if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)} == set()
    # A pattern that fits nothing is a mistake in it, or a kind of file that has gone.
    assert {".tsv", ".ttl", ".rq", ".typed"} <= {Path(name).suffix for name in data}


def test_the_command_leads_to_the_package() -> None:
    (command,) = (one for one in importlib.metadata.entry_points(group="console_scripts") if one.name == "cancu")
    assert project()["project"]["scripts"] == {"cancu": command.value} == {"cancu": "cancu.__main__:main"}
    assert callable(command.load())


ALL_MODULES = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
print(*sorted(name for name in sys.modules if "." not in name))
"""


def test_no_part_is_importable_under_a_second_name(tmp_path: Path) -> None:
    files = (name.removesuffix(".py") for name in files_of_packages() if name.endswith(".py"))
    modules = sorted(name.replace("/", ".").removesuffix(".__init__") for name in files)
    done = subprocess.run(
        [sys.executable, "-c", ALL_MODULES, *modules], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    loaded = set(done.stdout.split())
    assert {"cancu", "rdflib"} <= loaded
    assert not loaded & set(FOLDERS)
    assert not set(sys.modules) & set(FOLDERS)


# --- the wheel --------------------------------------------------------------------------------------------------------


def setuptools_is_new_enough() -> bool:
    try:
        version = importlib.metadata.version("setuptools")
    except importlib.metadata.PackageNotFoundError:
        return False
    return int(version.split(".")[0]) >= 77


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the sources, without the network."""
    if not setuptools_is_new_enough():
        pytest.skip("building the wheel needs setuptools>=77, as pyproject.toml says")
    if importlib.util.find_spec("pip") is None:
        pytest.skip("building the wheel needs pip")
    place = tmp_path_factory.mktemp("wheel")
    sources = place / "sources"
    for folder in FOLDERS:
        shutil.copytree(REPOSITORY / folder, sources / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copyfile(REPOSITORY / name, sources / name)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"),
            *("--disable-pip-version-check", "--wheel-dir", str(place), str(sources)),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    (built,) = place.glob("*.whl")
    return built


def test_the_wheel_holds_all_files_and_no_others(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == files_of_packages()


def test_the_wheel_works_on_its_own(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    smoke = (
        "import sys, cancu, cancu.ontology.lexicon as lexicon, cancu.ontology.schemes as schemes\n"
        "from cancu.loaders.extract import extract_text\n"
        "from cancu.queries.catalogue import questions\n"
        "found = extract_text('Căn cứ Quyết định số 90/QĐ-TTg ngày 18/01/2022 của Thủ tướng Chính phủ;')\n"
        "assert found.citations[0].number == '90/QĐ-TTg' and lexicon.document_types() and questions()\n"
        "assert schemes.vocabulary_ntriples()\n"
        "print(cancu.__file__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", smoke],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == tmp_path / "site" / "cancu" / "__init__.py"


# --- documents --------------------------------------------------------------------------------------------------------


def targets() -> set[str]:
    text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z0-9-]*) *:(?!=)", text, re.MULTILINE))


def test_the_makefile_has_the_targets_that_people_rely_on() -> None:
    assert targets() >= TARGETS


@pytest.mark.parametrize("name", ["README.md", "README.vi.md"])
def test_the_readme_names_only_targets_that_are_there(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    named = set(re.findall(r"\bmake ([a-z][a-z0-9-]*)", "\n".join(re.findall(r"`+[^`]*`+", text))))
    assert {"demo", "test"} <= named <= targets()


def test_the_makefile_runs_what_is_there() -> None:
    text = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    scripts = set(re.findall(r"-m (tests\.[a-z_]+)", text))
    assert scripts >= {"tests.accuracy", "tests.bench"}
    assert {script for script in scripts if not (REPOSITORY / f"{script.replace('.', '/')}.py").is_file()} == set()
