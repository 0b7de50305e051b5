// Types of what stands between Streamlit and a component; nothing here runs.

/** @import { FrontendRendererArgs } from "@streamlit/component-v2-lib" */

/**
 * What a component is called with, at first and at every change of its data.
 * @template Data  what its Python gives it, as wire.js reads it
 * @template {Record<string, unknown>} [State=Record<string, never>]  what it tells, by name
 * @typedef {FrontendRendererArgs<State, Data>} Component
 */
/**
 * An array as ui/components/arrays.py packs it.
 * @typedef {{ shape: number[], data: Float32Array }} Packed
 */
/**
 * A number, or a grid of numbers, that the student changed (ui/components/edits.py reads it).
 * @typedef {{ sequence: number, on: number, values: number[][] | number[][][] }} Edit
 */

export {};
