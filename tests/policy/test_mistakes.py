"""Every mistake has its code, its place, and a word on what to do."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bailee.policy import PolicyError, load
from tests.policy.conftest import FIRM, SYSTEM, Mistakes, Write

# code, collections of phones.yaml (from line 5, indented by two), the problem as it is printed
IN_COLLECTIONS = [
    ("P101", "a: {onwed_by: a.id = b}", '5:7  P101 a.onwed_by is an unknown key (did you mean "owned_by"?)'),
    ("P101", "a: {role: x}", "5:7  P101 a.role is an unknown key (known here: table, key, party"),
    ("P101", "a:\n  owned_by:\n  - {to: a, on: {id: b}, dept: 3}", "7:28  P101 a.owned_by[1].dept is an unknown key"),
    (
        "P101",
        "a: {mentions: [{phone: caller, stord: e164, stored: e164}]}",
        '5:34  P101 a.mentions[1].stord is an unknown key (did you mean "stored"?)',
    ),
    ("P102", "a: {owned_by: [{to: a}]}", '5:18  P102 a.owned_by[1] lacks "on" (add on)'),
    ("P102", "a: {file: {root: x}}", '5:7  P102 a.file lacks "path" (add path)'),
    ("P103", "a: {retain: 7}", "5:15  P103 a.retain is a whole number, not text (put it in quotes)"),
    ("P103", "a:\n  hold:", "6:5  P103 a.hold is empty (say something, or remove the key)"),
    ("P103", "a:\n  party:", "6:5  P103 a.party is empty"),
    ("P103", "a: [b]", "5:6  P103 a is a list (write a mapping)"),
    ("P103", "a: {owned_by: 7}", "5:17  P103 a.owned_by is a whole number, not text (put it in quotes)"),
    ("P103", "a: {on_leave: {x: [1]}}", "5:21  P103 a.on_leave.x is a list (write text, true or false"),
    ("P103", "a: {identity: true, party: person}", "5:17  P103 a.identity is true or false (write a mapping)"),
    ("P103", "a: {party: 7}", "5:14  P103 a.party is a whole number (write person or organisation)"),
    ("P104", "a: {party: persn}", '5:14  P104 a.party cannot be "persn" (did you mean "person"?)'),
    ("P104", "a: {on_erase: vanish}", '5:17  P104 a.on_erase cannot be "vanish" (write delete)'),
    ("P104", "a: {on_copy: {x: hide}}", '5:20  P104 a.on_copy.x cannot be "hide" (write mask)'),
    ("P105", "a b: {}", "5:3  P105 a b is not a name (use letters"),
    ("P105", "a: {table: a.b.c}", "5:14  P105 a.table is not a table (write table, or schema.table)"),
    ("P105", "a: {retain: ' '}", "5:15  P105 a.retain is blank"),
    ("P105", "a: {opaque: {x: ''}}", "5:19  P105 a.opaque.x is blank"),
    ("P105", "a: {on_erase: {anonymise: {}}}", "5:29  P105 a.on_erase.anonymise has too few entries (at least 1)"),
    ("P105", "a: {party: person, identity: {x: {column: y, valid: [z]}}}", "a.identity.x.valid has too few entries"),
    ("P105", "a: {party: person, identity: {x: {column: y, valid: [a, b, c]}}}", "has too many entries (at most 2)"),
    ("P105", "a: {owned_by: {to: a, on: {i: j}, depth: 0}}", "5:44  P105 a.owned_by.depth is too small (at least 1)"),
    (
        "P106",
        "a:\n  owned_by: {to: a, on: {i: j}, when: kind == 'x'}",
        '6:47  P106 a.owned_by.when cannot be read at "=" (compare columns',
    ),
    ("P107", "a: {owned_by: a.id}", '5:17  P107 a.owned_by is not a reference at "a.id" (write collection.column'),
    ("P107", "a: {owned_by: 'a.i = j, b.k = l'}", '5:27  P107 a.owned_by points to "a" and to "b"'),
    ("P110", "a: {party: person, identity: {x: {column: y, stored: lowr}}}", '(did you mean "lower"?)'),
    ("P110", "a: {mentions: [{phone: y, stored: {form: x, scan: true}}]}", "a.mentions[1].stored.form is no spelling"),
    ("P111", "a: {on_erase: {anonymise: {x: coarsen(week)}}}", '5:33  P111 a.on_erase.anonymise.x coarsens to "week"'),
    ("P111", "a: {on_leave: {x: pseudonim}}", 'a.on_leave.x is nearly the function "pseudonym"'),
    ("P112", "a: {mentions: [{stored: lower}]}", "5:18  P112 a.mentions[1] does not say what it mentions by"),
    (
        "P112",
        "a: {mentions: [{phone: x, email: y, stored: e164}]}",
        "5:18  P112 a.mentions[1] mentions by phone and by email",
    ),
    (
        "P113",
        "a: {party: person, identity: {email: {column: y}}}",
        "P113 a.identity.email.stored leaves the spelling of email open, and no index can serve it (write stored:",
    ),
    ("P113", "a: {mentions: [{phone: y}]}", "a.mentions[1].stored leaves the spelling of phone open"),
    ("P118", "a: {ends: y}", "5:13  P118 a.ends says something of a party, and this is none (add party: person"),
    ("P119", "a: {opaque: prices, owned_by: a.i = j}", "5:33  P119 a.owned_by says whose the rows are, yet"),
    (
        "P120",
        "a: {owned_by: {to: a, on: {i: j}, on_parent_gone: {stand_in: b.i = 0}}}",
        'a.owned_by.on_parent_gone.stand_in names "b", and the edge points to "a" (write a.column = value)',
    ),
    (
        "P120",
        "a: {owned_by: {to: a, on: {i: j}, on_parent_gone: {stand_in: {k: 0}}}}",
        "does not give the columns that the edge points to (give a value for each: i)",
    ),
    ("P121", "a: {owned_by: {to: b, on: {i: j}, depth: 2}}\nb: {}", "5:22  P121 a.owned_by has a depth, and leads"),
    (
        "P201",
        "subscriber: {}\na: {owned_by: subscribr.id = x}",
        '6:17  P201 a.owned_by names no collection "subscribr"',
    ),
    ("P201", "a: {owned_by: r.id = x}", "recordings has one, but an edge stays inside its system; use mentions"),
    ("P201", "a: {owned_by: zzz.id = x}", 'names no collection "zzz" (there are: a)'),
    ("P202", "a: {hold: [acounting]}", '5:14  P202 a.hold[1] names no hold "acounting" (did you mean "accounting"?)'),
    ("P202", "a: {hold: other}", '5:13  P202 a.hold names no hold "other" (add it to holds.yaml)'),
    ("P203", "a: {retain: cals}", '5:15  P203 a.retain names no rule "cals" (did you mean "calls"?)'),
    ("P204", "a: {file: {root: recordngs, path: x}}", 'names no system "recordngs" (did you mean "recordings"?)'),
    ("P204", "a: {file: {root: phones, path: x}}", '5:20  P204 a.file.root names "phones", which holds no files'),
    (
        "P207",
        "a: {owned_by: [{to: a, on: {i: j}, id: x}, {to: a, on: {k: l}, id: x}]}",
        '"x" is taken in this collection',
    ),
    ("P211", "a: {}\nb: {table: a}", '6:14  P211 b.table is the table of collection "a" already'),
    ("P212", "a: {mentions: [{xero.acount: y}]}", '5:19  P212 a.mentions names no identity "xero.acount"'),
]
AROUND = {
    "retention.yaml": "calls: {for: P6Y}\n",
    "holds.yaml": "accounting: {law: VAT Act, keeps: [r.*], until: issued_on}\n",
    "systems/recordings.yaml": "system: recordings\nconnector: files\nurl: tape\ncollections: {r: {}}\n",
}


@pytest.mark.parametrize(("code", "collections", "said"), IN_COLLECTIONS)
def test_a_mistake_in_a_collection_says_where_and_what_to_do(
    code: str, collections: str, said: str, mistakes: Mistakes
) -> None:
    found = mistakes(collections, AROUND)
    assert [problem.code for problem in found] == [code]
    assert said.removeprefix("systems/phones.yaml:") in str(found[0])
    assert found[0].place.file == "systems/phones.yaml"
    assert not found[0].message.endswith(".")


# code, file, its text, the problem as it is printed
INSTALLED = ("sql", "files")

IN_FILES = [
    ("P102", "bailee.yaml", "mode: act\n", 'bailee.yaml:1:1  P102 the file lacks "firm" (add firm)'),
    ("P101", "bailee.yaml", FIRM + "mod: act\n", 'bailee.yaml:2:1  P101 mod is an unknown key (did you mean "mode"?)'),
    ("P103", "bailee.yaml", FIRM + "deputy: {phone: +441}\n", "2:17  P103 deputy.phone is a whole number, not text"),
    ("P115", "bailee.yaml", FIRM + "books_url: env:a b\n", "P115 books_url does not name a secret after env:"),
    ("P130", "bailee.yaml", FIRM + "vault: key\n", "P130 vault is no place of a key (write file:PATH"),
    ("P114", "bailee.yaml", FIRM + "mail: {host: a, password: b}\n", "P114 mail.password is a password (write env:"),
    ("P131", "bailee.yaml", FIRM + "mail: {host: a, security: none}\n", "P131 mail.security sends mail unencrypted"),
    (
        "P132",
        "bailee.yaml",
        FIRM + 'mail: {host: a, site: "http://acme.example"}\n',
        "P132 mail.site is no address for",
    ),
    ("P133", "bailee.yaml", FIRM + "mail: {sender: a@b.example}\n", "P133 mail names no server (write host:"),
    ("P133", "bailee.yaml", FIRM + "mail: {host: a, folder: b}\n", "P133 mail names a server and a folder"),
    ("P104", "bailee.yaml", FIRM + "requests: {approval: me}\n", 'requests.approval cannot be "me"'),
    ("P103", "bailee.yaml", "- firm\n", "bailee.yaml:1:1  P103 the file is a list (write a mapping)"),
    ("P104", "bailee.yaml", FIRM + "mode: acct\n", 'bailee.yaml:2:7  P104 mode cannot be "acct" (did you mean "act"?)'),
    ("P105", "bailee.yaml", FIRM + "year_end: 02-30\n", "bailee.yaml:2:11  P105 year_end is not a day of the year"),
    ("P105", "bailee.yaml", FIRM + "region: gb\n", "2:9  P105 region is not a country (write two capital letters"),
    ("P105", "bailee.yaml", FIRM + "shared_above: 0\n", "2:15  P105 shared_above is too small (at least 1)"),
    ("P102", "retention.yaml", "calls: {then: delete}\n", 'retention.yaml:1:1  P102 calls lacks "for" (add for)'),
    ("P108", "retention.yaml", "calls: {for: 6 years}\n", '1:14  P108 calls.for is not a period: "6 years"'),
    ("P108", "retention.yaml", "calls: {for: PT5H}\n", "(write an ISO 8601 period of years, months, weeks or days"),
    ("P109", "holds.yaml", "h: {law: x, keeps: [contact.b], until: year end issued}\n", "1:40  P109 h.until is no end"),
    ("P109", "holds.yaml", "h: {law: x, keeps: [contact.b], until: 2030-02-30}\n", "names a date that does not exist"),
    (
        "P205",
        "holds.yaml",
        "h: {law: x, keeps: [cntact.a], until: y}\n",
        '1:21  P205 h.keeps[1] names no collection "cntact"',
    ),
    ("P205", "holds.yaml", "h: {law: x, keeps: [contact], until: y}\n", "1:21  P205 h.keeps[1] is no cell"),
    ("P205", "holds.yaml", "h: {law: x, keeps: [phones.cntact.a], until: y}\n", '(did you mean "phones.contact"?)'),
    (
        "P210",
        "retention.yaml",
        "calls: {for: P1D, from: {cal: at}}\n",
        '1:26  P210 calls.from.cal names no collection "cal"',
    ),
    (
        "P102",
        "systems/x.yaml",
        "system: x\nconnector: sql\n",
        'systems/x.yaml:1:1  P102 the file lacks "url" (add url)',
    ),
    ("P102", "systems/x.yaml", "", 'systems/x.yaml:1:1  P102 the file lacks "'),
    (
        "P104",
        "systems/x.yaml",
        "system: x\nconnector: slq\nurl: env:X\n",
        '2:12  P104 connector cannot be "slq", which is not installed (did you mean "sql"?)',
    ),
    (
        "P104",
        "systems/x.yaml",
        "system: x\nconnector: pigeon\nurl: env:X\n",
        "(pip install bailee-pigeon, or write files or sql)",
    ),
    (
        "P206",
        "systems/x.yaml",
        "system: phones\nconnector: sql\nurl: env:X\n",
        '"phones" is the name of systems/phones',
    ),
    ("P007", "systems/x.yaml", "system: x\ntitle: caf\udce9\n", "systems/x.yaml:2:11  P007 this is not UTF-8"),
    ("P008", "systems/x.yaml", "system: [x\n", "P008 this is not YAML"),
    (
        "P016",
        "systems/x.yml",
        "system: x\n",
        "systems/x.yml:1:1  P016 systems/x.yml is not read (call it systems/x.yaml)",
    ),
    (
        "P208",
        "systems/x.yaml",
        "system: x\nconnector: sql\nurl: env:X\nrole: processor\ncustomer: b\ncollections: {a: {}}\n",
        'systems/x.yaml:5:11  P208 customer names no collection "b"',
    ),
    (
        "P208",
        "systems/x.yaml",
        "system: x\nconnector: sql\nurl: env:X\nrole: processor\ncustomer: a\ncollections: {a: {}}\n",
        'customer names "a", which is no organisation (add party: organisation to it)',
    ),
    (
        "P209",
        "systems/x.yaml",
        "system: x\nconnector: sql\nurl: env:X\nrole: processor\ncollections: {a: {}}\n",
        "systems/x.yaml:1:1  P209 customer is missing",
    ),
    (
        "P209",
        "systems/x.yaml",
        "system: x\nconnector: sql\nurl: env:X\ncustomer: a\n",
        "4:11  P209 customer is said of",
    ),
    ("P105", "bailee.yaml", FIRM + "allowed: [EER]\n", "2:11  P105 allowed[1] is not a country or an area (write two"),
    ("P123", "bailee.yaml", FIRM + "allowed: [EU, XQ]\n", '2:15  P123 allowed[2] names no country: "XQ" (write a code'),
    (
        "P123",
        "systems/x.yaml",
        "system: x\nconnector: sql\nurl: env:X\nlocation: {backups: {country: UK}}\n",
        '4:31  P123 location.backups.country names no country: "UK" (write GB)',
    ),
    (
        "P102",
        "systems/x.yaml",
        "system: x\nconnector: sql\nurl: env:X\nlocation: {attested: {by: Maeve}}\n",
        '4:12  P102 location.attested lacks "on" (add on)',
    ),
    ("P102", "processors.yaml", "m: {name: M}\n", 'processors.yaml:1:1  P102 m lacks "country" (add country)'),
    ("P101", "processors.yaml", "m: {name: M, country: US, purposes: x}\n", '(did you mean "purpose"?)'),
    ("P105", "processors.yaml", "m: {name: M, country: US, until: 2026-13-01}\n", "1:34  P105 m.until is not a date"),
    (
        "P122",
        "processors.yaml",
        "m: {name: M, country: US, until: 2026-02-30}\n",
        "1:34  P122 m.until names a date that",
    ),
    (
        "P215",
        "processors.yaml",
        "m: {name: M, country: US, from: [phone]}\n",
        '1:34  P215 m.from[1] names no system "phone" (did you mean "phones"?)',
    ),
    ("P123", "processors.yaml", "m: {name: M, country: XX}\n", '1:23  P123 m.country names no country: "XX"'),
    (
        "P104",
        "processors.yaml",
        "m: {name: M, country: US, transfer: {mechanism: sccs}}\n",
        '1:49  P104 m.transfer.mechanism cannot be "sccs" (did you mean "scc"?)',
    ),
    (
        "P128",
        "processors.yaml",
        "m: {name: M, country: US, transfer: {mechanism: scc, certified_on: 2025-01-01}}\n",
        "1:68  P128 m.transfer.certified_on is said of a transfer by scc (remove it, or write mechanism: dpf)",
    ),
    ("P102", "promises.yaml", "p: {promise: not-sold}\n", 'promises.yaml:1:1  P102 p lacks "says" (add says)'),
    (
        "P127",
        "promises.yaml",
        "p: {says: x}\n",
        "promises.yaml:1:1  P127 p is bound to nothing (add promise: and its id",
    ),
    ("P105", "promises.yaml", "p: {says: x, checks: [a b]}\n", "1:23  P105 p.checks[1] is not the id of a check"),
    (
        "P105",
        "promises.yaml",
        "p: {says: x, checks: [{a: {}, b: {}}]}\n",
        "P105 p.checks[1] has too many entries (at most",
    ),
    ("P103", "promises.yaml", "p: {says: x, checks: [{a: x}]}\n", "1:27  P103 p.checks[1].a is text (write a mapping)"),
    (
        "P103",
        "promises.yaml",
        "p: {says: x, checks: [{a: {b: {c: d}}}]}\n",
        "1:31  P103 p.checks[1].a.b is a mapping (write",
    ),
    ("P007", "notice.md", "# A\n\ncaf\udce9\n", "notice.md:3:4  P007 this is not UTF-8"),
    ("P124", "notice.md", "Kept {{ }}.\n", "notice.md:1:6  P124 a figure cannot be read (write {{ retention.NAME }}"),
    ("P124", "notice.md", "Kept for {{ retention.\ncalls }}.\n", "notice.md:1:10  P124 a figure cannot be read"),
    ("P125", "notice.md", "[Kept]{promis=x}.\n", '1:8  P125 "promis" is an unknown mark (did you mean "promise"?)'),
    ("P125", "notice.md", "a\n\n{.palin}\nKept.\n", '4:1  P125 ".palin" is an unknown mark (did you mean "plain"?)'),
    ("P126", "notice.md", "a\n{plain}\nKept.\n", "notice.md:2:1  P126 this marks no words (write [words]"),
    ("P126", "notice.md", "A (b){promise=x}.\n", "notice.md:1:6  P126 this marks no words"),
    ("P129", "notice.md", "See {{ processors.table }}\n", "1:5  P129 the table of processors stands among other words"),
    ("P213", "notice.md", "Ask {{ controler.email }}.\n", 'is no figure (did you mean "controller.email"?)'),
    (
        "P213",
        "notice.md",
        "Ask {{ controller.email }}.\n",
        '1:5  P213 "controller.email" says nothing (add controller:',
    ),
    ("P213", "notice.md", "{{ retention.calls }}\n", "names nothing in retention.yaml (add calls to retention.yaml)"),
    ("P213", "notice.md", "{{ processors }}\n", '1:1  P213 "processors" names nobody (add processors.yaml'),
    ("P214", "notice.md", "Yes.\n\n- [Kept]{promise=x}.\n", '3:18  P214 this is bound to no promise: "x" (add it to'),
]


@pytest.mark.parametrize(("code", "file", "text", "said"), IN_FILES)
def test_a_mistake_in_a_file_says_where_and_what_to_do(
    code: str, file: str, text: str, said: str, write: Write
) -> None:
    folder = write({"bailee.yaml": FIRM, "systems/phones.yaml": SYSTEM + "  contact: {}\n"})
    (folder / file).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(PolicyError) as caught:
        load(folder, connectors=INSTALLED)
    assert {problem.code for problem in caught.value.problems} == {code}
    assert any(said in str(problem) for problem in caught.value.problems)


PASSWORDS = [
    "postgresql://bailee:hunter2@db/phones",
    "postgresql://bailee:hun/ter2@db/phones",
    "postgresql://bailee:hun#ter2@db/phones",
    "postgresql://bailee:hun@ter2@db/phones",
    "postgresql://db/phones?user=bailee&password=hunter2",
    "mysql+pymysql://db/phones?ssl_key_passwd=hunter2",
    "https://api.example/?api_key=hunter2",
    "postgresql://[hunter2/phones",
    "file:hunter2.txt",
    "file:./a/../hunter2",
]


@pytest.mark.parametrize("url", PASSWORDS)
def test_a_password_in_a_url_is_refused_and_never_repeated(url: str, write: Write) -> None:
    folder = write({"bailee.yaml": FIRM, "systems/x.yaml": f"system: x\nconnector: sql\nurl: '{url}'\n"})
    with pytest.raises(PolicyError) as caught:
        load(folder)
    assert [(problem.code, problem.place.line) for problem in caught.value.problems] == [("P114", 3)]
    assert "hunter" not in str(caught.value)


@pytest.mark.parametrize("url", ["env:$URL", "env:", "vault:a b", "file:", "host=db password=hunter2", "phones.db"])
def test_what_is_no_url_is_refused_and_never_repeated(url: str, write: Write) -> None:
    folder = write({"bailee.yaml": FIRM, "systems/x.yaml": f"system: x\nconnector: sql\nurl: '{url}'\n"})
    with pytest.raises(PolicyError) as caught:
        load(folder)
    assert [problem.code for problem in caught.value.problems] == ["P115"]
    assert "hunter" not in str(caught.value)


@pytest.mark.parametrize(
    ("connector", "url"),
    [
        ("sql", "env:PHONES_URL"),
        ("sql", "vault:phones.read"),
        ("sql", "file:/run/secrets/phones"),
        ("sql", "file:../secrets/phones"),
        ("sql", "sqlite:///data/phones.db"),
        ("sql", "postgresql+psycopg://reader@db:5432/phones?sslmode=verify-full"),
        ("files", "data/recordings"),
        ("files", "/srv/recordings"),
    ],
)
def test_urls_without_a_secret_are_taken_as_they_are(connector: str, url: str, write: Write) -> None:
    text = f"system: x\nconnector: {connector}\nurl: {url}\nwrite_url: {url}\n"
    system = load(write({"bailee.yaml": FIRM, "systems/x.yaml": text})).systems["x"]
    assert (system.url, system.write_url) == (url, url)


# --- the folder -----------------------------------------------------------------------------------------------


def codes(folder: Path) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        load(folder)
    return [problem.code for problem in caught.value.problems]


def test_there_must_be_a_folder(tmp_path: Path) -> None:
    assert codes(tmp_path / "nowhere") == ["P001"]
    (tmp_path / "file").write_text("")
    assert codes(tmp_path / "file") == ["P001"]


def test_an_empty_folder_lacks_the_firm_and_its_systems(tmp_path: Path) -> None:
    assert codes(tmp_path) == ["P002", "P003"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_this_account_may_not_read_is_named(write: Write) -> None:
    folder = write({"bailee.yaml": FIRM, "systems/phones.yaml": SYSTEM})
    (folder / "bailee.yaml").chmod(0)
    assert codes(folder) == ["P004"]


def test_a_folder_that_cannot_be_listed_says_why(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    folder = write({"bailee.yaml": FIRM})
    monkeypatch.setattr(Path, "iterdir", refuse)
    assert codes(folder) == ["P001"]


def test_a_directory_and_a_pipe_are_no_files(write: Write) -> None:
    folder = write({"bailee.yaml": FIRM, "systems/phones.yaml": SYSTEM.replace("collections:\n", "")})
    (folder / "systems" / "x.yaml").mkdir()
    os.mkfifo(folder / "systems" / "y.yaml")
    assert codes(folder) == ["P004", "P004"]


def test_a_broken_or_circular_link_is_named(write: Write) -> None:
    folder = write({"bailee.yaml": FIRM, "systems/phones.yaml": SYSTEM.replace("collections:\n", "")})
    (folder / "holds.yaml").symlink_to("nowhere.yaml")
    (folder / "retention.yaml").symlink_to("retention.yaml")
    assert codes(folder) == ["P004", "P004"]


def test_a_link_may_not_lead_out_of_the_folder(write: Write, tmp_path: Path) -> None:
    folder = write({"bailee.yaml": FIRM, "systems/phones.yaml": SYSTEM.replace("collections:\n", "")})
    (tmp_path / "secret").write_text("a: 1")
    (folder / "holds.yaml").symlink_to(tmp_path / "secret")
    (folder / "retention.yaml").symlink_to(folder / "systems" / "nothing.yaml")
    (folder / "systems" / "nothing.yaml").write_text("")
    assert "P005" in codes(folder)
    assert "P004" not in codes(folder)


def test_a_file_of_more_than_a_mebibyte_is_not_read(write: Write) -> None:
    folder = write({"bailee.yaml": FIRM + "#" * (1 << 20), "systems/phones.yaml": SYSTEM.replace("collections:\n", "")})
    assert codes(folder) == ["P006"]


# --- all at once ----------------------------------------------------------------------------------------------


def test_every_mistake_of_every_file_comes_at_once(write: Write) -> None:
    folder = write(
        {
            "bailee.yaml": "firm: Acme\nmode: acct\nregime: [uk]\n",
            "retention.yaml": "calls: {for: six, frm: x}\nother: {}\n",
            "holds.yaml": "accounting: {law: x, keeps: [contact.x, invoce.y], until: y z}\n",
            "systems/a.yaml": """\
                system: a
                connector: slq
                collections:
                  contact:
                    party: person
                    identity:
                      email: {column: 7, stored: lower}
                      phone: {column: phone, stored: e146}
                  call:
                    owned_by: [contct.id = x, contact.id, contact.id = y]
                    mentions:
                      - {phone: 7, stored: e164}
                      - {phone: caller, stored: e164, when: a ==}
                      - {crm.customr: x}
                    retain: cals
                """,
            "systems/b.yaml": "system: b\nconnector: sql\nurl: [\n",
            "systems/c.yaml": "system: c\nconnector: sql\nurl: env:$C\nurl: env:C\n",
        }
    )
    with pytest.raises(PolicyError) as caught:
        load(folder, connectors=INSTALLED)
    found = [(problem.place.file, problem.place.line, problem.code) for problem in caught.value.problems]
    assert found == [
        ("bailee.yaml", 2, "P104"),
        ("bailee.yaml", 3, "P103"),
        ("holds.yaml", 1, "P109"),
        ("retention.yaml", 1, "P108"),
        ("retention.yaml", 1, "P101"),
        ("retention.yaml", 2, "P102"),
        ("systems/a.yaml", 1, "P102"),
        ("systems/a.yaml", 2, "P104"),
        ("systems/a.yaml", 7, "P103"),
        ("systems/a.yaml", 8, "P110"),
        ("systems/a.yaml", 10, "P201"),
        ("systems/a.yaml", 10, "P107"),
        ("systems/a.yaml", 12, "P103"),
        ("systems/a.yaml", 13, "P106"),
        ("systems/a.yaml", 15, "P203"),
        ("systems/b.yaml", 4, "P008"),
        ("systems/c.yaml", 4, "P010"),
    ]


def test_what_yaml_could_do_and_is_not_read_hides_no_other_mistake(write: Write) -> None:
    firm = "firm: &f Acme\nmood: act\nmode: *f\ncontroller: {<<: *f, emial: x}\nregion: !!str GB\n"
    with pytest.raises(PolicyError) as caught:
        load(write({"bailee.yaml": firm, "systems/x.yaml": "system: x\nconnector: *f\nurl: env:X\nnope: 1\n"}))
    assert [(p.place.file[:6], p.place.line, p.code) for p in caught.value.problems] == [
        ("bailee", 1, "P009"),
        ("bailee", 2, "P101"),
        ("bailee", 3, "P009"),
        ("bailee", 4, "P013"),
        ("bailee", 4, "P101"),
        ("bailee", 5, "P012"),
        ("system", 2, "P009"),
        ("system", 4, "P101"),
    ]


def test_a_file_that_cannot_be_read_makes_no_names_missing(mistakes: Mistakes) -> None:
    found = mistakes(
        "a: {retain: calls, hold: accounting, file: {root: tape, path: x}, mentions: [{xero.account: y}]}",
        {
            "retention.yaml": "calls: [",
            "holds.yaml": "accounting: {law: x, keeps: [invoice.*], until: y}\n",
            "systems/tape.yaml": "system: tape: x",
        },
    )
    assert [problem.code for problem in found] == ["P008", "P008"]


def test_figures_of_a_file_with_mistakes_are_not_missing(mistakes: Mistakes) -> None:
    found = mistakes(
        "a: {}",
        {
            "retention.yaml": "calls: {for: six years}\n",
            "processors.yaml": "m: {name: M, contry: US}\n",
            "promises.yaml": "p: [",
            "notice.md": "[Kept {{ retention.calls }} by {{ processor.m.name }}]{promise=q}.\n",
        },
    )
    assert [problem.code for problem in found] == ["P102", "P101", "P008", "P108"]


def test_what_is_wrong_is_not_missed_twice(mistakes: Mistakes) -> None:
    found = mistakes(
        """
        a: {party: persn, ends: x, identity: {email: 7}}
        b: {mentions: [{phone: [1]}, {email: y}]}
        """
    )
    assert [(problem.code, re.split(" ", problem.message)[0]) for problem in found] == [
        ("P104", "a.party"),
        ("P103", "a.identity.email"),
        ("P103", "b.mentions[1].phone"),
        ("P113", "b.mentions[2].stored"),
    ]


def test_a_misspelt_party_does_not_make_the_customer_wrong_too(write: Write) -> None:
    text = "system: x\nconnector: sql\nurl: env:X\nrole: processor\ncustomer: a\ncollections: {a: {party: org}}\n"
    assert codes(write({"bailee.yaml": FIRM, "systems/x.yaml": text})) == ["P104"]


@pytest.mark.parametrize("name", ["", "7", "[x]", "'a b'"])
def test_a_system_without_a_good_name_is_still_read_to_its_end(name: str, write: Write) -> None:
    text = f"system: {name}\nconnector: sql\nurl: env:X\ncollections: {{a: {{owned_by: b.id = c}}}}\n"
    found = codes(write({"bailee.yaml": FIRM, "systems/x.yaml": text}))
    assert found[-1] == "P201"
    assert len(found) == 2
