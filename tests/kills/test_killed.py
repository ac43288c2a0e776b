"""A small cut of the kill matrix, which `make kill-matrix` runs whole."""

from __future__ import annotations

from tests.kills.firm import Firm
from tests.kills.matrix import Matrix

EACH = 9
"""One of so many points is died at, others with each of the books."""


def test_a_request_whose_worker_was_killed_is_finished_once_by_another(firm: Firm) -> None:
    matrix = Matrix(firm)
    first = 1 if firm.books.startswith("sqlite") else 5
    for point in range(first, len(matrix.points) + 1, EACH):
        matrix.kill_at(point)
