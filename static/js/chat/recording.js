// Audio and video: how long a recording lasts, before it is sent and as words.
const PATIENCE_MS = 3000;

/** `{ dur, w, h }` as far as the browser can tell: whole seconds, pixels of a video. */
export function measure(file, mime) {
  const src = URL.createObjectURL(file);
  const player = Object.assign(document.createElement(mime.split("/")[0]), { preload: "metadata", src });
  return new Promise((done) => {
    const tell = () => {
      clearTimeout(late);
      URL.revokeObjectURL(src);
      const { duration, videoWidth: w, videoHeight: h } = player;
      done({ dur: Number.isFinite(duration) ? Math.round(duration) : undefined, ...(w ? { w, h } : {}) });
    };
    const late = setTimeout(tell, PATIENCE_MS);
    Object.assign(player, { onloadedmetadata: tell, onerror: tell });
  });
}

/** "1:07", "1:02:03". */
export function lengthWords(seconds) {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
