"""One line of ``make bench``: a figure beside its target, and whether it is reached."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """``ok`` is None where there is no target: the figure is printed for the reader."""

    name: str
    value: float
    unit: str
    target: str
    ok: bool | None

    def line(self) -> str:
        verdict = "" if self.ok is None else "ok" if self.ok else "short"
        return f"{self.name:<28} {self.value:>12,.2f} {self.unit:<10} {self.target:<24} {verdict}".rstrip()


def at_least(name: str, value: float, unit: str, target: float) -> Bar:
    """A bar that wants much."""
    return Bar(name, value, unit, f">= {target:g}", value >= target)


def at_most(name: str, value: float, unit: str, target: float) -> Bar:
    """A bar that wants little."""
    return Bar(name, value, unit, f"<= {target:g}", value <= target)


def figure(name: str, value: float, unit: str) -> Bar:
    """For the reader, without a target."""
    return Bar(name, value, unit, "", None)


def percentile(values: list[float], share: float) -> float:
    """The value that ``share`` of all are not above (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
