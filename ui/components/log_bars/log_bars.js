// Counts as bars on a logarithmic scale, in the DOM: names and numbers are text, the bars change
// in place.

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {number} power @returns {string} "1", "10", "1,000", "10⁶" */
function powerText(power) {
  if (power <= 3) return ["1", "10", "100", "1,000"][power];
  return `10${Array.from(String(power), (digit) => RAISED[Number(digit)]).join("")}`;
}

/** @param {string} tag @param {string} className @param {string} text @returns {HTMLElement} */
function node(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** The parts of one bar, empty. @returns {HTMLElement} */
function newBar() {
  const row = node("li", "bar");
  const line = node("div", "line");
  line.append(node("span", "name"), node("span", "text"));
  const track = node("div", "track");
  track.append(node("div", "fill"));
  row.append(node("div", "head"), line, track);
  return row;
}

/**
 * @param {HTMLElement} row
 * @param {{name: string, text: string, share: number, marked: boolean, head: string}} bar
 */
function updateBar(row, bar) {
  const [head, line, track] = row.children;
  head.textContent = bar.head;
  head.hidden = !bar.head;
  line.children[0].textContent = bar.name;
  line.children[1].textContent = bar.text;
  track.firstChild.style.width = `${100 * bar.share}%`;
  row.classList.toggle("marked", bar.marked);
}

/** Lines at the powers of ten, and their names below: as many as there is room for. */
function updateAxis(root, axis, decades) {
  root.style.setProperty("--decades", decades);
  const step = Math.ceil(decades / Math.max(2, Math.floor(root.clientWidth / 75)));
  const ticks = [];
  for (let power = 0; power <= decades; power += step) {
    const tick = node("span", "tick", powerText(power));
    tick.style.left = `${(100 * power) / decades}%`;
    ticks.push(tick);
  }
  axis.replaceChildren(...ticks);
}

const CHARTS = new WeakMap();

/** @param {HTMLElement} root @returns {{list: HTMLElement, axis: HTMLElement, observer: ResizeObserver}} */
function newChart(root) {
  const list = node("ul", "bars");
  const axis = node("div", "axis");
  axis.setAttribute("aria-hidden", "true");
  root.replaceChildren(list, axis, node("div", "note", "each line: ten times as many"));
  const chart = { list, axis, decades: 1 };
  chart.observer = new ResizeObserver(() => updateAxis(root, axis, chart.decades));
  chart.observer.observe(root);
  return chart;
}

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".root");
  let chart = CHARTS.get(parentElement);
  if (!chart) {
    chart = newChart(root);
    CHARTS.set(parentElement, chart);
  }
  root.classList.toggle("big", data.projector);
  chart.decades = data.decades;
  while (chart.list.children.length < data.bars.length) chart.list.append(newBar());
  while (chart.list.children.length > data.bars.length) chart.list.lastChild.remove();
  data.bars.forEach((bar, i) => updateBar(chart.list.children[i], bar));
  updateAxis(root, chart.axis, data.decades);
  return () => {
    chart.observer.disconnect();
    CHARTS.delete(parentElement);
  };
}
