# SPDX-License-Identifier: Apache-2.0
"""A real browser, driven over its debugging protocol as a person uses it: by what stands on buttons, links and labels."""

import json
import subprocess
import tempfile
import time
import urllib.request

import websocket

PATIENCE = 30  # seconds; a page takes a fraction of one


class Browser:
    """Chromium with a profile of its own. `scripts` tells whether pages may run any."""

    def __init__(self, base, scripts=True):
        self.base = base
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={self.profile.name}",
             "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "DevTools listening on" in line:
                port = line.split("127.0.0.1:")[1].split("/")[0]
                break
        else:
            raise RuntimeError("the browser did not start")
        tabs = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
        address = next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
        self.socket = websocket.create_connection(address, timeout=PATIENCE)
        self.sent = 0
        self.complaints = []
        for domain in ["Page", "Runtime", "DOM", "Log"]:
            self.command(f"{domain}.enable")
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.profile.cleanup()

    def command(self, method, **parameters):
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("method") == "Log.entryAdded" and message["params"]["entry"]["level"] == "error":
                entry = message["params"]["entry"]
                if entry.get("source") != "network":  # refusals that a walk asks for
                    self.complaints.append(entry["text"])
            if message.get("id") == self.sent:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message.get("result", {})

    def evaluate(self, expression):
        result = self.command(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait(self, condition, what):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if self.evaluate(condition):
                    return
            except (RuntimeError, KeyError):
                pass  # between two pages
            time.sleep(0.05)
        raise RuntimeError(f"{what}: not within {PATIENCE} s at {self.place()}: {self.text()[:600]}")

    def go(self, path):
        self.command("Page.navigate", url=self.base + path)
        self.wait(f"document.readyState === 'complete' && location.href !== 'about:blank'", path)

    def place(self):
        return self.evaluate("location.pathname + location.search")

    def text(self):
        return self.evaluate("document.body ? document.body.innerText : ''") or ""

    def sees(self, words):
        self.wait(f"document.readyState === 'complete' && document.body.innerText.includes({json.dumps(words)})", words)

    def fill(self, label, value):
        """Writes into the field with this label, as somebody who types."""
        found = self.evaluate(
            f"""(() => {{
              const label = [...document.querySelectorAll('label')].find(l => l.innerText.trim().startsWith({json.dumps(label)}));
              const field = label && document.getElementById(label.htmlFor);
              if (!field) return null;
              field.scrollIntoView({{block: 'center'}}); field.focus();
              if (field.tagName === 'SELECT' || field.type === 'date') {{ field.value = {json.dumps(value)}; return 'set'; }}
              field.select();
              return document.activeElement === field ? 'typed' : null;
            }})()""")
        if found is None:
            raise RuntimeError(f"there is no field \"{label}\" at {self.place()}")
        if found == "typed":
            self.command("Input.insertText", text=value)

    def choose_file(self, selector, path):
        root = self.command("DOM.getDocument")["root"]["nodeId"]
        node = self.command("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        self.command("DOM.setFileInputFiles", files=[path], nodeId=node)

    def press(self, words):
        """Presses the button, or follows the link, on which these words stand, with the mouse."""
        mark = f"document.documentElement.dataset.left = '1'"
        place = self.evaluate(
            f"""(() => {{
              const all = [...document.querySelectorAll('main button, main a, header button, header a, main summary')];
              const found = all.find(e => e.textContent.replace(/\\s+/g, ' ').trim() === {json.dumps(words)} && e.getClientRects().length);
              if (!found) return null;
              found.scrollIntoView({{block: 'center'}});
              const r = found.getBoundingClientRect();
              return [r.left + r.width / 2, r.top + r.height / 2, found.tagName];
            }})()""")
        if place is None:
            raise RuntimeError(f"nobody can press \"{words}\" at {self.place()}: {self.text()[:800]}")
        if place[2] != "SUMMARY":
            self.evaluate(mark)
        for kind in ["mousePressed", "mouseReleased"]:
            self.command(
                "Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)
        if place[2] != "SUMMARY":
            self.wait("document.readyState === 'complete' && !document.documentElement.dataset.left", words)

    def look(self, width, height, dark):
        self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.command(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def source(self, path):
        """The page as the server sends it."""
        return self.evaluate(
            f"fetch({json.dumps(path)}, {{headers: {{Accept: 'text/html'}}}}).then(answer => answer.text())")
