"""What Bailee costs beside SQL written by hand: `python -m bench`, or `make bench`.

`data` says what the databases hold, `databases` makes them, `by_hand` is what a good engineer would write through the
plain driver, `ours` the same by Bailee, `cases` the comparisons, `sweep` how cost grows, `report` what is told of it.
"""
