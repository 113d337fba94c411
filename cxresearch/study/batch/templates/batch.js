(function () {
  const box = document.querySelector(".filters"), table = document.querySelector("table.units");
  if (!box || !table || table.tBodies[0].rows.length < 2) return;
  const rows = Array.from(table.tBodies[0].rows);
  const text = document.getElementById("filter"), state = document.getElementById("filter-state");
  const count = box.querySelector(".count");
  const fold = (value) => value.toLocaleLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const known = rows.map((row) => fold(row.cells[0].textContent + " " + row.cells[row.cells.length - 1].textContent));
  const show = () => {
    const words = fold(text.value).split(/\s+/).filter(Boolean);
    let n = 0;
    rows.forEach((row, i) => {
      row.hidden = (state.value && row.dataset.state !== state.value) || !words.every((word) => known[i].includes(word));
      n += !row.hidden;
    });
    count.textContent = n === 1 ? count.dataset.one : count.dataset.many.replace("7", n.toLocaleString(document.documentElement.lang));
  };
  text.addEventListener("input", show);
  state.addEventListener("change", show);
  box.hidden = false;
  show();
})();
