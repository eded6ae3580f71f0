"""What several tests use."""

from pathlib import Path

import pytest

GOOD = b'{"events":[],"environment":"production"}\n'
BAD = b'{"events":[],"environment":"prod"}\n'


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A folder with one file that has a wrong line, and one that has none."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "Shop_20260301000000000000_00001.txt").write_bytes(GOOD + BAD)
    (folder / "Shop_20260301000100000000_00002.txt").write_bytes(GOOD)
    return folder
