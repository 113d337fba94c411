"use strict";
(() => {
  const data = JSON.parse(document.getElementById("content").textContent);
  const app = document.getElementById("app");
  const asked = new URLSearchParams(location.hash.slice(1));
  const MOST_COLUMNS = 9;
  const narrow = matchMedia("(max-width: 40rem)");
  const shelf = `cxresearch ${data.survey} ${data.version}`;
  const state = { form: data.forms[0], language: data.languages[0], kept: [], storable: true };

  // ---- chance ------------------------------------------------------------------------------------------------------
  const random = (seed) => () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const mixed = (list, isLast = () => false) => {
    const free = list.filter((one) => !isLast(one));
    for (let i = free.length - 1; i > 0; i--) {
      const j = Math.floor(state.chance() * (i + 1));
      [free[i], free[j]] = [free[j], free[i]];
    }
    return [...free, ...list.filter(isLast)];
  };
  const once = (key, make) => (state.orders.has(key) ? state.orders.get(key) : (state.orders.set(key, make()), state.orders.get(key)));

  // ---- conditions --------------------------------------------------------------------------------------------------
  const holds = (tree, given) => {
    if (tree === null) return true;
    const [kind, ...rest] = tree;
    if (kind === "and") return rest.every((part) => holds(part, given));
    if (kind === "or") return rest.some((part) => holds(part, given));
    if (kind === "not") return !holds(rest[0], given);
    const found = given[rest[0]];
    if (found === undefined || found === null) return false;
    if (kind === "answered") return true;
    if (kind === "in") return rest[1].includes(found);
    if (kind === "not in") return !rest[1].includes(found);
    const [, value, missing] = rest;
    if (kind === "==") return found === value;
    if (kind === "!=") return found !== value;
    if (missing.includes(found) || typeof found !== typeof value) return false;
    return { "<": found < value, "<=": found <= value, ">": found > value, ">=": found >= value }[kind];
  };
  const entriesOf = (part) =>
    part.is === "entry" ? [part] : part.is === "passage" ? [] : part.rows.flatMap((row, i) => (part.second.length ? [row, part.second[i]] : [row]));

  // what was answered to the questions that are shown, page by page; an answer that is hidden again does not count
  const effective = () => {
    const given = Object.create(null); // an id may be that of something every object has
    let ended = null;
    for (const page of state.form.pages) {
      const open = ended === null && holds(page.when, given);
      for (const part of page.parts) {
        const inside = open && (part.is === "entry" || holds(part.when, given));
        for (const entry of entriesOf(part)) {
          const answer = inside && holds(entry.when, given) ? state.answers[entry.id] : undefined;
          given[entry.id] = answer === undefined ? null : answer;
        }
        if (part.is === "multiple" && part.rows.some((row) => given[row.id] === 1))
          for (const row of part.rows) if (given[row.id] === null && holds(row.when, given)) given[row.id] = 0;
      }
      if (open && page.end && holds(page.end.when, given)) ended = page;
    }
    return { given, ended };
  };
  const shownParts = (page, given) => (holds(page.when, given) ? page.parts.filter((part) => isShown(part, given)) : []);
  const isShown = (part, given) => {
    if (!holds(part.when, given)) return false;
    return part.is === "passage" || entriesOf(part).some((entry) => !entry.drawn && holds(entry.when, given));
  };
  const pagesNow = () => {
    const { given, ended } = effective();
    const pages = order().filter((page) => holds(page.when, given) && (page.intro || shownParts(page, given).length));
    const last = ended ? pages.indexOf(ended) : -1;
    return last < 0 ? pages : pages.slice(0, last + 1);
  };
  const order = () =>
    once("pages", () => {
      const pages = [...state.form.pages];
      for (const group of new Set(pages.map((page) => page.group).filter(Boolean))) {
        const at = state.form.pages.flatMap((page, i) => (page.group === group ? [i] : []));
        const drawn = mixed(at.map((i) => state.form.pages[i]));
        at.forEach((i, k) => (pages[i] = drawn[k]));
      }
      return pages;
    });
  const draw = () => {
    for (const page of state.form.pages)
      for (const entry of page.parts.flatMap(entriesOf))
        if (entry.drawn) {
          const taken = entry.apart.map((id) => state.answers[id]);
          const left = entry.options.map((option) => option.code).filter((code) => !taken.includes(code));
          state.answers[entry.id] = left[Math.floor(state.chance() * left.length)];
        }
  };

  // ---- small things ------------------------------------------------------------------------------------------------
  const say = (key, values = {}) => data.words[state.language][key].replace(/{(\w+)}/g, (_, name) => written(values[name]));
  const written = (value) => (typeof value === "number" ? value.toLocaleString(state.language.split("-")[0], { maximumFractionDigits: 9 }) : value);
  const told = (text) => (text ? text[state.language] : "");
  const el = (tag, props = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(props)) {
      if (value === undefined || value === null || value === false) continue;
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (key === "class") made.className = value;
      else if (key === "text") made.textContent = value;
      else if (value === true) made.setAttribute(key, "");
      else made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
    return made;
  };
  const put = (id, value) => {
    if (value === null) delete state.answers[id];
    else state.answers[id] = value;
    refresh();
  };
  const name = (option) => told(option.text);
  const place = (id, suffix) => `${suffix}-${id}`;

  // ---- one question ------------------------------------------------------------------------------------------------
  const optionsOf = (entry) => once(`options ${entry.id}`, () => (entry.shuffle ? mixed(entry.options, (option) => option.last) : entry.options));
  const radio = (entry, option, label) =>
    el("input", {
      type: "radio",
      name: entry.id,
      id: `${entry.id}=${option.code}`,
      value: String(option.code),
      "aria-label": label,
      checked: state.answers[entry.id] === option.code,
      onchange: () => put(entry.id, option.code),
      // a second click takes a choice back, which a radio button alone cannot
      onclick: (event) => {
        if (event.target.dataset.was === "1") {
          event.target.checked = false;
          put(entry.id, null);
        }
        for (const other of document.getElementsByName(entry.id)) other.dataset.was = other.checked ? "1" : "";
      },
      "data-was": state.answers[entry.id] === option.code ? "1" : "",
    });
  const choice = (entry, option, compact) => {
    const end = compact ? endOf(entry, option) : null;
    return el(
      "label",
      { class: option.missing ? "choice missing" : "choice", for: `${entry.id}=${option.code}` },
      radio(entry, option, end ? `${option.code}: ${end}` : undefined),
      el("span", { text: compact && !option.missing ? String(option.code) : name(option) }),
    );
  };
  const endOf = (entry, option) => {
    const range = entry.options.filter((one) => !one.missing);
    if (entry.ends && option === range[0]) return told(entry.ends[0]);
    if (entry.ends && option === range[range.length - 1]) return told(entry.ends[1]);
    return option.named ? name(option) : null;
  };
  const control = (entry) => {
    if (entry.kind === "number") return numberBox(entry);
    if (entry.kind === "date") return el("input", { type: "date", id: `in-${entry.id}`, value: state.answers[entry.id] || "", oninput: (event) => put(entry.id, event.target.value || null) });
    if (entry.kind === "text") return textBox(entry);
    if (entry.widget === "dropdown") return dropdown(entry);
    if (entry.widget === "slider") return slider(entry);
    return isCompact(entry) ? scaleBox(entry) : el("div", { class: "choices" }, ...optionsOf(entry).map((option) => choice(entry, option, false)));
  };
  // a range of which only some points bear names is one line of numbers; where all do, a list reads better
  const isCompact = (entry) => {
    const range = entry.options.filter((option) => !option.missing);
    return entry.range && range.length > 2 && (entry.ends || range.some((option) => !option.named));
  };
  const scaleBox = (entry) => {
    const range = entry.options.filter((option) => !option.missing);
    const [low, high] = [endOf(entry, range[0]), endOf(entry, range[range.length - 1])];
    const line = el("div", { class: range.length > 7 ? "scale wide" : "scale" }, ...range.map((option) => choice(entry, option, true)));
    line.style.setProperty("--n", range.length);
    return el(
      "div",
      {},
      (low || high) && el("div", { class: "ends" }, el("span", { text: low || "" }), el("span", { text: high || "" })),
      line,
      ...entry.options.filter((option) => option.missing).map((option) => el("div", { class: "beside" }, choice(entry, option, false))),
    );
  };
  const dropdown = (entry) => {
    const select = el("select", { id: `in-${entry.id}`, onchange: (event) => put(entry.id, event.target.value === "" ? null : optionsOf(entry)[Number(event.target.value)].code) });
    select.append(el("option", { value: "", text: say("choose") }));
    optionsOf(entry).forEach((option, i) => select.append(el("option", { value: i, text: name(option), selected: state.answers[entry.id] === option.code })));
    return select;
  };
  const slider = (entry) => {
    const range = entry.options.filter((option) => !option.missing);
    const at = range.findIndex((option) => option.code === state.answers[entry.id]);
    const show = (i) => (i < 0 ? say("not_set") : endOf(entry, range[i]) ? `${range[i].code} (${endOf(entry, range[i])})` : String(range[i].code));
    const output = el("output", { text: show(at) });
    const set = (event) => {
      const i = Number(event.target.value);
      output.textContent = show(i);
      event.target.setAttribute("aria-valuetext", show(i));
      put(entry.id, range[i].code);
    };
    const input = el("input", { type: "range", id: `in-${entry.id}`, min: 0, max: range.length - 1, step: 1, value: at < 0 ? Math.floor(range.length / 2) : at, "aria-valuetext": show(at), oninput: set, onclick: set, onkeyup: (event) => event.key === " " && set(event) });
    const ends = el("div", { class: "ends" }, el("span", { text: endOf(entry, range[0]) || String(range[0].code) }), el("span", { text: endOf(entry, range[range.length - 1]) || String(range[range.length - 1].code) }));
    return el("div", {}, ends, el("div", { class: "slide" }, input, output), ...entry.options.filter((option) => option.missing).map((option) => choice(entry, option, false)));
  };
  const numberBox = (entry) => {
    const answer = state.answers[entry.id];
    const missing = entry.options.some((option) => option.code === answer);
    const input = el("input", {
      type: "number",
      id: `in-${entry.id}`,
      min: entry.low,
      max: entry.high,
      step: entry.step === null ? "any" : entry.step,
      inputmode: entry.step === null || entry.step % 1 ? "decimal" : "numeric",
      value: missing || answer === undefined ? "" : answer,
      oninput: (event) => {
        for (const box of document.getElementsByName(entry.id)) box.checked = false;
        put(entry.id, event.target.value === "" ? null : Number(event.target.value));
      },
    });
    const boxes = entry.options.map((option) => {
      const box = radio(entry, option);
      box.addEventListener("change", () => box.checked && (input.value = ""));
      return el("label", { class: "choice missing beside", for: box.id }, box, el("span", { text: name(option) }));
    });
    return el("div", {}, input, ...boxes);
  };
  const textBox = (entry) => {
    const props = { id: `in-${entry.id}`, oninput: (event) => put(entry.id, event.target.value.trim() ? event.target.value : null), autocomplete: entry.secret ? "off" : undefined };
    if (entry.widget !== "lines") return el("input", { type: "text", ...props, value: state.answers[entry.id] || "" });
    const area = el("textarea", { rows: 4, ...props });
    area.value = state.answers[entry.id] || "";
    return area;
  };
  const isSingleBox = (entry) => entry.kind !== "choice" || entry.widget === "dropdown" || entry.widget === "slider";

  // ---- parts of a page ---------------------------------------------------------------------------------------------
  const frame = (id, text, hint, inside, described = true) => {
    const box = el("fieldset", { id: place(id, "part"), "aria-describedby": described ? `${place(id, "hint")} ${place(id, "problem")}` : undefined });
    box.append(el("legend", { text: told(text) }));
    if (hint) box.append(el("p", { class: "hint", id: place(id, "hint"), text: told(hint) }));
    box.append(...inside, el("p", { class: "problem", id: place(id, "problem"), role: "alert", hidden: true }));
    return box;
  };
  const entryBox = (entry) => {
    if (!isSingleBox(entry)) return frame(entry.id, entry.text, entry.hint, [control(entry)]);
    const inside = control(entry);
    const box = frame(entry.id, entry.text, entry.hint, [inside]);
    const field = inside.matches("input,select,textarea") ? inside : inside.querySelector("input,select,textarea");
    field.setAttribute("aria-label", told(entry.text));
    return box;
  };
  const rowsOf = (part) => once(`rows ${part.id}`, () => (part.shuffle ? mixed(part.rows, (row) => part.last.includes(row.id)) : part.rows));
  const grid = (part) => {
    const rows = rowsOf(part);
    const head = part.rows[0].options;
    const second = part.second.length ? part.second[0].options : [];
    const table = el("table");
    const heads = (options, first) => options.map((option, i) => el("th", { scope: "col", class: first && i === 0 ? "gap" : "", text: name(option) }));
    const top = [];
    if (part.heads.length)
      top.push(el("tr", {}, el("th", { class: "item" }), el("th", { class: "half", colspan: head.length, text: told(part.heads[0]) }), el("th", { class: "half gap", colspan: second.length, text: told(part.heads[1]) })));
    top.push(el("tr", {}, el("th", { class: "item", scope: "col" }, el("span", { class: "seen", text: say("questions") })), ...heads(head, false), ...heads(second, true)));
    const cells = (entry, gap, label) =>
      entry.options.map((option, i) => {
        const text = `${label}${told(entry.text)}: ${name(option)}`;
        return el("td", { class: gap && i === 0 ? "gap" : "" }, el("label", {}, radio(entry, option, text), el("span", { class: "label", "aria-hidden": "true", text: name(option) })));
      });
    const body = rows.map((row) => {
      const other = part.second.length ? part.second[part.rows.indexOf(row)] : null;
      const [left, right] = part.heads.length ? part.heads.map((text) => `${told(text)}, `) : ["", ""];
      return el("tr", { id: place(row.id, "row") }, el("th", { class: "item", scope: "row", text: told(row.text) }), ...cells(row, false, left), ...(other ? cells(other, true, right) : []));
    });
    table.append(el("thead", {}, ...top), el("tbody", {}, ...body));
    return frame(part.id, part.text, part.hint, [table]);
  };
  // row by row: a semantic differential, and what would be too wide for a table
  const rowByRow = (part) => {
    const asked = (entry, head) =>
      el("div", { role: "group", "aria-label": head ? `${told(head)}: ${told(entry.text)}` : told(entry.text) }, head && el("p", { class: "half", text: told(head) }), control(entry));
    const rows = rowsOf(part).map((row) => {
      const other = part.second.length ? part.second[part.rows.indexOf(row)] : null;
      return el("div", { id: place(row.id, "row"), class: "row" }, el("div", { class: "stem", text: told(row.text) }), asked(row, other && part.heads[0]), other && asked(other, part.heads[1]));
    });
    return frame(part.id, part.text, part.hint, rows);
  };
  const multiple = (part) => {
    const boxes = rowsOf(part).map((row) => {
      const box = el("input", {
        type: "checkbox",
        id: `in-${row.id}`,
        checked: state.answers[row.id] === 1,
        onchange: (event) => {
          const alone = part.exclusive.includes(row.id);
          if (event.target.checked)
            for (const other of part.rows)
              if (other.id !== row.id && (alone || part.exclusive.includes(other.id))) {
                delete state.answers[other.id];
                const there = document.getElementById(`in-${other.id}`);
                if (there) there.checked = false;
              }
          put(row.id, event.target.checked ? 1 : null);
        },
      });
      return el("label", { class: "choice", id: place(row.id, "row"), for: `in-${row.id}` }, box, el("span", { text: told(row.text) }));
    });
    return frame(part.id, part.text, part.hint, [el("div", { class: "choices" }, ...boxes)]);
  };
  const ranking = (part) => {
    const most = part.top || part.rows.length;
    const lines = rowsOf(part).map((row) => {
      const select = el("select", { id: `in-${row.id}`, "aria-label": `${say("rank")}: ${told(row.text)}`, "aria-describedby": place(part.id, "how"), onchange: (event) => put(row.id, event.target.value ? Number(event.target.value) : null) }, el("option", { value: "", text: "–" }));
      for (let rank = 1; rank <= most; rank++) select.append(el("option", { value: rank, text: rank, selected: state.answers[row.id] === rank }));
      return el("div", { class: "rank", id: place(row.id, "row") }, select, el("label", { for: `in-${row.id}`, text: told(row.text) }));
    });
    return frame(part.id, part.text, part.hint, [el("p", { class: "hint", id: place(part.id, "how") }), ...lines]);
  };
  // how many ranks there are depends on which rows are shown
  const howToRank = (part, given) => {
    const rows = part.rows.filter((row) => holds(row.when, given)).length;
    const most = Math.min(part.top || rows, rows);
    return say(most === rows ? "rank_how" : most === 1 ? "rank_one" : "rank_top", { n: most });
  };
  // the tasks of a block ask the same; which one it is stands above the question
  const countOf = (part) => {
    const block = (task) => task.id.replace(/_\d+$/, "");
    const tasks = partsOf(state.page).filter((other) => other.is === "maxdiff" && block(other) === block(part));
    return tasks.length > 1 ? el("span", { class: "count", text: say("task", { n: tasks.indexOf(part) + 1, all: tasks.length }) }) : "";
  };
  const maxdiff = (part) => {
    const [best, worst] = part.rows;
    const options = once(`options ${part.id}`, () => (part.shuffle ? mixed(best.options) : best.options));
    const cell = (entry, option) => el("td", {}, el("label", {}, radio(entry, option, `${told(entry.text)}: ${name(option)}`), el("span", { class: "label", "aria-hidden": "true", text: told(entry.text) })));
    const body = options.map((option) => el("tr", {}, el("th", { class: "item", scope: "row", text: name(option) }), cell(best, option), cell(worst, option)));
    const head = el("tr", {}, el("th", { class: "item", scope: "col" }, el("span", { class: "seen", text: say("option") })), ...part.rows.map((row) => el("th", { scope: "col", text: told(row.text) })));
    const box = frame(part.id, part.text, part.hint, [el("table", {}, el("thead", {}, head), el("tbody", {}, ...body))]);
    box.querySelector("legend").prepend(countOf(part));
    return box;
  };
  const kano = (part) => frame(part.id, part.text, part.hint, part.rows.map((row) => entryBox(row)), false);
  const boxOf = (part) => {
    if (part.is === "passage") return el("div", { class: "passage", id: place(part.id, "part"), text: told(part.text) });
    if (part.is === "entry") return entryBox(part);
    if (part.is === "multiple") return multiple(part);
    if (part.is === "ranking") return ranking(part);
    if (part.is === "maxdiff") return maxdiff(part);
    if (part.is === "kano") return kano(part);
    const columns = part.rows[0].options.length + (part.second.length ? part.second[0].options.length : 0);
    const apart = part.rows.some((row) => row.ends || row.kind !== "choice") || columns > MOST_COLUMNS;
    return apart || (narrow.matches && (isCompact(part.rows[0]) || part.second.length)) ? rowByRow(part) : grid(part);
  };

  // ---- what is not right -------------------------------------------------------------------------------------------
  const open = (entry, given) => !entry.drawn && holds(entry.when, given);
  const numberProblem = (entry, answer) => {
    if (entry.kind !== "number" || answer === undefined || entry.options.some((option) => option.code === answer)) return null;
    if (!Number.isFinite(answer)) return say("number");
    if (entry.low !== null && answer < entry.low) return say("low", { n: entry.low });
    if (entry.high !== null && answer > entry.high) return say("high", { n: entry.high });
    const steps = entry.step === null ? 0 : (answer - (entry.low || 0)) / entry.step;
    return Math.abs(steps - Math.round(steps)) > 1e-9 ? say("step", { n: entry.step }) : null;
  };
  const broken = (entry) => {
    const field = document.getElementById(`in-${entry.id}`);
    return field && field.validity && field.validity.badInput ? say(entry.kind === "date" ? "date" : "number") : null;
  };
  // [id of the part, sentence, does it bind]
  const problemsOf = (part, given) => {
    const found = [];
    const need = (id, wanted, done) => !done && wanted !== "no" && found.push([id, say(wanted === "yes" ? "required" : "soft", { button: onward() }), wanted === "yes"]);
    const has = (entry) => given[entry.id] !== null && given[entry.id] !== undefined;
    const rows = entriesOf(part).filter((entry) => open(entry, given));
    if (part.is === "multiple") {
      const ticked = part.rows.filter((row) => given[row.id] === 1);
      const alone = ticked.some((row) => part.exclusive.includes(row.id));
      need(part.id, part.need, ticked.length > 0);
      if (alone && ticked.length > 1) found.push([part.id, say("exclusive"), true]);
      else if (ticked.length && !alone && part.atLeast && ticked.length < part.atLeast) found.push([part.id, say("at_least", { n: part.atLeast }), true]);
      else if (part.atMost && ticked.length > part.atMost) found.push([part.id, say("at_most", { n: part.atMost }), true]);
    } else if (part.is === "ranking") {
      const ranks = rows.map((row) => given[row.id]).filter((rank) => rank !== null && rank !== undefined).sort((a, b) => a - b);
      need(part.id, part.need, ranks.length >= Math.min(part.top || rows.length, rows.length));
      if (ranks.some((rank, i) => rank !== i + 1)) found.push([part.id, say("ranks"), true]);
    } else if (part.is === "maxdiff") {
      need(part.id, stronger(part.need, part.rows[0].need), rows.every(has));
      if (rows.every(has) && given[rows[0].id] === given[rows[1].id]) found.push([part.id, say("differ"), true]);
    } else
      for (const entry of rows) {
        const id = part.is === "entry" || part.is === "kano" ? entry.id : part.id;
        const wrong = broken(entry) || numberProblem(entry, state.answers[entry.id]);
        if (wrong) found.push([id, wrong, true]);
        else need(id, stronger(entry.need, part.is === "entry" ? "no" : part.need), has(entry));
      }
    return found;
  };
  const onward = () => app.querySelector("button.main").textContent;
  const stronger = (a, b) => (a === "yes" || b === "yes" ? "yes" : a === "soft" || b === "soft" ? "soft" : "no");
  const check = (page) => {
    const { given } = effective();
    for (const box of app.querySelectorAll(".problem")) box.hidden = true;
    for (const box of app.querySelectorAll(".wrong")) box.classList.remove("wrong");
    const problems = shownParts(page, given).flatMap((part) => problemsOf(part, given));
    const open = problems.filter(([id, , binds]) => binds || !state.reminded.has(id));
    for (const [id, text, binds] of open) {
      const box = document.getElementById(place(id, "problem"));
      box.textContent = text;
      box.hidden = false;
      box.parentElement.classList.add("wrong");
      if (!binds) state.reminded.add(id);
    }
    if (open.length) document.getElementById(place(open[0][0], "part")).querySelector("input,select,textarea").focus();
    return open.length === 0;
  };

  // ---- the page ----------------------------------------------------------------------------------------------------
  const partsOf = (page) => once(`parts ${page.id}`, () => (page.shuffle ? mixed(page.parts, (part) => part.is === "passage") : page.parts));
  const refresh = () => {
    const page = state.page;
    if (!page) return;
    const { given } = effective();
    for (const part of page.parts) {
      const box = document.getElementById(place(part.id, "part"));
      if (box) box.hidden = !isShown(part, given);
      if (part.is === "ranking") document.getElementById(place(part.id, "how")).textContent = howToRank(part, given);
      for (const entry of part.is === "entry" || part.is === "passage" ? [] : entriesOf(part)) {
        const row = document.getElementById(place(entry.id, part.is === "kano" ? "part" : "row"));
        if (row) row.hidden = !holds(entry.when, given);
      }
    }
    const pages = pagesNow();
    const at = pages.indexOf(page);
    const bar = app.querySelector("progress");
    bar.max = pages.length;
    bar.value = at + 1;
    app.querySelector("h1").textContent = say("page", { page: at + 1, pages: pages.length });
    const end = page.end && holds(page.end.when, given);
    app.querySelector("button.main").textContent = at === pages.length - 1 || end ? say("finish") : say("next");
  };
  const choose = (label, options, current, change) =>
    options.length > 1 && el("label", {}, el("span", { text: label }), el("select", { onchange: (event) => change(event.target.value) }, ...options.map(([value, text]) => el("option", { value, text, selected: value === current }))));
  const bar = () =>
    el(
      "header",
      { class: "bar" },
      choose(say("language"), data.languages.map((language) => [language, data.names[language]]), state.language, (language) => {
        state.language = language;
        draws();
      }),
      choose(say("perspective"), data.forms.map((form) => [form.perspective, told(form.name)]), state.form.perspective, (who) => begin(data.forms.find((form) => form.perspective === who))),
      !data.collect && el("span", { text: say("preview") }),
    );
  const draws = () => (state.page ? showPage(state.page, false) : showEnd());
  const showPage = (page, focus = true) => {
    state.page = page;
    document.documentElement.lang = state.language.split("-")[0];
    document.title = told(data.title);
    const form = el("form", { novalidate: true, onsubmit: (event) => (event.preventDefault(), forward()) });
    if (page.intro) form.append(el("p", { class: "intro", text: told(page.intro) }));
    form.append(...partsOf(page).filter((part) => part.is === "passage" || entriesOf(part).some((entry) => !entry.drawn)).map(boxOf));
    const first = pagesNow()[0] === page;
    form.append(el("div", { class: "steps" }, !first && el("button", { type: "button", text: say("back"), onclick: backward }), el("button", { class: "main", type: "submit" })));
    const title = el("h2", { tabindex: "-1", text: told(page.title) || told(data.title) });
    app.replaceChildren(bar(), el("progress", { "aria-hidden": "true" }), el("main", {}, el("h1", {}), title, form), foot());
    refresh();
    if (focus) {
      title.focus({ preventScroll: true });
      window.scrollTo(0, 0);
    }
  };
  const foot = () => el("footer", { class: "foot", text: data.notices.map(told).join(" ") });
  const forward = () => {
    if (!check(state.page)) return;
    const { ended } = effective();
    const pages = pagesNow();
    const at = pages.indexOf(state.page);
    if (ended === state.page || at === pages.length - 1) return finish(ended);
    showPage(pages[at + 1]);
  };
  const backward = () => {
    const pages = pagesNow();
    showPage(pages[Math.max(0, pages.indexOf(state.page) - 1)]);
  };
  const finish = (ended) => {
    const { given } = effective();
    state.page = null;
    state.goodbye = ended ? ended.end.text : null;
    if (data.collect)
      keep({ respondent: `${state.begun}-${state.seed}`, perspective: state.form.perspective, language: state.language, started: state.begun, ended: new Date().toISOString(), seed: state.seed, screened_out: Boolean(ended), answers: given });
    state.last = given;
    showEnd();
  };
  const showEnd = () => {
    const title = el("h1", { class: "end", tabindex: "-1", text: state.goodbye ? told(state.goodbye) : say("thanks") });
    const inside = el("main", {}, title);
    inside.append(el("div", { class: "steps" }, el("button", { class: "main", type: "button", text: say(data.collect ? "next_person" : "again"), onclick: () => begin(state.form) })));
    if (data.collect) inside.append(shelfBox());
    app.replaceChildren(bar(), inside, foot());
    title.focus({ preventScroll: true });
  };

  // ---- what is kept ------------------------------------------------------------------------------------------------
  const load = () => {
    try {
      const found = JSON.parse(localStorage.getItem(shelf) || "[]");
      state.kept = Array.isArray(found) ? found : [];
    } catch {
      state.storable = false;
    }
  };
  const keep = (one) => {
    state.kept.push(one);
    try {
      localStorage.setItem(shelf, JSON.stringify(state.kept));
    } catch {
      state.storable = false;
    }
  };
  const file = () => JSON.stringify({ format: data.format, survey: data.survey, version: data.version, responses: state.kept }, null, 1);
  const shelfBox = () => {
    const n = state.kept.length;
    const save = () => {
      const link = el("a", { href: URL.createObjectURL(new Blob([file()], { type: "application/json" })), download: `${data.survey}-${new Date().toISOString().slice(0, 19).replace(/[:T]/g, "-")}.json` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    };
    const clear = () => {
      if (!confirm(say("sure", { n }))) return;
      state.kept = [];
      try {
        localStorage.removeItem(shelf);
      } catch {
        state.storable = false;
      }
      showEnd();
    };
    return el("div", {}, el("p", { text: say(state.storable ? "stored" : "not_stored") }), el("button", { type: "button", id: "save", text: say("save", { n }), onclick: save }), el("span", { text: " " }), el("button", { type: "button", class: "plain", text: say("clear"), onclick: clear }));
  };

  // ---- beginning ---------------------------------------------------------------------------------------------------
  const begin = (form) => {
    const seed = asked.has("seed") ? Number(asked.get("seed")) : crypto.getRandomValues(new Uint32Array(1))[0];
    Object.assign(state, { form, answers: Object.create(null), orders: new Map(), reminded: new Set(), seed, chance: random(seed), begun: new Date().toISOString(), goodbye: null });
    draw();
    const first = pagesNow()[0];
    state.page = null;
    if (first) showPage(first);
    else showEnd();
  };
  narrow.addEventListener("change", () => draws());
  if (data.languages.includes(asked.get("lang"))) state.language = asked.get("lang");
  if (data.collect) load();
  window.cxresearch = { state, effective, pagesNow, file };
  begin(data.forms.find((form) => form.perspective === asked.get("perspective")) || data.forms[0]);
})();
