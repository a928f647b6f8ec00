"""Fonts of every kind that a browser may put into a PDF, made small: pictures, coloured layers, outlines of both sorts."""

import base64
import io
import struct
import zlib

from fontTools.colorLib.builder import buildCOLR, buildCPAL
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables.BitmapGlyphMetrics import SmallGlyphMetrics
from fontTools.ttLib.tables.C_B_D_T_ import cbdt_bitmap_format_17
from fontTools.ttLib.tables.E_B_L_C_ import BitmapSizeTable, SbitLineMetrics, Strike, eblc_index_sub_table_1

KINDS = ("truetype", "outlines", "layers", "pictures", "vectors")


def face(kind, text, family="Own"):
    """Return an `@font-face` rule for a font that has a glyph for each character of a text, and no space."""
    data = base64.b64encode(font(kind, text)).decode()
    return f"@font-face{{font-family:'{family}';src:url(data:font/ttf;base64,{data})}}"


def font(kind, text):
    codes = {ord(c): f"g{ord(c):X}" for c in sorted(set(text))}
    names = [".notdef", *codes.values()]
    builder = FontBuilder(1000, isTTF=kind != "outlines")
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(codes)
    if kind == "outlines":
        pen = T2CharStringPen(600, None)
        _square(pen)
        builder.setupCFF("Own", {}, dict.fromkeys(names, pen.getCharString()), {})
    else:
        pen = TTGlyphPen(None)
        _square(pen)
        builder.setupGlyf(dict.fromkeys(names, pen.glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Own", "styleName": "Regular", "psName": f"Own-{kind}"})
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    builder.setupPost()
    colours = [[(1.0, 0.2, 0.0, 1.0), (0.0, 0.4, 1.0, 0.5)]]
    if kind == "layers":
        builder.font["COLR"] = buildCOLR({name: [(name, 0), (".notdef", 1)] for name in codes.values()})
        builder.font["CPAL"] = buildCPAL(colours)
    if kind == "vectors":
        paint = {"Format": 10, "Glyph": ".notdef", "Paint": {"Format": 2, "PaletteIndex": 0, "Alpha": 0.9}}
        builder.font["COLR"] = buildCOLR(dict.fromkeys(codes.values(), paint), version=1)
        builder.font["CPAL"] = buildCPAL(colours)
    if kind == "pictures":
        _add_pictures(builder.font, list(codes.values()))
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _square(pen):
    pen.moveTo((50, 0))
    for point in ((50, 600), (550, 600), (550, 0)):
        pen.lineTo(point)
    pen.closePath()


def _add_pictures(font, names):
    """Add a picture of 32 pixels for each glyph, the way Noto Color Emoji has them."""
    glyph_ids = sorted(map(font.getGlyphID, names))
    order = [font.getGlyphName(n) for n in glyph_ids]
    index = eblc_index_sub_table_1(b"", font)
    index.names, index.imageFormat, index.indexFormat = order, 17, 1
    index.firstGlyphIndex, index.lastGlyphIndex = glyph_ids[0], glyph_ids[-1]
    index.imageDataOffset, index.locations = 4, []
    size = BitmapSizeTable()
    size.__dict__.update(
        colorRef=0, startGlyphIndex=glyph_ids[0], endGlyphIndex=glyph_ids[-1], ppemX=32, ppemY=32, bitDepth=32, flags=1
    )
    for way in ("hori", "vert"):
        line = SbitLineMetrics()
        line.__dict__.update(dict.fromkeys(("caretSlopeNumerator", "caretSlopeDenominator", "caretOffset", "minOriginSB", "minAdvanceSB",
                                            "maxBeforeBL", "minAfterBL", "pad1", "pad2"), 0), ascender=26, descender=-6, widthMax=32)  # fmt: skip
        setattr(size, way, line)
    strike = Strike()
    strike.bitmapSizeTable, strike.indexSubTables = size, [index]
    font["CBLC"], font["CBDT"] = newTable("CBLC"), newTable("CBDT")
    font["CBLC"].version, font["CBLC"].strikes = 3.0, [strike]
    font["CBDT"].version, font["CBDT"].strikeData = 3.0, [{name: _picture(font) for name in order}]


def _picture(font):
    metrics = SmallGlyphMetrics()
    metrics.height, metrics.width, metrics.BearingX, metrics.BearingY, metrics.Advance = 32, 32, 0, 26, 32
    glyph = cbdt_bitmap_format_17(b"", font)
    glyph.metrics, glyph.imageData = metrics, _png()
    return glyph


def _png():
    rows = b"".join(b"\0" + b"\xff\x60\x00\xff" * 32 for _ in range(32))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 6, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
