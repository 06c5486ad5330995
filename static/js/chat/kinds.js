// What a file is: told by its content, and for texts and office files by its ending as well.
const latin1 = (bytes) => String.fromCharCode(...bytes.subarray(0, 64));
const SIGNS = [
  ["image/jpeg", /^\xff\xd8\xff/],
  ["image/png", /^\x89PNG\r\n\x1a\n/],
  ["image/webp", /^RIFF[\s\S]{4}WEBP/],
  ["image/gif", /^GIF8[79]a/],
  ["application/pdf", /^%PDF-/],
  ["audio/mpeg", /^(ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/],
  ["audio/mp4", /^[\s\S]{4}ftypM4[AB] /],
  ["audio/ogg", /^OggS[\s\S]{24}(\x01vorbis|OpusHead|\x7fFLAC|Speex {3})/],
  ["video/mp4", /^[\s\S]{4}ftyp(iso[m2-9]|mp4[12]|avc1|M4V |MSNV|dash)/],
  ["video/webm", /^\x1aE\xdf\xa3[\s\S]{0,40}webm/],
  ["application/zip", /^PK(\x03\x04|\x05\x06)/],
];
/** Each type: how people call it, and the endings it may have. */
const KINDS = {
  "image/jpeg": ["JPEG", "jpg", "jpeg", "jpe", "jfif"],
  "image/png": ["PNG", "png"],
  "image/webp": ["WebP", "webp"],
  "image/gif": ["GIF", "gif"],
  "application/pdf": ["PDF", "pdf"],
  "audio/mpeg": ["MP3", "mp3"],
  "audio/mp4": ["M4A", "m4a", "mp4"],
  "audio/ogg": ["OGG", "ogg", "oga", "opus"],
  "video/mp4": ["MP4", "mp4", "m4v"],
  "video/webm": ["WebM", "webm", "weba"],
  "application/zip": ["ZIP", "zip"],
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ["XLSX", "xlsx"],
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ["DOCX", "docx"],
  "application/vnd.oasis.opendocument.spreadsheet": ["ODS", "ods"],
  "application/vnd.oasis.opendocument.text": ["ODT", "odt"],
  "text/csv": ["CSV", "csv"],
  "text/plain": ["TXT", "txt"],
  "application/x-ofx": ["OFX", "ofx"],
  "application/x-qif": ["QIF", "qif"],
};
export const TYPES = new Set(Object.keys(KINDS));
const TEXTS = ["text/csv", "text/plain", "application/x-ofx", "application/x-qif"];
const PACKED = Object.keys(KINDS).filter((type) => /zip|officedocument|opendocument/.test(type));

export const wordOf = (type) => KINDS[type][0];
const ending = (name) => /\.([^.]{1,10})$/.exec(name)?.[1].toLowerCase() ?? "";
/** Whether a file of this type may have this name. */
export const nameFits = (name, type) => KINDS[type].slice(1).includes(ending(name));
/** The type that a name promises, or undefined. */
export const promisedBy = (name) => Object.keys(KINDS).find((type) => nameFits(name, type));
/** What a file chooser offers: systems do not know all of these types. */
export const CHOICE = [...TYPES, ...Object.values(KINDS).flatMap(([, ...endings]) => endings.map((one) => `.${one}`))].join();

/** The type that a file's first 64 bytes show, or null. Office files are ZIPs, told apart by name. */
export function typeOf(bytes, name = "") {
  const type = SIGNS.find(([, sign]) => sign.test(latin1(bytes)))?.[0] ?? null;
  return type === "application/zip" ? (PACKED.find((one) => nameFits(name, one)) ?? type) : type;
}

/** Words in UTF-8 or Windows-1252, as far as that can be told: no NUL, no byte that neither knows. */
export class TextTest {
  #decoder = new TextDecoder("utf-8", { fatal: true });
  #isUtf8 = true;
  #isLatin = true;

  take(bytes) {
    if (bytes.includes(0)) this.#isUtf8 = this.#isLatin = false;
    if ([0x81, 0x8d, 0x8f, 0x90, 0x9d].some((byte) => bytes.includes(byte))) this.#isLatin = false;
    this.#utf8(bytes, true);
    return this.#isUtf8 || this.#isLatin;
  }

  end() {
    this.#utf8(new Uint8Array(), false);
    return this.#isUtf8 || this.#isLatin;
  }

  #utf8(bytes, stream) {
    try {
      if (this.#isUtf8) this.#decoder.decode(bytes, { stream });
    } catch {
      this.#isUtf8 = false;
    }
  }
}

/** Whether these pieces of a file are a text; `head` may look like nothing else. */
async function isText(head, pieces) {
  // three letters make an MP3: a table whose first column is "ID3" is none
  if (![null, "audio/mpeg"].includes(typeOf(head))) return false;
  const test = new TextTest();
  for await (const piece of pieces) if (!test.take(piece)) return false;
  return test.end();
}

/**
 * What a file is, or null for what may not be sent. `pieces` are its bytes in order, read only where
 * the first do not tell.
 */
export async function judge(head, pieces, name) {
  const promised = promisedBy(name);
  if (TEXTS.includes(promised) && (await isText(head, pieces))) return promised;
  return typeOf(head, name);
}

/** Whether a file that came is of the type it was sent as. */
export async function isOf(type, pieces) {
  const [head] = pieces;
  if (TEXTS.includes(type)) return isText(head, pieces);
  return typeOf(head) === (PACKED.includes(type) ? "application/zip" : type);
}

/** A name to save under: no paths, nothing that turns the writing round, and an ending that is true. */
export function safeName(name, type) {
  const clean = name.replace(/[\p{Cc}\p{Cf}\\/:*?"<>|]/gu, "_").replace(/^[.\s]+/, "").slice(-200) || "file";
  return nameFits(clean, type) ? clean : `${clean}.${KINDS[type][1]}`;
}
