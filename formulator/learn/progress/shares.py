"""How sure a share of right answers is, from few answers: Wilson's interval, and Newcombe's for a difference."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

FEWEST = 6
"""Below so many answers a share is not put into words."""
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """Right answers among all, with a 95 % interval for the share that would be right in the long run."""

    right: int
    wrong: int

    @property
    def count(self) -> int:
        """All answers."""
        return self.right + self.wrong

    @property
    def interval(self) -> tuple[float, float]:
        """From 0 to 1; the whole range where nothing was answered."""
        return wilson(self.right, self.count)

    @property
    def middle(self) -> float:
        """The middle of the interval: the share, drawn towards one half the fewer answers there are."""
        low, high = self.interval
        return (low + high) / 2

    @property
    def enough(self) -> bool:
        """Whether the share may be put into words."""
        return self.count >= FEWEST

    @property
    def words(self) -> str:
        """The share as a clause."""
        if not self.count:
            return "nothing yet"
        if not self.enough:
            return f"{self.right} of {self.count} right: too few to say"
        low, high = self.interval
        return f"{self.right} of {self.count} right (likely between {low:.0%} and {high:.0%})"


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    if not count:
        return 0.0, 1.0
    share, square = right / count, _Z95**2
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = _Z95 / (1 + square / count) * sqrt(share * (1 - share) / count + square / (4 * count**2))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def difference(one: Share, other: Share) -> tuple[float, float]:
    """The 95 % interval of share(one) - share(other), of two groups that have answers.

    Newcombe 1998, method 10, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I. Raises
    ZeroDivisionError for a group without answers.
    """
    first, second = one.right / one.count, other.right / other.count
    (low_one, high_one), (low_two, high_two) = one.interval, other.interval
    gap = first - second
    return (
        gap - sqrt((first - low_one) ** 2 + (high_two - second) ** 2),
        gap + sqrt((high_one - first) ** 2 + (second - low_two) ** 2),
    )
