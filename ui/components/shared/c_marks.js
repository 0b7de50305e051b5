const NOT_FINITE = { nan: NaN, inf: Infinity, "-inf": -Infinity };

// Data from Python: the marks {"number": "nan"} for what JSON cannot say become those numbers
// again (see ui/components/base.py). What holds none is given back as it is.
function withNumbers(value) {
  if (value === null || typeof value !== "object") return value;
  if (Object.hasOwn(NOT_FINITE, value.number)) return NOT_FINITE[value.number];
  if (Array.isArray(value)) {
    const read = value.map(withNumbers);
    return read.some((item, i) => !Object.is(item, value[i])) ? read : value;
  }
  let read = value;
  for (const [key, item] of Object.entries(value)) {
    const found = withNumbers(item);
    if (!Object.is(found, item)) read = { ...read, [key]: found };
  }
  return read;
}
