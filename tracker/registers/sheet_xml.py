"""The XML of a sheet before it is parsed: how far it reaches, and cells that would get lost."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

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


_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs\s*>", re.S)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\b[^<>]*")
_FORMAT_ID = re.compile(rb"\snumFmtId\s*=\s*[\"']([0-9]{1,9})[\"']")
_OWN_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b[^<>]*")
_CODE = re.compile(rb"\sformatCode\s*=\s*[\"']([^\"']*)[\"']")
_PERCENT = re.compile(rb"0(?:\.(0{1,4}))?\s?%")
_BUILT_IN = {9: 0, 10: 2}  # 0% and 0.00%


def percent_styles(styles: bytes) -> dict[bytes, int]:
    """The styles under which a cell shows its number in percent, as its part of styles says.

    Returns:
        Index of a style, as cells name it → decimals of the percentage.
    """
    decimals = dict(_BUILT_IN)
    for own in _OWN_FORMAT.findall(styles):
        number, code = _FORMAT_ID.search(own), _CODE.search(own)
        if number and code and (shape := _PERCENT.search(code[1])):
            decimals[int(number[1])] = len(shape[1] or b"")
    listed = _FORMATS.search(styles)
    ids = [_FORMAT_ID.search(one) for one in _FORMAT.findall(listed[0] if listed else b"")]
    found = ((n, decimals.get(int(one[1]))) for n, one in enumerate(ids) if one)
    return {b"%d" % n: places for n, places in found if places is not None}


def as_shown_in_percent(sheet: bytes, styles: Mapping[bytes, int]) -> bytes:
    """The sheet with a text such as 90% in the cells that show 0.9 so: the parser knows no formats.

    Args:
        styles: those of ``percent_styles``.
    """
    if not styles:
        return sheet
    style = rb"\ss=[\"'](?P<style>%s)[\"']" % b"|".join(styles)
    if not re.search(style, sheet):
        return sheet

    def shown(cell: re.Match[bytes]) -> bytes:
        kind = _TYPE.search(cell["attributes"])
        if kind and kind[1] != b"n":
            return cell[0]
        share = Decimal(cell["value"].decode())
        places = Decimal(1).scaleb(-styles[cell["style"]])
        percent = f"{(share * 100).quantize(places, ROUND_HALF_UP):f}".encode()
        values = {b"p": cell["p"], b"a": _TYPE.sub(b"", cell["attributes"]), b"v": percent}
        return b'<%(p)sc%(a)s t="str"><%(p)sv>%(v)s%%</%(p)sv></%(p)sc>' % values

    number = re.compile(
        rb"<(?P<p>(?:\w+:)?)c\b(?P<attributes>[^<>]{0,200}" + style + rb"[^<>]{0,200})>\s*"
        rb"(?:<(?P=p)f\b[^<>]*?(?:/>|>[^<]*</(?P=p)f\s*>)\s*)?"
        rb"<(?P=p)v\b[^<>]*>(?P<value>-?[0-9]{1,9}(?:\.[0-9]{1,20})?(?:[Ee]-[0-9]{1,2})?)"
        rb"</(?P=p)v\s*>\s*</(?P=p)c\s*>"
    )
    return number.sub(shown, sheet)
