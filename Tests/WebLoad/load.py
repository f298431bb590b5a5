# SPDX-License-Identifier: Apache-2.0
"""Measures the web app under load: a million exceptions of 2,000 codes, as many items, a thousand SOPs; the server on one core, wrk on the
other, 16 connections. Each address is asked for again and again, and then in forms that nobody asked for before, so that no page
can be sent as it was kept. The floor is the style sheet, in the same run: what the server needs for an answer that is ready.

    load.py SOPWRIGHT [--exceptions N] [--seconds N]
"""

import argparse
import datetime
import http.client
import json
import os
import random
import re
import subprocess
import tempfile
import time
import urllib.parse

CODES = 2_000
PASSWORD = "eleven blue lamps"
MAP = "source: load\nid: id\noccurred_at: at\ncode: code\namount: {column: amount, currency: EUR}\nteam: team\n"


def run(program, environment, *arguments):
    subprocess.run([program, *arguments], env=environment, check=True, stdout=subprocess.DEVNULL)


def make_workspace(program, folder, exceptions):
    """Everything by the commands that people use."""
    random.seed(7)
    end = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
    codes = [f"CODE-{number:04d}" for number in range(CODES)]
    chosen = random.choices(codes, [1 / (number + 3) for number in range(CODES)], k=exceptions)
    for name, rows in [("first.csv", 2_000), ("all.csv", exceptions)]:
        random.seed(8)
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write("id,at,code,amount,team\n")
            for number, code in enumerate(chosen[:rows]):
                time = end - datetime.timedelta(seconds=random.random() * 63_000_000)
                amount = random.randint(1, 99_999) / 100
                file.write(f"L{number},{time:%Y-%m-%dT%H:%M:%SZ},{code},{amount:.2f},team{number % 17}\n")
    with open(f"{folder}/map.yaml", "w", encoding="utf-8") as file:
        file.write(MAP)
    environment = dict(os.environ, SOPWRIGHT_USER="ana", SOPWRIGHT_WORKSPACE=f"{folder}/ws")
    run(program, environment, "init", f"{folder}/ws", "--from", f"{folder}/first.csv", "--map", f"{folder}/map.yaml",
        "--top", "3", "--people", "ana")
    path = f"{folder}/ws/taxonomy/codes.yaml"
    text = open(path, encoding="utf-8").read()
    block = re.search(r"(?m)^  - id: (CODE-\d+)\n(?:    .*\n)+", text)
    known = set(re.findall(r"CODE-\d+", text))
    more = "".join(block.group(0).replace(block.group(1), code) for code in codes if code not in known)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text[: block.end()] + more + text[block.end():])
    run(program, environment, "taxonomy", "adopt")
    run(program, environment, "import", f"{folder}/all.csv", "--map", f"{folder}/map.yaml")
    push_handbook(folder, environment)
    run(program, environment, "tick")
    return environment


def push_handbook(folder, environment):
    subprocess.run(["git", "clone", "-q", f"{folder}/ws/sop.git", f"{folder}/sop"], check=True)
    os.makedirs(f"{folder}/sop/sops")
    for number in range(1_000):
        code = f"CODE-{number:04d}"
        with open(f"{folder}/sop/sops/{code.lower()}.md", "w", encoding="utf-8") as file:
            file.write(
                f"---\ntitle: How to handle {code}\ncodes: [{code}]\nowner: ana\n---\n\n# Purpose\n\nLook at the carrier, "
                f"then refund the customer.\n\n1. Open the case word{number % 97}.\n2. Close the case.\n")
    git = ["git", "-C", f"{folder}/sop", "-c", "user.name=ana", "-c", "user.email=ana@example.org"]
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-qm", "A thousand SOPs"], check=True)
    subprocess.run([*git, "push", "-q", "origin", "HEAD"], check=True, stderr=subprocess.DEVNULL)


class Visitor:
    """Signs in as people do, and makes a token as people do."""

    def __init__(self, port):
        self.port, self.cookie, self.form_token = port, "", ""

    def send(self, method, path, fields=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"Accept": "text/html", "Cookie": self.cookie}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode({"form_token": self.form_token, **fields})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.cookie = (answer.getheader("Set-Cookie") or self.cookie).split(";")[0]
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', text)
        self.form_token = found.group(1) if found else self.form_token
        return text


GET = """
wrk.headers["Cookie"] = "{cookie}"
wrk.headers["Accept"] = "text/html"
local number = 0
local function code() return string.format("CODE-%04d", math.random(0, 1999)) end
function request()
  number = number + 1
  return wrk.format("GET", {address})
end
"""

POST = """
local number, name = 0, 0
function setup(thread) name = name + 1; thread:set("name", name) end
function request()
  number = number + 1
  return wrk.format("POST", "/exceptions",
    {{["Authorization"] = "Bearer {token}", ["Content-Type"] = "application/json"}},
    '{{"code": "CODE-0003", "ref": "P-{run}-' .. name .. '-' .. number .. '", "amount": "1.50", "currency": "EUR"}}')
end
"""

ASKED = [
    ("style sheet (the floor)", '"/assets/sopwright.css"'),
    ("items", '"/items"'),
    ("items, another page each time", '"/items?page=" .. math.random(1, 40) .. "&x=" .. number'),
    ("exceptions", '"/exceptions"'),
    ("exceptions of any code", '"/exceptions?code=" .. code() .. "&x=" .. number'),
    ("an item", '"/items/REM-7"'),
    ("any item", '"/items/REM-" .. math.random(1, 2000) .. "?x=" .. number'),
    ("a word of every SOP", '"/search?q=carrier"'),
    ("the same, another address each time", '"/search?q=carrier&x=" .. number'),
    ("a rare word", '"/search?q=word42"'),
    ("any rare word", '"/search?q=word" .. math.random(0, 96) .. "&x=" .. number'),
]


def load(folder, script, port, seconds, connections=16):
    path = f"{folder}/script.lua"
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    said = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", path,
         f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    return [re.search(pattern, said).group(1) for pattern in [r"Requests/sec:\s+(\S+)", r"50%\s+(\S+)", r"99%\s+(\S+)"]]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--exceptions", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sopwright-load-") as folder:
        environment = make_workspace(options.program, folder, options.exceptions)
        server = subprocess.Popen(
            ["taskset", "-c", "0", options.program, "serve", "--port", "0", "--format", "json"], env=environment,
            stdout=subprocess.PIPE, text=True)
        try:
            said = json.loads("".join(iter(server.stdout.readline, "}\n")) + "}")
            port = int(said["address"].rsplit(":", 1)[1])
            visitor = Visitor(port)
            visitor.send("POST", urllib.parse.urlsplit(said["first_sign_in"]).path, {"password": PASSWORD, "again": PASSWORD})
            visitor.send("GET", "/account")
            fields = {"name": "load", "scope": "record", "days": "1", "password": PASSWORD}
            made = visitor.send("POST", "/account/tokens", fields)
            token = re.search(r"sopwright_[0-9a-f]{64}", made).group(0)
            print(f"{'':40} {'a second':>10} {'50 %':>10} {'99 %':>10}")
            for name, address in ASKED:
                figures = load(folder, GET.format(cookie=visitor.cookie, address=address), port, options.seconds)
                print(f"{name:40} {figures[0]:>10} {figures[1]:>10} {figures[2]:>10}", flush=True)
            for connections in [16, 128]:
                script = POST.format(token=token, run=f"{connections}-{time.time_ns()}")
                figures = load(folder, script, port, options.seconds, connections)
                name = f"exceptions recorded, {connections} connections"
                print(f"{name:40} {figures[0]:>10} {figures[1]:>10} {figures[2]:>10}", flush=True)
            peak = re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{server.pid}/status", encoding="utf-8").read())
            print(f"The server took {int(peak.group(1)) // 1_000} MB at most.")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
