"""A fault that is made on purpose, and the tests that more than one of them is for."""

from __future__ import annotations

from dataclasses import dataclass

ORACLE = (
    "tests/oracle/test_engine_examples.py",
    "tests/oracle/test_residual.py",
    "tests/oracle/worked/test_worked_maps_on_the_engine.py",
    "tests/docs/test_ownership.py",
    "tests/oracle/test_engine.py::test_what_was_wrong_once_is_right",
    *(
        f"tests/oracle/test_engine.py::test_engine_and_interpreter_leave_the_same[sqlite-{start}]"
        for start in range(0, 480, 40)
    ),
)
KEPT = ("tests/connectors/test_conformance.py", "tests/harm/test_kept_before.py")
LIGHTS = ("tests/checks/test_lights_that_looked.py",)
CLOSURE = ("tests/trace/test_closure.py", "tests/trace/test_closure_laws.py")
REFUSALS = ("tests/refusals/test_what_is_said.py",)


@dataclass(frozen=True, slots=True)
class Fault:
    """``old`` stands once in ``file`` (below src/bailee); ``tests`` are those that should notice ``new``.

    They run on SQLite alone, unless one of them is named with ``[postgresql]``: locks wait there, and not on SQLite.
    """

    said: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ORACLE


FILES = ("tests/harm/test_files_of_others.py",)

MISSED = ("tests/harm/test_not_looked_at.py",)

WORDS = ("tests/draft/test_words.py",)
OPAQUE = ("tests/draft/test_opaque.py",)
JSON_PATHS = ("tests/draft/test_json_paths.py",)
ROLES = ("tests/draft/test_roles.py",)
CHANCE = ("tests/draft/test_chance.py",)
MANY = "tests/vault/test_many_cases.py"
