"""D6: a prompt is read aloud by a program of its own; without it, or with a broken one, there is silence.

Where the real program is installed it speaks too, into a file: nobody's loudspeaker is used.
"""

import shutil
import wave

import pytest

from onecard.text import Translator
from onecard.ui.voice import PROGRAM, Voice


def program(tmp_path, script: str) -> str:
    path = tmp_path / "speaker"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


# F: D6
def test_the_sentence_is_one_argument_in_the_voice_of_its_language(tmp_path):
    voice = Voice(program(tmp_path, f'printf "%s\\n" "$@" > {tmp_path}/said'))
    voice.say("请放卡 --help; rm -rf /", "zh")
    assert voice._speaking is not None
    voice._speaking.wait()
    said = (tmp_path / "said").read_text().splitlines()
    assert said[:2] == ["-v", "cmn"]
    assert said[-2:] == ["--", "请放卡 --help; rm -rf /"]


# F: D6
def test_a_new_sentence_ends_the_one_before(tmp_path):
    voice = Voice(program(tmp_path, "exec sleep 60"))
    voice.say("one", "en")
    first = voice._speaking
    voice.say("two", "en")
    assert first is not None
    assert first.returncode is not None
    voice.stop()
    assert voice._speaking is None


# F: D6
def test_without_the_program_there_is_silence():
    voice = Voice("no-such-speaker")
    voice.say("anything", "zh")
    assert not voice.is_there
    voice.stop()


# F: D6
def test_a_program_that_cannot_speak_is_silence_and_no_error(tmp_path):
    voice = Voice(program(tmp_path, "exit 1"))
    voice.say("anything", "en")
    voice.say("and again", "en")
    voice.stop()
    broken = tmp_path / "broken"
    broken.write_bytes(b"no program at all")
    broken.chmod(0o755)
    voice = Voice(str(broken))
    voice.say("anything", "en")
    voice.say("and again", "zh")
    assert not voice.is_there


def spoken_s(tmp_path, text: str, language: str) -> float:
    """Seconds that the real program speaks, and that something is heard in them."""
    out = tmp_path / f"{language}.wav"
    real = Voice(program(tmp_path, f'exec {shutil.which(PROGRAM)} -w {out} "$@"'))
    real.say(text, language)
    assert real._speaking is not None
    assert real._speaking.wait() == 0
    with wave.open(str(out)) as sound:
        frames = sound.readframes(sound.getnframes())
        assert (
            max(
                abs(int.from_bytes(frames[n : n + 2], "little", signed=True))
                for n in range(0, len(frames), 64)
            )
            > 1_000
        )
        return sound.getnframes() / sound.getframerate()


# F: D6
@pytest.mark.skipif(shutil.which(PROGRAM) is None, reason=f"{PROGRAM} is not installed")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_real_program_speaks_the_kiosks_prompts_in_both_languages(tmp_path, language):
    tr = Translator(language)
    prompt = f"{tr('kiosk.cash.both.ready')}\n{tr('kiosk.cash.no_change')}"
    seconds = spoken_s(tmp_path, prompt, language)
    assert 1.5 < seconds < 15
    assert spoken_s(tmp_path, tr("kiosk.still_there.title"), language) < seconds
    # What it cannot read it spells, which takes far longer: the voice must know its language.
    assert seconds / len(prompt) < (0.45 if language == "zh" else 0.13)
