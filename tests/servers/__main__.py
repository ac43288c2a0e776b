"""Print the Debian package of each kind of server, and of the browser, that is not on this machine, one a line."""

import shutil

from tests.servers import MARIADB, POSTGRESQL, MissingProgramError

for kind in (POSTGRESQL, MARIADB):
    try:
        kind.programs()
    except MissingProgramError as missing:
        print(missing.package)
if shutil.which("chromium") is None:
    print("chromium")
