// SPDX-License-Identifier: Apache-2.0
// Everything works without this. It adds keys: / goes to the search, j and k through the rows of a list, ? says so. Where an SOP is
// written, it keeps a draft until that is sent, and shows how the text will look.
"use strict";

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") {
    const search = document.getElementById("q");
    if (search) { event.preventDefault(); search.focus(); }
  } else if (event.key === "j" || event.key === "k") {
    const links = [...document.querySelectorAll("main tbody tr")].map((row) => row.querySelector("a")).filter(Boolean);
    if (links.length === 0) return;
    const place = links.indexOf(document.activeElement);
    const next = event.key === "j" ? Math.min(place + 1, links.length - 1) : Math.max(place - 1, 0);
    links[next].focus();
  }
});

const keys = document.getElementById("keys");
keys?.querySelector("button").addEventListener("click", () => keys.close());
document.addEventListener("keydown", (event) => {
  if (event.key === "?" && keys && !isTyping(event.target)) keys.showModal();
});

document.getElementById("problem")?.focus();

// While a page is looked at, the server tells what was recorded since; the page says so, and stays as it is until somebody wants to see
// it. Pages in the background listen to nothing: a browser has few connections to one server.
const { subject, since } = document.body.dataset;
let seen = Number(since);
let news = null;
const listen = () => {
  if (news || document.hidden || document.getElementById("news")) return;
  news = new EventSource(`/live?since=${seen}`);
  news.addEventListener("record", (event) => {
    hush();
    const { size, subjects } = JSON.parse(event.data);
    seen = size;
    // What came in as evidence may belong to any item.
    const concerns = [subject, "*", "evidence"].some((each) => subjects.includes(each)) || subject === "*";
    if (!concerns) return listen();
    const note = document.createElement("div");
    note.className = "message";
    note.id = "news";
    note.setAttribute("role", "status");
    const again = document.createElement("a");
    again.href = location.href;
    again.textContent = "Show it as it is now";
    note.append("Something was recorded since you loaded this. ", again);
    document.getElementById("content").prepend(note);
  });
};
const hush = () => { news?.close(); news = null; };
if (subject && since && "EventSource" in window) {
  document.addEventListener("visibilitychange", () => { if (document.hidden) hush(); else listen(); });
  window.addEventListener("pagehide", hush);
  listen();
}

const draft = document.getElementById("draft");
const sent = sessionStorage.getItem("sopwright sent");
sessionStorage.removeItem("sopwright sent");
// What was refused is shown where it was sent to, and is still a draft. The fields and the whole file are two drafts of one text.
if (sent && !draft && /^\/changes\/[^/]+$/.test(location.pathname)) {
  const inFields = sent.replace(/ whole$/, "");
  for (const place of [inFields, `${inFields} whole`]) localStorage.removeItem(place);
}

if (draft) {
  const form = draft.closest("form");
  const place = `sopwright draft ${draft.dataset.draft}`;
  // What the page showed is no part of a draft: it is what this page shows.
  const ofPage = ["form_token", "seen"];
  const fields = [...form.elements].filter((field) => field.name && field.type !== "submit" && !ofPage.includes(field.name));
  const values = () => Object.fromEntries(fields.map((field) => [field.name, field.value]));
  const atFirst = JSON.stringify(values());
  const kept = localStorage.getItem(place);
  const draftKept = kept && kept !== atFirst ? JSON.parse(kept) : null;
  // What the server made of what was sent is newer. Without the commit that it was made from, a draft is of an earlier version of this
  // page, and does not fit its fields.
  if (typeof draftKept?.base === "string" && !("fresh" in draft.dataset)) {
    fields.forEach((field) => { field.value = draftKept[field.name] ?? field.value; });
    const note = document.createElement("div");
    note.className = "message";
    note.setAttribute("role", "status");
    note.append("This is your draft, which was not sent. ");
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "quiet";
    drop.textContent = "Begin anew";
    drop.addEventListener("click", () => { localStorage.removeItem(place); location.reload(); });
    note.append(drop);
    draft.prepend(note);
  }
  // It is shown as somebody writes.
  form.elements.look.remove();
  const preview = document.getElementById("preview");
  let waiting;
  const show = async () => {
    const body = new URLSearchParams({ form_token: form.elements.form_token.value, ...values() });
    const answer = await fetch("/preview", { method: "POST", body, headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    preview.innerHTML = (await answer.json()).html;
    preview.hidden = false;
  };
  form.addEventListener("input", () => {
    localStorage.setItem(place, JSON.stringify(values()));
    clearTimeout(waiting);
    waiting = setTimeout(show, 300);
  });
  // The page of the change says that it was taken.
  form.addEventListener("submit", () => sessionStorage.setItem("sopwright sent", place));
  show();
}
