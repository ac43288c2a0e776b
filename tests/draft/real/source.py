"""Schemas of real applications: fetched from package registries, built in an empty database, never committed.

`source.yaml` beside the answers names the packages by version and sha256, and says how the schema is made of them: SQL
inside an archive, or what the application runs itself (Django's `migrate`, Tryton's update) in an environment of its
own. What is fetched lies in `CACHE`, outside of the repository, and serves the next run without a network.
"""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ruamel.yaml import YAML
from sqlalchemy.engine import URL, make_url

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bailee-schemas"
PATIENCE = 900  # seconds for an application to make its tables


class CannotFetchError(Exception):
    """What a schema is made of is not in the cache, and cannot be fetched here; the message says why."""


@dataclass(frozen=True)
class Source:
    """`source.yaml` of an application, read."""

    name: str
    database: str
    says: Mapping[str, Any]

    @property
    def about(self) -> str:
        """What it is, and of which version."""
        return f"{self.says['is']}, {self.says['version']}"


def load(folder: Path) -> Source:
    """Return what ``folder`` says of its schema."""
    said = YAML(typ="safe").load(folder / "source.yaml")
    return Source(folder.name, said["database"], said)


def build(source: Source, url: str) -> None:
    """Make the application's empty tables in the empty database at ``url``.

    Raises CannotFetchError where a package is neither in the cache nor to be had, ValueError where one is not the
    package that was named (sha256).
    """
    if "environment" in source.says:
        _run_application(source, url)
        if then := source.says.get("then"):
            _run_sql(make_url(url), "\n".join(then))
    else:
        _run_sql(make_url(url), "\n".join(_statements(source)))


# --- SQL inside an archive -----------------------------------------------------------------------------------


def _statements(source: Source) -> Iterator[str]:
    for part in source.says["sql"]:
        archive = source.says["archives"][part["archive"]]
        for text in _members(fetch(archive), part["files"]):
            yield _made(_through(source, part["through"], text) if "through" in part else text, part)
    yield from source.says.get("then") or ()


def _through(source: Source, command: Sequence[str], text: str) -> str:
    """Return what a command makes of a file: for a package whose SQL stands in a program."""
    try:
        home = _home(source)
        ran = subprocess.run(list(command), input=text, cwd=home, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise CannotFetchError(f"{command[0]} is not installed") from None
    if ran.returncode:
        raise RuntimeError(f"{source.name}: {command[0]} ended with {ran.returncode}:\n{ran.stderr[-2000:]}")
    return ran.stdout


def _home(source: Source) -> Path:
    """Return the folder in which the application's commands run, with the files that `source.yaml` has for it."""
    home = CACHE / "work" / source.name
    home.mkdir(parents=True, exist_ok=True)
    for name, text in (source.says.get("files") or {}).items():
        (home / name).write_text(text)
    return home


def _made(text: str, part: Mapping[str, Any]) -> str:
    """Return the SQL in a file: all of it, or what ``find`` finds before ``until``, written as ``write``."""
    if "until" in part:
        text = text.partition(part["until"])[0]
    if "find" in part:
        found = re.finditer(part["find"], text, re.DOTALL)
        text = "\n".join(one.expand(part.get("write", r"\1;")) for one in found)
    for pattern, instead in (part.get("replace") or {}).items():
        text = re.sub(pattern, instead, text)
    return text + "\n"


def _members(archive: Path, wanted: Sequence[str]) -> Iterator[str]:
    """Yield the text of the files in an archive, in the order of the patterns, and of names within one."""
    found = _read(archive, wanted)
    for pattern in wanted:
        names = sorted(name for name in found if fnmatch(name, pattern))
        if not names:
            raise ValueError(f"{archive.name} has no {pattern}")
        yield from (found[name].decode() for name in names)


def _read(archive: Path, wanted: Sequence[str]) -> dict[str, bytes]:
    def asked(name: str) -> bool:
        return any(fnmatch(name, pattern) for pattern in wanted)

    if archive.suffix in {".whl", ".zip"}:
        with zipfile.ZipFile(archive) as opened:
            return {name: opened.read(name) for name in opened.namelist() if asked(name)}
    if archive.suffix == ".deb":
        unpacked = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE)  # noqa: S607
        with unpacked, tarfile.open(fileobj=unpacked.stdout, mode="r|") as stream:
            return dict(_of_tar(stream, asked))
    with tarfile.open(archive) as stream:
        return dict(_of_tar(stream, asked))


def _of_tar(stream: tarfile.TarFile, asked: Any) -> Iterator[tuple[str, bytes]]:
    for member in stream:
        name = member.name.removeprefix("./")
        if member.isfile() and asked(name):
            file = stream.extractfile(member)
            yield name, file.read() if file else b""


def _run_sql(url: URL, text: str) -> None:
    """Run many statements as the database's own driver takes them."""
    if url.get_backend_name() == "sqlite":
        with sqlite3.connect(str(url.database)) as plain:
            plain.executescript(text)
        plain.close()
        return
    many = {"client_flag": 1 << 16} if "pymysql" in url.drivername else {}  # CLIENT.MULTI_STATEMENTS
    engine = sa.create_engine(url, connect_args=many)
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(text)
        while cursor.nextset():
            pass
        connection.commit()
    finally:
        connection.close()
        engine.dispose()


# --- an application that makes its own tables ----------------------------------------------------------------


def _run_application(source: Source, url: str) -> None:
    python = _environment(source)
    place = make_url(url)
    words = {
        "URL": url,
        "BACKEND": place.get_backend_name(),
        "NAME": place.database or "",
        "USER": place.username or "",
        "PASSWORD": str(place.password or ""),
        "HOST": place.host or "",
        "PORT": str(place.port or ""),
        "DJANGO_SETTINGS_MODULE": "settings",
    }
    home = _home(source)
    for command in source.says["run"]:
        line = [str(python.with_name(command[0])), *command[1:]]
        ran = subprocess.run(
            line, cwd=home, env=os.environ | words, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        if ran.returncode:
            raise RuntimeError(f"{source.name}: {' '.join(command)} ended with {ran.returncode}:\n{ran.stderr[-2000:]}")


def _environment(source: Source) -> Path:
    """Return the interpreter of an environment that has the packages, made where it is not there yet."""
    wheels = [str(fetch(archive)) for archive in source.says["archives"].values()]
    wanted = [*wheels, *source.says["environment"]]
    home = CACHE / "environments" / f"{source.name}-{hashlib.sha256(repr(wanted).encode()).hexdigest()[:12]}"
    python = home / "bin" / "python"
    if not (home / "done").exists():
        venv.create(home, with_pip=True, clear=True)
        line = [str(python), "-m", "pip", "install", "--quiet", *wanted]
        told = subprocess.run(line, capture_output=True, text=True, check=False)
        if told.returncode:
            raise CannotFetchError(f"pip cannot install {source.says['is']}: {_last(told.stderr)}")
        (home / "done").touch()
    return python


# --- fetching ------------------------------------------------------------------------------------------------


def fetch(archive: Mapping[str, str]) -> Path:
    """Return the archive's file, from the cache or from its registry.

    Raises CannotFetchError where it is not to be had, ValueError where its sha256 is another than what is written down.
    """
    file = CACHE / "archives" / archive["file"]
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        told = subprocess.run(_command(archive), cwd=file.parent, capture_output=True, text=True, check=False)
        if told.returncode or not file.exists():
            raise CannotFetchError(f"{archive['kind']} has no {archive['file']} for this machine: {_last(told.stderr)}")
    there = hashlib.sha256(file.read_bytes()).hexdigest()
    if there != archive["sha256"]:
        raise ValueError(f"{file} is not the package that was named: its sha256 is {there}")
    return file


def _command(archive: Mapping[str, str]) -> list[str]:
    name, version = archive["package"], archive["version"]
    if archive["kind"] == "deb":
        return ["apt-get", "download", f"{name}={version}"]
    if archive["kind"] == "npm":
        return ["npm", "pack", "--silent", f"{name}@{version}"]
    return [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"{name}=={version}"]


def _last(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "it does not say why")
