"""A firm that runs for a while with faults drawn at random, and what must stay true meanwhile."""
