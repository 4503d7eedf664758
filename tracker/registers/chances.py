"""How likely so many or more are: the upper tails of two distributions."""

import math
from functools import lru_cache


@lru_cache(100_000)
def days_tail(n: int, total: int, window: int, history: int) -> float:
    """P(X >= n) where X of ``total`` days, drawn from window and history, lie in the window.

    X is hypergeometric. From whole numbers: exact but for one division.

    Args:
        n: how many in the window.
        total: how many in both.
        window: length of the window in days.
        history: length of the history in days.
    """
    if n <= 0:
        return 1.0
    least, most = max(n, total - history), min(total, window)
    ways = sum(math.comb(window, x) * math.comb(history, total - x) for x in range(least, most + 1))
    return ways / math.comb(window + history, total)


@lru_cache(100_000)
def binomial_tail(n: int, total: int, share: float) -> float:
    """P(X >= n) where X is binomial: of ``total`` each with the chance ``share``, 0 < share < 1.

    The relative error is below 1e-9 for a total of up to a million.
    """
    if n <= 0:
        return 1.0
    if n <= total * share:  # the tail below is the shorter one
        return 1.0 - binomial_tail(total - n + 1, total, 1.0 - share)
    term = _density(n, total, share) if n <= total else 0.0
    odds, sum_ = share / (1.0 - share), term
    # Beyond the mean each term is smaller than the one before by a ratio that falls.
    while term > sum_ * 1e-17:
        term *= (total - n) / (n + 1) * odds
        sum_ += term
        n += 1
    return sum_


def _density(n: int, total: int, share: float) -> float:
    """P(X = n) for 0 < n <= total, from how far factorials are from Stirling's formula.

    Factorials themselves lose digits where the total is large (Loader 2000).
    """
    if n == total:
        return math.exp(total * math.log(share))
    rest = total - n
    exponent = _stirling_error(total) - _stirling_error(n) - _stirling_error(rest)
    exponent -= _deviance(n, total * share) + _deviance(rest, total * (1.0 - share))
    return math.sqrt(total / (2.0 * math.pi * n * rest)) * math.exp(exponent)


def _stirling_error(n: int) -> float:
    """ln n! - ln(sqrt(2 pi n) (n / e)^n)."""
    if n < 16:
        return math.lgamma(n + 1) - 0.5 * math.log(2.0 * math.pi * n) - n * math.log(n) + n
    square = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / n


def _deviance(n: int, mean: float) -> float:
    return mean - n - n * math.log1p((mean - n) / n)
