"""What the rows of a table are: people, organisations, things that may be somebody's, or nothing personal at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bailee.draft import lexicon
from bailee.draft.columns import ColumnRole, is_called
from bailee.draft.names import split_words
from bailee.draft.references import DraftReference
from bailee.trace.schema import SchemaTable

LIKELY = 0.5
"""A guess that is less sure than this is none."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What a table's name and columns say. ``person`` and ``organisation``: how sure, from 0 to 1, and ``because``."""

    noun: tuple[str, ...]
    roles: Mapping[str, ColumnRole]
    person: float
    organisation: float
    because: str
    links: bool = False  # its key is made of references: it only ties rows of others together

    @property
    def is_person(self) -> bool:
        """Whether its rows are people."""
        return self.person >= LIKELY and self.person >= self.organisation

    @property
    def is_organisation(self) -> bool:
        """Whether its rows are organisations."""
        return self.organisation >= LIKELY and not self.is_person

    @property
    def is_party(self) -> bool:
        """Whether its rows are people or organisations."""
        return self.is_person or self.is_organisation

    @property
    def held(self) -> frozenset[str]:
        """What its columns hold."""
        return frozenset(role.what for role in self.roles.values())

    @property
    def personal(self) -> tuple[str, ...]:
        """The columns that speak of somebody."""
        return tuple(column for column, role in self.roles.items() if role.what in lexicon.PERSONAL)

    def head_in(self, known: Iterable[str]) -> bool:
        """Whether what the name is about, its last word or two, is among ``known``."""
        known = frozenset(known)
        return bool(self.noun) and (self.noun[-1] in known or "".join(self.noun[-2:]) in known)


def find_head(noun: tuple[str, ...]) -> tuple[str, ...]:
    """Return ``noun`` up to the word that it is about: a *customer entity* is a customer."""
    while len(noun) > 1 and (noun[-1] in lexicon.NEUTRAL or noun[-1].isdigit()):
        noun = noun[:-1]
    return noun


def find_nature(
    table: SchemaTable,
    noun: tuple[str, ...],
    roles: Mapping[str, ColumnRole],
    owners: Sequence[DraftReference],
    references: Sequence[DraftReference],
    once: frozenset[tuple[str, str]] = frozenset(),
) -> Nature:
    """Return what ``table`` is. ``references``: those of its rows; ``owners``: those that may say whose a row is.

    ``once``: the (table, column) of which no two rows have the same, as far as was looked.
    """
    named = {r.column for r in references if r.child != r.parent and r.is_sound and not r.fk}
    elsewhere = any(role.what == "username" and c in named for c, role in roles.items())
    links = len(table.primary_key) > 1 and set(table.primary_key) <= {own for r in references for _, own in r.on}
    bare = Nature(find_head(noun), roles, 0.0, 0.0, "")
    nobody = links or _is_membership(bare, table) or _is_connection(bare, table)
    nobody = nobody or (elsewhere and "secret" not in bare.held)  # their name is a key of other people
    person, why = (0.0, "") if nobody else _weigh_person(bare, table, owners, once)
    organisation = _weigh_organisation(bare)
    if organisation > person:
        why = f'its name is that of an organisation ("{bare.noun[-1]}")'
    return Nature(bare.noun, roles, round(person, 2), round(organisation, 2), why, links)


def _is_connection(n: Nature, table: SchemaTable) -> bool:
    """Whether a table says where a program connects to, and the name that it signs in with."""
    machine = sum(bool(_MACHINE.intersection(split_words(c))) for c in table.columns) > 1
    return machine and not n.head_in(lexicon.LINE | lexicon.PERSON)


def _is_membership(n: Nature, table: SchemaTable) -> bool:
    """Whether somebody is in the table once for each place: no key is theirs alone, and nobody logs in there."""
    own = frozenset({"id", "no", "nr", "number", "uuid", "guid", *n.noun[-1:]})
    known = {column for column, role in n.roles.items() if role.what in {"username", "email", "phone"}}
    whole = all(len(key) > 1 and not any(set(split_words(c)) <= own for c in key) for key in table.keys)
    return bool(table.keys) and whole and "secret" not in n.held and any(known & set(key) for key in table.keys)


def _weigh_person(
    n: Nature, table: SchemaTable, references: Sequence[DraftReference], once: frozenset[tuple[str, str]]
) -> tuple[float, str]:
    held = n.held
    named = {"given_name", "family_name"} <= held
    named_at_all = bool(held & {"given_name", "family_name", "full_name", "username", "name"})
    contact = bool(held & lexicon.CONTACT)
    what = ", ".join(sorted(c for c, r in n.roles.items() if r.what in lexicon.PARTY_NAMES | lexicon.CONTACT))
    says = f"it has {what}" if what else "nothing in it says who"
    is_key = frozenset(table.primary_key)
    owned = [r for r in references if r.child != r.parent and r.column not in is_key]
    if n.head_in(lexicon.LINE) and held & {"secret", "full_name", "email", "given_name", "username"}:
        return 0.9, f'each of its owners is somebody ("{n.noun[-1]}"), and {says}'
    if n.head_in(lexicon.PERSON) and not n.head_in(lexicon.THING):
        return _weigh_person_by_name(n, contact=contact, named=named, named_at_all=named_at_all, says=says)
    password = any(_PASSWORDS.intersection(split_words(c)) for c, r in n.roles.items() if r.what == "secret")
    signs_in = named or any(
        (c,) in table.keys or ((table.name, c) in once and password)
        for c, r in n.roles.items()
        if r.what in {"username", "email"}
    )
    others = [r for r in owned if lexicon.PERSON.intersection(split_words(r.parent))] if password else owned
    if (
        contact
        and not others
        and signs_in
        and "username" in held
        and held & {"secret", "given_name", "full_name", "name"}
    ):
        return 0.95, f"people log in there, and {says}"
    if n.head_in(lexicon.THING | lexicon.ORGANISATION):
        return (0.1, "") if not named or owned else (0.35, "")
    if n.head_in(lexicon.LOOKUP):
        return 0.1, ""
    sure = 0.6 if named else 0.55 if "full_name" in held and contact else 0.2
    if named and contact:
        sure = 0.7 if owned else 0.9
    sure += 0.1 * bool(held & {"date_of_birth", "gender", "national_id"})
    return max(0.0, min(0.97, sure) - 0.3 * bool(owned and not named)), says


_PASSWORDS = frozenset({"password", "passwd", "pass", "pwd", "passwort", "wachtwoord", "kennwort"})

_MACHINE = frozenset({"host", "hostname", "port", "server", "smtp", "imap", "pop3", "ldap", "dsn", "ssl", "tls"})
"""Words of columns that say where a program connects to."""

_PROGRAMS = frozenset({"oauth", "oauth2", "oidc", "saml", "api", "app", "application", "rpc", "http", "device"})
"""Words beside *client* and *user* that say that it is a program."""


def _weigh_person_by_name(n: Nature, *, contact: bool, named: bool, named_at_all: bool, says: str) -> tuple[float, str]:
    """Return how sure it is that a table called like people has people in it."""
    because = f'its name is that of people ("{n.noun[-1]}"), and {says}'
    if n.noun[-1] in {"account", "tenant", "parent", "partner", "owner"} and not (
        named or {"username", "secret"} & n.held
    ):
        return 0.3, because
    if _PROGRAMS.intersection(n.noun) and not contact:
        return 0.2, because
    if n.noun[-1] in {"list", "recipient", "holder", "identity"} and not contact:
        return 0.2, because
    if named or (contact and named_at_all):
        return 0.97, because
    if contact or named_at_all:
        alone = contact or "secret" in n.held or len(set(n.noun)) == 1
        # What has a name and no more may be a list of kinds, or a program: the senders of articles, clients of an API.
        return (0.95 if alone else 0.8 if n.held & (lexicon.PARTY_NAMES - {"name"} | {"username"}) else 0.45), because
    return (0.6 if n.personal else 0.3), because


def _weigh_organisation(n: Nature) -> float:
    if not n.head_in(lexicon.ORGANISATION):
        return 0.0
    held = n.held
    if not held & {"name", "organisation", "full_name"}:
        return 0.3
    if n.noun[-1] == "account" and not held & (lexicon.CONTACT | lexicon.ADDRESS | {"vat"}):
        return 0.45
    if {"given_name", "family_name"} <= held and "organisation" not in held and n.noun[-1] in lexicon.PERSON:
        return 0.5
    return 0.9 if held & (lexicon.CONTACT | lexicon.ADDRESS | {"vat"}) else 0.85


def find_call_columns(n: Nature, table: SchemaTable) -> tuple[str, ...]:
    """Return the columns with the numbers of who called and who was called, of a table of calls; else nothing."""
    numbers = tuple(c.name for c in table.columns.values() if is_called(c, lexicon.CALLER | lexicon.CALLEE))
    by_name = n.head_in(lexicon.CALL) or bool(set(n.noun) & {"cdr", "call"})
    return numbers if by_name and numbers else ()


def is_log(n: Nature) -> bool:
    """Whether its name is that of a log."""
    return n.head_in(lexicon.LOG)


def is_staff(n: Nature, others: Iterable[Nature]) -> bool:
    """Whether the people of ``n`` work for the firm: by their name, or as mere users beside customers.

    ``others``: the tables of people that do not point to this one, one row for each: of customers who log in as users
    there may be two.
    """
    if not n.is_person:
        return False
    if n.head_in(lexicon.STAFF):
        return True
    if n.noun[-1] not in USERS or "customer" in n.noun:
        return False
    return any(o is not n and o.is_person and set(o.noun) & CUSTOMERS for o in others)


USERS = ("user", "gebruiker", "benutzer", "utilisateur")
"""Words for people who log in."""

CUSTOMERS = frozenset(
    {"customer", "client", "contact", "kunde", "klant", "patient", "requester", "subscriber", "member"}
)
"""Words for people whom the firm serves, in the names of tables beside that of users."""
