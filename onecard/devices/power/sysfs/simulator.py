"""A folder that looks like ``/sys/class/power_supply``, with a plug that hands pull."""

from pathlib import Path


class Simulator:
    """One mains supply and one battery, as files."""

    def __init__(self, folder: Path, *, kind: str = "Battery") -> None:
        self._folder, self._kind = folder, kind
        self.set(online=True, percent=100)

    def set(self, *, online: bool, percent: int, minutes: int | None = None) -> None:
        """The plug, and what is left."""
        status = "Discharging" if not online else "Full" if percent == 100 else "Charging"
        self._write("AC", type="Mains", online=str(int(online)))
        told = {} if minutes is None else {"energy_now": str(minutes * 100_000), "power_now": "6000000"}
        self._write("BAT0", type=self._kind, status=status, capacity=str(percent), present="1", **told)

    def _write(self, name: str, **texts: str) -> None:
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.iterdir():
            file.unlink()
        for file_name, text in texts.items():
            (folder / file_name).write_text(text + "\n")
