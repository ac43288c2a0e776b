"""All kinds of what is due, and what each does."""

from __future__ import annotations

from collections.abc import Mapping

from bailee.runner import webhooks
from bailee.runner.letters import delivering
from bailee.runner.requests import jobs as requests
from bailee.runner.work.jobs import Job

JOBS: Mapping[str, Job] = {job.kind: job for job in (*requests.JOBS, *delivering.JOBS, *webhooks.JOBS)}
