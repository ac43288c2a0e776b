"""Votes, reactions and bookmarks on what others wrote; who leaves is anonymised, and what they said is removed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.shapes.laws import Laws
from tests.shapes.nasty import NAMES, moment, text
from tests.shapes.shape import MASKED, NOW, Shape, Tables, whole

TABLES = """
CREATE TABLE people (
    id INTEGER PRIMARY KEY, name {text} NOT NULL, email {text} UNIQUE, avatar {text}, erased_at {time}
);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES people (id), body {text} NOT NULL, score INTEGER
);
CREATE TABLE comments (
    id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id), author_id INTEGER REFERENCES people (id),
    parent_id INTEGER REFERENCES comments (id), body {text}, written_at {time}
);
CREATE TABLE votes (
    post_id INTEGER NOT NULL REFERENCES posts (id), voter_id INTEGER NOT NULL REFERENCES people (id),
    way INTEGER NOT NULL, PRIMARY KEY (post_id, voter_id)
);
CREATE TABLE reactions (
    id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people (id), target_kind {text} NOT NULL,
    target_id INTEGER NOT NULL, emoji {text}
);
CREATE TABLE bookmarks (
    id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people (id),
    post_id INTEGER NOT NULL REFERENCES posts (id), label {text}
)
"""

POLICY = {
    "bailee.yaml": "firm: The Allotment Talk\nmode: act\nregion: GB\n",
    "systems/talk.yaml": """
system: talk
connector: sql
url: env:SHAPE_URL
write_url: env:SHAPE_URL
collections:
  person:
    table: people
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    fields: {name: name, avatar: avatar}
    erased_when: erased_at is not null
    on_erase: {anonymise: {name: "[gone]", email: null, avatar: null, erased_at: now}}
  post:
    table: posts
    owned_by: person.id = author_id
    fields: {body: body}
    opaque: {score: a sum that is worked out each night}
    on_erase: {anonymise: {body: "[removed]"}}
  comment:
    table: comments
    owned_by: person.id = author_id
    accessed_by: post.id = post_id
    names: {to: comment, on: {id: parent_id}, on_parent_gone: null}
    fields: {body: body, written_at: written_at}
    on_erase: delete
    on_copy: {author_id: mask}
  vote:
    table: votes
    owned_by: person.id = voter_id
    accessed_by: {to: post, on: {id: post_id}, on_copy: {voter_id: mask}}
    fields: {way: way}
    on_erase: delete
  reaction:
    table: reactions
    owned_by: person.id = person_id
    accessed_by:
      - {to: post, on: {id: target_id}, when: "target_kind = 'post'", on_parent_gone: delete}
      - {to: comment, on: {id: target_id}, when: {target_kind: comment}, on_parent_gone: delete}
    fields: {emoji: emoji}
    on_erase: delete
    on_copy: {person_id: mask}
  bookmark:
    table: bookmarks
    owned_by: person.id = person_id
    accesses: {to: post, on: {id: post_id}, on_copy: {author_id: mask}}
    fields: {label: label}
    on_erase: delete
""",
}

KEYS = {
    "person": ("people", "id"),
    "post": ("posts", "id"),
    "comment": ("comments", "id"),
    "vote": ("votes", "post_id, voter_id"),
    "reaction": ("reactions", "id"),
    "bookmark": ("bookmarks", "id"),
}
IDS = {"Alice": 1, "Bob": 2, "Carol": 3, "Dora, who never joined": 99}
PEOPLE = {
    "Alice": ["alice@post.example"],
    "Bob": [" BOB@POST.example "],
    "Carol": ["carol@post.example"],
    "Dora, who never joined": ["dora@post.example"],
}


def _rows() -> Tables:
    random = Random(2)
    who = [1, 1, 2, 2, 3, 4, 5]
    votes = sorted({(random.randint(1, 15), random.choice(who)) for _ in range(40)})
    comments = [
        (n, random.randint(1, 15), random.choice([*who, None]), random.choice([None, *range(1, n)]), text(random),
         moment(random))
        for n in range(1, 51)
    ]  # fmt: skip
    return {
        "people": [
            (1, NAMES[0], "alice@post.example", "a.png", None),
            (2, NAMES[1], "bob@post.example", None, None),
            (3, NAMES[2], "carol@post.example", "", None),
            (4, "[gone]", None, None, "2024-02-29 00:00:00"),
            (5, NAMES[8], None, "n/a", None),
        ],
        "posts": [(n, random.choice(who), text(random) or "", random.choice([None, 0, 3])) for n in range(1, 16)],
        "comments": comments,
        "votes": [(post, voter, random.choice((1, -1))) for post, voter in votes],
        "reactions": [
            (
                n,
                random.choice(who),
                random.choice(("post", "post", "comment", "comment", "Post", "comment ", "photo")),
                random.randint(1, 50),
                "🙂",
            )
            for n in range(1, 61)
        ],
        "bookmarks": [(n, random.choice(who), random.randint(1, 15), text(random)) for n in range(1, 13)],
    }


# --- by hand -------------------------------------------------------------------------------------------------


def _is(kind: str) -> str:
    """Compare bytewise, on MariaDB too, which otherwise minds neither capitals nor blanks at the end."""
    return f"(target_kind <> '' AND LENGTH(REPLACE(target_kind, '{kind}', '')) = 0)"


def _parts(me: int) -> dict[str, str]:
    posts = f"SELECT id FROM posts WHERE author_id = {me}"
    marked = f"SELECT post_id FROM bookmarks WHERE person_id = {me}"
    comments = f"SELECT id FROM comments WHERE author_id = {me} OR post_id IN ({posts}) OR post_id IN ({marked})"
    return {"posts": posts, "marked": marked, "comments": comments}


def found(name: str) -> dict[str, str]:
    me = IDS[name]
    of = _parts(me)
    about = f"post_id IN ({of['posts']}) OR post_id IN ({of['marked']})"
    return {
        "person own": f"SELECT id FROM people WHERE id = {me}",
        "post owned": of["posts"],
        "post touch": f"SELECT id FROM posts WHERE author_id <> {me} AND id IN ({of['marked']})",
        "comment owned": f"SELECT id FROM comments WHERE author_id = {me}",
        "comment touch": f"SELECT id FROM comments WHERE COALESCE(author_id, 0) <> {me} AND ({about})",
        "vote owned": f"SELECT post_id, voter_id FROM votes WHERE voter_id = {me}",
        "vote touch": f"SELECT post_id, voter_id FROM votes WHERE voter_id <> {me} AND ({about})",
        "reaction owned": f"SELECT id FROM reactions WHERE person_id = {me}",
        "reaction touch": f"SELECT id FROM reactions WHERE person_id <> {me} AND ({_reacted(of)})",
        "bookmark owned": f"SELECT id FROM bookmarks WHERE person_id = {me}",
    }


def _reacted(of: dict[str, str]) -> str:
    return (
        f"{_is('post')} AND (target_id IN ({of['posts']}) OR target_id IN ({of['marked']}))"
        f" OR {_is('comment')} AND target_id IN ({of['comments']})"
    )


def copied(name: str) -> dict[str, list[str]]:
    keys = found(name)
    seen = {
        "post": f"SELECT id, '{MASKED}', body, score FROM posts WHERE id IN ({keys['post touch']})",
        "comment": f"SELECT id, post_id, CASE WHEN author_id IS NOT NULL THEN '{MASKED}' END, parent_id, body,"
        f" written_at FROM comments WHERE id IN ({keys['comment touch']})",
        "vote": f"SELECT post_id, '{MASKED}', way FROM votes WHERE (post_id, voter_id) IN ({keys['vote touch']})",
        "reaction": f"SELECT id, '{MASKED}', target_kind, target_id, emoji FROM reactions"
        f" WHERE id IN ({keys['reaction touch']})",
    }
    return whole(keys, KEYS, seen)


def erased(names: Sequence[str], day: str) -> Iterator[str]:
    mine = ", ".join(str(IDS[name]) for name in names)
    comments = f"SELECT id FROM comments WHERE author_id IN ({mine})"
    yield f"DELETE FROM reactions WHERE person_id IN ({mine})"
    yield f"DELETE FROM reactions WHERE {_is('comment')} AND target_id IN ({comments})"
    yield f"UPDATE comments SET parent_id = NULL WHERE parent_id IN (SELECT id FROM ({comments}) AS gone)"
    yield f"DELETE FROM comments WHERE author_id IN ({mine})"
    yield f"DELETE FROM votes WHERE voter_id IN ({mine})"
    yield f"DELETE FROM bookmarks WHERE person_id IN ({mine})"
    yield f"UPDATE posts SET body = '[removed]' WHERE author_id IN ({mine})"
    yield f"UPDATE people SET name = '[gone]', email = NULL, avatar = NULL, erased_at = '{NOW}' WHERE id IN ({mine})"


SHAPE = Shape(TABLES, POLICY, _rows(), PEOPLE, found, copied, erased, [("Alice", "Bob"), ("Carol", "Bob")])


class TestVotes(Laws):
    """Votes, reactions and bookmarks."""
