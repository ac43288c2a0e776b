"""Work that is done by whoever has time: what is due, who has it, and what became of it.

The queue is a table of due things (`due_items`): a kind, what it is about, a time. A `worker` claims what is due by a
lease and a fencing token, does the `job.Job` of that kind (`job_runs`), and finishes it. A worker that dies leaves a
lease that runs out, and another goes on. What a job does is no matter of this package: those who have work bring
theirs (`bailee.requests.job_registry`).

All but `process` can be imported only after the books were opened.
"""
