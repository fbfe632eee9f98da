"""Where what people see and hear lies: beside the code in a checkout, inside the package once installed."""

from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent / "assets"
_INSTALLED = Path(__file__).resolve().parent / "_assets"


def asset(*parts: str) -> Path:
    """``asset("fonts", "NotoSansSC-Regular.otf")``; raises ``FileNotFoundError`` naming what is missing."""
    root = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    path = root.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"asset missing: {'/'.join(parts)} (looked in {root})")
    return path
