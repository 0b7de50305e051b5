// The sum, written out: products as tiles in the window's shape, and a ledger that adds up.

import { css, maxAbs } from "../shared/colour.js";
import { cellHue } from "../shared/hues.js";
import { formatNumber } from "../shared/numbers.js";
import { widestNumber } from "./blocks.js";
import { SIZE } from "./layout.js";
import { finiteOnly, sharesOf, sumOf, winnerOf } from "./model.js";

/** More channels than these stand side by side in the ledger. */
const DENSE = 6;

export function el(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

export const ACTIVATION_NAMES = {
  relu: "ReLU",
  leaky_relu: "leaky ReLU",
  sigmoid: "sigmoid",
  tanh: "tanh",
  gelu: "GELU",
};

// Which channels are written out and how: the first way that fits.
function planTiles(stage, width) {
  const { m, data, layout, backward } = stage;
  const size = layout.size;
  const conv = m.kind === "conv";
  const font = stage.theme.font;
  const widest = (values, d) => widestNumber(values, d, font);
  const decimals = backward ? m.dec.dx : m.termDecimals;
  const top = (conv ? maxAbs(m.w) : 1) * maxAbs(finiteOnly(m.x));
  const ems = {
    x: widest(m.x, m.tileDecimals.x),
    w: conv ? widest(m.w, m.tileDecimals.w) : 0,
    product: backward
      ? Math.max(widest(m.dz, decimals), widest(m.dx, decimals))
      : widest(conv ? [-top, top] : m.x, decimals),
  };
  const pair = conv && !backward;
  const bold = (size.number + 1) * ems.product * 1.06;
  const long = {
    pair,
    w: Math.ceil(Math.max((ems.x + ems.w + 0.95) * size.number, bold) + 14),
    h: size.number * 2 + 15,
  };
  const short = { pair: false, w: Math.ceil(bold + 14), h: size.number + 16 };
  const all = conv ? Array.from({ length: m.C }, (_, c) => c) : Array.from({ length: m.K }, (_, k) => k);
  const tight = { ...short, h: size.number + 10 };
  const tall = data.projector ? 210 : 176;
  const fits = (tile, count) =>
    count * m.kw * tile.w + (count - 1) * 28 <= width && m.kh * tile.h <= (tile === tight ? tall * 1.5 : tall);
  const focus = [stage.focus];
  const ways = [
    [long, all],
    [short, all],
    [long, focus],
    [short, focus],
    [tight, focus],
  ];
  if (!pair) ways.splice(0, 1);
  for (const [tile, channels] of ways) if (fits(tile, channels.length)) return { ...tile, channels, text: true };
  const side = Math.max(6, Math.min(22, Math.floor(Math.min(width / m.kw, tall / m.kh))));
  return { pair: false, w: side, h: side, channels: [stage.focus], text: false };
}

export function createSum(stage) {
  const root = el("div", "sum");
  const tilesBox = el("div", "tiles");
  const ledger = el("div", "ledger");
  root.append(tilesBox, ledger);
  let built = "";
  let channels = [];
  let rows = new Map();
  let plan = null;

  tilesBox.onpointermove = (event) => {
    const tile = event.target.closest(".tile");
    if (event.pointerType === "touch") return;
    stage.point(tile ? { type: "tap", c: +tile.dataset.c, a: +tile.dataset.a, b: +tile.dataset.b } : null);
  };
  tilesBox.onpointerleave = () => stage.point(null);
  ledger.onclick = (event) => {
    const chosen = event.target.closest("[data-channel]");
    if (chosen) stage.setFocus(Number(chosen.dataset.channel));
  };

  function build() {
    const { m, layout } = stage;
    const ledgerWidth = layout.size === SIZE.projector ? 300 : 250;
    plan = planTiles(stage, layout.narrow ? layout.width - 8 : layout.width - ledgerWidth - 48);
    const key = JSON.stringify([
      plan,
      m.kind,
      m.kh,
      m.kw,
      m.C,
      m.names,
      m.bias === 0,
      m.activation,
      stage.backward,
      Boolean(m.compare),
      layout.size === SIZE.projector,
      stage.theme.name,
      layout.narrow,
    ]);
    if (key === built) return;
    built = key;
    tilesBox.replaceChildren();
    channels = plan.channels.map((c) => {
      const box = el("section", "channel");
      const head = el("header");
      const grid = el("div", plan.text ? "tile-grid" : "tile-grid plain");
      grid.style.gridTemplateColumns = `repeat(${m.kw}, ${plan.w}px)`;
      grid.style.gridAutoRows = `${plan.h}px`;
      const tiles = [];
      for (let t = 0; t < m.taps; t++) {
        const tile = el("div", "tile");
        tile.dataset.c = c;
        tile.dataset.a = Math.floor(t / m.kw);
        tile.dataset.b = t % m.kw;
        tile.style.setProperty("--hue", cellHue(t, m.taps, stage.theme.name));
        const pair = el("span", "pair");
        const product = el("span", "product");
        if (plan.pair) tile.append(pair);
        if (plan.text) tile.append(product);
        grid.append(tile);
        tiles.push({ tile, pair, product });
      }
      const foot = el("footer");
      box.append(head, grid, foot);
      tilesBox.append(box);
      return { c, head, foot, tiles };
    });
    ledger.replaceChildren();
    rows = new Map();
  }

  function row(id, label, value, className = "", channel = -1) {
    let entry = rows.get(id);
    if (!entry) {
      const box = el(channel >= 0 && stage.m.C > 1 ? "button" : "div", "row");
      if (box.tagName === "BUTTON") {
        box.type = "button";
        box.dataset.channel = channel;
      }
      entry = { box, label: el("span", "label"), value: el("span", "value") };
      box.append(entry.label, entry.value);
      box.dataset.row = id;
      ledger.append(box);
      rows.set(id, entry);
    }
    setText(entry.label, label);
    setText(entry.value, value);
    const wanted = `row ${className}`;
    if (entry.box.className !== wanted) entry.box.className = wanted;
    entry.box.hidden = value === "";
    return entry;
  }

  function update() {
    build();
    const { m, sum, backward } = stage;
    const hidden = stage.hidesSum();
    const term = stage.term;
    const lit = stage.litTap();
    const shares = backward ? sharesOf(m, sum) : null;
    const d = m.sumDecimals;
    for (const view of channels) {
      const index = sum.channels.findIndex((one) => one.c === view.c);
      const one = sum.channels[index] ?? channelSum(view.c);
      updateTiles(view, one, index, { hidden, term, lit, shares });
    }
    if (backward) backwardLedger();
    else forwardLedger(hidden, d);
  }

  // A pooling works on each channel alone: the other channels' sums are worked out here.
  function channelSum(c) {
    return sumOf(stage.m, { ...stage.sum.cell, k: c }).channels[0];
  }

  function updateTiles(view, one, index, { hidden, term, lit, shares }) {
    const { m, backward } = stage;
    const d = backward ? m.dec.dx : m.termDecimals;
    const winner = m.kind === "max" ? winnerOf(one.taps) : -1;
    const routes = backward ? (shares[index] ?? sharesOf(m, sumOf(m, { ...stage.sum.cell, k: view.c }))[0]) : null;
    one.taps.forEach((tap, t) => {
      const { tile, pair, product } = view.tiles[t];
      const order = (m.kind === "conv" ? view.c : 0) * m.taps + t;
      const names = ["tile"];
      if (tap.padding) names.push("padding");
      if (t === winner && !hidden) names.push("winner");
      if (lit && lit.c === view.c && lit.a === tap.a && lit.b === tap.b) names.push("lit");
      if (term >= 0 && order > term) names.push("ahead");
      if (term >= 0 && order === term) names.push("now");
      const wanted = names.join(" ");
      if (tile.className !== wanted) tile.className = wanted;
      if (plan.pair)
        setText(pair, `${formatNumber(tap.x, m.tileDecimals.x)} × ${formatNumber(tap.w, m.tileDecimals.w)}`);
      const value = backward ? routes[t] : tap.product;
      const unknown = m.kind === "conv" && hidden && !backward;
      if (plan.text) setText(product, unknown ? "?" : formatNumber(value, d));
      else tile.style.background = css((backward ? stage.scales.dx : stage.scales.partial)(value));
      tile.title =
        m.kind === "conv" && !unknown
          ? `x[${tap.r - m.top}, ${tap.q - m.left}] × w[${tap.a}, ${tap.b}] = ${formatNumber(tap.x, m.tileDecimals.x)} × ${formatNumber(tap.w, m.tileDecimals.w)}`
          : `x[${tap.r - m.top}, ${tap.q - m.left}]${tap.padding ? ", padding" : ""}`;
    });
    const many = m.C > 1;
    setText(view.head, many ? m.names[view.c] : m.kind === "conv" ? "window × kernel" : "window");
    const rounding =
      one.rounding !== 0 && !backward && m.kind !== "max" ? ` (rounding ${signed(one.rounding, d)})` : "";
    const done = term < 0 || (index + 1) * m.taps - 1 <= term;
    const about =
      many && m.kind === "conv" && !backward && !hidden && done ? `sum ${formatNumber(one.sum, d)}${rounding}` : "";
    // A line that may be needed at another cell stays, so that nothing below it moves.
    const kept = (many && m.kind === "conv") || (m.rounded && m.kind !== "max") ? "\u00a0" : "";
    setText(view.foot, about || (rounding && !hidden && done ? rounding.trim() : kept));
  }

  function forwardLedger(hidden, d) {
    const { m, sum, term } = stage;
    const show = (v) => (hidden ? "?" : formatNumber(v, d));
    const { i, j, k } = sum.cell;
    const name = m.K > 1 ? `y[${k}, ${i}, ${j}]` : `${stage.data.symbol}[${i}, ${j}]`;
    const walking = term >= 0 && term < m.C * m.taps - 1 && m.kind === "conv";
    if (m.kind === "conv") {
      const many = m.C > 1;
      const dense = m.C > DENSE;
      sum.channels.forEach((one, n) => {
        const before = walking && n * m.taps > term;
        const unfinished = walking && (n + 1) * m.taps - 1 > term;
        row(
          `channel${one.c}`,
          `${many ? m.names[one.c] : "sum of products"}${unfinished && !before ? (dense ? " …" : ", so far") : ""}`,
          before ? "…" : walking ? show(soFar(one, n)) : show(one.sum),
          many && one.c === stage.focus && channels.length < m.C ? "chosen" : "",
          one.c,
        );
      });
      ledger.classList.toggle("dense", dense);
      if (stage.data.biased) row("bias", "bias", formatNumber(m.bias, d), "part");
      row("rounding", "rounding", !m.rounded ? "" : walking ? "…" : hidden ? "?" : signed(sum.rounding, d), "quiet");
      if (m.activation) {
        row("z", `z[${i}, ${j}]`, walking ? "…" : show(sum.z), "total");
        row(
          "y",
          `${ACTIVATION_NAMES[m.activation] ?? m.activation} → ${name}`,
          walking || sum.stale ? "…" : show(sum.y),
          "result",
        );
      } else {
        row("y", name, walking || sum.stale ? "…" : show(sum.y), "total result");
      }
    } else {
      for (let c = 0; c < m.K; c++) poolRows(c, hidden, d);
    }
    if (m.compare) {
      const other = m.compare.y[i * m.OW + j];
      row("compare", m.compare.title, show(other), "quiet");
    }
    const about = m.kind === "max" ? "" : ", added up from exact values";
    row("note", `shown to ${d} decimals${about}`, m.rounded ? " " : "", "note");
  }

  function soFar(one, n) {
    const upto = stage.term - n * stage.m.taps;
    return one.taps.slice(0, upto + 1).reduce((total, tap) => total + tap.product, 0);
  }

  function poolRows(c, hidden, d) {
    const { m, sum } = stage;
    if (!plan.channels.includes(c)) return;
    const own = c === sum.cell.k ? sum : sumOf(m, { ...sum.cell, k: c });
    const { i, j } = sum.cell;
    const many = m.K > 1;
    const name = many ? `y[${c}, ${i}, ${j}]` : `y[${i}, ${j}]`;
    const unknown = hidden || own.hidden;
    const show = (v, decimals = d) => (unknown ? "?" : formatNumber(v, decimals));
    const part = own.channels[0];
    const result = m.activation ? `${ACTIVATION_NAMES[m.activation]} → ${name}` : name;
    let about = "";
    if (m.kind === "max") {
      const tap = part.taps[own.winner];
      const at = unknown ? "?" : `x[${tap.r - m.top}, ${tap.q - m.left}]`;
      if (many) about = ` = ${at}`;
      else row(`won${c}`, "the largest is", at, "part");
    } else if (many) {
      about = m.kind === "avg" ? ` = ${show(part.sum, m.termDecimals)} ÷ ${own.divisor}` : "";
    } else if (m.kind === "avg") {
      row(`sum${c}`, "sum", show(part.sum, m.termDecimals), "part");
      row(`count${c}`, "÷ cells", String(own.divisor), "part");
    }
    if (m.activation && !many) row(`z${c}`, `z[${i}, ${j}]`, show(own.z), "total");
    row(`y${c}`, result + about, show(own.y), many ? "result" : "total result");
  }

  function backwardLedger() {
    const { m, sum } = stage;
    const { i, j, k } = sum.cell;
    row(
      "dz",
      m.K > 1 ? `gradient at y[${k}, ${i}, ${j}]` : `gradient at y[${i}, ${j}]`,
      formatNumber(m.dz[sum.at], m.dec.dz),
      "part",
    );
    const taps = sum.channels[0].taps;
    if (m.kind === "max") {
      const tap = taps[sum.winner];
      row("goes", "all of it goes to", tap.padding ? "padding" : `x[${tap.r - m.top}, ${tap.q - m.left}]`, "result");
    } else if (m.kind === "avg") {
      row("goes", `each cell gets 1/${sum.divisor}`, formatNumber(m.dz[sum.at] / sum.divisor, m.dec.dx), "result");
    } else if (m.kind === "sum") {
      row("goes", "each cell gets", formatNumber(m.dz[sum.at], m.dec.dx), "result");
    } else {
      row("goes", "each cell gets", "gradient × w", "result");
    }
  }

  return {
    root,
    update,
    get plan() {
      return plan;
    },
  };
}

function signed(value, decimals) {
  const text = formatNumber(value, decimals);
  return value > 0 ? `+${text}` : text;
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
