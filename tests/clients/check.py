"""Sends events with mParticle's own client libraries through `serve` into S3, and checks what arrives.

check.py PROGRAM CHROMIUM MODULES FOLDER: the Python library is that of this interpreter, those for Node and for the web are in
MODULES. Every event must be in the export, and every line valid as an export. What the strict schema refuses is listed.
"""

import collections
import contextlib
import functools
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "reports"))

from browser import Browser

HERE = pathlib.Path(__file__).parent
BATCHES = 20
KEY, SECRET = "clients-key", "clients-secret"
SETTINGS = """
[connection]
s3_bucket_name = "mp-forwarding-clients"
store_data_in_folders_by_date = "event_time"
folder_name = "exports"
include_mp_deviceid = true
include_user_attribute_change_events = true
include_user_identity_change_events = true

[engine]
window_seconds = 1
max_file_age_seconds = 1
"""
PATIENCE = 60


def main():
    program, chromium, modules, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    settings, objects = folder / "connection.toml", folder / "objects"
    settings.write_text(SETTINGS)
    environment = dict(os.environ, MPARTICLE_API_KEY=KEY, MPARTICLE_API_SECRET=SECRET)
    with pages(folder, pathlib.Path(modules)) as (origin, fill):
        arguments = ["--settings", settings, "--listen", "127.0.0.1:0", "--keep", objects, "--allow-origin", origin]
        server = subprocess.Popen([program, "serve", *arguments], env=environment, stdout=subprocess.PIPE, text=True)
        try:
            url = server.stdout.readline().strip()
            fill(url)
            sent = {
                "python": client([sys.executable, HERE / "send.py", url], environment),
                "node": client(["node", HERE / "send.js", modules, url], environment),
                "web": web(chromium, origin),
            }
            server.send_signal(signal.SIGTERM)
            code = server.wait(PATIENCE)
        finally:
            server.kill()
    problems = [] if code == 0 else [f"serve ended with {code}"]
    problems += [problem for name, events in sent.items() for problem in lost(name, events, arrived(objects))]
    export = objects / "mp-forwarding-clients"
    tolerant = validate(program, export, "--names", "--settings", settings)
    if not tolerant["summary"]["lines"] or failed(tolerant):
        problems.append(f"not valid as an export: {failed(tolerant)}")
    print("what the strict schema refuses:")
    for finding in validate(program, export, "--strict")["findings"]:
        print(f"{finding['count']:5} {finding.get('place', '')}: {finding['message']}")
    if problems:
        sys.exit("\n".join(problems))


@contextlib.contextmanager
def pages(folder, modules):
    """A web server with the page, whose gaps are filled in later."""
    root = folder / "pages"
    root.mkdir()
    script = modules / "@mparticle/web-sdk/dist/mparticle.js"
    (root / "mparticle.js").write_bytes(script.read_bytes())

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=root))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def fill(url):
        page = (HERE / "page.html").read_text()
        (root / "page.html").write_text(page.replace('"KEY"', f'"{KEY}"').replace("HOST", url.removeprefix("http://")))

    try:
        yield f"http://127.0.0.1:{server.server_port}", fill
    finally:
        server.shutdown()


def client(command, environment):
    """The number of events that the program of a client library sent."""
    outcome = subprocess.run([*command, str(BATCHES)], env=environment, stdout=subprocess.PIPE, text=True, timeout=PATIENCE)
    if outcome.returncode != 0:
        sys.exit(f"{command[1].name} ended with {outcome.returncode}")
    return int(outcome.stdout)


def web(chromium, origin):
    """The number of events that the web SDK sent from a page."""
    with Browser(chromium, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1") as browser:
        tab = browser.open(f"{origin}/page.html", "light")
        until = time.monotonic() + PATIENCE
        while True:
            uploads = json.loads(tab.value("JSON.stringify(window.uploads)"))
            batches = [upload for upload in uploads if "/v3/JS/" in upload["url"]]
            events = [event for upload in batches for event in json.loads(upload["body"])["events"]]
            ours = [event for event in events if (event["data"].get("custom_attributes") or {}).get("client") == "web"]
            # Five events, a page view and a purchase.
            if len(ours) >= 7:
                break
            if time.monotonic() > until:
                sys.exit(f"the web SDK sent {len(ours)} of 7 events: {[(u['url'], u['status']) for u in uploads]}")
            time.sleep(0.2)
        if wrong := [(upload["url"], upload["status"]) for upload in uploads if upload["status"] not in (200, 202)]:
            sys.exit(f"the web SDK was refused: {wrong}")
        return len(events)


def arrived(objects):
    """The events in the export by client: by the name of the user, of an id, or of the app."""
    counts = collections.Counter()
    for path in (objects / "mp-forwarding-clients").rglob("*.txt"):
        for line in path.read_text().splitlines():
            batch = json.loads(line)
            names = [identity["identity"] for identity in batch.get("user_identities", [])]
            counts[next((name.split("-")[0] for name in names), "web")] += len(batch["events"])
    return counts


def lost(name, sent, arrived):
    print(f"{name:8} {sent:4} events sent, {arrived[name]:4} in the bucket")
    return [] if sent == arrived[name] else [f"{name}: {sent} events sent, {arrived[name]} in the bucket"]


def validate(program, export, *arguments):
    command = [program, "validate", export, "--format", "json", "--quiet", *arguments]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout)


def failed(report):
    return [check["id"] for check in report["checks"] if check["outcome"] == "fail"]


main()
