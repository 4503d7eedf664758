"""The column types of the store, and the metadata that its tables share.

Three integer types keep arithmetic exact and alike on SQLite and PostgreSQL:

- ``Day``: a date as its proleptic Gregorian ordinal (``date.toordinal()``), in days;
- ``Moment``: an aware datetime as microseconds since 1970-01-01T00:00Z;
- ``Amount``: a ``Decimal`` as ten-thousandths, so four decimals are exact.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, TypeDecorator

AMOUNT_SCALE = 10_000
"""Amounts are whole ten-thousandths of their unit."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Day(TypeDecorator[date]):
    """A date, stored as its ordinal day number."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> int | None:
        """date to ordinal."""
        return None if value is None else value.toordinal()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """Ordinal to date."""
        return None if value is None else date.fromordinal(value)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored as microseconds since the epoch."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Aware datetime to microseconds."""
        return None if value is None else moment_to_int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Microseconds to a datetime in UTC."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


class Amount(TypeDecorator[Decimal]):
    """A Decimal, stored as ten-thousandths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Decimal to ten-thousandths."""
        return None if value is None else int(value * AMOUNT_SCALE)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Ten-thousandths to Decimal."""
        return None if value is None else int_to_amount(value)


def moment_to_int(value: datetime) -> int:
    """Microseconds since the epoch of an aware datetime."""
    return (value - _EPOCH) // timedelta(microseconds=1)


def int_to_amount(value: int) -> Decimal:
    """The Decimal of a stored amount, without trailing zeros: 160000 → 16."""
    whole, rest = divmod(value, AMOUNT_SCALE)
    return Decimal(whole) if not rest else (Decimal(value) / AMOUNT_SCALE).normalize()


metadata = MetaData()

BIG_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers only INTEGER keys itself
