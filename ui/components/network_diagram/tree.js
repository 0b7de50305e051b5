// The network as a tree: what is part of what, what is open, what therefore is seen.

/**
 * @typedef {object} Columns  one entry a node, each after the one that it is part of
 * @property {number[]} parent  −1 for the network itself
 * @property {string[]} name
 * @property {string[]} title
 * @property {string[]} kind  conv, dense, pool, sum, stack, thin; module, run, fork, branch, network
 * @property {string[]} words
 * @property {string[]} kernel
 * @property {string[]} layout  row, branches, residual; "" without parts
 * @property {number[][]} shape
 * @property {number[][]} field
 * @property {number[]} parameters
 * @property {number[]} multiplyAdds
 * @property {number[]} cells
 * @property {number[]} times
 * @property {boolean[]} opens
 */
/**
 * @typedef {object} Tree
 * @property {Columns} columns
 * @property {number[][]} parts  of each node
 * @property {number} count
 */

/** @param {Columns} columns  @returns {Tree} */
export function treeOf(columns) {
  const count = columns.parent.length;
  /** @type {number[][]} */
  const parts = Array.from({ length: count }, () => []);
  columns.parent.forEach((parent, i) => {
    if (parent >= 0) parts[parent].push(i);
  });
  return { columns, parts, count };
}

/** Whether its parts are shown: what cannot be closed always shows them.
 * @param {Tree} tree  @param {ReadonlySet<number>} open  @param {number} node */
export function isOpen(tree, open, node) {
  return tree.parts[node].length > 0 && (!tree.columns.opens[node] || open.has(node));
}

/**
 * What is seen, in the order of the table, and how deep it stands.
 * @param {Tree} tree  @param {ReadonlySet<number>} open
 * @returns {{ node: number, depth: number }[]}
 */
export function visibleRows(tree, open) {
  /** @type {{ node: number, depth: number }[]} */
  const rows = [];
  const walk = (/** @type {number} */ node, /** @type {number} */ depth) => {
    rows.push({ node, depth });
    if (isOpen(tree, open, node)) for (const part of tree.parts[node]) walk(part, depth + 1);
  };
  for (const part of tree.parts[0] ?? []) walk(part, 0);
  return rows;
}

/** All that a node is part of, the innermost first, without the network itself.
 * @param {Tree} tree  @param {number} node */
export function ancestors(tree, node) {
  const found = [];
  for (let at = tree.columns.parent[node]; at > 0; at = tree.columns.parent[at]) found.push(at);
  return found;
}

/** The innermost around a node, or itself, that can be closed; −1 if none.
 * @param {Tree} tree  @param {ReadonlySet<number>} open  @param {number} node */
export function closable(tree, open, node) {
  const { opens } = tree.columns;
  return [node, ...ancestors(tree, node)].find((at) => opens[at] && open.has(at)) ?? -1;
}

/** The node itself, or the outermost closed one that it is hidden in.
 * @param {Tree} tree  @param {ReadonlySet<number>} open  @param {number} node */
export function shownFor(tree, open, node) {
  const hidden = ancestors(tree, node).filter((at) => !isOpen(tree, open, at));
  return hidden.length ? hidden[hidden.length - 1] : node;
}

/** Every node that can be opened.  @param {Tree} tree */
export function allOpen(tree) {
  const { opens } = tree.columns;
  return new Set(opens.flatMap((can, i) => (can ? [i] : [])));
}

/** The kind of the first layer inside that is more than a sum.  @param {Tree} tree  @param {number} node */
export function kindOf(tree, node) {
  let at = node;
  while (tree.parts[at].length) at = tree.parts[at][0];
  // The first branch may be a pooling: what a module is for is its convolutions.
  const { kind } = tree.columns;
  if (kind[at] !== "pool" || at === node) return kind[at];
  const inside = (/** @type {number} */ n) => kind[n] === "conv" || tree.parts[n].some(inside);
  return inside(node) ? "conv" : kind[at];
}
