"""A Chromium that a test drives: pages, clicks, keys, sizes and colours, as a person has them.

Chromium speaks its DevTools protocol over two pipes as well as over a web socket. The pipes need no
port, no handshake and no library, and they close when the test ends. `--dump-dom` would show a page
at one moment alone.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome")
KEYS = {
    " ": ("Space", 32),
    "ArrowLeft": ("ArrowLeft", 37),
    "ArrowUp": ("ArrowUp", 38),
    "ArrowRight": ("ArrowRight", 39),
    "ArrowDown": ("ArrowDown", 40),
    "Home": ("Home", 36),
    "End": ("End", 35),
}


def find():
    """The Chromium of this machine, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def high_pipe():
    """A pipe beyond the numbers that the browser has for its own two."""
    ends = os.pipe()
    moved = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends]
    for end in ends:
        os.close(end)
    return moved


class Browser:
    def __init__(self, program, patience=60):
        self.patience = patience
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_read, self.write_end = high_pipe()
        self.read_end, to_write = high_pipe()

        def hand_over():
            os.dup2(to_read, 3)
            os.dup2(to_write, 4)

        command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"]
        command += [f"--user-data-dir={self.profile.name}", "--hide-scrollbars", "about:blank"]
        self.process = subprocess.Popen(
            command,
            pass_fds=(3, 4),
            preexec_fn=hand_over,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_read)
        os.close(to_write)
        self.received = b""
        self.number = 0
        self.errors = []
        self.page = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.page = attached["sessionId"]
        for domain in ("Page", "Runtime"):
            self.call(domain + ".enable")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.write_end)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.read_end)
        self.profile.cleanup()

    def message(self):
        """The next one from the browser."""
        end = time.monotonic() + self.patience
        while b"\0" not in self.received:
            ready = select.select([self.read_end], [], [], max(0, end - time.monotonic()))[0]
            part = os.read(self.read_end, 1 << 16) if ready else b""
            if not part:
                raise RuntimeError("the browser says nothing more")
            self.received += part
        text, self.received = self.received.split(b"\0", 1)
        said = json.loads(text)
        if said.get("method") == "Runtime.exceptionThrown":
            self.errors.append(said["params"]["exceptionDetails"])
        return said

    def call(self, method, **values):
        self.number += 1
        said = {"id": self.number, "method": method, "params": values}
        if self.page:
            said["sessionId"] = self.page
        os.write(self.write_end, json.dumps(said).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def run(self, script):
        """What a script comes to, as JSON has it."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in done:
            raise RuntimeError(f"{script}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def wait_until(self, script, what):
        end = time.monotonic() + self.patience
        while not self.run(script):
            if time.monotonic() > end:
                raise RuntimeError(f"never: {what}")
            time.sleep(0.05)

    def look(self, width, height=900, dark=False, script=True):
        """A window of a size, on a light or a dark desktop."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        colours = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[colours])
        self.call("Emulation.setScriptExecutionDisabled", value=not script)

    def open(self, path, fragment=""):
        self.call("Page.navigate", url="about:blank")
        self.call("Page.navigate", url=f"file://{path}{fragment}")
        address = json.dumps(f"file://{path}")
        self.wait_until(
            f"document.readyState === 'complete' && location.href.startsWith({address})", "loaded"
        )

    def click(self, selector):
        """A click of the mouse in the middle of an element."""
        at = self.run(
            f"(() => {{ const node = document.querySelector({json.dumps(selector)});"
            " if (!node) return null; node.scrollIntoView({block: 'center'});"
            " const box = node.getBoundingClientRect();"
            " return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        if at is None:
            raise RuntimeError(f"nothing to click: {selector}")
        for kind in ("mousePressed", "mouseReleased"):
            button = {"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1}
            self.call("Input.dispatchMouseEvent", **button)

    def press(self, key):
        code, number = KEYS[key]
        values = {"key": key, "code": code, "windowsVirtualKeyCode": number}
        if key == " ":
            values["text"] = " "
        self.call("Input.dispatchKeyEvent", type="keyDown", **values)
        values.pop("text", None)
        self.call("Input.dispatchKeyEvent", type="keyUp", **values)

    def choose(self, selector, value):
        """An option of a <select>, as by its list."""
        self.run(
            f"(() => {{ const node = document.querySelector({json.dumps(selector)});"
            f" node.value = {json.dumps(value)}; node.dispatchEvent(new Event('change')); }})()"
        )

    def picture(self, path, whole=True):
        """The page as a PNG."""
        done = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(done["data"]))
