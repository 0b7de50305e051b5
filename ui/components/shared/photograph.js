// A picture of what a component shows: its canvases, and the words and numbers that stand on them as
// elements. Everything is painted anew on one canvas, so that no page needs to be https for it.

import { contextOf } from "./canvas.js";

/** What is there to be pressed says nothing in a picture. */
const LEFT_OUT = "button, select, input, textarea, .sr-only, .no-picture, style, script";
/** Pixels to a CSS pixel: sharp in print; fewer where a picture would be larger than browsers paint. */
const SHARP = 2;
const LARGEST = 16e6;
const MARGIN = 16;

/**
 * A canvas with what stands in `root`, as it looks now.
 * @param {HTMLElement} root
 * @param {string} surface  the colour of the paper
 */
export function photograph(root, surface) {
  const box = boundsOf(root);
  const width = box.right - box.left + 2 * MARGIN;
  const height = box.bottom - box.top + 2 * MARGIN;
  const ratio = Math.min(SHARP, Math.sqrt(LARGEST / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = contextOf(canvas);
  ctx.fillStyle = surface;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.scale(ratio, ratio);
  ctx.translate(MARGIN - box.left, MARGIN - box.top);
  paint(ctx, root);
  return canvas;
}

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Bounds */

/**
 * What is to be seen of it: without the buttons at its foot.
 * @param {HTMLElement} root
 * @returns {Bounds}
 */
function boundsOf(root) {
  const { left, top, right } = root.getBoundingClientRect();
  let bottom = top;
  for (const element of root.querySelectorAll("*")) {
    if (isLeftOut(element, root)) continue;
    const leaf = element instanceof HTMLCanvasElement || [...element.childNodes].some(isText);
    if (leaf) bottom = Math.max(bottom, element.getBoundingClientRect().bottom);
  }
  return { left, top, right, bottom: Math.max(bottom, top + 1) };
}

/** @param {Node} node */
function isText(node) {
  return node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "";
}

/** @param {Element} element  @param {Element} root */
function isLeftOut(element, root) {
  for (let at = /** @type {Element | null} */ (element); at && at !== root; at = at.parentElement) {
    if (at.matches(LEFT_OUT)) return true;
    const { display, visibility } = getComputedStyle(at);
    if (display === "none" || visibility === "hidden") return true;
  }
  return false;
}

/** @param {CanvasRenderingContext2D} ctx  @param {Element} element */
function paint(ctx, element) {
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  if (element.matches(LEFT_OUT) || style.display === "none" || style.visibility === "hidden") return;
  ctx.save();
  ctx.globalAlpha *= Number(style.opacity);
  if (style.overflowX === "hidden" || style.overflowX === "clip") {
    ctx.beginPath();
    ctx.rect(box.x, box.y, box.width, box.height);
    ctx.clip();
  }
  paintBox(ctx, style, box);
  if (element instanceof HTMLCanvasElement) {
    ctx.imageSmoothingEnabled = style.imageRendering !== "pixelated";
    if (element.width && element.height) ctx.drawImage(element, box.x, box.y, box.width, box.height);
  }
  for (const child of [...element.childNodes].sort((a, b) => levelOf(a) - levelOf(b))) {
    if (child instanceof Element) paint(ctx, child);
    else if (isText(child)) paintText(ctx, style, child);
  }
  ctx.restore();
}

/** What lies above others is painted after them.  @param {Node} node */
function levelOf(node) {
  return (node instanceof Element && parseInt(getComputedStyle(node).zIndex, 10)) || 0;
}

/**
 * Its ground, its lines, what is drawn around it.
 * @param {CanvasRenderingContext2D} ctx
 * @param {CSSStyleDeclaration} style
 * @param {DOMRect} box
 */
function paintBox(ctx, style, box) {
  ctx.fillStyle = style.backgroundColor;
  ctx.fillRect(box.x, box.y, box.width, box.height);
  const ramp = rampOf(ctx, style.backgroundImage, box);
  if (ramp) {
    ctx.fillStyle = ramp;
    ctx.fillRect(box.x, box.y, box.width, box.height);
  }
  /** @type {[string, number, number, number, number][]} */
  const sides = [
    ["Top", 0, 0, 1, 0],
    ["Bottom", 0, 1, 1, 0],
    ["Left", 0, 0, 0, 1],
    ["Right", 1, 0, 0, 1],
  ];
  for (const [side, x, y, along, down] of sides) {
    const name = side.toLowerCase();
    const wide = parseFloat(style.getPropertyValue(`border-${name}-width`));
    if (!wide || style.getPropertyValue(`border-${name}-style`) === "none") continue;
    ctx.fillStyle = style.getPropertyValue(`border-${name}-color`);
    const left = box.x + x * (box.width - wide);
    const top = box.y + y * (box.height - wide);
    ctx.fillRect(left, top, along ? box.width : wide, down ? box.height : wide);
  }
  const around = parseFloat(style.outlineWidth);
  if (around && style.outlineStyle !== "none" && style.outlineStyle !== "auto") {
    ctx.strokeStyle = style.outlineColor;
    ctx.lineWidth = around;
    const far = parseFloat(style.outlineOffset) + around / 2;
    ctx.strokeRect(box.x - far, box.y - far, box.width + 2 * far, box.height + 2 * far);
  }
}

/**
 * The colours of a legend from left to right, evenly apart; null where the ground is no such ramp.
 * @param {CanvasRenderingContext2D} ctx
 * @param {string} image
 * @param {DOMRect} box
 */
function rampOf(ctx, image, box) {
  const colours = image.match(/rgba?\([^)]*\)/g) ?? [];
  const evenly = image === `linear-gradient(90deg, ${colours.join(", ")})`;
  if (!evenly || colours.length < 2) return null;
  const ramp = ctx.createLinearGradient(box.left, 0, box.right, 0);
  colours.forEach((colour, i) => ramp.addColorStop(i / (colours.length - 1), colour));
  return ramp;
}

/**
 * A text, word by word where the browser has set them.
 * @param {CanvasRenderingContext2D} ctx
 * @param {CSSStyleDeclaration} style
 * @param {Node} node
 */
function paintText(ctx, style, node) {
  ctx.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  ctx.fillStyle = style.color;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  const range = document.createRange();
  for (const word of (node.textContent ?? "").matchAll(/\S+/g)) {
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    const box = range.getBoundingClientRect();
    if (!box.width) continue;
    const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = ctx.measureText(word[0]);
    ctx.fillText(word[0], box.x, box.y + (box.height - up - down) / 2 + up, box.width + 0.5);
  }
}
