"""Makes the tones of ``assets/sounds``: short sine tones with soft edges, 16 bit mono WAV.

Success is one high tone, refusal three low ones, "put the same card back" a tone made to be repeated
without a seam: nobody needs to see the screen to know which it was.
"""

import math
import struct
import wave
from pathlib import Path

SOUNDS = Path(__file__).resolve().parent.parent.parent / "assets" / "sounds"
RATE = 22_050
EDGE_S = 0.006
#: Name → (Hz, seconds, loudness) one after the other; 0 Hz is silence.
TONES: dict[str, list[tuple[float, float, float]]] = {
    "ready": [(880.0, 0.07, 0.35)],
    "ok": [(1760.0, 0.16, 0.6)],
    "refused": [(330.0, 0.13, 0.7), (0.0, 0.07, 0.0)] * 3,
    "retap": [(988.0, 0.25, 0.55), (740.0, 0.25, 0.55)],
    "click": [(1320.0, 0.018, 0.25)],
    "note": [(1047.0, 0.07, 0.5), (1397.0, 0.11, 0.5)],
}


def samples(tones: list[tuple[float, float, float]]) -> list[int]:
    made = []
    for pitch, seconds, loudness in tones:
        count = round(seconds * RATE)
        edge = round(EDGE_S * RATE)
        for index in range(count):
            fade = min(1.0, index / edge, (count - 1 - index) / edge)
            # A little of the octave above carries further in a noisy canteen than a pure sine.
            angle = 2 * math.pi * pitch * index / RATE
            value = 0.8 * math.sin(angle) + 0.2 * math.sin(2 * angle)
            made.append(round(32_000 * loudness * fade * value))
    return made


def main() -> None:
    SOUNDS.mkdir(parents=True, exist_ok=True)
    for name, tones in TONES.items():
        data = samples(tones)
        with wave.open(str(SOUNDS / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(struct.pack(f"<{len(data)}h", *data))


if __name__ == "__main__":
    main()
