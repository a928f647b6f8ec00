"""What a brief says, as frozen records.

The records are the contract: the JSON Schema is made from them, and every field's
`description` is what an analyst's editor shows. Dates are calendar days; a
probability is in per cent; coordinates are decimal degrees, WGS 84 (EPSG:4326).
"""

import datetime as dt
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, model_validator

from quickview.brief.vocabulary import (
    WORDS,
    ActorKind,
    Category,
    Confidence,
    Located,
    Precision,
    RelationKind,
    Reliability,
    RouteKind,
    Stance,
    TermState,
)


class Mark(Enum):
    """What is said of a field besides its type."""

    WORDS = "words that a translation may replace"


MAX_TEXT = 4000
"""Characters of a text of the facts; more is prose."""

MAX_LANGUAGES = 12
"""Translations of a brief: each is checked as a brief of its own."""

MAX_ID = 60
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=MAX_ID)]
OwnId = Annotated[Id, Field(description="What other records call it by: small letters, digits, single hyphens.")]
SourceId = Annotated[Id, Field(description="Id of the source that says so.")]
SourceIds = Annotated[tuple[Id, ...], Field(min_length=1, description="Ids of the sources that say so.")]
ActorIds = Annotated[tuple[Id, ...], Field(description="Ids of the actors that took part.")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^\S([^\r\n]*\S)?$")]
"""One line that stays as it is in every language: a row of a layer, a publisher, a title of a source."""
Line = Annotated[Name, Mark.WORDS]
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, strip_whitespace=True), Mark.WORDS]
Note = Annotated[Text | None, Field(description="A remark that stands beside it in small print.")]
Detail = Annotated[Text | None, Field(description="More of it, in a sentence or two.")]
Day = Annotated[dt.date, Field(description="The day; the first one where only month or year is known.")]
Exactness = Annotated[Precision, Field(description="How exactly the date is known: day, month or year.")]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"'\\^`{|}]+$", max_length=2000)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Entry = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z0-9_-]+)?$", max_length=100)]
"""A record by its list and its id, or a key of `document`, or a key of the brief as a whole."""
Notebook = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][\w-]*\.ipynb$", max_length=100)]
Percent = Annotated[float, Field(ge=0, le=100)] | Annotated[int, Field(ge=0, le=100)]
Word = Annotated[str, Field(json_schema_extra={"enum": sorted(WORDS)})]


class Record(BaseModel):
    """Base of all records: strict, frozen, no unknown keys, and its fields fit each other."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if hint := next(self._mended(), ""):
            raise ValueError(hint)
        return self

    def _mended(self) -> Iterator[str]:
        """Yield what to write instead, for each pair of fields that do not fit."""
        yield from ()


class Document(Record):
    """What the report is and when it was written."""

    title: Line = Field(description="The headline: one line, in the present tense.")
    summary: Text = Field(description="The standfirst: one sentence.")
    series: Line = Field(description='The series the report belongs to, such as "Quick View".')
    desk: Line = Field(description='The desk that wrote it, such as "Russia — politics".')
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = Field(
        default=None, description="The country the desk covers, as ISO 3166-1 alpha-3; left out where it is not one."
    )
    content_type: Line | None = Field(default=None, description="The kind of content, such as country data and maps.")
    topics: tuple[Line, ...] = Field(default=(), description="Subjects, most important first.")
    as_of: dt.date = Field(description="Nothing that happened after this day may stand in the brief.")
    language: Language = Field(default="en", description="Language of the brief, as ISO 639.")
    abstract: Text | None = Field(default=None, description="The abstract, if there is one.")
    notebook: Notebook | None = Field(
        default=None, description="File in notebooks/ that is the report's outline; quick_view.ipynb by default."
    )
    unconfirmed: tuple[Entry, ...] = Field(
        default=(),
        description="Guesses that nobody has confirmed yet, such as `document.title`, `place` or `events.arrival`. `check` and the report tell of them.",
    )


class Source(Record):
    """Where a fact comes from, graded by the Admiralty code."""

    id: OwnId
    publisher: Name = Field(description="Who published it.")
    title: Name = Field(description="Its title, in its own language.")
    date: dt.date | None = Field(description="Day of publication; null when it is not known.")
    url: Url | None = Field(default=None, description="Its address; sources alone may hold one.")
    reliability: Reliability = Field(description="Admiralty reliability, A to F.")
    credibility: Annotated[int, Field(ge=1, le=6)] = Field(description="Admiralty credibility, 1 to 6.")
    late: Text | None = Field(
        default=None, description="Why a source published after `as_of` may stand here. Shown to the reader."
    )
    placeholder: bool = Field(
        default=False,
        description="An example, to be replaced: what rests on it is no fact. `check` and the report tell of it.",
    )


class Side(Record):
    """A side of the conflict or of the talks; its place in the list gives its colour."""

    id: OwnId
    name: Line = Field(description="What the side is called.")


class PlaceStatus(Record):
    """What a value of the places layer's `status` column means, and whose colour it takes."""

    status: Name = Field(description="The value, as the layer has it.")
    label: Line = Field(description="What the legend says.")
    side: Id | None = Field(default=None, description="Left out for places nobody is known to hold.")


class Holding(Record):
    """What status some places had from a day on, until the next that is told of them."""

    places: tuple[Name, ...] = Field(min_length=1, description="Rows of the places layer that had it.")
    status: Name = Field(description="The status, one of `statuses`.")
    since: Day = Field(alias="from")
    precision: Exactness = Precision.DAY
    until: dt.date | None = Field(
        default=None, description="The last day for which it is known, if nothing is known of the time after."
    )
    source: SourceId
    note: Note = None

    def _mended(self) -> Iterator[str]:
        if self.until and self.until < self.since:
            yield "let `until` lie after `from`"


class Choropleth(Record):
    """Regions of a layer coloured by a value each: a figure, or a word of `categories`."""

    layer: Id | None = Field(default=None, description="Polygon layer of the regions; `regions` by default.")
    column: Name = Field(default="code", description="The column of that layer which `values` names, such as `code`.")
    values: dict[Name, float | int | Name] = Field(
        min_length=1,
        description="By the value of `column`: a figure, or a word of `categories`. Regions left out have no data.",
    )
    label: Line = Field(description="What is shown, as the legend says it.")
    unit: Line | None = Field(default=None, description='The unit of the figures, such as "%".')
    source: SourceId
    classes: Literal["quantile", "equal"] | tuple[float | int, ...] = Field(
        default="quantile",
        description="How figures are classed: as many regions in each, steps of one width, or own limits from least to most.",
    )
    count: Annotated[int, Field(ge=2, le=5)] = Field(default=5, description="How many classes, 2 to 5.")
    categories: tuple[PlaceStatus, ...] = Field(
        default=(), max_length=6, description="The words among `values`, in the order of the legend."
    )

    def _mended(self) -> Iterator[str]:
        known = {category.status for category in self.categories}
        words = {value for value in self.values.values() if isinstance(value, str)}
        if self.categories and (strange := sorted(map(str, set(self.values.values()) - known))):
            yield f"give each value a category, or correct it: {', '.join(strange)}"
        if words and not self.categories:
            yield f"give figures, or say in `categories` what the words mean: {', '.join(sorted(words))}"
        limits = self.classes if isinstance(self.classes, tuple) else ()
        if len(limits) > 4 or list(limits) != sorted(set(limits)):
            yield "give one to four limits between classes, from least to most"


Longitude = Annotated[float, Field(ge=-180, le=180)] | Annotated[int, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)] | Annotated[int, Field(ge=-90, le=90)]


class Place(Record):
    """What the brief's map shows. Layers are ids of `shapes/catalog.yaml`."""

    name: Line = Field(
        description='The place, as it reads in a title, without an article: "northern valley", "Germany".'
    )
    side: Id | None = Field(default=None, description="The side that holds the territory.")
    cities: tuple[Name, ...] = Field(
        default=(), max_length=4, description="Cities that bracket the territory, as the places layer names them."
    )
    places: Id | None = Field(default=None, description="Point layer of settlements: columns name, status, evidence.")
    statuses: tuple[PlaceStatus, ...] = Field(
        default=(), max_length=6, description="The values of `status`, in the order of the legend."
    )
    history: tuple[Holding, ...] = Field(
        default=(),
        description="What status places had when, the oldest first; before its first one a place's is unknown.",
    )
    history_days: tuple[dt.date, ...] = Field(
        default=(), max_length=6, description="Days that small maps show; by default those on which most changed."
    )
    routes: Id | None = Field(default=None, description="Line layer of roads, rivers, front lines … to show.")
    route_kind: RouteKind = Field(
        default=RouteKind.ROAD, description="What its lines are, as far as the layer has no column `kind` that says so."
    )
    layer: Annotated[str, Field(pattern=r"^([a-z][a-z0-9]*(-[a-z0-9]+)*)?$", max_length=60)] = Field(
        default_factory=lambda given: given.get("places") or given.get("routes") or "",
        description="Polygon layer: the territory itself. Without one, the places or the routes are the map.",
    )
    regions: Id | None = Field(default=None, description="Polygon layer of first-level regions.")
    countries: Id | None = Field(
        default=None, description="Polygon layer of countries: sea, borders and neighbours, and the locator."
    )
    choropleth: Choropleth | None = Field(default=None, description="A value for each region, shown by its colour.")
    extent: tuple[Longitude, Latitude, Longitude, Latitude] | None = Field(
        default=None, description="What the map shows: [west, south, east, north] in degrees; west > east across 180°."
    )
    show: tuple[Literal["area", "distances"], ...] = Field(
        default=(), description="What is measured on the layers and told: area, distances."
    )

    def _mended(self) -> Iterator[str]:
        if not self.layer:
            yield "give a layer: `layer` for a territory, `places` for points, `routes` for lines"
        if self.extent and (self.extent[1] >= self.extent[3] or self.extent[0] == self.extent[2]):
            yield "write `extent` as [west, south, east, north]"

    @property
    def layers(self) -> tuple[str, ...]:
        """Ids of all layers the map draws on, each once, the territory's first."""
        coloured = self.choropleth.layer if self.choropleth else None
        named = (self.layer, self.places, self.routes, self.regions, self.countries, coloured)
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def coloured(self) -> str | None:
        """Id of the layer whose regions a choropleth colours."""
        return (self.choropleth.layer or self.regions or self.layer) if self.choropleth else None


class Site(Record):
    """A post, checkpoint or other point that somebody holds."""

    id: OwnId
    name: Line = Field(description="What it is called.")
    kind: Line = Field(description='What it is, such as "observation post".')
    actor: Id = Field(description="Id of the actor that holds it.")
    place: Name | None = Field(default=None, description="The row of the places layer it is at.")
    located: Located = Field(description="How surely the position is known.")
    note: Note = None
    source: SourceId


class Value(Record):
    """One figure and who says so: an exact value, or a range from `low` to `high`."""

    value: float | int | None = Field(default=None, description="An exact figure; else give `low` and `high`.")
    low: float | int | None = Field(default=None, description="The least of a range.")
    high: float | int | None = Field(default=None, description="The most of a range.")
    qualifier: Literal["about", "more than", "at least", "at most"] | None = Field(
        default=None, description="A word before the figure: about, more than, at least, at most."
    )
    by: Line = Field(description="Who says so.")
    source: SourceId

    def _mended(self) -> Iterator[str]:
        exact = self.value is not None and self.low is None and self.high is None
        ranged = self.value is None and self.low is not None and self.high is not None and self.low <= self.high
        if not (exact or ranged):
            yield "give either `value`, or `low` and `high` with low ≤ high"

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest figure; equal for an exact value."""
        if self.value is not None:
            return self.value, self.value
        return self.low or 0, self.high or 0


class Quantity(Record):
    """Something counted or measured, with every figure that sources give for it."""

    id: OwnId
    label: Line = Field(description="What is counted or measured.")
    unit: Line = Field(description='The unit in the plural, such as "people".')
    values: tuple[Value, ...] = Field(min_length=1, description="Each figure that a source gives.")
    key: bool = Field(default=False, description="Show it among the key figures.")
    note: Note = None


class DatedClaim(Record):
    """A date and who gives it. Several of them may disagree."""

    date: dt.date = Field(description="The day that is given.")
    by: Line = Field(description="Who gives the date: a person, a body, the text itself.")
    source: SourceId
    note: Note = None


class State(Record):
    """How far a term has come, since when, and who says so."""

    value: TermState = Field(description="How far it has come.")
    date: dt.date = Field(description="Since when.")
    source: SourceId
    note: Note = None


def _last_of(given: dict[str, Any]) -> Any:
    """Return the last of the `states` of a record; None where it has none."""
    return (given["states"] or (None,))[-1]


States = Annotated[
    tuple[State, ...],
    Field(description="How it came along, in place of `state`: each state from its day on, the oldest first."),
]
LastState = Annotated[
    State, Field(default_factory=_last_of, description="How far it has come; with `states`, the last of them.")
]


class Stated(Record):
    """What has come so far: in one `state`, or in dated `states` of which the last holds at `as_of`."""

    def _mended(self) -> Iterator[str]:
        if not self.history[0]:
            yield "give `state`, or `states`, the oldest first"

    @property
    def history(self) -> tuple[State, ...]:
        """Every state with its day, the oldest first; the last one is `state`."""
        own: Any = self
        return own.states or (own.state,)


class Term(Stated):
    """One provision of an agreement."""

    id: OwnId
    title: Line = Field(description="A few words for charts and tables.")
    text: Text = Field(description="What it says, in a sentence.")
    category: Category | None = Field(default=None, description="PA-X provision code, if the term fits one.")
    binds: tuple[Id, ...] = Field(default=(), description="Actors that must act or refrain.")
    deadlines: tuple[DatedClaim, ...] = Field(default=(), description="By when, and who says so; several may disagree.")
    states: States = ()
    state: LastState
    source: SourceId


class Agreement(Record):
    """A truce, accord or deal. It is valid from `effective` to `until`; either may lie after `as_of`."""

    name: Line = Field(description="What the agreement is called.")
    parties: tuple[Id, ...] = Field(default=(), description="Ids of the actors that agreed.")
    guarantors: tuple[Id, ...] = Field(default=(), description="Ids of the actors that vouch for it.")
    signed: tuple[DatedClaim, ...] = Field(default=(), description="When it was signed, and who says so.")
    effective: DatedClaim | None = Field(default=None, description="The day from which it is in effect.")
    until: DatedClaim | None = Field(
        default=None, description="The last day on which it is in effect; left out where it has no end."
    )
    signed_at: Line | None = Field(default=None, description="Where it was signed.")
    terms: tuple[Term, ...] = Field(default=(), description="Its provisions, in the order of the report.")
    source: SourceId

    def _mended(self) -> Iterator[str]:
        if self.effective and self.until and self.until.date <= self.effective.date:
            yield "let `until` lie after `effective`"


class Measure(Stated):
    """A measure of policy: a sanction, an embargo, a law, a decree."""

    id: OwnId
    title: Line = Field(description="A few words for charts and tables.")
    text: Detail = None
    instrument: Line = Field(description='What it is, such as "asset freeze" or "export licence".')
    by: tuple[Id, ...] = Field(default=(), description="Actors that take it.")
    on: tuple[Id, ...] = Field(default=(), description="Actors that it is aimed at.")
    since: dt.date | None = Field(default=None, alias="from", description="The first day on which it applies.")
    until: dt.date | None = Field(default=None, description="The last day on which it applies, if one was given.")
    states: States = ()
    state: LastState
    source: SourceId

    def _mended(self) -> Iterator[str]:
        yield from super()._mended()
        if self.since and self.until and self.until < self.since:
            yield "let `until` lie after `from`"


class Native(Record):
    """A name in the actor's own language and script."""

    name: Name = Field(description="The name, in its own script.")
    language: Language = Field(description="ISO 639 code.")


class Actor(Record):
    """A state, group, body or person with a part in the event."""

    id: OwnId
    name: Line = Field(description="What it calls itself, or is called.")
    short: Annotated[str, StringConstraints(min_length=1, max_length=32), Mark.WORDS] | None = Field(
        default=None, description="A shorter name for charts."
    )
    native: Native | None = Field(default=None, description="Its name in its own language.")
    kind: ActorKind = Field(description="What it is.")
    side: Id | None = Field(default=None, description="Left out for who stands on none of the `sides`.")
    role: Line = Field(description="Its part in the event, in a few neutral words.")
    stance: Id | None = Field(
        default=None,
        description=f"Where it stands: {', '.join(Stance)}; or an id of the brief's own `stances`, where it has some.",
        json_schema_extra={"examples": list(Stance)},
    )
    source: SourceId

    @property
    def label(self) -> str:
        """The name charts use."""
        return self.short or self.name


class Position(Record):
    """A stance of the brief's own scale, such as "in coalition talks"; its place in the list gives its mark."""

    id: OwnId
    label: Line = Field(description="What the table says.")


class Relation(Record):
    """How one actor acts on another. `from` acts."""

    origin: Id = Field(alias="from", description="Id of the actor that acts.")
    target: Id = Field(alias="to", description="Id of the actor that it acts on.")
    kind: RelationKind = Field(description="How it acts.")
    note: Note = None
    source: SourceId


class Event(Record):
    """Something that happened, on or before `as_of`."""

    id: OwnId
    date: Day
    precision: Exactness = Precision.DAY
    title: Line = Field(description="What happened, in a line.")
    text: Detail = None
    place: Name | None = Field(default=None, description="Where, if the places layer has it: a row of that layer.")
    where: Line | None = Field(default=None, description="Where, if it lies beyond the places layer.")
    actors: ActorIds = ()
    sources: SourceIds


class Scheduled(Record):
    """Something that is set for a day after `as_of`: a summit, a vote, a visit, a ruling."""

    id: OwnId
    date: Day
    precision: Exactness = Precision.DAY
    title: Line = Field(description="What is set, in a line.")
    text: Detail = None
    where: Line | None = Field(default=None, description="Where it is to be.")
    actors: ActorIds = ()
    sources: SourceIds


class Column(Record):
    """A column of a table: what it is called, and what its cells hold."""

    id: OwnId
    label: Line | None = Field(default=None, description="What its head says; the id where it is left out.")
    source: Name | None = Field(
        default=None, alias="from", description="The heading in the file, where it is not the id."
    )
    type: Literal["text", "number", "percent", "date"] = Field(
        default="text", description="What its cells hold; codes with leading zeros are text."
    )
    unit: Line | None = Field(default=None, description='The unit of its numbers, such as "seats".')

    @property
    def heading(self) -> str:
        """What the column is called in the file."""
        return self.source or self.id


class Table(Record):
    """Data of the brief's own: rows written here, or a CSV, Excel or Parquet file beside the brief."""

    id: OwnId
    title: Line = Field(description="What it shows.")
    source: SourceId
    columns: tuple[Column, ...] = Field(min_length=1, description="Its columns, in order.")
    file: (
        Annotated[str, StringConstraints(pattern=r"^[\w][\w. -]*\.(csv|xlsx|xls|ods|parquet)$", max_length=100)] | None
    ) = Field(default=None, description="A file beside the brief: .csv, .xlsx, .xls, .ods or .parquet.")
    sheet: Name | None = Field(default=None, description="The sheet of a workbook; its first by default.")
    rows: tuple[tuple[Annotated[str, Mark.WORDS] | int | float | None, ...], ...] | None = Field(
        default=None, description="The rows themselves, a list of cells each, in the order of the columns."
    )
    note: Note = None

    def _mended(self) -> Iterator[str]:
        if (self.file is None) == (self.rows is None):
            yield "give either `file` or `rows`"


class Probability(Record):
    """A probability in per cent, from `low` to `high`; equal when it is a point."""

    low: Percent = Field(description="The least, in per cent.")
    high: Percent = Field(description="The most, in per cent.")
    basis: Literal["given", "yardstick"] = Field(
        description="`given`: the source states the number. `yardstick`: only the word was given."
    )

    def _mended(self) -> Iterator[str]:
        if self.low > self.high:
            yield "write 0 ≤ low ≤ high ≤ 100"


class Horizon(Record):
    """By when a forecast comes true or not."""

    text: Line = Field(description="In words, as the source has it.")
    date: dt.date | None = Field(default=None, description="The last day, if one was given.")


class Indicator(Record):
    """Something observable that would move the forecast, and where one would see it."""

    text: Line = Field(description="What one would see.")
    where: Line = Field(description="Where one would see it.")


class Forecast(Record):
    """A judgement about what will happen."""

    id: OwnId
    title: Line = Field(description="A few words for charts.")
    statement: Text = Field(description="The judgement as a sentence, without its confidence.")
    horizon: Horizon = Field(description="By when it comes true or not.")
    probability: Probability = Field(description="How likely it is.")
    word: Word = Field(description="ICD 203 word.")
    confidence: Confidence = Field(description="How sound the information is.")
    confidence_reason: Text = Field(description="Why the information is as sound as that.")
    by: Line = Field(description="Whose judgement it is.")
    drivers_for: tuple[Text, ...] = Field(min_length=1, description="What makes it likelier, a sentence each.")
    drivers_against: tuple[Text, ...] = Field(default=(), description="What makes it less likely, a sentence each.")
    indicators: tuple[Indicator, ...] = Field(min_length=1, description="What to watch.")
    settled_by: Text = Field(description="What would settle it, either way.")
    exercise: bool = Field(
        default=False,
        description="Made afterwards, as an exercise. The report says so; it is never due, and never scored.",
    )
    source: SourceId


class FigureWords(Record):
    """Words of the author's for a figure or table of the kit, in place of those it makes itself."""

    id: Literal[
        "map",
        "control",
        "monitor",
        "monitor-map",
        "network",
        "timeline",
        "yardstick",
        "terms",
        "term-history",
        "measures",
        "stances",
        "hypotheses",
        "evidence-matrix",
    ] = Field(description="Which one.")
    title: Line | None = Field(default=None, description="States the finding. Tables have none besides their caption.")
    caption: Text | None = Field(default=None, description="What is shown, of when.")
    alt: Text | None = Field(default=None, description="Says in words what there is to see.")


class Comparison(Record):
    """One aspect in which a precedent is like or unlike the event."""

    aspect: Line = Field(description="What is compared.")
    there: Text = Field(description="How it was there.")
    here: Text = Field(description="How it is here.")


class Precedent(Record):
    """A similar event or deal elsewhere, on or before `as_of`."""

    id: OwnId
    title: Line = Field(description="What it is called.")
    place: Line = Field(description="Where it was.")
    date: Day
    text: Text = Field(description="What happened, in a few sentences.")
    compare: tuple[Comparison, ...] = Field(min_length=1, description="In what it is like or unlike.")
    sources: SourceIds


class Related(Record):
    """Another brief of the house, to compare this one with."""

    brief: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)] = Field(
        description="Name of a brief beside this one: its file without `.md`."
    )
    kind: Literal["precedent", "elsewhere", "next"] = Field(
        alias="as",
        description="What it is to this one: `precedent` and `elsewhere` are of no later `as_of`; `next` is of a later one, and told as a link made afterwards.",
    )
    text: Text = Field(description="What to compare, in a sentence.")


class ComparedArea(Record):
    """An area to compare with; the territory and its surroundings that are counted are cut out of it."""

    name: Line = Field(description='What it is called, such as "the rest of the province".')
    layer: Id = Field(description="Polygon layer of `shapes/catalog.yaml`.")
    column: Name = Field(default="name", description="The column of that layer which `rows` names, such as `code`.")
    rows: tuple[Name, ...] = Field(
        default=(), description="Features of the layer, by the value of `column`; all by default."
    )


class Monitor(Record):
    """What to count of events that others recorded, before and since the agreement took effect."""

    events: tuple[Id, ...] = Field(
        min_length=1, description="Events in shapes/events/, such as `ucdp-ged`: see `quickview events list`."
    )
    buffer_km: Annotated[float, Field(ge=0, le=200)] | Annotated[int, Field(ge=0, le=200)] = Field(
        default=0, description="How far outside the territory an event counts, in kilometres."
    )
    weeks_before: Annotated[int, Field(ge=1, le=520)] = Field(
        default=52, description="How many weeks before the agreement took effect to compare with."
    )
    types: tuple[Name, ...] = Field(
        default=(), description="Types of events to count, in their provider's words; all by default."
    )
    compare: ComparedArea | None = Field(
        default=None, description="Another area, so that a lull everywhere is not taken for a success here."
    )


class Hypothesis(Record):
    """One of several explanations, or courses of events, that rule each other out."""

    id: OwnId
    title: Line = Field(description="A few words for tables.")
    text: Text = Field(description="What it claims, in a sentence or two.")


class Evidence(Record):
    """How a source, event, quantity, term or measure of the brief bears on the hypotheses."""

    item: Entry = Field(
        description="What bears on them, by its list and id: `events.shelling`, `sources.gazette`, `agreement.aid` for a term."
    )
    marks: dict[Id, Literal["C", "I", "N", "NA"]] = Field(
        min_length=1,
        description="By id of the hypothesis: C consistent, I inconsistent, N neutral, NA not applicable. One left out is neutral.",
    )
    note: Note = None


class Facts(Record):
    """The front matter of a brief: all of its facts."""

    document: Document = Field(description="The headline, the desk, the day: what the report says of itself.")
    sources: tuple[Source, ...] = Field(min_length=1, description="Where facts come from, in the order of the list.")
    place: Place | None = Field(default=None, description="What the map shows.")
    sides: tuple[Side, ...] = Field(default=(), max_length=6, description="The sides, in the order of their colours.")
    stances: tuple[Position, ...] = Field(
        default=(), max_length=6, description="The brief's own scale of stances, in place of the kit's words."
    )
    actors: tuple[Actor, ...] = Field(default=(), description="Who has a part in it.")
    relations: tuple[Relation, ...] = Field(default=(), description="Who acts on whom.")
    quantities: tuple[Quantity, ...] = Field(default=(), description="Figures, with who gives them.")
    agreement: Agreement | None = Field(default=None, description="The truce, accord or deal, if there is one.")
    monitor: Monitor | None = Field(default=None, description="What to count of events that others recorded.")
    measures: tuple[Measure, ...] = Field(default=(), description="Sanctions, embargoes, laws, decrees.")
    sites: tuple[Site, ...] = Field(default=(), description="Posts and other points that somebody holds.")
    events: tuple[Event, ...] = Field(default=(), description="What happened up to `as_of`.")
    calendar: tuple[Scheduled, ...] = Field(default=(), description="What is set for a day after `as_of`.")
    forecasts: tuple[Forecast, ...] = Field(default=(), description="Judgements about what will happen.")
    hypotheses: tuple[Hypothesis, ...] = Field(
        default=(),
        max_length=6,
        description="Competing explanations, at least two, which `evidence` is weighed against.",
    )
    evidence: tuple[Evidence, ...] = Field(
        default=(), description="What speaks against which hypothesis: things of the brief, each marked per hypothesis."
    )
    tables: tuple[Table, ...] = Field(default=(), description="Data of the brief's own, for charts and tables.")
    figures: tuple[FigureWords, ...] = Field(default=(), description="Words for figures and tables of the kit.")
    precedents: tuple[Precedent, ...] = Field(default=(), description="What it is like.")
    related: tuple[Related, ...] = Field(default=(), description="Other briefs of the house to compare with.")
    limits: tuple[Text, ...] = Field(default=(), description="What was looked for and not found.")
    translations: dict[Language, dict[str, JsonValue]] = Field(
        default_factory=dict,
        max_length=MAX_LANGUAGES,
        description="The brief's words in other languages, by ISO 639 code; `sections` holds prose.",
    )

    @property
    def layers(self) -> tuple[str, ...]:
        """Ids of the layers that the brief draws on, each once."""
        compared = (self.monitor.compare.layer,) if self.monitor and self.monitor.compare else ()
        return tuple(dict.fromkeys([*(self.place.layers if self.place else ()), *compared]))

    def words_for(self, name: str) -> FigureWords | None:
        """Return what the author says of a figure or table of the kit, if anything."""
        return next((one for one in self.figures if one.id == name), None)

    def evidence_record(self, item: str) -> Source | Event | Quantity | Term | Measure | None:
        """Return what an item of `evidence` names by its list and id; None where there is no such thing."""
        table, _, name = item.partition(".")
        terms = self.agreement.terms if self.agreement else ()
        lists: dict[str, tuple[Source | Event | Quantity | Term | Measure, ...]]
        lists = {"sources": self.sources, "events": self.events, "quantities": self.quantities,
                 "measures": self.measures, "agreement": terms}  # fmt: skip
        return next((one for one in lists.get(table, ()) if one.id == name), None)

    def evidence_title(self, item: str) -> str:
        """Return what an item of `evidence` is called: the publisher of a source, the label or title of anything else."""
        record = self.evidence_record(item)
        if isinstance(record, Source):
            return record.publisher
        return record.label if isinstance(record, Quantity) else record.title if record else item

    def stance(self, actor: Actor) -> Stance | str | None:
        """Return where an actor stands: a word of the kit's, or the label on the brief's own scale; None where nobody says."""
        if actor.stance is None:
            return None
        own = {position.id: position.label for position in self.stances} or {word.value: word for word in Stance}
        return own.get(actor.stance, actor.stance)
