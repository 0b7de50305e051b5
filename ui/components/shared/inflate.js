// Unpacks what zlib packed (RFC 1950, 1951), at once. The browser's own DecompressionStream answers
// later, and a component must see its messages in the order in which they came.

const LENGTHS = counted([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5], 3);
LENGTHS.push([258, 0]);
const DISTANCES = counted([0, 0, ...Array.from({ length: 28 }, (_, i) => i >> 1)], 1);
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const FIXED = [
  codeOf(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
  codeOf(Array(30).fill(5)),
];

/** @typedef {{ bits: number, table: Uint16Array }} Code */

/**
 * [first value, extra bits] of each symbol: those with n extra bits stand for 2^n values.
 * @param {number[]} extra  @param {number} first
 */
function counted(extra, first) {
  let next = first;
  return extra.map((bits) => {
    const from = next;
    next += 1 << bits;
    return [from, bits];
  });
}

/**
 * A Huffman code as a table: the next `bits` bits → 16 × symbol + length of its code.
 * @param {number[]} lengths  @returns {Code}
 */
function codeOf(lengths) {
  const bits = Math.max(1, ...lengths);
  const table = new Uint16Array(1 << bits);
  let code = 0;
  for (let length = 1; length <= bits; length++) {
    lengths.forEach((own, symbol) => {
      if (own === length) {
        for (let i = reversed(code, length); i < table.length; i += 1 << length) table[i] = 16 * symbol + length;
        code++;
      }
    });
    code <<= 1;
  }
  return { bits, table };
}

/** @param {number} code  @param {number} length */
function reversed(code, length) {
  let result = 0;
  for (let i = 0; i < length; i++) result |= ((code >> i) & 1) << (length - 1 - i);
  return result;
}

class Bits {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 2; // after zlib's header
    this.held = 0;
    this.count = 0;
  }

  /** @param {number} count */
  need(count) {
    while (this.count < count) {
      if (this.at >= this.bytes.length) throw new RangeError("packed: it ends too early");
      this.held |= this.bytes[this.at++] << this.count;
      this.count += 8;
    }
  }

  /** @param {number} count */
  take(count) {
    this.need(count);
    const value = this.held & ((1 << count) - 1);
    this.held >>>= count;
    this.count -= count;
    return value;
  }

  /** @param {Code} code */
  symbol({ bits, table }) {
    this.need(bits);
    const found = table[this.held & (table.length - 1)];
    this.take(found & 15);
    return found >> 4;
  }

  // The bytes that lie unpacked at the next whole byte.
  stored() {
    this.at -= this.count >> 3;
    this.held = this.count = 0;
    const length = this.take(16);
    this.at += 2; // the same again, inverted
    this.at += length;
    if (this.at > this.bytes.length) throw new RangeError("packed: it ends too early");
    return this.bytes.subarray(this.at - length, this.at);
  }
}

/**
 * The two codes of a block that brings its own.
 * @param {Bits} bits
 */
function readCodes(bits) {
  const symbols = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const order = ORDER.slice(0, bits.take(4) + 4);
  const short = Array(19).fill(0);
  for (const i of order) short[i] = bits.take(3);
  const code = codeOf(short);
  /** @type {number[]} */
  const lengths = [];
  while (lengths.length < symbols + distances) {
    const symbol = bits.symbol(code);
    if (symbol < 16) lengths.push(symbol);
    else if (symbol === 16) repeat(lengths, lengths[lengths.length - 1], bits.take(2) + 3);
    else repeat(lengths, 0, symbol === 17 ? bits.take(3) + 3 : bits.take(7) + 11);
  }
  return [codeOf(lengths.slice(0, symbols)), codeOf(lengths.slice(symbols))];
}

/** @param {number[]} list  @param {number} value  @param {number} count */
function repeat(list, value, count) {
  for (let i = 0; i < count; i++) list.push(value);
}

/**
 * One block of literals and of references to what came before; returns where it ends.
 * @param {Bits} bits  @param {Code[]} codes  @param {Uint8Array} result  @param {number} at
 */
function readBlock(bits, [symbols, distances], result, at) {
  for (;;) {
    const symbol = bits.symbol(symbols);
    if (symbol === 256) return at;
    if (symbol < 256) {
      if (at >= result.length) throw new RangeError("packed: there is more than was said");
      result[at++] = symbol;
    } else at = repeatAt(bits, symbol, distances, result, at);
  }
}

/**
 * Writes what came before once more; returns where it ends.
 * @param {Bits} bits  @param {number} symbol  which says how long it is
 * @param {Code} distances  @param {Uint8Array} result  @param {number} at
 */
function repeatAt(bits, symbol, distances, result, at) {
  const known = LENGTHS[symbol - 257];
  if (!known) throw new RangeError(`packed: no length ${symbol}`);
  const end = at + known[0] + bits.take(known[1]);
  const far = DISTANCES[bits.symbol(distances)];
  if (!far) throw new RangeError("packed: no such distance");
  const back = far[0] + bits.take(far[1]);
  if (end > result.length || back > at) throw new RangeError("packed: it refers to what is not there");
  for (; at < end; at++) result[at] = result[at - back];
  return at;
}

/**
 * The `size` bytes that zlib packed into `bytes`.
 * @param {Uint8Array} bytes  @param {number} size
 * @throws {RangeError} they are cut short or spoiled, or unpack to another size
 */
export function inflate(bytes, size) {
  const result = new Uint8Array(size);
  const bits = new Bits(bytes);
  let at = 0;
  for (let last = 0; !last;) {
    last = bits.take(1);
    const type = bits.take(2);
    if (type === 0) {
      const piece = bits.stored();
      if (at + piece.length > size) throw new RangeError("packed: there is more than was said");
      result.set(piece, at);
      at += piece.length;
    } else if (type === 3) throw new RangeError("packed: no such kind of block");
    else at = readBlock(bits, type === 1 ? FIXED : readCodes(bits), result, at);
  }
  if (at !== size) throw new RangeError(`packed: ${at} bytes, ${size} were said`);
  return result;
}
