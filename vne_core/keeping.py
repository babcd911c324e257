"""Results kept while a study is read, and let go of together when it is left.

Masks, outlines, checks, drawn lines and corner texts of one study are of no use to the next. Kept
on, they would be exchanged for others one by one, and the memory of a long sitting would move with
the size of what happens to be kept (resources/adr/0012).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

_kept: list[Any] = []
"""The functions that keep results, each as ``lru_cache`` made it."""


def kept_while_read(
    most: int,
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """Keep the ``most`` results used last, until ``let_go``; arguments are hashable."""

    def keep(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        kept: Any = lru_cache(most)(function)  # its type forgets the parameters
        _kept.append(kept)
        return kept

    return keep


def let_go() -> None:
    """Forget all results that were kept, as when a study is left."""
    for function in _kept:
        function.cache_clear()


def kept_count() -> int:
    """Return how many results are kept now."""
    return sum(function.cache_info().currsize for function in _kept)
