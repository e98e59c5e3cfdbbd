/** A picture file of any kind the browser reads, as pixels. */

/** Why a file was not taken: a sentence for the reader. */
export class PictureError extends Error {}

/** Longest side of what is kept: far more than any network here sees. */
const LONGEST = 1024;

/**
 * The file's pixels on white, its longer side at most 1024: its first frame if it moves, turned as its
 * camera noted. A PictureError says why there are none.
 */
export async function decoded(file: Blob): Promise<ImageData> {
  const name = file instanceof File && file.name ? `“${file.name}”` : "That file";
  if (file.size === 0) throw new PictureError(`${name} is empty. Choose another picture.`);
  const address = URL.createObjectURL(file);
  const image = new Image();
  try {
    // An element knows a picture's size before its pixels are unpacked: 40 megapixels are 160 MB.
    await loaded(image, address);
    const [width, height] = [image.naturalWidth, image.naturalHeight];
    if (width === 0 || height === 0) throw new PictureError(`${name} has no size: nothing is in it.`);
    const scale = Math.min(1, LONGEST / Math.max(width, height));
    return await unpacked(
      file,
      image,
      Math.max(1, Math.round(width * scale)),
      Math.max(1, Math.round(height * scale)),
    );
  } catch (error) {
    if (error instanceof PictureError) throw error;
    throw new PictureError(
      `${name} is no picture that this browser can read, or only a part of one. Choose a PNG, JPEG, WebP or GIF.`,
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}

function loaded(image: HTMLImageElement, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    image.onload = () => { resolve(); };
    image.onerror = () => { reject(new Error("not decoded")); };
    image.src = address;
  });
}

async function unpacked(
  file: Blob,
  image: HTMLImageElement,
  width: number,
  height: number,
): Promise<ImageData> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.fillStyle = "#fff"; // paper, where the picture is transparent
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  if (file.type === "image/svg+xml") {
    context.drawImage(image, 0, 0, width, height); // lines, which no bitmap is made of
  } else {
    const bitmap = await bitmapOf(file, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
  }
  return context.getImageData(0, 0, width, height);
}

/** The first frame, by definition; rejects a file that breaks off, of which an element shows a part. */
function bitmapOf(file: Blob, width: number, height: number): Promise<ImageBitmap> {
  return createImageBitmap(file, {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: "high",
    imageOrientation: "from-image",
  }).catch(() => createImageBitmap(file)); // a browser that does not know one of these wishes
}
