"""Print the Debian package of each kind of server that is not on this machine, one a line."""

from tests.servers import MARIADB, POSTGRESQL, MissingProgramError

for kind in (POSTGRESQL, MARIADB):
    try:
        kind.programs()
    except MissingProgramError as missing:
        print(missing.package)
