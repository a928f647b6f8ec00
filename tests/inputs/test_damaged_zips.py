"""A ZIP in which something was overwritten is told as such by all that unpack one, however it is packed."""

import zipfile

import pytest

from quickview.brief import data
from quickview.errors import InputError
from quickview.evidence import event_file
from quickview.layers import vector_file

PACKINGS = {"deflate": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA}
CONTENT = b"{" + b"".join(b"a,b,%d\n" % (n * n) for n in range(3_000))


def read_events(path):
    with event_file.open_event_file(path) as table:
        return list(table.batches([0], lambda *_: None))


DOORS = {
    "x.geojson": (vector_file.read_vector_file, "E-FILE-BROKEN"),
    "x.csv": (read_events, "E-EVENTS-ZIP"),
    "xl/workbook.xml": (data._check_unpacked, "E-TABLE-FORM"),
    "content.xml": (data._check_repeated, "E-TABLE-FORM"),
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("name", DOORS)
def test_a_zip_that_is_overwritten_within_is_told(tmp_path, name, packing):
    read, code = DOORS[name]
    path = tmp_path / ("book.ods" if name.endswith(".xml") else "packed.zip")
    with zipfile.ZipFile(path, "w", PACKINGS[packing]) as archive:
        archive.writestr(name, CONTENT)
    whole = path.read_bytes()
    for at in (70, 200, len(whole) // 2):  # where it says how it is packed, and in what it holds
        path.write_bytes(whole[:at] + bytes(byte ^ 0xA5 for byte in whole[at : at + 40]) + whole[at + 40 :])
        with pytest.raises(InputError) as told:
            read(path)
        assert told.value.faults[0].code == code
