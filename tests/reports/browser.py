"""Headless Chromium, controlled by its DevTools protocol over a pipe, which needs only Python."""

import base64
import json
import os
import subprocess
import tempfile
import time

# The page may load nothing else: no name can be resolved, and no proxy is used.
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--remote-debugging-pipe",
    "--window-size=1280,1400",
]
PATIENCE = 60


class Browser:
    def __init__(self, program, *more):
        self.profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        from_us, self.write = os.pipe()
        self.read, to_us = os.pipe()

        def place():  # the program reads from 3 and writes to 4, wherever our ends are
            os.dup2(os.dup(from_us), 13)
            os.dup2(os.dup(to_us), 14)
            os.dup2(13, 3)
            os.dup2(14, 4)

        arguments = [program, *ARGUMENTS, *more, f"--user-data-dir={self.profile.name}", "about:blank"]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(
            arguments, stdin=quiet, stdout=quiet, stderr=quiet, preexec_fn=place, pass_fds=(3, 4)
        )
        os.close(from_us)
        os.close(to_us)
        self.rest, self.ids, self.events = b"", 0, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.profile.cleanup()

    def receive(self):
        while b"\0" not in self.rest:
            read = os.read(self.read, 1 << 16)
            if not read:
                raise RuntimeError("the browser has ended")
            self.rest += read
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.ids += 1
        request = {"id": self.ids, "method": method, "params": parameters}
        if session:
            request["sessionId"] = session
        os.write(self.write, json.dumps(request).encode() + b"\0")
        while True:
            message = self.receive()
            if message.get("id") == self.ids:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def open(self, url, scheme):
        """Opens `url` in a new tab for a system in `light` or `dark` mode."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, session)
        for domain in ["Page", "Runtime", "Log", "Network"]:
            tab.call(f"{domain}.enable")
        feature = {"name": "prefers-color-scheme", "value": scheme}
        tab.call("Emulation.setEmulatedMedia", features=[feature])
        self.events.clear()
        tab.call("Page.navigate", url=url)
        until = time.monotonic() + PATIENCE
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            if time.monotonic() > until:
                raise RuntimeError(f"{url} is not there after {PATIENCE} s")
            self.events.append(self.receive())
        return tab


class Tab:
    def __init__(self, browser, session):
        self.browser, self.session = browser, session

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def value(self, expression):
        outcome = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in outcome:
            raise RuntimeError(outcome["exceptionDetails"])
        return outcome["result"].get("value")

    def screenshot(self, path):
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def complaints(self):
        """The messages of the console and uncaught exceptions."""
        events = [event for event in self.browser.events if event.get("sessionId") == self.session]
        kinds = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}
        return [event["params"] for event in events if event["method"] in kinds]

    def requests(self):
        """The requested URLs, including the page itself."""
        events = [event for event in self.browser.events if event.get("sessionId") == self.session]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
