"""What colleagues call the members of staff who stand in rows by their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bailee.books.models import Staff
from bailee.runner.office import Office
from bailee.runner.staff import known


def names_of(office: Office, ids: Iterable[str | None]) -> Mapping[str, str]:
    """Return the names of the members of staff with ``ids``, in one query; of one whose name is gone, the role."""
    wanted = {one for one in ids if one}
    found = Staff.objects.filter(id__in=wanted) if wanted else ()
    return {one.id: known(office, one).name or str(one.role) for one in found}
