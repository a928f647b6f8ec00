"""The cases of events: a year's worth taken in, and those within an area found again."""

from collections.abc import Iterator
from itertools import count

import geopandas as gpd
import pandas as pd
import shapely

from quickview.evidence.event_import import import_events
from quickview.evidence.event_store import rows_within
from tests.benchmarks.cases import Desk, medians, timed
from tests.benchmarks.results import Row
from tests.builders import events as made

ROWS = 50_000
AREA = shapely.Point(45, 35).buffer(2)


def events(desk: Desk) -> Iterator[Row]:
    """Checked rows in a store against rows as they are; then those in an area, from the store and from the CSV."""
    folder = desk.fresh("events")
    rows = [made.ged(n, longitude=round(40 + n % 1000 / 100, 4), latitude=round(30 + n // 1000 / 5, 4)) for n in range(ROWS)]  # fmt: skip
    path, stores = made.write(folder / "GEDEvent_v25_1.csv", rows), count()
    store = import_events(path, folder).store

    def frame() -> pd.DataFrame:
        return pd.read_csv(path)

    def joined() -> gpd.GeoDataFrame:
        found = frame()
        points = gpd.points_from_xy(found["longitude"], found["latitude"], crs=4326)
        return gpd.sjoin(gpd.GeoDataFrame(found, geometry=points), gpd.GeoDataFrame(geometry=[AREA], crs=4326))

    assert len(joined()) == len(rows_within(store, AREA)) > 0
    plain, taken, join, within = medians(
        desk.runs,
        lambda: timed(frame),
        lambda: timed(lambda: import_events(path, folder / f"{next(stores)}")),
        lambda: timed(joined),
        lambda: timed(lambda: rows_within(store, AREA)),
    )
    yield Row("events", f"pandas.read_csv, {ROWS:,} rows of UCDP GED, unchecked", plain)
    note = f"{path.stat().st_size / 1e6:.0f} MB"
    yield Row("events", "import, with every check, into GeoParquet", taken, ratio=plain / taken, note=note)
    yield Row("events", "pandas.read_csv + geopandas.sjoin with an area", join)
    yield Row("events", "the same events from the store", within, ratio=join / within)
