"""A small cut of the kill matrix, which `make kill-matrix` runs whole."""

from __future__ import annotations

from tests.kills.firm import Firm
from tests.kills.matrix import Matrix
from tests.kills.storm import storm

EACH = 24
"""One of so many points is died at, others with each of the books."""


def test_a_request_whose_worker_was_killed_is_finished_once_by_another(firm: Firm) -> None:
    matrix = Matrix(firm)
    first = 1 if firm.books.startswith("sqlite") else 5
    for point in range(first, len(matrix.points) + 1, EACH):
        matrix.kill_at(point)


def test_requests_end_once_each_while_workers_are_killed_at_random(firm: Firm) -> None:
    rows = firm.folder / "bailee.yaml"
    rows.write_text(rows.read_text().replace("settle_hours: 24", "settle_hours: 0"))
    weathered = storm(firm, 6, every=3, seed=4711, patience=240, say=lambda _: None)
    assert weathered.kills
