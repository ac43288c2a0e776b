"""A helpdesk: tickets of several people, agents who are staff and customers too, attachments, merged tickets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from bailee.engine.package.cells import WITHHELD
from tests.shapes.laws import Laws
from tests.shapes.nasty import NAMES, moment, text
from tests.shapes.shape import MASKED, Shape, Tables, whole

TABLES = """
CREATE TABLE agents (
    id INTEGER PRIMARY KEY, name {text}, email {text}, erased INTEGER NOT NULL
);
CREATE TABLE requesters (
    id INTEGER PRIMARY KEY, name {text}, email {text}, merged_into INTEGER REFERENCES requesters (id)
);
CREATE TABLE tickets (
    id INTEGER PRIMARY KEY, requester_id INTEGER REFERENCES requesters (id),
    assignee_id INTEGER REFERENCES agents (id), subject {text}, cc {text}, merged_into INTEGER REFERENCES tickets (id)
);
CREATE TABLE participants (
    ticket_id INTEGER NOT NULL REFERENCES tickets (id), requester_id INTEGER NOT NULL REFERENCES requesters (id),
    role {text}, PRIMARY KEY (ticket_id, requester_id)
);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    from_requester INTEGER REFERENCES requesters (id), from_agent INTEGER REFERENCES agents (id), sender {text},
    body {text}, sent_at {time}
);
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL REFERENCES messages (id), file_name {text}, title {text}
);
CREATE TABLE ratings (
    id INTEGER PRIMARY KEY, ticket_id INTEGER NOT NULL REFERENCES tickets (id),
    requester_id INTEGER REFERENCES requesters (id), score INTEGER, words {text}
)
"""

POLICY = {
    "bailee.yaml": "firm: The Boiler Menders\nmode: act\nregion: GB\n",
    "systems/disk.yaml": "system: disk\nconnector: files\nurl: files\nwrite_url: files\n",
    "systems/desk.yaml": """
system: desk
connector: sql
url: env:SHAPE_URL
write_url: env:SHAPE_URL
collections:
  agent:
    table: agents
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    fields: {name: name}
    erased_when: erased = 1
    on_erase: {anonymise: {name: former agent, email: null, erased: 1}}
  requester:
    table: requesters
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    names: {to: requester, on: {id: merged_into}, on_parent_gone: null}
    fields: {name: name}
    on_erase: delete
  ticket:
    table: tickets
    owned_by: requester.id = requester_id
    names:
      - {to: agent, on: {id: assignee_id}, on_parent_gone: null}
      - {to: ticket, on: {id: merged_into}, on_parent_gone: null}
    mentions:
      - {email: cc, stored: 'list(",")'}
    fields: {subject: subject}
    on_erase: delete
    on_leave: {matched: null}
  participant:
    table: participants
    owned_by: requester.id = requester_id
    owns: {to: ticket, on: {id: ticket_id}, when: {role: owner}, on_parent_gone: delete}
    accesses: {to: ticket, on: {id: ticket_id}, when: {role: cc}, on_parent_gone: delete}
    names: {to: ticket, on: {id: ticket_id}, on_parent_gone: delete}
    on_erase: delete
  message:
    table: messages
    owned_by:
      - {to: ticket, on: {id: ticket_id}, on_parent_gone: pin, on_leave: {}}
      - {to: requester, on: {id: from_requester}, on_leave: {matched: null, body: "[removed]"}}
    names: {to: agent, on: {id: from_agent}, on_parent_gone: null}
    mentions:
      - {email: sender, stored: lower}
    fields: {body: body, sent_at: sent_at}
    on_erase: delete
    on_leave: {matched: null}
    on_copy: {from_agent: mask}
  attachment:
    table: attachments
    owned_by: message.id = message_id
    file: {root: disk, path: file_name}
    fields: {title: title}
    on_erase: delete
    on_leave: {}
  rating:
    table: ratings
    owned_by: requester.id = requester_id
    names: {to: ticket, on: {id: ticket_id}, on_parent_gone: delete}
    fields: {score: score, words: words}
    on_erase: delete
""",
}

KEYS = {
    "agent": ("agents", "id"),
    "requester": ("requesters", "id"),
    "ticket": ("tickets", "id"),
    "participant": ("participants", "ticket_id, requester_id"),
    "message": ("messages", "id"),
    "attachment": ("attachments", "id"),
    "rating": ("ratings", "id"),
}
WHO = {
    "Alice": ("alice@post.example", 1, -1),
    "Bob": ("bob@post.example", 2, -1),
    "Carol": ("carol@post.example", 3, -1),
    "Rhea of staff": ("rhea@boilers.example", 4, 1),
    "Gus, in copy": ("gus@post.example", -1, -1),
}
"""The address, the row among those who ask, the row among staff."""

LISTS = (
    "alice@post.example",
    "alice@post.example,bob@post.example",
    "bob@post.example,gus@post.example,alice@post.example",
    "gus@post.example,carol@post.example",
    "malice@post.example,alice@post.example.example",
    "",
)


def _rows() -> Tables:
    random = Random(6)
    who, staff = [1, 1, 2, 2, 3, 4, 5, None], [1, 2, None]
    pairs = sorted({(random.randint(1, 40), random.choice(who[:-1])) for _ in range(60)})
    senders = [*(email for email, _, _ in WHO.values()), "", None, "noreply@boilers.example"]
    return {
        "agents": [(1, "Rhea", "rhea@boilers.example", 0), (2, "former agent", None, 1)],
        "requesters": [
            (1, NAMES[0], "alice@post.example", None), (2, NAMES[1], "bob@post.example", None),
            (3, NAMES[2], "carol@post.example", 1), (4, "Rhea", "rhea@boilers.example", 2), (5, None, None, 1),
        ],
        "tickets": [
            (n, random.choice(who), random.choice(staff), text(random), random.choice([*LISTS, None]),
             random.choice([None, None, *range(1, n)]))
            for n in range(1, 41)
        ],
        "participants": [(*pair, random.choice(("owner", "owner", "cc", "cc", "watcher", "Owner"))) for pair in pairs],
        "messages": [
            (n, random.randint(1, 40), random.choice([*who, None]), random.choice(staff), random.choice(senders),
             text(random), moment(random))
            for n in range(1, 121)
        ],
        "attachments": [
            (n, random.randint(1, 120), random.choice([None, "same.pdf", f"a'{n}.pdf"]), text(random))
            for n in range(1, 41)
        ],
        "ratings": [(n, random.randint(1, 40), random.choice(who), n % 6, text(random)) for n in range(1, 31)],
    }  # fmt: skip


# --- by hand -------------------------------------------------------------------------------------------------


def _role(name: str) -> str:
    """Compare bytewise, on MariaDB too."""
    return f"(role = '{name}' AND REPLACE(role, '{name}', '') = '')"


def _in_copy(name: str) -> str:
    lists = [f"'{one}'" for one in LISTS if WHO[name][0] in one.split(",")]
    return f"cc IN ({', '.join(lists)})" if lists else "1 = 0"


def _tickets(names: Sequence[str]) -> tuple[str, str]:
    """Return whose tickets they are, and which are others' as well, or others' alone."""
    ids = ", ".join(str(WHO[name][1]) for name in names)
    taking_part = f"SELECT ticket_id FROM participants WHERE {_role('owner')} AND requester_id"
    mine = f"SELECT id FROM tickets WHERE requester_id IN ({ids}) OR id IN ({taking_part} IN ({ids}))"
    others = f"SELECT id FROM tickets WHERE requester_id NOT IN ({ids}) OR id IN ({taking_part} NOT IN ({ids}))"
    return mine, others


def found(name: str) -> dict[str, str]:
    email, me, staff = WHO[name]
    mine, _ = _tickets([name])
    in_copy = f"SELECT ticket_id FROM participants WHERE {_role('cc')} AND requester_id = {me}"
    seen = f"SELECT id FROM tickets WHERE (id IN ({in_copy}) OR {_in_copy(name)}) AND id NOT IN ({mine})"
    said = f"SELECT id FROM messages WHERE ticket_id IN ({mine}) OR from_requester = {me}"
    read = (
        f"SELECT id FROM messages WHERE (ticket_id IN ({seen}) OR sender = '{email}')"
        f" AND ticket_id NOT IN ({mine}) AND COALESCE(from_requester, 0) <> {me}"
    )
    return {
        "agent own": f"SELECT id FROM agents WHERE id = {staff}",
        "requester own": f"SELECT id FROM requesters WHERE id = {me}",
        "ticket owned": mine,
        "ticket touch": seen,
        "participant owned": f"SELECT ticket_id, requester_id FROM participants WHERE requester_id = {me}",
        "message owned": said,
        "message touch": read,
        "attachment owned": f"SELECT id FROM attachments WHERE message_id IN ({said})",
        "attachment touch": f"SELECT id FROM attachments WHERE message_id IN ({read})",
        "rating owned": f"SELECT id FROM ratings WHERE requester_id = {me}",
    }


def copied(name: str) -> dict[str, list[str]]:
    keys, email = found(name), WHO[name][0]
    told = whole(keys, KEYS)
    rest = WITHHELD.replace("'", "''")
    lists = " ".join(
        f"WHEN cc = '{one}' THEN '{email if one == email else f'{email},{rest}'}'"
        for one in LISTS
        if email in one.split(",")
    )
    cc = f"CASE WHEN cc IS NULL THEN NULL {lists} ELSE '{MASKED}' END"
    sender = f"CASE WHEN sender IS NULL OR sender = '{email}' THEN sender ELSE '{MASKED}' END"
    agent = f"CASE WHEN from_agent IS NOT NULL THEN '{MASKED}' END"
    told["ticket"] = [
        f"SELECT id, requester_id, assignee_id, subject, {cc}, merged_into FROM tickets"
        f" WHERE id IN ({keys[f'ticket {mode}']})"
        for mode in ("owned", "touch")
    ]
    told["message"] = [
        f"SELECT id, ticket_id, from_requester, {by}, {sender}, body, sent_at FROM messages"
        f" WHERE id IN ({keys[f'message {mode}']})"
        for mode, by in (("owned", "from_agent"), ("touch", agent))
    ]
    told["attachment"].append(f"SELECT * FROM attachments WHERE id IN ({keys['attachment touch']})")
    return told


def erased(names: Sequence[str], day: str) -> Iterator[str]:
    ids = ", ".join(str(WHO[name][1]) for name in names)
    staff = ", ".join(str(WHO[name][2]) for name in names)
    emails = [WHO[name][0] for name in names]
    theirs, others = _tickets(names)
    doomed = f"SELECT id FROM tickets WHERE id IN ({theirs}) AND id NOT IN ({others})"
    messages = (
        f"SELECT id FROM messages WHERE (ticket_id IN ({theirs}) OR COALESCE(from_requester, 0) IN ({ids}))"
        f" AND ticket_id NOT IN ({others}) AND (from_requester IS NULL OR from_requester IN ({ids}))"
    )
    yield f"DELETE FROM attachments WHERE message_id IN ({messages})"
    yield f"UPDATE messages SET sent_at = NULL, body = 'DOOMED' WHERE id IN (SELECT id FROM ({messages}) AS d)"
    yield "DELETE FROM messages WHERE body = 'DOOMED'"
    yield f"UPDATE messages SET body = '[removed]' WHERE from_requester IN ({ids})"
    yield f"UPDATE messages SET from_requester = NULL WHERE from_requester IN ({ids})"
    yield "UPDATE messages SET sender = NULL WHERE sender IN ({})".format(", ".join(f"'{one}'" for one in emails))
    # A ticket stays, empty, while somebody else has said something in it.
    yield (
        f"UPDATE tickets SET subject = 'DOOMED', requester_id = NULL, assignee_id = NULL, cc = NULL, merged_into = NULL"
        f" WHERE id IN (SELECT id FROM ({doomed}) AS d)"
    )
    yield f"DELETE FROM participants WHERE requester_id IN ({ids})"
    yield f"DELETE FROM ratings WHERE requester_id IN ({ids})"
    gone = "SELECT id FROM tickets WHERE subject = 'DOOMED' AND id NOT IN (SELECT ticket_id FROM messages)"
    yield f"DELETE FROM participants WHERE ticket_id IN ({gone})"
    yield f"DELETE FROM ratings WHERE ticket_id IN ({gone})"
    yield f"UPDATE tickets SET merged_into = NULL WHERE merged_into IN (SELECT id FROM ({gone}) AS g)"
    yield f"DELETE FROM tickets WHERE id IN (SELECT id FROM ({gone}) AS g)"
    yield "UPDATE tickets SET subject = NULL WHERE subject = 'DOOMED'"
    yield f"UPDATE tickets SET requester_id = NULL WHERE requester_id IN ({ids})"
    for one in LISTS:
        left = ",".join(each for each in one.split(",") if each not in emails)
        if left != one:
            yield f"UPDATE tickets SET cc = {repr(left) if left else 'NULL'} WHERE cc = '{one}'"
    yield f"UPDATE requesters SET merged_into = NULL WHERE merged_into IN ({ids})"
    yield f"DELETE FROM requesters WHERE id IN ({ids})"
    yield f"UPDATE agents SET name = 'former agent', email = NULL, erased = 1 WHERE id IN ({staff})"


SHAPE = Shape(
    TABLES,
    POLICY,
    _rows(),
    {name: [email] for name, (email, _, _) in WHO.items()},
    found,
    copied,
    erased,
    pairs=[("Alice", "Bob"), ("Bob", "Carol"), ("Rhea of staff", "Alice"), ("Gus, in copy", "Bob")],
    files="SELECT file_name FROM attachments WHERE file_name IS NOT NULL",
)


class TestHelpdesk(Laws):
    """Tickets, and who takes part in them."""
