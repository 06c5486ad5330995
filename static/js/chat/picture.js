// Pictures are drawn anew before they are sent: what a camera wrote into the file, the place among
// it, is not drawn.
const LONGEST = 4096;
const THUMBS = [[160, 0.6], [128, 0.5], [96, 0.5], [64, 0.5], [48, 0.4], [32, 0.3]];
const MOST_THUMB = 2048;

function draw(picture, width, height, isOnWhite) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  if (isOnWhite) {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
  }
  context.drawImage(picture, 0, 0, width, height);
  return canvas;
}

const encoded = (canvas, type, quality) => new Promise((done) => canvas.toBlob(done, type, quality));

const within = ({ width, height }, longest) => {
  const scale = Math.min(1, longest / Math.max(width, height));
  return [width, height].map((side) => Math.max(1, Math.round(side * scale)));
};

async function toBase64(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}

/** A small JPEG as base64 that fits into a message. */
async function thumbOf(picture) {
  for (const [side, quality] of THUMBS) {
    const small = await encoded(draw(picture, ...within(picture, side), true), "image/jpeg", quality);
    const text = small ? await toBase64(small) : "";
    if (text && text.length <= MOST_THUMB) return text;
  }
  return undefined;
}

/** What is sent of a picture: `{ blob, w, h, thumb }`. A GIF stays as it is, since it may move. */
export async function redraw(file, type) {
  const picture = await createImageBitmap(file);
  try {
    const [w, h] = within(picture, LONGEST);
    const thumb = await thumbOf(picture);
    if (type === "image/gif") return { blob: file, w: picture.width, h: picture.height, thumb };
    const blob = await encoded(draw(picture, w, h, type === "image/jpeg"), type, 0.9);
    if (!blob) throw new Error("too large to be drawn");
    return { blob, w, h, thumb };
  } finally {
    picture.close();
  }
}
