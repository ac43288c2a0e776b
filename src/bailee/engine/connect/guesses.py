"""``systems/NAME.guesses.jsonl``: what was drafted of a system and waits to be taken over, or struck out."""

from __future__ import annotations

from pathlib import Path

from bailee.draft import Draft, lines


def find_guesses_path(folder: Path, name: str) -> Path:
    """Return the file of system ``name``."""
    return folder / "systems" / f"{name}.guesses.jsonl"


def write_guesses(folder: Path, name: str, draft: Draft) -> None:
    """Write the draft down; where it has neither guesses nor notes there is no file."""
    file = find_guesses_path(folder, name)
    if not (draft.guesses or draft.notes):
        file.unlink(missing_ok=True)
        return
    part = file.with_name(f".{file.name}.part")
    part.write_text(lines.write_draft(draft, name), encoding="utf-8")
    part.replace(file)


def load_guesses(folder: Path, name: str) -> Draft:
    """Return what was drafted, less what was struck out or taken over. Raises `lines.UnreadableLineError`."""
    file = find_guesses_path(folder, name)
    return lines.read_draft(file.read_text(encoding="utf-8")) if file.exists() else Draft({}, ())
