"""A unit's folder with what tests know of it, made once and copied for each test."""

import copy
import shutil
from pathlib import Path
from typing import Generic, TypeVar

from tests.server.office import Office

T = TypeVar("T")


class Kept(Generic[T]):
    """``known``: objects that speak to the office; whoever opens a copy gets his own of them."""

    def __init__(self, office: Office, known: T) -> None:
        office.close()
        self._office = office
        self._known = known

    def open(self, folder: Path) -> tuple[Office, T]:
        """As it was when it was kept; terminals shake hands anew. The caller closes it."""
        shutil.copytree(self._office.folder, folder)
        office = Office(folder, now=self._office.clock.now(), seed=2, first=self._office.first)
        office.run(office.runtime.look())
        return office, copy.deepcopy(self._known, {id(self._office): office})
