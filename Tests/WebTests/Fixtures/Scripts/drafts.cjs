// SPDX-License-Identifier: Apache-2.0
// Runs sopwright.js as a page would that has just been loaded, with as much of a browser as its drafts need, and says on standard output
// what became of them. One argument: the script. On standard input a list of pages: {path, sent, kept, page: {name, fresh, fields}}.
"use strict";
const { readFileSync } = require("node:fs");
const { runInNewContext } = require("node:vm");

const script = readFileSync(process.argv[2], "utf8");

const storage = (texts) => ({
  getItem: (name) => texts[name] ?? null,
  setItem: (name, text) => { texts[name] = text; },
  removeItem: (name) => { delete texts[name]; },
});

const load = ({ path, sent, kept, page }) => {
  let draft = null;
  let isClaimed = false;
  const fields = Object.entries(page?.fields ?? {}).map(([name, value]) => ({ name, value, type: "text" }));
  if (page) {
    const controls = { look: { remove() {} }, form_token: { value: "" } };
    const form = { elements: Object.assign([...fields], controls), addEventListener() {} };
    const dataset = page.fresh ? { draft: page.name, fresh: "" } : { draft: page.name };
    draft = { dataset, closest: () => form, prepend() { isClaimed = true; } };
  }
  const element = () => ({ append() {}, setAttribute() {}, addEventListener() {} });
  runInNewContext(script, {
    document: {
      body: { dataset: {} }, addEventListener() {}, createElement: element, querySelectorAll: () => [],
      getElementById: (id) => (id === "draft" ? draft : id === "preview" ? element() : null),
    },
    localStorage: storage(kept), sessionStorage: storage(sent ? { "sopwright sent": sent } : {}),
    location: { pathname: path }, window: {}, fetch: async () => ({ ok: false }), URLSearchParams, setTimeout, clearTimeout,
  });
  return { kept, isClaimed, fields: Object.fromEntries(fields.map(({ name, value }) => [name, value])) };
};

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(load)));
