"""Nested folders, shared with people and with teams, and recordings in them whose files lie in a folder on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.shapes.laws import Laws
from tests.shapes.nasty import NAMES, text
from tests.shapes.shape import MASKED, Ground, Shape, Tables, whole

TABLES = """
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY, name {text}, email {text} NOT NULL
);
CREATE TABLE teams (
    id INTEGER PRIMARY KEY, title {text}
);
CREATE TABLE team_members (
    team_id INTEGER NOT NULL REFERENCES teams (id), account_id INTEGER NOT NULL REFERENCES accounts (id),
    PRIMARY KEY (team_id, account_id)
);
CREATE TABLE folders (
    id INTEGER PRIMARY KEY, owner_id INTEGER REFERENCES accounts (id), parent_id INTEGER REFERENCES folders (id),
    title {text}
);
CREATE TABLE shares (
    id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL REFERENCES folders (id),
    with_account INTEGER REFERENCES accounts (id), with_team INTEGER REFERENCES teams (id),
    shared_by INTEGER REFERENCES accounts (id), note {text}
);
CREATE TABLE recordings (
    id INTEGER PRIMARY KEY, folder_id INTEGER REFERENCES folders (id), made_by INTEGER REFERENCES accounts (id),
    file_name {text}, caption {text}
);
CREATE TABLE shortcuts (
    id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id),
    folder_id INTEGER NOT NULL REFERENCES folders (id)
)
"""

POLICY = {
    "bailee.yaml": "firm: The Birdsong Archive\nmode: act\nregion: GB\n",
    "systems/disk.yaml": "system: disk\nconnector: files\nurl: files\nwrite_url: files\n",
    "systems/archive.yaml": """
system: archive
connector: sql
url: env:SHAPE_URL
write_url: env:SHAPE_URL
collections:
  account:
    table: accounts
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    fields: {name: name}
    on_erase: delete
  team:
    table: teams
    fields: {title: title}
  team_member:
    table: team_members
    owned_by: account.id = account_id
    accesses: team.id = team_id
    on_erase: delete
  folder:
    table: folders
    owned_by:
      - account.id = owner_id
      - {to: folder, on: {id: parent_id}, depth: all, on_parent_gone: null}
    fields: {title: title}
    on_erase: delete
    on_leave: {matched: null}
    on_copy: {owner_id: mask}
  share:
    table: shares
    owned_by: folder.id = folder_id
    accessed_by:
      - account.id = with_account
      - team.id = with_team
    accesses: folder.id = folder_id
    names: {to: account, on: {id: shared_by}, on_parent_gone: null}
    fields: {note: note}
    on_erase: delete
    on_leave: {matched: null}
    on_copy: {note: mask}
  recording:
    table: recordings
    owned_by:
      - {to: folder, on: {id: folder_id}, on_parent_gone: null, on_leave: {}}
      - {to: account, on: {id: made_by}}
    file: {root: disk, path: file_name}
    fields: {caption: caption}
    on_erase: delete
    on_leave: {matched: null}
    on_copy: {made_by: mask}
  shortcut:
    table: shortcuts
    owned_by: account.id = account_id
    accesses: {to: folder, on: {id: folder_id}, on_parent_gone: delete}
    on_erase: delete
""",
}

KEYS = {
    "account": ("accounts", "id"),
    "team": ("teams", "id"),
    "team_member": ("team_members", "team_id, account_id"),
    "folder": ("folders", "id"),
    "share": ("shares", "id"),
    "recording": ("recordings", "id"),
    "shortcut": ("shortcuts", "id"),
}
IDS = {"Alice": 1, "Bob": 2, "Carol": 3, "Dora": 4}


def _rows() -> Tables:
    random = Random(5)
    who = [1, 1, 2, 2, 3, None, None]
    folders: list[tuple[object, ...]] = [
        (1, 1, None, "Alice's"), (2, None, 1, "in it"), (3, 2, 2, "Bob's, in it"), (4, None, 3, "in Bob's"),
        (5, 1, 4, "Alice's again, in Bob's"), (6, None, None, "nobody's"), (7, 3, 7, "its own parent"),
    ]  # fmt: skip
    folders += [(n, random.choice(who), random.choice([None, *range(1, n)]), text(random)) for n in range(8, 31)]
    names = ["same.wav", "ü n'i.wav", *(f"{n}.wav" for n in range(1, 30))]
    return {
        "accounts": [(n, NAMES[n], f"{name.lower()}@post.example") for name, n in IDS.items()],
        "teams": [(1, "owls"), (2, "larks"), (3, None)],
        "team_members": [(1, 1), (1, 2), (2, 3), (3, 1), (3, 4)],
        "folders": folders,
        "shares": [
            (n, random.randint(1, 30), random.choice([None, 1, 2, 3, 4]), random.choice([None, None, 1, 2]),
             random.choice([1, 2, 3, None]), text(random))
            for n in range(1, 21)
        ],
        "recordings": [
            (n, random.choice([None, *range(1, 31)]), random.choice([*who, 4]), random.choice([*names, None]),
             text(random))
            for n in range(1, 61)
        ],
        "shortcuts": [(n, random.choice([1, 2, 3, 4]), random.randint(1, 30)) for n in range(1, 9)],
    }  # fmt: skip


# --- by hand -------------------------------------------------------------------------------------------------


def _under(roots: str) -> str:
    """The folders that ``roots`` selects, with all that lies in them."""
    return (
        f"WITH RECURSIVE r AS (SELECT id FROM folders WHERE {roots}"
        " UNION SELECT c.id FROM folders AS c JOIN r ON c.parent_id = r.id) SELECT id FROM r"
    )


def found(name: str) -> dict[str, str]:
    me = IDS[name]
    mine = _under(f"owner_id = {me}")
    to_me = f"with_account = {me} OR with_team IN (SELECT team_id FROM team_members WHERE account_id = {me})"
    seen = _under(
        f"id IN (SELECT folder_id FROM shares WHERE {to_me})"
        f" OR id IN (SELECT folder_id FROM shortcuts WHERE account_id = {me})"
    )
    made = f"folder_id IN ({mine}) OR made_by = {me}"
    return {
        "account own": f"SELECT id FROM accounts WHERE id = {me}",
        "team touch": f"SELECT team_id FROM team_members WHERE account_id = {me}",
        "team_member owned": f"SELECT team_id, account_id FROM team_members WHERE account_id = {me}",
        "folder owned": mine,
        "folder touch": f"SELECT id FROM folders WHERE id IN ({seen}) AND id NOT IN ({mine})",
        "share owned": f"SELECT id FROM shares WHERE folder_id IN ({mine})",
        "share touch": f"SELECT id FROM shares WHERE ({to_me} OR folder_id IN ({seen})) AND folder_id NOT IN ({mine})",
        "recording owned": f"SELECT id FROM recordings WHERE {made}",
        "recording touch": f"SELECT id FROM recordings WHERE folder_id IN ({seen})"
        f" AND NOT (folder_id IN ({mine}) OR COALESCE(made_by, 0) = {me})",
        "shortcut owned": f"SELECT id FROM shortcuts WHERE account_id = {me}",
    }


def copied(name: str) -> dict[str, list[str]]:
    keys = found(name)
    cell = f"CASE WHEN {{0}} IS NOT NULL THEN '{MASKED}' END"
    seen = {
        "team": f"SELECT * FROM teams WHERE id IN ({keys['team touch']})",
        "folder": f"SELECT id, {cell.format('owner_id')}, parent_id, title FROM folders"
        f" WHERE id IN ({keys['folder touch']})",
        "share": f"SELECT id, folder_id, with_account, with_team, shared_by, {cell.format('note')} FROM shares"
        f" WHERE id IN ({keys['share touch']})",
        "recording": f"SELECT id, folder_id, {cell.format('made_by')}, file_name, caption FROM recordings"
        f" WHERE id IN ({keys['recording touch']})",
    }
    return whole(keys, KEYS, seen)


def erased(names: Sequence[str], day: str) -> Iterator[str]:
    mine = ", ".join(str(IDS[name]) for name in names)
    theirs, others = _under(f"owner_id IN ({mine})"), _under(f"owner_id NOT IN ({mine})")
    doomed = f"SELECT id FROM folders WHERE id IN ({theirs}) AND id NOT IN ({others})"
    yield (
        f"DELETE FROM recordings WHERE (made_by IS NULL OR made_by IN ({mine}))"
        f" AND (folder_id IS NULL OR folder_id NOT IN ({others}))"
        f" AND (COALESCE(made_by, 0) IN ({mine}) OR folder_id IN ({theirs}))"
    )
    yield f"UPDATE recordings SET folder_id = NULL WHERE folder_id IN ({doomed})"
    yield f"UPDATE recordings SET made_by = NULL WHERE made_by IN ({mine})"
    yield f"DELETE FROM shares WHERE folder_id IN ({doomed})"
    yield f"UPDATE shares SET with_account = NULL WHERE with_account IN ({mine})"
    yield f"UPDATE shares SET shared_by = NULL WHERE shared_by IN ({mine})"
    yield f"DELETE FROM team_members WHERE account_id IN ({mine})"
    yield f"DELETE FROM shortcuts WHERE account_id IN ({mine}) OR folder_id IN ({doomed})"
    yield f"UPDATE folders SET title = 'DOOMED' WHERE id IN ({doomed})"
    gone = "SELECT id FROM (SELECT id FROM folders WHERE title = 'DOOMED') AS f"
    yield f"UPDATE folders SET parent_id = NULL WHERE parent_id IN ({gone})"
    yield "DELETE FROM folders WHERE title = 'DOOMED'"
    yield f"UPDATE folders SET owner_id = NULL WHERE owner_id IN ({mine})"
    yield f"DELETE FROM accounts WHERE id IN ({mine})"


SHAPE = Shape(
    TABLES,
    POLICY,
    _rows(),
    {name: [f"{name.lower()}@post.example"] for name in IDS},
    found,
    copied,
    erased,
    pairs=[("Alice", "Bob"), ("Bob", "Carol"), ("Carol", "Alice"), ("Dora", "Bob")],
    files="SELECT file_name FROM recordings WHERE file_name IS NOT NULL",
)


class TestFolders(Laws):
    """Folders in folders, shared."""

    def test_a_copy_brings_the_files_that_no_row_of_others_names(self, ground: Ground) -> None:
        ground.fill()
        for name, _, files in ground.copy(*IDS):
            keys = found(name)
            reached = f"id IN ({keys['recording owned']}) OR id IN ({keys['recording touch']})"
            expected = (
                f"SELECT DISTINCT file_name FROM recordings WHERE file_name IS NOT NULL AND ({reached})"
                f" AND file_name NOT IN (SELECT file_name FROM recordings WHERE file_name IS NOT NULL"
                f" AND NOT ({reached}))"
            )
            assert files == sorted(one for (one,) in ground.run(expected)), name
