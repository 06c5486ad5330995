// The photo that the journeys upload is one that every decoder takes.
import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";
import { test } from "node:test";
import { png } from "../png.js";

test("a made PNG has the size it says", () => {
  const file = png(40, 30);
  assert.equal(file.toString("latin1", 12, 16), "IHDR");
  assert.deepEqual([file.readUInt32BE(16), file.readUInt32BE(20)], [40, 30]);
  const at = file.indexOf("IDAT");
  assert.equal(inflateSync(file.subarray(at + 4)).length, 30 * (40 * 3 + 1));
  assert.equal(file.readUInt32BE(file.length - 4), 0xae426082, "the checksum of an empty IEND is known");
});
