"""The judge of the drafts is right itself: its answers name what is there, and it counts as it says."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.draft.models import ASKED, judge
from tests.draft.reading import read
from tests.draft.running import Servers
from tests.draft.schemas.answers import Answers, foreign_keys, load, strange_names
from tests.draft.schemas.filling import build, create, read_recipes
from tests.draft.scoring import Drafted, Score, score

SCHEMAS = Path(__file__).parent / "schemas"
FOLDERS = sorted(file.parent for file in SCHEMAS.glob("*seen/*/answers.yaml"))
RENTALS = SCHEMAS / "seen" / "rentals"


def drawn(**said: str) -> Answers:
    """The answers about rentals, with other words for some edges."""
    answers = load(RENTALS)
    edges = {(f"rental.{column}", f"{column.removesuffix('_id')}.{column}"): (said[column],) for column in said}
    return Answers(**{**{name: getattr(answers, name) for name in answers.__dataclass_fields__}, "edges": edges})


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_answers_and_recipes_name_what_the_schema_has(folder: Path, request: pytest.FixtureRequest) -> None:
    answers = load(folder)
    ddl = (folder / "schema.sql").read_text()
    engine = sa.create_engine(request.getfixturevalue(f"{answers.database}_url"))
    tables = create(engine, ddl)
    engine.dispose()
    assert strange_names(answers, tables) == set()
    assert set(read_recipes(ddl)) == set(tables.tables)
    for name, recipe in read_recipes(ddl).items():
        assert set(recipe.words) <= set(tables.tables[name].columns.keys()), name


def test_the_same_seed_makes_the_same_people(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        url = f"sqlite:///{tmp_path / name}.db"
        tables = build(url, (RENTALS / "schema.sql").read_text(), country="GB")
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            made.append(connection.execute(sa.select(tables.tables["customer"])).all())
        engine.dispose()
    assert made[0] == made[1]
    assert len({row.email for row in made[0] if row.email}) == sum(bool(row.email) for row in made[0])
    assert len(made[0]) == 240


def test_what_is_not_named_in_the_answers_is_wrong_and_what_is_not_drafted_missed() -> None:
    told = score(load(RENTALS), Drafted(people=frozenset({"customer", "film", "actor"})), frozenset())["people"]
    assert told == Score(right=1, said=2, found=1, wanted=2, errors=("wrong film", "missed staff"))


def test_an_edge_counts_by_its_word_and_by_whether_the_database_enforces_it() -> None:
    answers = drawn(customer_id="owned_by", staff_id="owned_by", inventory_id="none")
    edge = ("rental.customer_id", "customer.customer_id")
    onlooker = ("rental.staff_id", "staff.staff_id")
    told = score(answers, Drafted(edges={edge: "owned_by", onlooker: "names"}), frozenset({edge}))
    assert told["edges with a foreign key"] == Score(right=1, said=1, found=1, wanted=1)
    assert told["edges without"].recall == 0
    assert told["edges without"].precision is None


def test_any_of_several_fair_words_is_right() -> None:
    address = {
        ("customer.address_id", "address.address_id"): "owns",
        ("store.address_id", "address.address_id"): "owns",
    }
    told = score(load(RENTALS), Drafted(edges=address), frozenset())["edges without"]
    assert (told.right, told.said, told.found) == (2, 2, 1)


def test_an_edge_declared_at_the_other_end_is_the_same_edge(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text("collections:\n  address: {owned_by: customer.address_id = address_id}\n")
    (tmp_path / "shop.guesses.jsonl").write_text(
        '{"about": "drafted"}\n'
        '{"collection": "customer", "says": {"party": "person"}, "sure": 0.8, "because": "mail"}\n'
        '{"collection": "customer", "says": {"names": "address.address_id = address_id"}, "sure": 0.5}\n'
    )
    edge = ("customer.address_id", "address.address_id")
    assert read(file, [edge]) == Drafted(people=frozenset({"customer"}), edges={edge: "owns"})
    assert read(file, [edge], sure=0.9).people == frozenset()


def test_a_key_that_joins_tables_of_the_same_people_says_nothing_of_who_they_are(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text("collections: {}\n")
    (tmp_path / "shop.guesses.jsonl").write_text(
        '{"collection": "customer", "says": {"identity": {"email": {"column": "email"}}}, "sure": 0.9, "because": ""}\n'
        '{"collection": "customer", "says": {"identity": {"customer_key": {"column": "id", "joins": "verified"}}},'
        ' "sure": 0.9, "because": "so"}\n'
    )
    assert read(file, []).identity == {"customer.email": "email"}


def test_foreign_keys_are_read_from_the_database(sqlite_url: str) -> None:
    engine = sa.create_engine(sqlite_url)
    keys = foreign_keys(create(engine, (RENTALS / "schema.sql").read_text()))
    engine.dispose()
    assert ("payment.rental_id", "rental.rental_id") in keys
    assert ("store.manager_staff_id", "staff.staff_id") not in keys


def test_a_shop_that_is_connected_as_a_user_would_is_understood(tmp_path: Path) -> None:
    with ExitStack() as stack:
        told = judge(RENTALS, Servers(stack), tmp_path, sure=0.0)
    assert told.mistakes == 0
    for question in ("people", "identity", "edges with a foreign key"):
        one = told.scores[question]
        assert (one.precision or 0) >= ASKED, one.errors
        assert (one.recall or 0) >= ASKED, one.errors
