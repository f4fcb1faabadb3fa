/** @import { Packed } from "../types.d.ts" */

/**
 * Read what explorer/web/payload.py packed: u32 header length, JSON header, arrays. Returns the header with
 * `arrays`: {name: Float64Array or, of the last `singles` of them, Float32Array}; shapes are in header.shapes.
 * @param {Packed} data
 */
export function unpack(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  // Float64Array needs an 8-byte boundary, which a slice of a message need not have.
  const own = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const length = new DataView(own.buffer, own.byteOffset, 4).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(own.subarray(4, 4 + length)));
  let offset = own.byteOffset + Math.ceil((4 + length) / 8) * 8;
  header.arrays = {};
  const shapes = Object.entries(/** @type {Record<string, number[]>} */ (header.shapes));
  shapes.forEach(([name, shape], index) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const isDouble = index < shapes.length - header.singles;
    header.arrays[name] = isDouble ? new Float64Array(own.buffer, offset, count) : new Float32Array(own.buffer, offset, count);
    offset += header.arrays[name].byteLength;
  });
  return header;
}
