#!/usr/bin/env python3
"""Inverts every connection setting in the engine, one at a time, and shows which tests fail.

    tests/mutation/each_setting.py [SETTING...]

All inversions are built once, in a copy of the tree, each behind a switch that the environment turns on; then the tests
of tests/it/each_setting.rs run once for each. A setting passes if the test that bears its name fails. Exit code 1 if a
setting goes unnoticed, or if the engine has no place where it reads it. CARGO_TARGET_DIR may name a folder whose
dependencies are built already; without it, `target/mutation` is used.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SWITCH = "MP_FORWARDING_MUTANT"

# Settings that are not flags: how the engine reads them, and the replacement. `{on}` is the switch.
OTHERS = {
    "s3_bucket_name": (
        r"((?:\w+\.)*connection\.s3_bucket_name)\.to_string\(\)",
        r'(\1.to_string() + if {on} {{ "-x" }} else {{ "" }})',
    ),
    "folder_name": (r"((?:\w+\.)*connection\.folder_name\.as_ref\(\))", r"\1.filter(|_| !{on})"),
    "server_side_encryption_method": (
        r"match ((?:\w+\.)*connection\.server_side_encryption_method) \{{",
        r"match match (\1, {on}) {{ (method, false) => method, "
        r"(ServerSideEncryption::None, true) => ServerSideEncryption::Aes256, "
        r"(_, true) => ServerSideEncryption::None }} {{",
    ),
    "store_data_in_folders_by_date": (
        r"((?:\w+\.)*connection\.store_data_in_folders_by_date)",
        r"match (\1, {on}) {{ (mode, false) => mode, "
        r"(crate::settings::DateFolders::None, true) => crate::settings::DateFolders::UploadTime, "
        r"(_, true) => crate::settings::DateFolders::None }}",
    ),
    "unique_id": (r"((?:\w+\.)*connection\.unique_id\.as_ref\(\))", r"\1.filter(|_| !{on})"),
    "metadata_field_exclusion": (
        r"&((?:\w+\.)*connection\.metadata_field_exclusion)\b",
        r"&(if {on} {{ Default::default() }} else {{ \1.clone() }})",
    ),
}


def connection_settings():
    declarations = (ROOT / "src/settings/connection.rs").read_text().split("\n    connection {\n", 1)[1]
    return re.findall(r'^        [A-Z]\w+ (\w+) "', declarations, re.MULTILINE)


def invert(tree, setting):
    """Adds the inversion of a setting behind its switch and returns the number of places."""
    on = f'crate::mutant("{setting}")'
    if setting in OTHERS:
        pattern, instead = (text.format(on=on) for text in OTHERS[setting])
    else:
        pattern, instead = rf"(?<![\w.])((?:\w+\.)*connection\.{setting})\b(?!\s*=[^=])", rf"(\1 ^ {on})"
    places = 0
    folders = [tree / "src/forward", tree / "src/settings/effect", tree / "src/store"]
    for path in sorted(path for folder in folders for path in folder.rglob("*.rs")):
        # Explanations are not part of the engine, and tests do not read settings.
        if "explain" in path.relative_to(tree).as_posix():
            continue
        code, *tests = path.read_text().split("#[cfg(test)]", 1)
        code, count = re.subn(pattern, instead, code)
        places += count
        path.write_text("#[cfg(test)]".join([code, *tests]))
    return places


def build(tree, environment):
    command = ["cargo", "test", "--locked", "--no-run", "--test", "it", "--message-format", "json"]
    output = subprocess.run(command, cwd=tree, env=environment, stdout=subprocess.PIPE, check=True).stdout
    messages = [json.loads(line) for line in output.splitlines() if line.startswith(b"{")]
    tests = [message["executable"] for message in messages if message.get("target", {}).get("name") == "it"]
    return next(executable for executable in tests if executable)


def failing(executable, tree, setting):
    command = [executable, "each_setting::"]
    output = subprocess.run(command, cwd=tree, env={**os.environ, SWITCH: setting}, capture_output=True, text=True).stdout
    if not re.search(r"^test result: ", output, re.MULTILINE):
        raise SystemExit(f"the tests did not run:\n{output}")
    return re.findall(r"^test each_setting::(\w+) \.\.\. FAILED$", output, re.MULTILINE)


def main():
    settings = connection_settings()
    assert len(settings) == 26, settings
    wanted = sys.argv[1:] or settings
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
        for name in filter(None, listed.decode().split("\0")):
            target = tree / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        places = {setting: invert(tree, setting) for setting in wanted}
        library = tree / "src/lib.rs"
        library.write_text(
            library.read_text()
            + f'\npub(crate) fn mutant(id: &str) -> bool {{\n    std::env::var("{SWITCH}").is_ok_and(|on| on == id)\n}}\n'
        )
        target = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target/mutation"))
        executable = build(tree, {**os.environ, "CARGO_TARGET_DIR": target})
        before = failing(executable, tree, "")
        if before:
            raise SystemExit(f"without any inversion these fail already: {', '.join(before)}")
        unnoticed = 0
        print(f"{'setting':42} {'places':>6}  tests that fail")
        for setting in wanted:
            names = failing(executable, tree, setting) if places[setting] else []
            noticed = setting in names
            unnoticed += not noticed
            print(f"{setting:42} {places[setting]:>6}  {', '.join(names) or 'none'}{'' if noticed else '  <- UNNOTICED'}")
    print(f"{len(wanted) - unnoticed} of {len(wanted)} inversions are noticed by the test of their name")
    sys.exit(1 if unnoticed else 0)


if __name__ == "__main__":
    main()
