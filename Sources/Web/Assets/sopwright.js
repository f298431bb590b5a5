// SPDX-License-Identifier: Apache-2.0
// Everything works without this. It adds keys: / goes to the search, j and k through the rows of a list.
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

document.getElementById("problem")?.focus();
