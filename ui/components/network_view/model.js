// The model: what Python sent. Layers know their source and what they feed.

import { maxAbs } from "../shared/colour.js";
import { numbersOf } from "../shared/seen.js";

/** @import { Packed } from "../shared/component.js" */
/** @import { Packed as Seen } from "../shared/seen.js" */

/** @typedef {[number, number]} Pair  down, across */
/**
 * A layer as Python sends it (views.py says what each is).
 * @typedef {object} Header
 * @property {string} name
 * @property {"input" | "conv" | "dense" | "pool" | "activation" | "norm" | "other"} kind
 * @property {string} title
 * @property {number | null} source  index of the layer that feeds it
 * @property {"none" | "same" | "all"} connect  how its maps hang on the source's
 * @property {number} parameters
 * @property {number} channels
 * @property {{ kernel: Pair, stride: Pair, padding: Pair, dilation: Pair } | null} window
 * @property {{ jump: Pair, size: Pair, start: Pair } | null} field
 * @property {number} groups
 * @property {number | null} scale
 * @property {Packed | null} kernels
 * @property {Packed | null} bias
 * @property {{ shape: number[], data: Int8Array } | null} edges  strengths, 127 the largest
 * @property {boolean} signed
 */
/** What a layer gave: numbers, or what its source has above zero.
 * @typedef {Seen | { shape: number[], above: 0 }} Given */
/** @typedef {{ map: number, row: number, col: number, value: number, weight: number, product: number }} Term */
/**
 * The weights of the open map or unit, as Python sends them.
 * @typedef {object} WeightsHeader
 * @property {string} layer
 * @property {number} unit
 * @property {Packed} weight
 * @property {number} bias
 * @property {Packed | null} product
 * @property {number} raised
 * @property {number} lowered
 * @property {number | null} total
 * @property {Term[]} strongest
 * @property {Term[]} weakest
 */
/** @typedef {{ layer: string | null, map: number | null, row: number | null, col: number | null }} NamedSelection */
/**
 * @typedef {object} Data
 * @property {Header[]} layers  the same object as long as only the values are others
 * @property {Given[]} values  one a layer
 * @property {number[]} probabilities
 * @property {number[]} logits
 * @property {string[]} classes
 * @property {NamedSelection} selection
 * @property {WeightsHeader | null} weights
 * @property {number} sequence
 * @property {number} acknowledged  how many selections Python has heard of
 * @property {string} label  what the input is called
 * @property {string} fieldTarget
 * @property {boolean} projector
 * @property {boolean} compact
 */
/**
 * @typedef {object} Read  of a layer, beside its header
 * @property {number} index
 * @property {number} maps
 * @property {number} rows
 * @property {number} cols
 * @property {number} cells  of a map
 * @property {boolean} isUnits
 * @property {boolean} isInput
 * @property {Float32Array} values
 * @property {number} largest
 * @property {Float32Array | null} kernels
 * @property {number[]} kernelShape
 * @property {number} kernelLimit
 * @property {Float32Array | null} bias
 * @property {Int8Array | null} edges
 * @property {number} edgeColumns
 * @property {number[]} feeds  indices of the layers that it feeds
 */
/** @typedef {Omit<Header, keyof Read> & Read} Layer */
/** @typedef {NonNullable<ReturnType<typeof readWeights>>} Weights */
/** @typedef {ReturnType<typeof readModel>} Model */
/** @typedef {{ map: number, strength: number }} Connection  with a map of another layer */
/**
 * A layer, a map of it, or a cell of that map.
 * @typedef {{ layer: number, map: number | null, row: null, col: null } | InCell} Spot
 */
/** @typedef {{ layer: number, map: number, row: number, col: number }} InCell */
/** What is open; nothing: the whole network.
 * @typedef {{ layer: null, map: null, row: null, col: null } | Spot} Selection */

/** @type {Selection} */
export const NOTHING_OPEN = { layer: null, map: null, row: null, col: null };

/** @param {Given} given  @param {Layer | null} source */
function valuesOf(given, source) {
  if (!("above" in given)) return numbersOf(given);
  return source ? source.values.map((v) => Math.max(0, v)) : new Float32Array(0);
}

/**
 * One layer: `values` is [maps][rows][cols] in one Float32Array; units are maps of one cell.
 * @param {Header} header  @param {number} index  @param {Given} given  @param {Layer | null} source
 * @returns {Layer}
 */
function readLayer(header, index, given, source) {
  const [shown, rows = 1, cols = 1] = given.shape;
  const values = valuesOf(given, source);
  return {
    ...header,
    index,
    maps: shown,
    rows,
    cols,
    cells: rows * cols,
    isUnits: given.shape.length === 1,
    isInput: header.kind === "input",
    values,
    largest: maxAbs(values),
    kernels: header.kernels?.data ?? null,
    kernelShape: header.kernels?.shape ?? [],
    kernelLimit: header.kernels ? maxAbs(header.kernels.data) : 0,
    bias: header.bias?.data ?? null,
    edges: header.edges?.data ?? null,
    edgeColumns: header.edges?.shape[1] ?? 0,
    feeds: [],
  };
}

/** @param {WeightsHeader | null} header */
function readWeights(header) {
  if (!header) return null;
  return {
    ...header,
    shape: header.weight.shape,
    weight: header.weight.data,
    product: header.product?.data ?? null,
  };
}

/** @param {Data} data */
export function readModel(data) {
  /** @type {Layer[]} */
  const layers = [];
  data.layers.forEach((header, i) => {
    const source = header.source === null ? null : layers[header.source];
    layers.push(readLayer(header, i, data.values[i], source));
  });
  for (const layer of layers) if (layer.source !== null) layers[layer.source].feeds.push(layer.index);
  const last = layers[layers.length - 1];
  return {
    layers,
    fixed: data.layers,
    byName: new Map(layers.map((layer) => [layer.name, layer.index])),
    probabilities: data.probabilities,
    logits: data.logits,
    classes: data.classes,
    weights: readWeights(data.weights),
    // The last layer's units are the logits: they are shown as bars, one a class.
    bars: last.cells === 1 && last.maps === data.logits.length ? last.index : -1,
    label: data.label,
    // The end of the colours that all layers share.
    limit: Math.max(1e-6, ...layers.filter((l) => !l.isInput).map((l) => Math.max(l.largest, l.scale ?? 0))),
    structure: JSON.stringify([
      data.classes,
      data.compact,
      data.projector,
      layers.map((l) => [l.name, l.kind, l.title, l.parameters, l.maps, l.rows, l.cols, l.channels]),
    ]),
  };
}

/** What a layer is called; the input by the page's word for it.  @param {Model} model  @param {Layer} layer */
export function nameOf(model, layer) {
  return layer.isInput ? model.label : layer.name;
}

/** @param {Layer} layer */
export function shapeText(layer) {
  return layer.isUnits ? `${layer.channels}` : `${layer.channels}×${layer.rows}×${layer.cols}`;
}

/** @param {number} n */
export function countText(n) {
  return n.toLocaleString("en-US");
}

/**
 * Kernel of output map `o` for input map `i` of a convolution, or null where groups keep it out.
 * @param {Layer} layer  @param {number} o  @param {number} i
 */
export function kernelOf(layer, o, i) {
  if (!layer.kernels || o >= layer.kernelShape[0]) return null;
  const [outs, perGroup, kh, kw] = layer.kernelShape;
  const group = Math.floor((o * layer.groups) / outs);
  const local = i - group * perGroup;
  if (local < 0 || local >= perGroup) return null;
  const at = (o * perGroup + local) * kh * kw;
  return layer.kernels.subarray(at, at + kh * kw);
}

/**
 * Maps of the source that map `o` of `layer` hears, with a strength in −1…1 (1 where not given).
 * @param {Model} model  @param {Layer} layer  @param {number} o
 */
export function inputsOf(model, layer, o) {
  if (layer.source === null) return [];
  const source = model.layers[layer.source];
  if (layer.connect === "same") return o < source.maps ? [{ map: o, strength: 1 }] : [];
  /** @type {Connection[]} */
  const list = [];
  for (let i = 0; i < source.maps; i++) {
    const strength = layer.edges ? layer.edges[o * layer.edgeColumns + i] / 127 : 1;
    if (strength !== 0) list.push({ map: i, strength });
  }
  return list;
}

/** Maps of `target` that map `i` of its source feeds.  @param {Layer} target  @param {number} i */
export function outputsOf(target, i) {
  if (target.connect === "same") return i < target.maps ? [{ map: i, strength: 1 }] : [];
  /** @type {Connection[]} */
  const list = [];
  for (let o = 0; o < target.maps; o++) {
    const strength = target.edges ? target.edges[o * target.edgeColumns + i] / 127 : 1;
    if (strength !== 0) list.push({ map: o, strength });
  }
  return list;
}
