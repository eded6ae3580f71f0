"""The example of the README, as it stands."""

import re
import subprocess
import sys
from pathlib import Path


def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text()
    (example,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    done = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "DTO-8 /environment" in done.stdout and "FAILED" in done.stdout
