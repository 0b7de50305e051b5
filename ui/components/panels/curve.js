// A chart as SVG: lines, dots where they are few, the present point.

import { PALETTE } from "../shared/palette.js";

const SVG_NS = "http://www.w3.org/2000/svg";

function svgNode(tag, attributes, text = "") {
  const node = document.createElementNS(SVG_NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  return node;
}

function roundStep(span, count) {
  const rough = Math.max(1, span / count);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((m) => m * power >= rough - 1e-9);
}

export function paintCurve(view, item, width, height, theme, font, pick) {
  const { svg } = view;
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  const xs = item.lines.flatMap((l) => l.x);
  const low = Math.min(...xs);
  const span = Math.max(...xs) - low || 1;
  const top = Math.max(item.top, 1, ...item.lines.flatMap((l) => l.y)) * 1.06;
  const named = item.lines.filter((l) => l.name);
  const end = named.length ? Math.max(...named.map((l) => l.name.length)) * font * 0.53 + 8 : 10;
  const left = font * (top >= 100 ? 2.2 : 1.7);
  const bottom = height - font * (item.xLabel ? 2.9 : 1.7);
  const px = (v) => left + 6 + ((v - low) / span) * (width - left - end - 8);
  const py = (v) => bottom - (v / top) * (bottom - font * 0.6);
  const nodes = [];
  const faint = { stroke: "currentColor", "stroke-opacity": 0.12 };
  const small = { fill: "currentColor", "fill-opacity": 0.72, "font-size": font };
  const step = roundStep(top, 5);
  for (let v = 0; v <= top; v += step) {
    nodes.push(svgNode("line", { x1: left, x2: width - end, y1: py(v), y2: py(v), ...faint }));
    nodes.push(svgNode("text", { x: left - 5, y: py(v) + font * 0.35, "text-anchor": "end", ...small }, String(v)));
  }
  const across = roundStep(span, Math.max(1, (px(low + span) - px(low)) / (font * 2.4)));
  for (let v = Math.ceil(low / across) * across; v <= low + span; v += across) {
    nodes.push(svgNode("text", { x: px(v), y: bottom + font * 1.35, "text-anchor": "middle", ...small }, String(v)));
  }
  if (item.xLabel) {
    nodes.push(
      svgNode(
        "text",
        { x: (px(low) + px(low + span)) / 2, y: height - font * 0.35, "text-anchor": "middle", ...small },
        item.xLabel,
      ),
    );
  }
  const colours = PALETTE.categorical[theme.name];
  const dots = [];
  item.lines.forEach((line, n) => {
    const colour = colours[(item.colour + n) % colours.length];
    const points = line.x.map((x, i) => `${px(x).toFixed(1)},${py(line.y[i]).toFixed(1)}`).join(" ");
    nodes.push(
      svgNode("polyline", {
        points,
        fill: "none",
        stroke: colour,
        "stroke-width": font > 16 ? 3 : 2,
        "stroke-linejoin": "round",
      }),
    );
    if (line.x.length <= 20)
      line.x.forEach((x, i) =>
        nodes.push(svgNode("circle", { cx: px(x), cy: py(line.y[i]), r: font * 0.2, fill: colour })),
      );
    if (line.name && line.x.length) {
      const i = line.x.length - 1;
      nodes.push(
        svgNode(
          "text",
          { x: px(line.x[i]) + 8, y: py(line.y[i]) + font * 0.35, fill: colour, "font-size": font },
          line.name,
        ),
      );
    }
    line.x.forEach((x, i) => dots.push([x, line.y[i], line.name]));
  });
  if (item.here) {
    nodes.push(
      svgNode("circle", {
        cx: px(item.here[0]),
        cy: py(item.here[1]),
        r: font * 0.42,
        fill: theme.accent,
        class: "here",
      }),
    );
  }
  const ring = svgNode("circle", {
    r: font * 0.42,
    fill: "none",
    stroke: "currentColor",
    "stroke-width": 1.5,
    visibility: "hidden",
  });
  nodes.push(ring);
  svg.replaceChildren(...nodes);

  const nearest = (event) => {
    const box = svg.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const far = ([vx, vy]) => Math.abs(px(vx) - x) * 3 + Math.abs(py(vy) - y);
    return dots.reduce((best, dot) => (far(dot) < far(best) ? dot : best), dots[0]);
  };
  svg.style.cursor = item.setting ? "pointer" : "default";
  svg.onpointermove = (event) => {
    if (!dots.length) return;
    const [x, y, name] = nearest(event);
    ring.setAttribute("cx", px(x));
    ring.setAttribute("cy", py(y));
    ring.setAttribute("visibility", "visible");
    view.note.textContent = `${x} → ${y}${name ? `, ${name}` : ""}`;
  };
  svg.onpointerleave = () => {
    ring.setAttribute("visibility", "hidden");
    view.note.textContent = "";
  };
  svg.onclick = item.setting ? (event) => dots.length && pick([item.setting, nearest(event)[0]]) : null;
}
