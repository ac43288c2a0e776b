"""A folder that says everything, and the values it becomes."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import pytest

from bailee.policy import (
    Attested,
    Backups,
    Bound,
    Collection,
    Contact,
    Contract,
    Edge,
    EdgeKind,
    FileLink,
    Firm,
    FirmRole,
    Form,
    Gone,
    Hold,
    Identity,
    Joins,
    Location,
    Mail,
    Mechanism,
    Mention,
    Mode,
    NoticeSentence,
    OnCopy,
    OnErase,
    OnLeave,
    OnParentGone,
    Party,
    Period,
    Place,
    Policy,
    Processor,
    Promise,
    Requests,
    RetentionRule,
    RoundTo,
    Spelling,
    StandingApproval,
    Transfer,
    Until,
    Value,
    ValueKind,
    json_schema,
    load,
)
from bailee.policy.predicate import Compare, IsNull, Not
from tests.policy.conftest import FIRM, SYSTEM, Mistakes, Write

FOLDER = {
    "bailee.yaml": """\
        firm: Acme Telephones
        mode: propose
        regime: eu
        region: IE
        year_end: 03-31
        shared_above: 5
        placeholders: [n/a, 0, 000, none@example.com]
        books: ../books
        controller: {name: Carol, email: carol@example.com, phone: "+353 1 555 0100", address: 1 Main Street}
        allowed: [IE, EEA]
        books_url: env:BOOKS_URL
        vault: env:BAILEE_KEY
        mail: {host: mail.example.com, name: acme, password: env:MAIL_PASSWORD, site: "https://privacy.example.com"}
        requests: {division: ie, approval: waiting alone, waits_hours: 48, settle_hours: 1, keep: P2Y}
        """,
    "retention.yaml": """\
        calls: {from: started_at, for: P6Y, then: delete, law: ePrivacy, title: call records,
          standing: {by: Carol, on: 2026-01-05, at_most: 5000}}
        customers: {for: P1Y6M}
        letters: {from: {letter: sent_on}, for: P30D, then: {anonymise: {body: null, sender: pseudonym}}}
        ended: {from: ends, for: P2W}
        """,
    "holds.yaml": """\
        accounting:
          law: VAT Act
          keeps: [invoice.*, contact.full_name, contact.postal, crm.contact.note, account.name]
          until: year end of issued_on + P6Y
          title: the books
        dispute: {law: a court, keeps: [letter.body], until: 2030-12-31}
        """,
    "systems/crm.yaml": """\
        system: crm
        connector: sql
        url: env:CRM_URL
        role: processor
        customer: account
        collections:
          account: {party: organisation, ends: closed_on, fields: {name: title}}
          contact:
            party: person
            fields: {postal: address, full_name: name}
            belongs_to: account.id = account_id
            on_erase: {anonymise: {name: pseudonym, note: null, score: 0, seen: now, mail: hash}}
            erased_when: name is null
        """,
    "systems/phones.yaml": """\
        system: phones
        title: Rosetta, our call platform
        connector: sql
        url: env:PHONES_URL
        write_url: file:/run/secrets/phones
        location: {country: IE, operator: own server, at_rest: luks}
        purposes: [telephony, billing]
        source: the customer
        collections:
          contact:
            party: person
            identity:
              email: {column: email, stored: lower, joins: verified, verified_when: verified_at is not null}
              phone:
                - {column: phone, stored: e164, valid: [allocated_on, null]}
                - {column: mobile, stored: {form: raw, scan: true}, joins: never}
              account: {column: number, stored: "acc-{}"}
              xero.account: {column: xero}
            fields: {full_name: name, postal: postal}
            on_erase: delete
          letter:
            table: post.letters
            key: [box, number]
            owned_by:
              - contact.tenant = tenant, contact.id = sender_id
              - to: contact
                on: {id: author_id}
                id: author
                when: {kind: signed, draft: false}
                unset: 0
                on_leave: {matched: null, body: "[gone]", at: now, day: coarsen(day), note: {text: now}}
                on_copy: {body: mask}
                on_parent_gone: {stand_in: contact.id = 0}
            accessed_by: contact.id = sender_id
            names: contact.id = sender_id
            owns: {to: letter, on: {parent: number}, depth: all, on_parent_gone: null}
            mentions:
              - {phone: sender_id, stored: e164, at: sent_on, on_leave: {}}
              - {account: readers, stored: 'list(",")', when: "kind = 'list'", on_copy: {unmatched_mentions: show}}
            on_erase: delete
            on_leave: {matched: "-"}
            on_copy: {unmatched_mentions: mask, note: mask}
            hold: [accounting, dispute]
            retain: letters
            opaque: {checksum: says nothing}
            accepts: {audit: it writes no names}
          recording:
            key: none
            owned_by: {to: letter, on: {number: letter}, on_parent_gone: delete}
            file: {root: tape, path: file_name}
            on_erase: delete
            on_leave: delete
          invoice:
            key: number
          price:
            opaque: a list of prices
        """,
    "systems/tape.yaml": """\
        system: tape
        connector: files
        url: data/tape
        location:
          country: IE
          backups: {country: GB, at_rest: gpg}
          attested: {by: Maeve Lynch, on: 2026-11-02}
        """,
    "processors.yaml": """\
        smtp2go:
          name: SMTP2GO
          also: [SMTP2GO Ltd]
          country: NZ
          purpose: sends our e-mail
          receives: [name, email]
          from: [crm]
          contract: {title: Data processing agreement, signed_on: 2024-05-01}
          transfer: {mechanism: adequacy}
        mailchimp:
          name: Mailchimp
          country: US
          transfer: {mechanism: dpf, certified_on: 2025-01-31}
          until: 2026-12-31
        """,
    "promises.yaml": """\
        calls-kept-six-years:
          promise: calls-kept-for
          says: call records are kept six years, then deleted
          checks:
            - retention.ceiling: {rule: calls}
            - contacts.given
            - attested: {by: Maeve Lynch, on: 2026-10-01, valid: P1Y, that: it is so, of: [a, 1]}
          not_promised: that a backup forgets on the day
        not-sold: {promise: not-sold, says: nothing is sold, not_promised: [this, that]}
        """,
    "notice.md": """\
        # Privacy notice of {{ firm.name }}

        {plain}
        We say here what we do. It is short.

        ## How long

        [Call records are kept for {{ retention.calls }}]{promise=calls-kept-six-years}. We have a cat!
        [We sell
        nothing]{promise=not-sold}, and [records go after {{ retention.calls }}]{promise=calls-kept-six-years}.

        - [A list]{plain}
        - Write to {{ controller.email }}

        {{ processors.table }}
        """,
    "systems/.backup.yaml": "[",
    "systems/notes.txt": "not read",
}


@pytest.fixture
def policy(write: Write) -> Policy:
    return load(write(FOLDER))


def at(line: int, column: int, file: str = "systems/phones.yaml") -> Place:
    return Place(file, line, column)


def test_the_firm_is_read(policy: Policy) -> None:
    assert policy.firm == Firm(
        name="Acme Telephones",
        mode=Mode.PROPOSE,
        regime="eu",
        region="IE",
        year_end="03-31",
        shared_above=5,
        placeholders=frozenset({"n/a", "0", "000", "none@example.com"}),
        books="../books",
        books_url="env:BOOKS_URL",
        vault="env:BAILEE_KEY",
        mail=Mail("mail.example.com", name="acme", password="env:MAIL_PASSWORD", site="https://privacy.example.com"),
        requests=Requests("ie", "waiting alone", waits_hours=48, settle_hours=1, keep=Period(24)),
        controller=Contact("Carol", "carol@example.com", "+353 1 555 0100", "1 Main Street"),
        allowed=("IE", "EEA"),
    )


def test_a_firm_of_one_line_observes(write: Write) -> None:
    firm = load(write({"bailee.yaml": FIRM, "systems/x.yaml": "system: x\nconnector: files\nurl: x\n"})).firm
    assert firm == Firm("Acme Telephones")
    assert firm.mode is Mode.OBSERVE


def test_systems_come_in_the_order_of_their_files(policy: Policy) -> None:
    assert list(policy.systems) == ["crm", "phones", "tape"]
    phones = policy.systems["phones"]
    assert (phones.title, phones.connector, phones.role) == ("Rosetta, our call platform", "sql", FirmRole.CONTROLLER)
    assert (phones.url, phones.write_url) == ("env:PHONES_URL", "file:/run/secrets/phones")
    assert phones.location == Location("IE", "own server", "luks")
    assert (phones.purposes, phones.source) == (("telephony", "billing"), "the customer")
    assert phones.place == at(1, 9)
    assert list(phones.collections) == ["contact", "letter", "recording", "invoice", "price"]
    assert (policy.systems["crm"].role, policy.systems["crm"].customer) == (FirmRole.PROCESSOR, "account")
    tape = policy.systems["tape"]
    assert tape.title == "tape"
    word = Attested("Maeve Lynch", "2026-11-02", at(7, 3, "systems/tape.yaml"))
    assert tape.location == Location("IE", backups=Backups("GB", "gpg"), attested=word)


def test_identities_carry_their_issuer(policy: Policy) -> None:
    verified = Not(IsNull("verified_at"))
    assert policy.systems["phones"].collections["contact"].identities == (
        Identity("email", "email", Spelling(Form.LOWER), Joins.VERIFIED, None, verified, at(13, 7)),
        Identity("phone", "phone", Spelling(Form.E164), Joins.CONFIRM, ("allocated_on", None), None, at(15, 11)),
        Identity("phone", "mobile", Spelling(Form.RAW, scan=True), Joins.NEVER, place=at(16, 11)),
        Identity("phones.account", "number", Spelling(Form.TEMPLATE, "acc-{}"), place=at(17, 7)),
        Identity("xero.account", "xero", place=at(18, 7)),
    )


def test_edges_are_read_in_either_form_and_named_apart(policy: Policy) -> None:
    letter = policy.systems["phones"].collections["letter"]
    short, long, accessed, names, owns = sorted(letter.edges, key=lambda edge: edge.place)[:2] + [
        next(edge for edge in letter.edges if edge.kind is kind)
        for kind in (EdgeKind.ACCESSED_BY, EdgeKind.NAMES, EdgeKind.OWNS)
    ]
    pairs = (("tenant", "tenant"), ("id", "sender_id"))
    assert short == Edge(EdgeKind.OWNED_BY, "contact", pairs, "tenant+sender_id", place=at(25, 9))
    assert (long.id, long.on, long.unset, long.place) == ("author", (("id", "author_id"),), 0, at(26, 13))
    assert long.when is not None
    assert repr(long.when).count("Compare") == 2
    assert long.on_copy == OnCopy(masks=frozenset({"body"}))
    assert long.on_parent_gone == OnParentGone(Gone.STAND_IN, {"id": 0})
    assert (accessed.id, names.id) == ("sender_id", "names:sender_id")
    assert (owns.id, owns.depth, owns.on_parent_gone) == ("number", "all", OnParentGone(Gone.NULL))


def test_a_third_edge_on_the_same_columns_gets_a_number(mistakes: Mistakes, write: Write) -> None:
    edges = "[contact.id = x, contact.a = x, contact.b = x]"
    collections = f"  contact: {{}}\n  call: {{owned_by: {edges}}}\n"
    policy = load(write({"bailee.yaml": FIRM, "systems/phones.yaml": SYSTEM + collections}))
    ids = [edge.id for edge in policy.systems["phones"].collections["call"].edges]
    assert ids == ["x", "owned_by:x", "owned_by:x:2"]


def test_what_becomes_of_a_row_is_read(policy: Policy) -> None:
    letter = policy.systems["phones"].collections["letter"]
    author = next(edge for edge in letter.edges if edge.id == "author")
    assert author.on_leave == OnLeave(
        matched=True,
        cells={
            "body": Value(constant="[gone]"),
            "at": Value(ValueKind.NOW),
            "day": Value(ValueKind.COARSEN, unit="day"),
            "note": Value(constant="now"),
        },
        place=at(31, 9),
    )
    assert letter.on_leave == OnLeave(matched=True, matched_value="-", place=at(41, 5))
    assert letter.on_copy == OnCopy("mask", frozenset({"note"}))
    recording = policy.systems["phones"].collections["recording"]
    assert recording.on_leave == OnLeave(delete=True, place=at(52, 5))
    assert recording.on_erase == OnErase(place=at(51, 5))
    contact = policy.systems["crm"].collections["contact"]
    assert contact.on_erase is not None
    assert contact.on_erase.anonymise == {
        "name": Value(ValueKind.PSEUDONYM),
        "note": Value(),
        "score": Value(constant=0),
        "seen": Value(ValueKind.NOW),
        "mail": Value(ValueKind.HASH),
    }
    assert contact.erased_when == IsNull("name")


def test_mentions_are_read(policy: Policy) -> None:
    assert policy.systems["phones"].collections["letter"].mentions == (
        Mention(
            "phone",
            "sender_id",
            "phone:sender_id",
            Spelling(Form.E164),
            at="sent_on",
            on_leave=OnLeave(place=at(38, 55)),
            place=at(38, 10),
        ),
        Mention(
            "phones.account",
            "readers",
            "readers",
            Spelling(Form.LIST, ","),
            when=Compare("kind", "=", "list"),
            on_copy=OnCopy("show"),
            place=at(39, 10),
        ),
    )


def test_the_rest_of_a_collection_is_read(policy: Policy) -> None:
    collections = policy.systems["phones"].collections
    letter = collections["letter"]
    assert (letter.schema, letter.table, letter.key) == ("post", "letters", ("box", "number"))
    assert (letter.hold, letter.retain) == (("accounting", "dispute"), "letters")
    assert (letter.opaque, letter.opaque_columns) == (None, {"checksum": "says nothing"})
    assert letter.accepts == {"audit": "it writes no names"}
    assert letter.place == at(21, 3)
    assert collections["recording"].key == "none"
    assert collections["recording"].file == FileLink("tape", "file_name", at(50, 18))
    assert collections["invoice"] == Collection("invoice", table="invoice", key=("number",), place=at(53, 3))
    assert collections["price"].opaque == "a list of prices"
    account = policy.systems["crm"].collections["account"]
    assert (account.party, account.ends) == (Party.ORGANISATION, "closed_on")


def test_retention_rules_are_read(policy: Policy) -> None:
    def where(line: int) -> Place:
        return at(line, 1, "retention.yaml")

    standing = StandingApproval("Carol", "2026-01-05", 5000)
    anonymised = {"body": Value(), "sender": Value(ValueKind.PSEUDONYM)}
    assert dict(policy.retention) == {
        "calls": RetentionRule(
            "calls", Period(72), {"*": "started_at"}, None, "ePrivacy", "call records", standing, where(1)
        ),
        "customers": RetentionRule("customers", Period(18), place=where(3)),
        "letters": RetentionRule("letters", Period(0, 30), {"letter": "sent_on"}, anonymised, place=where(4)),
        "ended": RetentionRule("ended", Period(0, 14), place=where(5)),
    }


def test_holds_name_columns_in_whichever_system_has_the_collection(policy: Policy) -> None:
    assert policy.holds["accounting"] == Hold(
        name="accounting",
        law="VAT Act",
        keeps=(
            ("invoice", "*"),
            ("contact", "name"),  # the field is this column in both systems
            ("crm.contact", "address"),  # and this one is not
            ("phones.contact", "postal"),
            ("crm.contact", "note"),
            ("account", "title"),
        ),
        until=Until("issued_on", Period(72), RoundTo.YEAR_END),
        title="the books",
        place=at(1, 1, "holds.yaml"),
    )
    assert policy.holds["dispute"].until == Until(day="2030-12-31")


def test_third_parties_are_read(policy: Policy) -> None:
    assert dict(policy.processors) == {
        "smtp2go": Processor(
            name="smtp2go",
            title="SMTP2GO",
            country="NZ",
            purpose="sends our e-mail",
            also=("SMTP2GO Ltd",),
            receives=("name", "email"),
            systems=("crm",),
            contract=Contract("Data processing agreement", "2024-05-01"),
            transfer=Transfer(Mechanism.ADEQUACY),
            place=at(1, 1, "processors.yaml"),
        ),
        "mailchimp": Processor(
            name="mailchimp",
            title="Mailchimp",
            country="US",
            transfer=Transfer(Mechanism.DPF, certified_on="2025-01-31"),
            until="2026-12-31",
            place=at(10, 1, "processors.yaml"),
        ),
    }


def test_promises_are_read(policy: Policy) -> None:
    def where(line: int, column: int) -> Place:
        return at(line, column, "promises.yaml")

    said = {"by": "Maeve Lynch", "on": "2026-10-01", "valid": "P1Y", "that": "it is so", "of": ("a", 1)}
    assert dict(policy.promises) == {
        "calls-kept-six-years": Promise(
            name="calls-kept-six-years",
            says="call records are kept six years, then deleted",
            promise="calls-kept-for",
            checks=(
                Bound("retention.ceiling", {"rule": "calls"}, where(5, 7)),
                Bound("contacts.given", place=where(6, 7)),
                Bound("attested", said, where(7, 7)),
            ),
            not_promised=("that a backup forgets on the day",),
            place=where(1, 1),
        ),
        "not-sold": Promise("not-sold", "nothing is sold", "not-sold", (), ("this", "that"), where(9, 1)),
    }


def test_the_notice_is_read_sentence_by_sentence(policy: Policy) -> None:
    def where(line: int, column: int) -> Place:
        return at(line, column, "notice.md")

    assert policy.notice is not None
    assert policy.notice.title == "Privacy notice of Acme Telephones"
    calls, late = "calls-kept-six-years", "How long"
    assert policy.notice.sentences == (
        NoticeSentence("We say here what we do.", plain=True, section=policy.notice.title, place=where(4, 1)),
        NoticeSentence("It is short.", plain=True, section=policy.notice.title, place=where(4, 25)),
        NoticeSentence("Call records are kept for 6 years.", (calls,), section=late, place=where(8, 2)),
        NoticeSentence("We have a cat!", section=late, place=where(8, 82)),
        NoticeSentence(
            "We sell nothing, and records go after 6 years.", ("not-sold", calls), section=late, place=where(9, 2)
        ),
        NoticeSentence("A list", plain=True, section=late, place=where(12, 4)),
        NoticeSentence("Write to carol@example.com", section=late, place=where(13, 3)),
    )


def test_the_digest_covers_what_a_plan_rests_on_and_no_more(write: Write) -> None:
    folder = write(FOLDER)
    first = load(folder).digest
    assert len(first) == hashlib.sha256().digest_size * 2
    (folder / "notice.md").write_text("Other words.")
    (folder / "processors.yaml").write_text("")
    (folder / "systems" / "tape.guesses.jsonl").write_text("what was drafted")
    assert load(folder).digest == first
    (folder / "holds.yaml").write_text((folder / "holds.yaml").read_text() + "# checked\n")
    assert load(folder).digest != first


def test_a_policy_knows_its_folder(write: Write) -> None:
    folder = write(FOLDER)
    assert load(folder).folder == str(folder)


def test_reading_starts_only_when_a_policy_is_loaded() -> None:
    heavy = {"ruamel.yaml", "lark", "isodate", "sqlalchemy", "markdown_it", "sentencex", "pycountry"}
    program = f"import sys, bailee.policy, bailee.policy.dates; print(sorted({heavy!r} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_schema_knows_every_file_and_every_word() -> None:
    schema = json_schema()
    assert {"Firm", "System", "Retention", "Holds", "Processors", "Promises"} <= set(schema["$defs"])
    words = schema["$defs"]["Collection"]["properties"]
    assert {"owned_by", "owns", "accessed_by", "accesses", "belongs_to", "names", "mentions", "hold"} <= set(words)
    assert "anyOf" not in words["retain"], "a key may be left out, but not left empty"
    assert schema["$defs"]["RetentionRule"]["required"] == ["for"]
    assert "from" in schema["$defs"]["RetentionRule"]["properties"]
