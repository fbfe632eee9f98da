"""Whether a picture still is its golden one: small changes of shade pass, a changed digit does not."""

from pathlib import Path

from PIL import Image, ImageChops, ImageStat

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
#: A pixel counts as other when a channel differs by more than this (of 255) …
SHADE = 64
#: … and a picture is other when one block of 32 × 32 pixels has more such pixels than this.
MOST_IN_BLOCK = 24
#: The whole picture may be lighter or darker by no more than this on average: a changed colour of the theme.
MOST_MEAN = 4.0
_BLOCK = 32


def difference(golden: Path, picture: Image.Image) -> str:
    """Empty when alike; else a sentence that says where to look."""
    if not golden.exists():
        return f"no golden picture {golden.name}: look at it, then accept with python -m tests.shots --accept"
    with Image.open(golden) as one:
        if one.size != picture.size:
            return f"{golden.name} is {one.size}, the screen {picture.size}"
        delta = ImageChops.difference(one.convert("RGB"), picture.convert("RGB"))
    mean = max(ImageStat.Stat(delta).mean)
    if mean > MOST_MEAN:
        return f"{golden.name} differs by {mean:.1f} of 255 on average: another colour?"
    red, green, blue = delta.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    odd = most.point(lambda value: 255 if value > SHADE else 0)
    width, height = odd.size
    blocks = (-(-width // _BLOCK), -(-height // _BLOCK))
    padded = Image.new("L", (blocks[0] * _BLOCK, blocks[1] * _BLOCK))
    padded.paste(odd)
    shares = padded.resize(blocks, Image.Resampling.BOX).tobytes()
    limit = MOST_IN_BLOCK * 255 / (_BLOCK * _BLOCK)
    bad = [index for index, share in enumerate(shares) if share > limit]
    if not bad:
        return ""
    row, column = divmod(bad[0], blocks[0])
    place = f"first near x={column * _BLOCK}, y={row * _BLOCK}"
    return f"{golden.name} differs in {len(bad)} of {len(shares)} blocks, {place}"
