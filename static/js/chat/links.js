// Where addresses begin and end in what people write, in whatever writing they write it.

// Marks that set words apart where no blank does, and characters that hide or turn the writing round.
const NEVER = String.raw`\s<>"\u061c\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f\u3000-\u303f\u30fb\ufe10-\ufe1f\ufe30-\ufe6f\ufeff\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65`;
const ADDRESS = new RegExp(`https?://[^${NEVER}]+`, "giu");
// Of what may end an address, these belong to it.
const OWN = /[/#%&*@_+=~$-]/;
const MARK = /[\p{P}\p{S}\p{Cf}]/u;
const PAIRS = { ")": "(", "]": "[", "}": "{" };

const count = (text, mark) => text.split(mark).length - 1;

function isOutside(text, last) {
  if (!MARK.test(last) || OWN.test(last)) return false;
  const opening = PAIRS[last];
  // a closing bracket belongs to the address when it closes one inside it
  return !opening || count(text, last) > count(text, opening);
}

function trimmed(text) {
  let rest = text;
  for (let last = [...rest].at(-1); last && isOutside(rest, last); last = [...rest].at(-1)) rest = rest.slice(0, -last.length);
  return rest;
}

/** Each http(s) address in a text: `[where it begins, the address]`. */
export function* addresses(text) {
  for (const found of text.matchAll(ADDRESS)) {
    const address = trimmed(found[0]);
    if (URL.canParse(address) && new URL(address).hostname) yield [found.index, address];
  }
}
