"""``python -m bailee`` is ``bailee``."""

from bailee.cli import main

main()
