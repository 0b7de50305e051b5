// The sum under the magnifier: window × kernel = products, a line for each channel (or each of two
// kernels), and a ledger that adds up.

import { colourScale, css, inkOn, maxAbs } from "../shared/colour.js";
import { formatNumber } from "../shared/numbers.js";
import { LENS_SIZE } from "./layout.js";
import { combined } from "./model.js";

export function lensEl(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

export function lensText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Which lines there are: {c, n} for channel c and kernel n.
function lensLines(m) {
  return m.names.flatMap((_name, c) => m.kernels.map((_kernel, n) => ({ c, n })));
}

// How wide a cell has to be, and how the three grids stand: the first way that fits.
function planLines(lens, width) {
  const { m, layout } = lens;
  const least = layout.size.number;
  const lines = lensLines(m);
  const ems = cellEms(m);
  const beside = layout.narrow ? 0 : layout.size === LENS_SIZE.projector ? 300 : 236;
  const sizes = [least, least - 1, least - 2, Math.max(10, least - 3)];
  const joints = layout.narrow ? 44 : 64;
  for (const [ledger, stacked] of [
    [beside, false],
    [0, false],
    [0, true],
  ]) {
    for (const font of sizes) {
      const cells = ems.map((em) => Math.ceil(em * font * 0.585 + 9));
      const need = stacked ? Math.max(...cells) * m.kw : cells.reduce((a, b) => a + b, 0) * m.kw + joints;
      const room = width - ledger - (lines.length > 1 ? 26 : 0);
      if (need > room && !(stacked && font === sizes.at(-1))) continue;
      const high = Math.ceil(font * 1.2 + 8);
      const spare = Math.min(stacked ? 20 : 14, Math.max(0, Math.floor((room - need) / (m.kw * (stacked ? 1 : 3)))));
      const tall = high * m.kh + 12;
      const all = !stacked && tall * lines.length <= (layout.size === LENS_SIZE.projector ? 340 : 270);
      const shown = all ? lines : lines.filter((line) => line.c === lens.focus);
      return { font, cells: cells.map((c) => c + spare), high, stacked, lines: shown, ledger: ledger > 0, all };
    }
  }
  return null;
}

// Characters of the widest number in window, kernel and products.
function cellEms(m) {
  const longest = (values, d) => Math.max(...Array.from(values, (v) => formatNumber(v, d).length));
  const weights = m.kernels.flatMap((k) => Array.from(k.w));
  const top = 255 * maxAbs(weights);
  return [
    m.decimals.x || m.first ? 5 : 3,
    longest(weights, m.decimals.w),
    formatNumber(weights.some((w) => w < 0) || m.first ? -top : top, m.decimals.product).length,
  ];
}

export function createNumbers(lens) {
  const root = lensEl("div", "numbers");
  const box = lensEl("div", "lines");
  const ledger = lensEl("div", "ledger");
  root.append(box, ledger);
  let built = "";
  let views = [];
  let rows = new Map();
  let plan = null;

  ledger.onclick = (event) => {
    const chosen = event.target.closest("[data-channel]");
    if (chosen) lens.setFocus(Number(chosen.dataset.channel));
  };

  function build() {
    const { m, layout } = lens;
    plan = planLines(lens, layout.width);
    const key = JSON.stringify([plan, m.kh, m.kw, m.names, m.combine, m.apart]);
    if (key === built) return;
    built = key;
    box.replaceChildren();
    box.classList.toggle("stacked", plan.stacked);
    root.classList.toggle("below", !plan.ledger);
    views = plan.lines.map((line) => buildLine(line));
    ledger.replaceChildren();
    rows = new Map();
  }

  function buildLine({ c, n }) {
    const { m } = lens;
    const line = lensEl("div", "line");
    const many = m.C * m.kernels.length > 1;
    if (many) line.append(lensEl("span", "name", lineName(m, c, n)));
    const grids = ["window", "kernel", "products"].map((name, g) => {
      const grid = lensEl("div", `cells ${name}`);
      grid.style.gridTemplateColumns = `repeat(${m.kw}, ${plan.cells[g]}px)`;
      grid.style.gridAutoRows = `${plan.high}px`;
      grid.style.fontSize = `${plan.font}px`;
      const cells = Array.from({ length: m.taps }, (_, t) => {
        const cell = lensEl("span");
        cell.dataset.t = t;
        grid.append(cell);
        return cell;
      });
      if (g > 0) line.append(lensEl("i", "joint", g === 1 ? "×" : "="));
      line.append(grid);
      return cells;
    });
    box.append(line);
    return { c, n, grids };
  }

  function update() {
    build();
    const { m, window: win, theme } = lens;
    if (!win) return;
    const weights = colourScale("weight", theme.name, Math.max(...m.kernels.map((k) => maxAbs(k.w))));
    const top = Math.max(1e-9, ...win.channels.flatMap((one) => one.parts.map((part) => maxAbs(part.products))));
    const signs = colourScale("activation", theme.name, top);
    for (const view of views) {
      const one = win.channels[view.c];
      const part = one.parts[view.n];
      const kernel = m.kernels[view.n];
      paintCells(
        view.grids[0],
        one.x,
        m.decimals.x,
        (v) => [v, v, v].map((s) => Math.min(255, Math.max(0, s))),
        win.places,
      );
      paintCells(view.grids[1], kernel.w, m.decimals.w, weights);
      paintCells(view.grids[2], part.products, m.decimals.product, signs);
    }
    write(win);
  }

  function paintCells(cells, values, decimals, scale, places = null) {
    cells.forEach((cell, t) => {
      lensText(cell, formatNumber(values[t], decimals));
      const colour = scale(values[t]);
      cell.style.background = css(colour);
      cell.style.color = inkOn(colour);
      if (places) cell.classList.toggle("outside", places[t].outside);
    });
  }

  function row(id, label, value, className = "", channel = -1) {
    let entry = rows.get(id);
    if (!entry) {
      const node = lensEl(channel >= 0 ? "button" : "div", "row");
      if (channel >= 0) {
        node.type = "button";
        node.dataset.channel = channel;
      }
      node.dataset.row = id;
      entry = { node, label: lensEl("span", "label"), value: lensEl("span", "value") };
      node.append(entry.label, entry.value);
      ledger.append(node);
      rows.set(id, entry);
    }
    lensText(entry.label, label);
    lensText(entry.value, value);
    const wanted = `row ${className}`;
    if (entry.node.className !== wanted) entry.node.className = wanted;
    entry.node.hidden = value === "";
  }

  function write(win) {
    const { m, focus } = lens;
    const { i, j } = win;
    const show = (v) => formatNumber(v, m.decimals.sum);
    const final = (v) => formatNumber(v, m.decimals.y) + (m.combine === "direction" ? "°" : "");
    const pair = m.kernels.length === 2;
    const pick = (c) => (!plan.all && c === focus ? "chosen" : "");
    if (m.C === 3) {
      win.channels.forEach((one) => {
        const sums = one.parts.map((part) => part.sum);
        const value = m.apart ? final(combined(m, sums)) : sums.map(show).join(", ");
        row(
          `channel${one.c}`,
          m.apart ? `${m.names[one.c]} [${i}, ${j}]` : `${m.names[one.c]}, sum of products`,
          value,
          pick(one.c),
          one.c,
        );
      });
    } else if (!pair) {
      row("sum", "sum of products", show(win.totals[0]), "part");
    }
    if (pair && !m.apart) {
      row("across", "first kernel, a", show(win.totals[0]), "part");
      row("down", "its turned twin, b", show(win.totals[1]), "part");
    }
    if (!m.apart) {
      const y = combined(m, win.totals);
      const name = { one: "", magnitude: "√(a² + b²) = ", direction: "angle, " }[m.combine];
      row("y", `${name}y[${i}, ${j}]`, final(y), "total result");
      const instead = shownAs(m, y);
      // Its line stays where the view may need it, so that nothing below it moves.
      const kept = m.kind === "clipped" || m.kind === "magnitude" ? "\u00a0" : "";
      row("shown", "shown as", instead || kept, instead ? "note" : "note absent");
    }
    const rounded = m.decimals.product > 0 || m.decimals.w > 1;
    row("note", "added up from exact values", rounded ? " " : "", "note");
  }

  return {
    root,
    update,
    get plan() {
      return plan;
    },
  };
}

function lineName(m, c, n) {
  const channel = m.C === 3 ? m.names[c] : "";
  return channel + (m.kernels.length === 2 ? ["a", "b"][n] : "");
}

// What the view makes of a result that it does not show as it is.
function shownAs(m, y) {
  if (m.kind === "clipped" && y < -0.5) return "0, black";
  if (m.kind === "clipped" && y > 255.5) return "255, white";
  if (m.kind === "magnitude" && y < 0) return formatNumber(-y, m.decimals.y);
  return "";
}
