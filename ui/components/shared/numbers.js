// Numbers: a true minus sign, a fixed count of decimals within one picture.

export function formatNumber(value, decimals) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? "−" + text : text;
}

// The fewest decimals (at most `most`) that show every value exactly; `most` if none does.
export function decimalsFor(values, most = 2) {
  for (let d = 0; d < most; d++) {
    const scale = 10 ** d;
    let exact = true;
    for (const v of values) {
      if (Math.abs(v * scale - Math.round(v * scale)) > 1e-6 * scale) {
        exact = false;
        break;
      }
    }
    if (exact) return d;
  }
  return most;
}

export function decodeBytes(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

// A float32 array that Python sent as base64 (see ui/components/arrays.py).
export function decodeFloats(base64) {
  return new Float32Array(decodeBytes(base64).buffer);
}
