"""Costs and payload sizes as vectors: a cost has nanoseconds for each part of a size."""

from collections.abc import Iterable
from typing import NamedTuple


class Size(NamedTuple):
    """The size of a payload.

    Attributes:
        values: The values, including objects and arrays.
        digits: The digits of all numbers.
        decimals: The numbers with a fraction other than zero.
        integrals: The numbers with the fraction zero, such as 1.0.
        exponents: The numbers with an exponent, and the integers of 19 digits and more.
        bytes: The bytes of the compact JSON text.
    """

    values: float
    digits: float
    decimals: float
    integrals: float
    exponents: float
    bytes: float


class Cost(NamedTuple):
    """The nanoseconds that a check takes for each value, digit and so on of a payload, from above."""

    values: float = 0.0
    digits: float = 0.0
    decimals: float = 0.0
    integrals: float = 0.0
    exponents: float = 0.0
    bytes: float = 0.0

    def plus(self, other: "Cost") -> "Cost":
        return Cost(
            self.values + other.values,
            self.digits + other.digits,
            self.decimals + other.decimals,
            self.integrals + other.integrals,
            self.exponents + other.exponents,
            self.bytes + other.bytes,
        )

    def times(self, factor: float) -> "Cost":
        return Cost(*(each * factor for each in self))

    def at_most(self, other: "Cost") -> bool:
        return all(own <= others for own, others in zip(self, other, strict=True))

    def of(self, size: Size) -> float:
        """Return the nanoseconds for a payload of this size."""
        return sum(cost * count for cost, count in zip(self, size, strict=True))

    @property
    def per_byte(self) -> float:
        """The most nanoseconds for a byte, over all payloads.

        A byte belongs to one value, which has at least two bytes (`1,`), four with a fraction and five with an
        exponent.
        """
        numbers = (
            (self.values + self.digits) / 2,
            (self.values + self.decimals + 2 * self.digits) / 4,
            (self.values + self.integrals + 2 * self.digits) / 4,
            (self.values + self.exponents + 2 * self.digits) / 5,
            self.digits,
        )
        return max(numbers) + self.bytes


NOTHING = Cost()


def total(costs: Iterable[Cost]) -> Cost:
    """Return the sum, of all checks of one value."""
    result = NOTHING
    for cost in costs:
        result = result.plus(cost)
    return result


def peak(costs: Iterable[Cost]) -> Cost:
    """Return the largest cost of each kind, over several values."""
    listed = list(costs)
    return Cost(*map(max, zip(*listed, strict=True))) if listed else NOTHING
