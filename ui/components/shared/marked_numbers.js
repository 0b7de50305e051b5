// Numbers that JSON cannot say, as marks.

const NOT_FINITE = { nan: NaN, inf: Infinity, "-inf": -Infinity };

// Data from Python: the marks {"number": "nan"} for what JSON cannot say become those numbers
// again (see ui/components/base.py).
export function withNumbers(value) {
  if (value === null || typeof value !== "object") return value;
  if (Object.hasOwn(NOT_FINITE, value.number)) return NOT_FINITE[value.number];
  if (Array.isArray(value)) return value.map(withNumbers);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNumbers(item)]));
}
