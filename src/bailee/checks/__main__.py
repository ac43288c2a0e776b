"""Write the catalogue to standard output: ``python -m bailee.checks > docs/catalogue.md``."""

import sys

from bailee.checks.page import write_page

sys.stdout.write(write_page())
