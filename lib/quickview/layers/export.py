"""Write a layer of the catalogue for a GIS: GeoPackage, GeoParquet, FlatGeobuf."""

from pathlib import Path

import geopandas as gpd
import pyogrio

from quickview.files import temporary_folder, write_atomically
from quickview.layers.catalog import Catalog, read_features


def export(catalog: Catalog, layer_id: str, *, form: str, out: Path) -> Path:
    """Write a layer as GeoPackage (`gpkg`), GeoParquet (`parquet`) or FlatGeobuf (`fgb`), and return the file.

    The same layer gives the same bytes: with the day that it stands for instead of today's, and no
    spatial index. Raises `InputError` when there is no such layer or it is not sound.
    """
    layer = catalog.layer(layer_id)
    frame = gpd.GeoDataFrame.from_features(read_features(catalog, layer_id), crs=layer.crs)
    file = out / f"{layer_id}.{form}"
    day = f"{layer.date}-01-01"[:10]  # the date may be a year or month
    with temporary_folder() as folder:
        new = folder / file.name
        if form == "parquet":
            frame.to_parquet(new)
        else:
            told = {"identifier": layer.title, "description": f"{layer.source}. {layer.licence}. {layer.note}"}
            options = told if form == "gpkg" else {"title": layer.title, "description": told["description"]}
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day}T00:00:00.000Z"})
            try:
                frame.to_file(
                    new,
                    layer=layer_id,
                    engine="pyogrio",
                    driver={"gpkg": "GPKG"}.get(form, "FlatGeobuf"),
                    promote_to_multi=True,
                    layer_options={"spatial_index": "no", **options},
                )
            finally:
                pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        write_atomically(file, new.read_bytes())
    return file
