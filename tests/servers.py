"""Start SPARQL servers that are not our own code, on free ports and in folders of their own, and stop them again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

__all__ = ["SERVERS", "Server", "running"]

#: How long a server may take to start, on a busy machine.
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """Hold the addresses of a running server: for queries, for updates, and one that asks for a password."""

    name: str
    query: str
    update: str
    guarded: str | None = None


def need(found: str | Path | None, name: str) -> str:
    """Give the program of a server; without it a test is skipped, but not where CI promises it."""
    if found is not None and Path(found).exists():
        return str(found)
    absent = f"{name} is not installed"
    if os.environ.get("CI") == "true":
        pytest.fail(absent)
    pytest.skip(absent)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(command: list[str], folder: Path, url: str, log: str = "server.log") -> Iterator[None]:
    """Run a server until it answers at ``url``, and end it with all that it started."""
    with open(folder / log, "wb") as out:
        process = subprocess.Popen(
            command, cwd=folder, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        end = time.monotonic() + _PATIENCE
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"{command[0]} does not start:\n{(folder / log).read_text(errors='replace')[:2000]}")
            time.sleep(0.05)
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}?query=ASK%7B%7D", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[Server]:
    """Run ``oxigraph serve`` (a wheel)."""
    program = need(Path(sys.executable).with_name("oxigraph"), "oxigraph")
    bind = f"127.0.0.1:{free_port()}"
    url = f"http://{bind}/query"
    with started([program, "serve", "--bind", bind, *options], folder, url):
        yield Server("oxigraph", url, f"http://{bind}/update")


_VIRTUOSO_INI = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = .
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryExecutionTime = 30
"""
_GRANTS = ('grant SPARQL_UPDATE to "SPARQL"', 'grant execute on DB.DBA.L_O_LOOK to "SPARQL_UPDATE"')


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    """Run Virtuoso (Debian: virtuoso-opensource-7), which gives at most 10000 rows and says so in a header only."""
    program, client = need(shutil.which("virtuoso-t"), "virtuoso-t"), need(shutil.which("isql-vt"), "isql-vt")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO_INI.format(sql=sql, http=http))
    url = f"http://127.0.0.1:{http}/sparql"
    with started([program, "+foreground", "+configfile", "virtuoso.ini"], folder, url):
        grants = [f"exec={grant}" for grant in _GRANTS]
        subprocess.run([client, f"127.0.0.1:{sql}", "dba", "dba", *grants], check=True, capture_output=True)
        yield Server("virtuoso", url, url, guarded=f"{url}-auth")


_JARS = Path("/usr/share/java")
_NEEDED_JARS = (
    "jena-arq", "jena-base", "jena-core", "jena-dboe-base", "jena-dboe-index", "jena-dboe-storage",
    "jena-dboe-trans-data", "jena-dboe-transaction", "jena-iri", "jena-tdb2", "commons-codec", "commons-compress",
    "commons-csv", "commons-io", "commons-lang3", "gson", "guava", "httpclient", "httpcore", "jackson-annotations",
    "jackson-core", "jackson-databind", "jcl-over-slf4j", "protobuf", "slf4j-api", "slf4j-nop", "thrift",
)  # fmt: skip
# Debian's package has these files at a place where Jena does not look for them.
_MISPLACED = "org/apache/jena/ext/"


@contextmanager
def jena(folder: Path) -> Iterator[Server]:
    """Run Jena TDB2 (Debian: libapache-jena-java) behind a small server of ours; Debian has none for it."""
    java, _ = need(shutil.which("java"), "java"), need(shutil.which("javac"), "javac")
    need(_JARS / "jena-tdb2.jar", "Jena")
    with zipfile.ZipFile(_JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith(f"{_MISPLACED}xerces/") and not name.endswith("/"):
                target = folder / "found" / name.removeprefix(_MISPLACED)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    jars = [str(file) for name in _NEEDED_JARS if (file := _JARS / f"{name}.jar").exists()]
    port = free_port()
    url = f"http://127.0.0.1:{port}/sparql"
    command = [java, "-XX:TieredStopAtLevel=1", "-cp", ":".join(["found", *jars])]
    with started([*command, str(Path(__file__).with_name("JenaServer.java")), str(port)], folder, url):
        yield Server("jena", url, url)


SERVERS = {"oxigraph": oxigraph, "virtuoso": virtuoso, "jena": jena}


@contextmanager
def running(name: str, folder: Path) -> Iterator[Server]:
    """Run the server of that name; those that are no part of the development set-up only for ``make servers``."""
    if name != "oxigraph" and os.environ.get("CANCU_SERVERS") != "all":
        pytest.skip("tried by make servers")
    with SERVERS[name](folder) as server:
        yield server
