"""Work that is done by whoever has time: what is due, who has it, and what became of it.

Truth is the table of due things (`due`): a kind, what it is about, a time. Django Tasks carries their ids to workers
(`tasks`, `worker`), which claim one by a lease and a fencing token, do it (`doing`), and finish it. A worker that dies
leaves a lease that runs out, and another goes on. Plans are carried out by `acting`, step by step as `journal` writes
it into the books. `doctor` says whether all is well.

All but `doctor` can be imported only after the books were opened.
"""
