"""Values by which persons are found, counted where they are spelled otherwise than the map of their system says."""

from __future__ import annotations

from collections.abc import Iterator

from bailee.checks import spelling
from bailee.connectors.base import Connector, ConnectorError
from bailee.engine.systems import require_countable
from bailee.policy import Policy, Problem, System
from bailee.trace import bind
from bailee.trace.schema import Schema


def find_misspelled(
    connector: Connector, policy: Policy, system: System, schema: Schema
) -> Iterator[tuple[spelling.SpelledColumn, str, str]]:
    """Yield the columns of which not every value is certainly found: what is so, and what to do.

    What could not be counted is yielded with the reason. The map must fit ``schema``.
    """
    m = bind(system, schema, policy)
    for column in spelling.list_spelled_columns(m):
        about = f"{column.collection}.{column.column}"
        try:
            spelled = spelling.judge_spelling(
                dict(require_countable(connector).count(spelling.build_doubtful_count(m, column, policy)))
            )
        except ConnectorError as error:
            yield column, f"how the values of {about} are spelled could not be looked at: {error.message}", error.hint
            continue
        if not spelled.is_kept:
            yield column, spelled.describe_column(about, column), spelled.hint


def find_spelling_problems(connector: Connector, policy: Policy, system: System, schema: Schema) -> Iterator[Problem]:
    """Yield T423, a warning, of each column that `find_misspelled` yields."""
    for column, says, hint in find_misspelled(connector, policy, system, schema):
        yield Problem("T423", says, hint, column.place, "warning")
