"""A setting file that is wrong says where and what would be right, before anything starts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.settings import KIOSK, OFFICE, POS, STATION, SettingError, Settings, load, template

ROWS = (*STATION, *POS)


def write(tmp_path, text):
    path = tmp_path / "station.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_sets_what_it_names_and_leaves_the_rest(tmp_path):
    settings = load(
        write(tmp_path, '[screen]\nlanguage = "en"\nfull = true\n[printer]\ncolumns = 48\n'), ROWS
    )
    assert (settings.text("screen.language"), settings.flag("screen.full")) == ("en", True)
    assert (settings.number("printer.columns"), settings.number("screen.height")) == (48, 800)


WRONG = {
    '[screen]\nlanguge = "en"': (
        "settings.unknown",
        {"setting": "screen.languge", "near": "screen.language"},
    ),
    '[printer]\ncolumns = "48"': ("settings.kind", {"setting": "printer.columns", "kind": "int"}),
    "[printer]\ncolumns = true": ("settings.kind", {"setting": "printer.columns", "kind": "int"}),
    "[printer]\ncolumns = 5": ("settings.range", {"setting": "printer.columns", "least": 24, "most": 64}),
    '[screen]\ntheme = "pink"': ("settings.choice", {"setting": "screen.theme", "choices": "light, dark"}),
    "[screen": ("settings.syntax", {}),
    "x = 1": ("settings.unknown", {"setting": "x"}),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_named(tmp_path, text):
    code, params = WRONG[text]
    path = write(tmp_path, text)
    with pytest.raises(SettingError) as wrong:
        load(path, ROWS)
    assert wrong.value.code == code
    assert params.items() <= wrong.value.params.items()
    assert wrong.value.params["file"] == str(path)


@pytest.mark.parametrize("table", ["scanner", "pinpad", "stripe", "scale", "display"])
def test_a_kiosk_knows_no_setting_of_what_only_a_till_has(tmp_path, table):
    path = write(tmp_path, f'[{table}]\nline = "mem:x"\n')
    assert load(path, ROWS).text(f"{table}.line") == "mem:x"
    with pytest.raises(SettingError) as wrong:
        load(path, (*STATION, *KIOSK))
    assert wrong.value.code == "settings.unknown"


def test_a_missing_or_garbled_file_is_named(tmp_path):
    with pytest.raises(SettingError) as wrong:
        load(tmp_path / "away.toml", ROWS)
    assert wrong.value.code == "settings.missing"
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingError) as wrong:
        load(tmp_path / "bytes.toml", ROWS)
    assert wrong.value.code == "settings.unreadable"


def test_the_template_is_a_file_that_loads_to_the_defaults(tmp_path):
    for rows in (ROWS, (*STATION, *KIOSK)):
        for language in ("zh", "en"):
            settings = load(write(tmp_path, template(rows, language)), rows)
            assert settings.values == {row.key: row.default for row in rows}


def test_every_row_may_stand_at_its_default_and_is_named_in_both_languages():
    for rows in (ROWS, (*STATION, *KIOSK), OFFICE):
        assert len({row.key for row in rows}) == len(rows)
        for row in rows:
            assert row.check(row.default) == row.default
            assert row.zh
            assert row.en


def test_what_the_office_says_and_we_cannot_use_keeps_its_default():
    texts = {"pad": "implied", "large_fen": "many", "sale_cap_fen": "-5", "of_a_later_release": "1"}
    settings = Settings.of_office(OFFICE, texts)
    assert settings.text("pad") == "implied"
    assert (settings.number("large_fen"), settings.number("sale_cap_fen")) == (50_000, 200_000)


@given(texts=st.dictionaries(st.sampled_from([row.key for row in OFFICE]), st.text(max_size=20)))
def test_no_text_of_the_office_can_stop_a_station(texts):
    settings = Settings.of_office(OFFICE, texts)
    for row in OFFICE:
        value = settings._value(row.key)
        assert row.check(value) == value
