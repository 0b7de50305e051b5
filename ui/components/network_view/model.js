// The model: what Python sent. Layers know their source and what they feed.

import { maxAbs } from "../shared/colour.js";
import { numbersOf } from "../shared/seen.js";

// One layer: `values` is [maps][rows][cols] in one Float32Array; units are maps of one cell.
function readLayer(header, index, given, sources) {
  const { shape } = given;
  const [shown, rows = 1, cols = 1] = shape;
  const above = given.above !== undefined; // what its source has above zero
  const values = above ? sources[header.source].values.map((v) => Math.max(0, v)) : numbersOf(given);
  return {
    ...header,
    index,
    maps: shown,
    rows,
    cols,
    cells: rows * cols,
    isUnits: shape.length === 1,
    isInput: header.kind === "input",
    values,
    largest: maxAbs(values),
    kernels: header.kernels?.data ?? null,
    kernelShape: header.kernels?.shape,
    bias: header.bias?.data ?? null,
    edges: header.edges?.data ?? null,
    edgeShape: header.edges?.shape,
    feeds: [],
  };
}

function readWeights(header) {
  if (!header) return null;
  return {
    ...header,
    shape: header.weight.shape,
    weight: header.weight.data,
    product: header.product?.data ?? null,
  };
}

export function readModel(data) {
  const layers = [];
  data.layers.forEach((header, i) => layers.push(readLayer(header, i, data.values[i], layers)));
  for (const layer of layers) if (layer.source !== null) layers[layer.source].feeds.push(layer.index);
  const last = layers[layers.length - 1];
  return {
    layers,
    fixed: data.layers, // the same object as long as only the values are others
    byName: new Map(layers.map((layer) => [layer.name, layer.index])),
    probabilities: data.probabilities,
    logits: data.logits,
    classes: data.classes,
    weights: readWeights(data.weights),
    // The last layer's units are the logits: they are shown as bars, one a class.
    bars: last.cells === 1 && last.maps === data.logits.length ? last.index : -1,
    label: data.label,
    structure: JSON.stringify([
      data.classes,
      data.compact,
      data.projector,
      layers.map((l) => [l.name, l.kind, l.title, l.parameters, l.maps, l.rows, l.cols, l.channels]),
    ]),
  };
}

// What a layer is called; the input by the page's word for it.
export function nameOf(model, layer) {
  return layer.isInput ? model.label : layer.name;
}

export function shapeText(layer) {
  return layer.isUnits ? `${layer.channels}` : `${layer.channels}×${layer.rows}×${layer.cols}`;
}

export function countText(n) {
  return n.toLocaleString("en-US");
}

// Kernel of output map `o` for input map `i` of a convolution, or null where groups keep it out.
export function kernelOf(layer, o, i) {
  if (!layer.kernels || o >= layer.kernelShape[0]) return null;
  const [outs, perGroup, kh, kw] = layer.kernelShape;
  const group = Math.floor((o * layer.groups) / outs);
  const local = i - group * perGroup;
  if (local < 0 || local >= perGroup) return null;
  const at = (o * perGroup + local) * kh * kw;
  return layer.kernels.subarray(at, at + kh * kw);
}

// Maps of the source that map `o` of `layer` hears, with a strength in −1…1 (1 where not given).
export function inputsOf(model, layer, o) {
  if (layer.source === null) return [];
  const source = model.layers[layer.source];
  if (layer.connect === "same") return o < source.maps ? [{ map: o, strength: 1 }] : [];
  const list = [];
  for (let i = 0; i < source.maps; i++) {
    const strength = layer.edges ? layer.edges[o * layer.edgeShape[1] + i] / 127 : 1;
    if (strength !== 0) list.push({ map: i, strength });
  }
  return list;
}

// Maps of `target` that map `i` of its source feeds.
export function outputsOf(target, i) {
  if (target.connect === "same") return i < target.maps ? [{ map: i, strength: 1 }] : [];
  const list = [];
  for (let o = 0; o < target.maps; o++) {
    const strength = target.edges ? target.edges[o * target.edgeShape[1] + i] / 127 : 1;
    if (strength !== 0) list.push({ map: o, strength });
  }
  return list;
}
