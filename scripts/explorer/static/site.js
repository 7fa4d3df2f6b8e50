// Sorting and filtering of tables, with their state in the address; without it every page can still be read.
"use strict";

const fold = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const order = new Intl.Collator("en", { sensitivity: "base", numeric: true });

// The first number of a text ("about 1,400", "700 to 900"), null if there is none.
function number(text) {
  const found = /[\u2212-]?\d[\d,]*(\.\d+)?/.exec(text);
  return found && Number(found[0].replace(/,/g, "").replace("\u2212", "-"));
}

// The address holds the state as a query; where a browser forbids that for files, as a fragment.
function remembered() {
  const fragment = location.hash.slice(1);
  return new URLSearchParams(fragment.includes("=") ? fragment : location.search);
}

function remember(state) {
  const text = state.toString();
  try {
    history.replaceState(null, "", location.pathname + (text && "?" + text));
  } catch {
    location.replace("#" + (text || "all="));
  }
}

function enhance(table, form) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const count = document.getElementById(table.id + "-count");
  const noun = { announcements: "announcement", employers: "employer" }[table.id];
  const columns = new Map(heads.map((head, i) => [head.dataset.sort, i]));
  const shown = (row, name) => row.cells[columns.get(name)]?.textContent.trim() ?? "";
  // The choices of a filter give the code of the word that a cell shows.
  const choices = [...form.querySelectorAll("select")].filter((select) => columns.has(select.name));
  const codes = new Map(choices.map((select) => [select.name, new Map([...select.options].map((option) => [option.textContent, option.value]))]));
  const rows = [...body.rows].map((row) => {
    const adds = number(shown(row, "adds"));
    const entry = {
      row,
      year: row.cells[0].textContent.slice(0, 4),
      size: number(shown(row, "jobs")),
      text: fold(row.querySelector("th").textContent + " " + (row.dataset.a || "")),
      sum: row.dataset.s ? row.dataset.s.split("|").map(Number) : adds === null ? null : [adds, adds, adds, 0],
    };
    for (const [name, values] of codes) entry[name] = values.get(shown(row, name));
    return entry;
  });
  const first = heads.findIndex((head) => head.ariaSort);
  const usual = (heads[first].ariaSort === "descending" ? "-" : "") + heads[first].dataset.sort;
  let sorted = usual;

  function sort() {
    const down = sorted.startsWith("-");
    const name = sorted.replace("-", "");
    const figures = ["jobs", "adds", "share", "announcements"].includes(name);
    const keys = new Map(rows.map((entry) => [entry, figures ? number(shown(entry.row, name)) : shown(entry.row, name) || null]));
    rows.sort((a, b) => {
      const x = keys.get(a), y = keys.get(b);
      if (x === null || y === null) return (x === null) - (y === null); // what is unknown comes last either way
      const by = figures ? x - y : order.compare(x, y);
      return down ? -by : by;
    });
    body.append(...rows.map((entry) => entry.row));
    heads.forEach((head, i) => {
      if (i === columns.get(name)) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }

  function fits(entry, state) {
    for (const [name, wanted] of state) {
      if (name === "q") {
        if (!fold(wanted).split(/\s+/).every((word) => entry.text.includes(word))) return false;
      } else if (name === "size") {
        if (wanted === "none" ? entry.size !== null : entry.size === null || entry.size < Number(wanted)) return false;
      } else if (name !== "sort" && name in entry && entry[name] !== wanted) return false;
    }
    return true;
  }

  function state() {
    const out = new URLSearchParams();
    for (const [name, text] of new FormData(form)) if (text.trim()) out.set(name, text.trim());
    if (sorted !== usual) out.set("sort", sorted);
    return out;
  }

  function filter() {
    const wanted = state();
    let shown = 0;
    const sums = [0, 0, 0, 0]; // low, point, high, and how many have no upper bound
    for (const entry of rows) {
      const fit = fits(entry, wanted);
      entry.row.hidden = !fit;
      if (!fit) continue;
      shown += 1;
      if (entry.sum) entry.sum.forEach((n, i) => (sums[i] += n));
    }
    const say = (n) => n.toLocaleString("en-US").replace("-", "\u2212");
    let text = `${say(shown)} of ${say(rows.length)} ${noun}s shown`;
    if (table.id === "announcements" && shown) {
      const more = sums[3] ? " or more" : "";
      const sure = sums[0] === sums[1] && sums[1] === sums[2];
      text += `; jobs counted once: ${say(sums[1])}` + (sure ? more : ` (${say(sums[0])} to ${say(sums[2])}${more})`);
    }
    count.textContent = text + ".";
  }

  heads.forEach((head) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const name = head.dataset.sort;
      const figures = head.classList.contains("n") || name === "latest" || name === "date";
      if (sorted.replace("-", "") === name) sorted = sorted.startsWith("-") ? name : "-" + name;
      else sorted = figures ? "-" + name : name;
      sort();
      remember(state());
    });
  });

  let waiting;
  function changed() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      filter();
      remember(state());
    }, 120);
  }
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(changed));

  const names = "DisplayNames" in Intl ? new Intl.DisplayNames(["en"], { type: "region" }) : null;
  if (names && form.elements.country) {
    const options = [...form.elements.country.options].slice(1);
    for (const option of options) option.textContent = names.of(option.value);
    options.sort((a, b) => order.compare(a.textContent, b.textContent));
    form.elements.country.append(...options);
  }

  const before = remembered();
  for (const [name, text] of before) {
    const control = form.elements.namedItem(name);
    if (control) control.value = text;
  }
  const asked = before.get("sort") || usual;
  if (heads.some((head) => head.dataset.sort === asked.replace("-", "")) && asked !== usual) {
    sorted = asked;
    sort();
  }
  const more = form.querySelector("details");
  const chosen = [...form.querySelectorAll("select")].some((select) => select.value);
  if (more) more.open = chosen || matchMedia("(min-width: 46rem)").matches; // a telephone shows the table first
  form.hidden = false;
  filter();
}

document.querySelectorAll("form[data-table]").forEach((form) => enhance(document.getElementById(form.dataset.table), form));

// A link to an announcement shows its evidence.
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const details = target && target.querySelector("details");
  if (details) details.open = true;
}
addEventListener("hashchange", unfold);
unfold();
