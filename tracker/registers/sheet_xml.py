"""The XML of a sheet before it is parsed: how far it reaches, and cells that would get lost."""

import re

_SHAPES = tuple(
    # An attribute r that is not a place within the shape. (One letter in front is found fast.)
    re.compile(rb"r(?![=][\"'](?:%s)?(?:%s)[\"'])(?=\s*=)(?<![\w:]r)" % (columns, rows))
    for columns, rows in (
        (rb"[A-Z]", rb"[1-9][0-9]{0,5}"),  # 26 columns × 999,999 rows: most sheets, found soonest
        (rb"A?[A-Z]", rb"[1-9][0-9]{0,5}|10[0-4][0-9]{4}"),  # 52 columns × 1,049,999 rows
        (rb"[A-G]?[A-Z]", rb"[1-9][0-9]{0,4}|[12][0-9]{5}"),  # 208 × 299,999
        (rb"[A-Z]{1,2}", rb"[1-9][0-9]{0,3}|[1-7][0-9]{4}"),  # 702 × 79,999
        (rb"[A-Z]{1,3}", rb"[1-9][0-9]{0,2}|[12][0-9]{3}"),  # 16,384 × 2,999
    )
)
"""How far the cells of a sheet may reach: a parser makes room for all up to the last, and a file of
a few bytes could ask for more memory than there is."""

_IS_ERROR = re.compile(rb"(?<=\st=[\"'])e(?=[\"'][^<>]*>)")
_ERRORS = (b't="e"', b"t='e'")
_FORMULA = re.compile(rb"<f")  # two letters as a pattern are found twice as fast as by ``in``
_FORMULA_OF_PREFIX = re.compile(rb"<\w+:f\b")
_WITH_FORMULA = re.compile(
    rb"<(?P<p>(?:\w+:)?)c\b(?P<attributes>[^<>]*)>\s*"
    rb"<(?P=p)f\b[^<>]*?(?:/>|>(?P<formula>[^<]*)</(?P=p)f\s*>)\s*"
    rb"(?P<empty><(?P=p)v\b[^<>]*?(?:/>|>\s*</(?P=p)v\s*>)\s*)?</(?P=p)c\s*>"
)
_TYPE = re.compile(rb"\st\s*=\s*[\"'](\w*)[\"']")


_FROM_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^<>]*\bdate1904\s*=\s*[\"'](?:1|true)[\"']")


def counts_from_1904(workbook: bytes) -> bool:
    """Whether days are counted from 1904 on, as its main part says."""
    return _FROM_1904.search(workbook) is not None


def too_far(sheet: bytes) -> bool:
    """Whether a sheet has cells too far to the right or below."""
    return all(beyond.search(sheet) for beyond in _SHAPES)


def with_lost_cells(sheet: bytes) -> bytes:
    """The sheet with texts in the cells that the parser would take for empty ones.

    An error gives its text, such as #N/A; a formula whose result was not saved gives itself,
    after '='. That a formula gives an empty text is a result.
    """
    if any(error in sheet for error in _ERRORS):
        sheet = _IS_ERROR.sub(b"str", sheet)
    formula = _FORMULA if b"<worksheet" in sheet[:2_000] else _FORMULA_OF_PREFIX
    if formula.search(sheet):
        sheet = _WITH_FORMULA.sub(_shown, sheet)
    return sheet


def _shown(cell: re.Match[bytes]) -> bytes:
    kind = _TYPE.search(cell["attributes"])
    if cell["empty"] and kind and kind[1] == b"str":
        return cell[0]
    prefix, attributes = cell["p"], _TYPE.sub(b"", cell["attributes"])
    values = {b"p": prefix, b"a": attributes, b"f": cell["formula"] or b""}
    return b'<%(p)sc%(a)s t="str"><%(p)sv>=%(f)s</%(p)sv></%(p)sc>' % values
