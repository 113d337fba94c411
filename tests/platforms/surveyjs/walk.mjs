// Goes through a survey in survey-core as respondents would, page by page, and tells what each of them saw.
// stdin: {model, respondents: [{locale, rounds: [{question: value}]}]}; stdout: a list of what happened.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { Model } = require("survey-core");
require("survey-core/survey.i18n");

const complaints = [];
for (const level of ["error", "warn"]) console[level] = (...words) => complaints.push(words.join(" "));

// what a respondent can see and answer on the current page, cell by cell and choice by choice
function seen(page) {
  const found = [];
  for (const question of page.questions.filter((one) => one.isVisible && one.isParentVisible !== false)) {
    const type = question.getType();
    if (type === "matrix") found.push(...question.visibleRows.map((row) => `${question.name}.${row.name}`));
    else if (type === "matrixdropdown")
      for (const row of question.visibleRows)
        for (const cell of row.cells.filter((one) => one.question.isVisible)) found.push(`${question.name}.${row.rowName}.${cell.column.name}`);
    else if (["checkbox", "ranking"].includes(type)) found.push(...question.visibleChoices.map((one) => `${question.name}=${one.value}`));
    else found.push(question.name);
  }
  return found;
}

function allowed(question, wish) {
  const type = question.getType();
  if (wish === undefined) return undefined;
  if (type === "matrix" || type === "matrixdropdown") {
    const shown = new Set(question.visibleRows.map((row) => row.rowName ?? row.name));
    return Object.fromEntries(Object.entries(wish).filter(([row]) => shown.has(row)));
  }
  if (type === "checkbox" || type === "ranking") {
    const shown = new Set(question.visibleChoices.map((one) => one.value));
    const chosen = wish.filter((one) => shown.has(one));
    return chosen.length ? chosen : undefined;
  }
  return wish;
}

function answer(question, wish) {
  const value = allowed(question, wish);
  if (value === undefined ? question.isEmpty() : JSON.stringify(value) === JSON.stringify(question.value)) return;
  if (value === undefined) question.clearValue();
  else if (question.getType() === "checkbox") {
    // click by click: what cannot be ticked any more stays as it is
    question.clearValue();
    for (const one of value) {
      const item = question.visibleChoices.find((each) => each.value === one);
      if (item.isEnabled) question.clickItemHandler(item, true);
    }
  } else question.value = value;
}

function fill(page, wishes) {
  // an answer can bring further questions into view, on the same page
  for (let turn = 0; turn < 12; turn++) {
    const before = JSON.stringify([seen(page), page.survey.data]);
    for (const question of page.questions) {
      if (!question.isVisible || question.getType() === "html" || question.isReadOnly) continue;
      answer(question, wishes[question.name]);
    }
    if (JSON.stringify([seen(page), page.survey.data]) === before) return;
  }
  throw new Error(`page ${page.name} does not come to rest`);
}

function told(page) {
  return page.questions.filter((one) => one.getType() === "html" && one.isVisible).map((one) => one.name);
}

function walk(survey, wishes, last) {
  const pages = [];
  for (let steps = 0; steps < 500; steps++) {
    const page = survey.currentPage;
    fill(page, wishes);
    pages.push({ name: page.name, title: page.locTitle.textOrHtml, seen: seen(page), told: told(page) });
    if (survey.isLastPage && !last) return { pages };
    const moved = survey.isLastPage ? survey.completeLastPage() : survey.nextPage();
    if (survey.state === "completed") return { pages, html: survey.processedCompletedHtml };
    if (!moved) {
      const errors = page.questions.flatMap((one) => one.errors.filter((e) => e.visible && e.notificationType === "error").map((e) => [one.name, e.getText?.() ?? e.text]));
      return { pages, blocked: errors };
    }
  }
  throw new Error("the survey does not end");
}

const { model, respondents } = JSON.parse(readFileSync(0, "utf8"));
const out = respondents.map(({ locale, rounds }) => {
  const survey = new Model(model);
  survey.autoFocusFirstError = false; // there is no window to scroll
  survey.onScrollToTop.add((_, options) => (options.cancel = true));
  if (locale) survey.locale = locale;
  let walked;
  let round = -1;
  // further rounds go back to the first page and answer otherwise
  while (++round < rounds.length && survey.state !== "completed") {
    if (round > 0) survey.currentPageNo = 0;
    walked = walk(survey, rounds[round], round === rounds.length - 1);
  }
  return { ...walked, round: round - 1, state: survey.state, locale: survey.locale, data: survey.data, jsonErrors: survey.jsonErrors };
});
process.stdout.write(JSON.stringify({ out, complaints }));
