// Numbers: a true minus sign, a fixed count of decimals within one picture.

/** @param {number} value  @param {number} decimals */
export function formatNumber(value, decimals) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? "−" + text : text;
}

/**
 * What a person typed: "0,5", "−1", "1/9" and "1e-3" are numbers too; anything else is NaN.
 * @param {string} text
 */
export function parseNumber(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(",", ".");
  const parts = plain.split("/");
  if (plain === "" || parts.length > 2 || parts.some((part) => part.trim() === "")) return NaN;
  const [top, bottom] = parts.map(Number);
  return parts.length === 2 ? top / bottom : top;
}

/**
 * The fewest decimals (at most `most`) that show every value exactly; `most` if none does.
 * @param {Iterable<number>} values
 */
export function decimalsFor(values, most = 2) {
  for (let d = 0; d < most; d++) if (areExact(values, 10 ** d)) return d;
  return most;
}

/** @param {Iterable<number>} values  @param {number} scale */
function areExact(values, scale) {
  for (const v of values) if (Math.abs(v * scale - Math.round(v * scale)) > 1e-6 * scale) return false;
  return true;
}
