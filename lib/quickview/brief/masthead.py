"""What a report says of itself: the record that its masthead carries from the notebook to whoever exports it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from quickview.errors import ReportError
from quickview.language.catalogs import ENGLISH, Language


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class CitedSource(_Record):
    """A source as figures and analysts' own cells cite it."""

    number: int
    publisher: str
    grade: str


class Prose(_Record):
    """A section of the brief's prose, its heading's language by its code."""

    id: str
    title: str
    html: str
    language: str = ""


class Card(_Record):
    """What a card for social media says: the day, and a forecast of `low` to `high` per cent if there is one."""

    dateline: str = ""
    forecast: str = ""
    word: str = ""
    range: str = ""
    low: int | float = 0
    high: int | float = 0


class File(_Record):
    """A file to take away."""

    name: str
    media_type: str
    text: str


class DataTable(_Record):
    """A table to take away as CSV; `title` is what it is called, where its name alone does not say."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | int | float | None]]
    title: str = ""


class Masthead(_Record):
    """What a report or a digest says of itself; what it does not say is empty. `linked_data` is JSON-LD, `layers` the SHA-256 of the file of each, `made_of` digests of what else the brief brings."""

    name: str = ""
    title: str = ""
    summary: str = ""
    series: str = ""
    desk: str = ""
    language: str = Field("", pattern="^([a-z]{2,3})?$")
    as_of: dt.date | None = None
    topics: Sequence[str] = ()
    digest: str = ""
    layers: Mapping[str, str] = {}
    made_of: Mapping[str, str] = {}
    sources: Mapping[str, CitedSource] = {}
    prose: Sequence[Prose] = ()
    card: Card = Card()
    tables: Sequence[DataTable] = ()
    downloads: Sequence[File] = ()
    linked_data: Mapping[str, Any] = {}

    @property
    def spoken(self) -> Language:
        """The language of the page."""
        return Language(self.language or ENGLISH)

    @property
    def data(self) -> dict[str, Any]:
        """What `read` reads, as JSON knows it: all that was said."""
        return self.model_dump(mode="json", exclude_unset=True)

    @classmethod
    def read(cls, data: object) -> Self:
        """Return the record that a masthead's data hold. Raises `ReportError` that names all that does not fit."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            faults = (
                f"`{'.'.join(map(str, one['loc']))}`: {one['msg']}" if one["loc"] else one["msg"]
                for one in error.errors(include_url=False)
            )
            message = f"the masthead's data do not fit: {'; '.join(faults)}"
            raise ReportError("E-MASTHEAD", message, "show qv.masthead(brief), and run the notebook again") from None
