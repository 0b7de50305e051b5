// Numbers that JSON cannot say, as marks.

/** @type {Record<string, number>} */
const NOT_FINITE = { nan: NaN, inf: Infinity, "-inf": -Infinity };

/**
 * Data from Python: the marks {"number": "nan"} for what JSON cannot say become those numbers
 * again (see ui/components/base.py).
 * @param {unknown} value
 * @returns {unknown}
 */
export function withNumbers(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(withNumbers);
  if ("number" in value && Object.hasOwn(NOT_FINITE, String(value.number))) return NOT_FINITE[String(value.number)];
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNumbers(item)]));
}
