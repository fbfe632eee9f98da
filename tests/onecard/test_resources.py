"""Files that people see and hear are found, or named when they are missing."""

import shutil
from pathlib import Path

import pytest

from onecard import resources


def test_asset_of_the_checkout_is_found() -> None:
    assert resources.asset("lang", "zh.toml").is_file()
    assert resources.asset("fonts").is_dir()


def test_missing_asset_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="fonts/NoSuch\\.otf"):
        resources.asset("fonts", "NoSuch.otf")


def test_asset_of_an_installed_package_lies_inside_it(tmp_path: Path) -> None:
    package = tmp_path / "onecard"
    (package / "_assets" / "lang").mkdir(parents=True)
    (package / "_assets" / "lang" / "zh.toml").write_text("")
    copy = shutil.copy(resources.__file__, package)
    namespace: dict[str, object] = {"__file__": str(copy), "__name__": "resources"}
    exec(compile(Path(copy).read_text(), str(copy), "exec"), namespace)
    asset = namespace["asset"]
    assert callable(asset)
    assert asset("lang", "zh.toml") == package / "_assets" / "lang" / "zh.toml"
