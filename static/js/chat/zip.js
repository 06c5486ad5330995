// An archive whose files are stored as they are, for what somebody takes along.
import { concat, utf8 } from "./bytes.js";

const little = (...fields) => {
  const bytes = new Uint8Array(fields.reduce((sum, [length]) => sum + length, 0));
  let at = 0;
  for (const [length, value] of fields) for (let i = 0; i < length; i++) bytes[at++] = (value / 2 ** (8 * i)) & 0xff;
  return bytes;
};

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});
export function crc32(pieces) {
  let c = 0xffffffff;
  for (const piece of pieces) for (const byte of piece) c = TABLE[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

const UTF8_NAME = 0x800;
const DAY_ONE = 0x21; // the first that the format knows: an archive tells no times of its own

/** The parts of an archive of `files` (`{ name, pieces }`), for a Blob. */
export function archive(files) {
  const [parts, directory] = [[], []];
  let offset = 0;
  for (const { name, pieces } of files) {
    const [bytes, size] = [utf8(name), pieces.reduce((sum, piece) => sum + piece.length, 0)];
    const facts = [[2, 20], [2, UTF8_NAME], [2, 0], [2, 0], [2, DAY_ONE], [4, crc32(pieces)], [4, size], [4, size], [2, bytes.length], [2, 0]];
    parts.push(little([4, 0x04034b50], ...facts), bytes, ...pieces);
    directory.push(little([4, 0x02014b50], [2, 20], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), bytes);
    offset += 30 + bytes.length + size;
  }
  const all = concat(...directory);
  const end = little([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, all.length], [4, offset], [2, 0]);
  return [...parts, all, end];
}
