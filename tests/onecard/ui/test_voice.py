"""D6: a prompt is read aloud by a program of its own; without it, or with a broken one, there is silence."""

from onecard.ui.voice import Voice


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
