"""Work that is done by whoever has time: what is due, who has it, and what became of it.

Truth is the table of due things (`due`): a kind, what it is about, a time. Django Tasks carries their ids to workers
(`tasks`, `worker`), which claim one by a lease and a fencing token, do the `jobs.Job` of that kind, and finish it. A
worker that dies leaves a lease that runs out, and another goes on. What a job does is no matter of this package: those
who have work bring theirs (`bailee.requests.job_registry`).

All but `running` can be imported only after the books were opened.
"""
