"""Quantiles and tails of the distributions behind the intervals.

``scipy.special`` alone, imported when first needed: ``scipy.stats`` takes most of a second.
"""


def normal_quantile(probability: float) -> float:
    """Return the standard normal quantile."""
    from scipy import special  # noqa: PLC0415 - heavy, start-up path

    return float(special.ndtri(probability))


def normal_probability(value: float) -> float:
    """Return the probability below a standard normal value."""
    from scipy import special  # noqa: PLC0415 - heavy, start-up path

    return float(special.ndtr(value))


def t_quantile(freedom: float, probability: float) -> float:
    """Return the quantile of Student's t."""
    from scipy import special  # noqa: PLC0415 - heavy, start-up path

    return float(special.stdtrit(freedom, probability))


def t_probability(freedom: float, value: float) -> float:
    """Return the probability below a value of Student's t."""
    from scipy import special  # noqa: PLC0415 - heavy, start-up path

    return float(special.stdtr(freedom, value))


def f_quantile(numerator: float, denominator: float, probability: float) -> float:
    """Return the quantile of F with these, possibly broken, degrees of freedom."""
    from scipy import special  # noqa: PLC0415 - heavy, start-up path

    return float(special.fdtri(numerator, denominator, probability))


def beta_quantile(a: float, b: float, probability: float) -> float:
    """Return the quantile of the beta distribution."""
    from scipy import special  # noqa: PLC0415 - heavy, start-up path

    return float(special.betaincinv(a, b, probability))
