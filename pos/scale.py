"""What the scale shows, in the cashier's words. Prices nothing. F: C3"""

from onecard.devices.scales import State
from pos.till import Till


def words(till: Till) -> str:
    """What the scale shows now, for the screen: ``0.740 kg``, or why it shows nothing; "" without a scale."""
    if not till.counter.has_scale:
        return ""
    shown = till.counter.weight
    if shown.weight_g is None:
        return till.tr(f"pos.scale.state.{shown.state.value}")
    moving = till.tr("pos.scale.state.moving") if shown.state is State.MOVING else ""
    return " ".join(filter(None, (kilograms(shown.weight_g), moving)))


def kilograms(weight_g: int) -> str:
    """``0.740 kg``."""
    return f"{weight_g // 1000}.{weight_g % 1000:03} kg"
