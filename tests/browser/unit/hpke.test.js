// The vendored HPKE does what RFC 9180 says.
import { test } from "node:test";
import * as hpke from "../../../static/vendor/hpke-core-1.9.0.js";
import { tests } from "../hpke-vectors.js";

for (const [name, body] of Object.entries(tests)) test(name, () => body(hpke));
