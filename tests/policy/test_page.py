"""YAML as Bailee reads it: what may stand there, and where it stands."""

from __future__ import annotations

import pytest

from bailee.policy import Place
from bailee.policy.page import plain, read


def problem(source: str) -> str:
    page = read("a.yaml", source)
    assert page.data is None or page.problems[0].code in {"P009", "P010", "P012", "P013"}
    [only] = page.problems
    return str(only)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-12", -12),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        ("1e999", "1e999"),
        (".5", 0.5),
        ("12:30", "12:30"),
        ("2030-12-31", "2030-12-31"),
        ("12-31", "12-31"),
        ("9" * 5000, "9" * 5000),
        (".inf", ".inf"),
    ],
)
def test_plain_words_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    assert plain(text) == value
    assert type(plain(text)) is type(value)


def test_keys_are_always_text() -> None:
    assert read("a.yaml", "no: 1\n2020: 2\nnull: 3\n").data == {"no": 1, "2020": 2, "null": 3}


def test_quoted_numbers_stay_text() -> None:
    assert read("a.yaml", "a: '1'\nb: \"true\"\n").data == {"a": "1", "b": "true"}


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert read("a.yaml", "\ufefffirm: Acme").data == {"firm": "Acme"}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a: &x 1\n", "a.yaml:1:4  P009 anchors are not read"),
        ("a: 1\nb: *x\n", "a.yaml:2:4  P009 aliases are not read"),
        ("a: 1\nb: 2\na: 3\n", "a.yaml:3:1  P010 a stands here again; it stands in line 1 already"),
        ("[" * 40, "a.yaml:1:33  P011 this is nested deeper than 32 levels"),
        ("a: !!python/object:os.system x", "a.yaml:1:4  P012 the tag"),
        ("a: !!str 5", "a.yaml:1:4  P012 the tag"),
        ("a: {<<: {b: 1}}", "a.yaml:1:5  P013 merge keys are not read"),
        ("? [a, b]\n: 1\n", "a.yaml:1:3  P014 a list or a mapping stands as a key"),
        ("a: 1\n---\nb: 1\n", "a.yaml:2:1  P015 a second document begins here"),
        ("a: b: c\n", "a.yaml:1:5  P008 this is not YAML"),
        ("a:\n\t- x\n", "a.yaml:2:1  P008 this is not YAML"),
        ("a: 1\nb: [1, 2\n", "a.yaml:3:1  P008 this is not YAML"),
        ("a: 1\nb: \x01\n", "a.yaml:2:4  P008 this is not YAML: a control character"),
        ('a: "\\ud800"\n', "a.yaml:1:4  P008 this is not YAML: an escape names no character"),
    ],
)
def test_what_is_not_read_is_refused_where_it_stands(source: str, said: str) -> None:
    assert problem(source).startswith(said)


def test_a_yaml_bomb_is_never_filled() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    page = read("a.yaml", bomb)
    assert {problem.code for problem in page.problems} == {"P009"}
    assert page.data == {"a": ["x", "x"], **{letter: [] for letter in "bcdefghi"}}


@pytest.mark.parametrize("source", ["*x", "a: {*x : 1}", "- *x", "? &x [a]\n: 1"])
def test_an_alias_may_stand_nowhere(source: str) -> None:
    assert "P009" in {problem.code for problem in read("a.yaml", source).problems}


def test_a_mountain_of_brackets_is_refused_at_once() -> None:
    assert problem("[" * 1_000_000).startswith("a.yaml:1:33  P011")


def test_everything_remembers_where_it_stands() -> None:
    page = read("a.yaml", "a:\n  - b: c\n    d: 'e'\n  - {f: g}\n")
    assert page.place(("a", 0, "b")) == Place("a.yaml", 2, 8)
    assert page.key_place(("a", 0, "d")) == Place("a.yaml", 3, 5)
    assert page.place(("a", 1, "f")) == Place("a.yaml", 4, 9)
    assert page.place(("a", 1, "missing")) == Place("a.yaml", 4, 5)
    assert page.called(("collections", "a", "b", 0, "c")) == "a.b[1].c"


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("when: a == 1\n", Place("a.yaml", 1, 9)),
        ("when: 'a == 1'\n", Place("a.yaml", 1, 10)),
        ("when: |\n  b = 1 and\n  a == 1\n", Place("a.yaml", 3, 5)),
        ("when: >\n  a == 1\n", Place("a.yaml", 1, 7)),
        ("when: b = 1 and\n  a == 1\n", Place("a.yaml", 1, 7)),
    ],
)
def test_a_place_inside_a_text_is_found_where_its_style_allows(source: str, place: Place) -> None:
    page = read("a.yaml", source)
    assert page.place_in(("when",), page.data["when"].index("==")) == place


def test_what_is_left_of_a_list_keeps_its_places_and_names() -> None:
    page = read("a.yaml", "a:\n- x\n- y\n- z\n")
    page.drop(("a", 0))
    assert page.data == {"a": ["y", "z"]}
    assert page.place(("a", 1)) == Place("a.yaml", 4, 3)
    assert page.called(("a", 1)) == "a[3]"
    assert page.lost_below(("a",))


def test_an_address_may_stand_between_braces() -> None:
    page = read("a.yaml", "regulator: {name: DPC, address: https://dataprotection.ie}\n")
    assert page.data == {"regulator": {"name": "DPC", "address": "https://dataprotection.ie"}}
    assert not page.problems
