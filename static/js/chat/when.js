// Dates, times and figures as the server writes them for this reader (`src/locale.rs`): words are
// English, their order and their signs are those of the page, never of the browser.
const { locale = "en-GB", order = "day", halves = "" } = globalThis.document?.documentElement.dataset ?? {};
const [before, after] = halves.split(" ");

const formats = new Map(); // a page of rows asks for the same one again and again

/** Of an instant in a zone: year, month and so on, each by its name; `options` say which. */
function parts(at, timeZone, options) {
  const key = JSON.stringify([timeZone, options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en", { ...options, timeZone }));
  return Object.fromEntries(formats.get(key).formatToParts(at).map(({ type, value }) => [type, value]));
}

/** "Monday 23 November 2026", "Monday, November 23, 2026". */
export function headingWords(at, timeZone) {
  const { weekday, ...date } = parts(at, timeZone, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const words = inOrder(date);
  return { day: `${weekday} ${words}`, month: `${weekday}, ${words}`, year: `${words} (${weekday})` }[order];
}

/** "23 November 2026", "November 23, 2026". */
export const dateWords = (at, timeZone) => inOrder(parts(at, timeZone, { day: "numeric", month: "long", year: "numeric" }));

/** "23 Nov 2026". */
export const shortDateWords = (at, timeZone) => inOrder(parts(at, timeZone, { day: "numeric", month: "short", year: "numeric" }));

const inOrder = ({ day, month, year }) =>
  ({ day: `${day} ${month} ${year}`, month: `${month} ${day}, ${year}`, year: `${year} ${month} ${day}` })[order];

/** "09:30", "9:30 AM". */
export function timeWords(at, timeZone) {
  const { hour, minute } = parts(at, timeZone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return halves ? `${hour % 12 || 12}:${minute} ${hour < 12 ? before : after}` : `${hour}:${minute}`;
}

/** "23 Nov, 09:30". */
export function momentWords(at, timeZone) {
  const { day, month } = parts(at, timeZone, { day: "numeric", month: "short" });
  return `${order === "day" ? `${day} ${month}` : `${month} ${day}`}, ${timeWords(at, timeZone)}`;
}

/** "1,234.5": so many decimals. */
export const figure = (number, decimals = 0) =>
  number.toLocaleString(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** "214 KB". */
export function sizeWords(size) {
  if (size < 1000) return `${size} bytes`;
  const kb = size / 1024;
  return kb < 1000 ? `${Math.max(1, Math.round(kb))} KB` : `${figure(kb / 1024, 1)} MB`;
}
