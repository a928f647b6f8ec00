"""The tags of a printed report: what Chromium leaves out of them, added; what is decoration, marked as such.

The rules are those of PDF/UA-1 (ISO 14289-1) as the Matterhorn Protocol 1.1 states them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import pikepdf
from pikepdf import Array, ContentStreamInstruction, Dictionary, Name, Operator

from quickview.language.catalogs import Language

Instructions: TypeAlias = list[Any]
"""A content stream as pikepdf reads it: objects with `operator` and `operands`."""

_PATH: Final = frozenset({"m", "l", "c", "v", "y", "h", "re"})
_CLIP: Final = frozenset({"W", "W*"})
PAINT: Final = frozenset({"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"})
"""Operators that paint a path."""
_CELLS: Final = frozenset({"/TH", "/TD"})
_SPEAKING: Final = frozenset({"Tj", "TJ", "'", '"', "Do", "INLINE IMAGE"})
_ROOM: Final = frozenset({"/NonStruct", "/Div", "/P", "/Span", "/Lbl"})
"""Elements that mean nothing without content."""

ARTIFACT: Final = ContentStreamInstruction([Name.Artifact], Operator("BMC"))
END: Final = ContentStreamInstruction([], Operator("EMC"))


def elements(node: Any) -> Iterator[Dictionary]:
    """Yield every element under a node of the structure tree, in reading order."""
    for child in _kids(node):
        if isinstance(child, Dictionary) and "/S" in child:
            yield child
            yield from elements(child)


def describe_links(file: pikepdf.Pdf, links: Sequence[Mapping[str, Any]], language: Language) -> None:
    """Give each annotation of a link its words: what the link says, or which source it cites."""
    waiting: dict[str, list[str]] = {}
    for link in links:
        cited = link["source"]
        said = language.gettext("Source {number}: {publisher}, {title}", **cited) if cited else str(link["text"])
        waiting.setdefault(str(link["to"]), []).append(said)
    for element in elements(file.Root.StructTreeRoot):
        if str(element.S) != "/Link":
            continue
        places = [kid.Obj for kid in _kids(element) if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR]
        if places:
            first = places[0]
            to = str(first.A.URI) if "/A" in first and "/URI" in first.A else ""
            to = str(first.Dest).removeprefix("/") if "/Dest" in first else to
            words = waiting.get(to) or [to]
            for place in places:
                place.Contents = pikepdf.String(words[0])
            del words[: len(words) > 1]


def wrap_list_items(file: pikepdf.Pdf) -> None:
    """Put what follows an item's label into a body, the only other thing a list item may hold."""
    for item in [element for element in elements(file.Root.StructTreeRoot) if str(element.S) == "/LI"]:
        kids = _kids(item)
        labels = [kid for kid in kids if isinstance(kid, Dictionary) and kid.get("/S") == Name.Lbl]
        rest = [kid for kid in kids if kid not in labels]
        body = file.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, P=item, K=Array(rest)))
        if "/Pg" in item:
            body.Pg = item.Pg
        for kid in rest:
            if isinstance(kid, Dictionary) and "/S" in kid:
                kid.P = body
        item.K = Array([*labels, body])


def name_roles(file: pikepdf.Pdf) -> None:
    """Say in PDF 1.7's own terms what its successor's elements are (ISO 32000-1, 14.8.4; ISO 32000-2, 14.8.4)."""
    file.Root.StructTreeRoot.RoleMap = Dictionary(Strong=Name.Span, Em=Name.Span)


def settle_heads(file: pikepdf.Pdf) -> None:
    """Let a row that names the group below it be one cell, and the rows of a small table have no more heads than cells.

    A reader that is told of a head in every other row, or of more heads than cells, takes
    the table for a broken one.
    """
    for table in [one for one in elements(file.Root.StructTreeRoot) if str(one.S) == "/Table"]:
        rows = [
            [cell for cell in elements(row) if str(cell.S) in _CELLS] for row in elements(table) if str(row.S) == "/TR"
        ]
        heads = [cell for row in rows for cell in row if str(cell.S) == "/TH"]
        groups = [row[0] for row in rows[1:] if len(row) == 1 and str(row[0].S) == "/TH"]
        crowded = len(heads) - len(groups) > sum(map(len, rows)) - len(heads)
        for cell in [*groups, *(row[0] for row in rows[1:] if crowded and len(row) > 1)]:
            cell.S = Name.TD
            if "/ID" in cell:
                del cell.ID


def number_cells(file: pikepdf.Pdf) -> None:
    """Name the header cells in their order, by which other cells refer to them; Chromium's names change each time."""
    root = file.Root.StructTreeRoot
    every = list(elements(root))
    names: dict[str, pikepdf.String] = {}
    tree: list[Any] = []
    for element in every:
        if "/ID" in element:
            # The old name is read before the new one takes its place.
            names[str(element.ID)] = name = pikepdf.String(f"cell{len(names):05}")
            element.ID = name
            tree += [name, element]
    for element in every:
        for attribute in element.get("/A", Array()) if isinstance(element.get("/A"), Array) else ():
            if "/Headers" in attribute:
                attribute.Headers = Array([names[str(one)] for one in attribute.Headers if str(one) in names])
    root.IDTree = Dictionary(Names=Array(tree))


def mark_decoration(file: pikepdf.Pdf, page: pikepdf.Page, instructions: Instructions) -> Instructions:
    """Return a page's content with everything that says nothing marked as an artifact.

    That is what Chromium leaves without a tag (running heads, bullets, what is hidden from
    screen readers), rules and backgrounds that it gives the tag of their element, and the
    head of a table on the pages after its first.
    """
    tags = pikepdf.NumberTree(file.Root.StructTreeRoot.ParentTree)[int(page.obj.StructParents)]
    marked: Instructions = []
    for group in _groups(instructions):
        number = _number(group[0])
        if number is None:
            marked += _as_artifact(page, group)
        elif _is_figure(tags[number]) or (
            any(str(one.operator) in _SPEAKING for one in group) and not _is_repeated(tags[number], page)
        ):
            marked += group
        else:
            _take_out(tags[number], page, number)
            tags[number] = None
            marked += [ARTIFACT, *group[1:]]
    return marked


def _groups(instructions: Instructions) -> Iterator[Instructions]:
    """Yield marked sequences, text objects and paths, each as a whole, and all else one by one."""
    group: Instructions = []
    depth = 0
    for one in instructions:
        name = str(one.operator)
        group.append(one)
        depth += (name in {"BMC", "BDC", "BT"}) - (name in {"EMC", "ET"})
        if depth == 0 and name not in _PATH | _CLIP:
            yield group
            group = []
    if group:
        yield group


def _number(one: ContentStreamInstruction) -> int | None:
    if str(one.operator) != "BDC" or not isinstance(one.operands[1], Dictionary):
        return None
    number = one.operands[1].get("/MCID")
    return None if number is None else int(number)


def _as_artifact(page: pikepdf.Page, group: Instructions) -> Instructions:
    last = str(group[-1].operator)
    seen = last in PAINT | {"ET", "sh", "INLINE IMAGE"}
    if last == "Do":
        # A form with tags of its own must not stand inside an artifact.
        seen = "/StructParents" not in page.resources.XObject[str(group[-1].operands[0])]
    return [ARTIFACT, *group, END] if seen else group


def _is_figure(element: Any) -> bool:
    while "/S" in element:
        if str(element.S) == "/Figure":
            return True
        element = element.P
    return False


def _is_repeated(element: Any, page: pikepdf.Page) -> bool:
    first = element.get("/Pg", page.obj).objgen
    while "/S" in element and str(element.S) != "/TR":
        element = element.P
    return first != page.obj.objgen and all(str(cell.get("/S", "")) == "/TH" for cell in _kids(element))


def _take_out(element: Any, page: pikepdf.Page, number: int) -> None:
    """Take marked content out of an element, and the element out of the tree if that leaves it empty."""
    own = element.get("/Pg")
    marked = [
        (kid.get("/MCID"), kid.get("/Pg", own)) if isinstance(kid, Dictionary) else (kid, own) for kid in _kids(element)
    ]
    out = [
        content is not None and int(content) == number and where.objgen == page.obj.objgen for content, where in marked
    ]
    element.K = Array([kid for kid, leaves in zip(_kids(element), out, strict=True) if not leaves])
    while not _kids(element) and str(element.S) in _ROOM:
        parent = element.P
        parent.K = Array(
            [kid for kid in _kids(parent) if not (isinstance(kid, Dictionary) and kid.objgen == element.objgen)]
        )
        element = parent


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    return list(kids) if isinstance(kids, Array) else [kids]
