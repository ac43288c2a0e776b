"""A firm whose screens are looked at: three systems, a promise that is kept and one that is not, a register."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa

from bailee.jobs.worker import work
from bailee.jobs.worker_context import WorkerContext
from bailee.requests.job_registry import JOBS
from tests.api.live import Served, served
from tests.web.public.live import PROMISES
from tests.web.public.live import build as build_firm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROCESSORS = """\
mailer:
  name: Sendwell
  country: US
  purpose: sends our post
  receives: [name, email]
  from: [crm, desk]
  contract: {title: Terms of 2024, signed_on: 2024-03-01}
bank:
  name: "=Merchant & Sons"
  country: IE
  purpose: takes payments
  receives: [name]
"""

OLD_CALL = (
    "INSERT INTO call_record (id, subscriber_id, callee, started_at) VALUES (900, 2, '+442079460777', '2019-01-01')"
)


def build(folder: Path, place: Path) -> dict[str, str]:
    """Write the policy and fill the systems; return the environment."""
    environment = build_firm(folder, place)
    firm = folder / "bailee.yaml"
    firm.write_text(firm.read_text().replace(', site: "https://privacy.quill.example"', ""))  # browsers come over HTTP
    (folder / "processors.yaml").write_text(PROCESSORS)
    (folder / "promises.yaml").write_text(PROMISES)
    return environment


@contextmanager
def opened(folder: Path) -> Iterator[Served]:
    """Serve the firm of ``folder``."""
    with served(folder) as live:
        yield live


def work_in(live: Served) -> None:
    """Let a worker do what is due."""
    work(WorkerContext(live.context.at(live.clock.now), JOBS, clock=live.clock), once=True)


def run(url: str, *statements: str) -> None:
    """Change something in a system, as another program does."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()
