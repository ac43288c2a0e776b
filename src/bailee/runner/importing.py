"""Maps of other tools, brought into the policy folder as systems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bailee.draft import page
from bailee.draft.fides import Carried, NotFides, datasets


@dataclass(frozen=True, slots=True)
class Imported:
    """A system that was written into ``file``; ``warnings``: what did not carry over."""

    file: Path
    collections: int
    warnings: tuple[str, ...]


def fides(folder: Path, source: Path) -> tuple[Imported, ...]:
    """Write a system for each dataset of the Fides file ``source``; its address is ``env:NAME_URL``.

    Nothing is written over. Raises `NotFides` where the file is none, or a system of the name is there.
    """
    try:
        said: Any = YAML(typ="safe").load(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotFides(
            f"the file cannot be read: {error.strerror}", "see its name, and that this account may"
        ) from None
    except (YAMLError, UnicodeDecodeError):
        raise NotFides("the file is no YAML", "give a dataset file as Fides takes it") from None
    found = datasets(said)
    files = [folder / "systems" / f"{one.name}.yaml" for one in found]
    for file in files:
        if file.exists():
            raise NotFides(f"{file.name} is there already", "move it away, or change fides_key")
    for one, file in zip(found, files, strict=True):
        file.parent.mkdir(exist_ok=True)
        file.write_text(_text(one), encoding="utf-8")
    return tuple(
        Imported(file, len(one.collections), tuple(one.warnings)) for one, file in zip(found, files, strict=True)
    )


def _text(one: Carried) -> str:
    lines = [
        "# Brought over from a dataset of Fides by `bailee import fides`. See whose each row is before you rely on it.",
        "",
        f"system: {one.name}",
        f"title: {page.flow(one.title)}",
        "connector: sql",
        f"url: env:{page.variable(one.name)}_URL",
        "",
        "collections:",
    ]
    for name, made in one.collections.items():
        lines.append(f"  {name}:" if made else f"  {name}: {{}}")
        lines += [f"    {word}: {page.flow(value)}" for word, value in made.items()]
    return "\n".join(lines) + "\n"
