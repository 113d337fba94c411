"use strict";
(function () {
  const each = (selector, work, inside) => Array.from((inside || document).querySelectorAll(selector)).forEach(work);

  // table of contents: folded on a phone
  if (window.matchMedia("(max-width: 61.99rem)").matches) each("details.toc", (box) => { box.open = false; });

  // one switch for all code
  each(".code-switch", (button) => {
    if (!document.querySelector("details.code")) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const show = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(show));
      each("details.code", (box) => { box.open = show; });
    });
  });

  // tables: sorted by a click or key on the head of a column
  const order = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const key = (row, column) => {
    const cell = row.cells[column];
    if (!cell) return null;
    const text = cell.textContent.trim();
    if (cell.dataset.value !== undefined) {
      const value = Number(cell.dataset.value);
      return Number.isNaN(value) ? null : value;
    }
    return text === "" || text === "\u2013" ? null : text;
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : order.compare(String(a), String(b)));
  const sort = (table, column, direction) => {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows);
    rows.forEach((row, i) => { if (row.dataset.row === undefined) row.dataset.row = i; });
    rows.sort((one, other) => {
      if (!direction) return one.dataset.row - other.dataset.row;
      const a = key(one, column), b = key(other, column);
      if (a === null || b === null) return (a === null) - (b === null);
      return direction * compare(a, b) || one.dataset.row - other.dataset.row;
    });
    body.append(...rows);
  };
  each("main table:not(.facts)", (table) => {
    const head = table.tHead && table.tHead.rows;
    if (!head || head.length !== 1 || table.tBodies.length !== 1 || table.tBodies[0].rows.length < 2) return;
    if (table.querySelector("tbody [rowspan], tbody [colspan]")) return;
    Array.from(head[0].cells).forEach((cell, column) => {
      if (!cell.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...cell.childNodes);
      cell.append(button);
      button.addEventListener("click", () => {
        const was = cell.getAttribute("aria-sort");
        each("th[aria-sort]", (other) => other.removeAttribute("aria-sort"), table);
        const next = was === "ascending" ? "descending" : was === "descending" ? null : "ascending";
        if (next) cell.setAttribute("aria-sort", next);
        sort(table, column, next === "ascending" ? 1 : next === "descending" ? -1 : 0);
      });
    });
  });

  // a link to something folded opens it; on paper the method is open
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.id === "method") each("details.method", (box) => { box.open = true; });
  };
  window.addEventListener("hashchange", reveal);
  reveal();
  window.addEventListener("beforeprint", () => each("details.method, details.cx-method", (box) => { box.open = true; }));
})();
