/** Decodes picture files of any format that the browser supports. */

/** Why a file was rejected, as a sentence for the reader. */
export class PictureError extends Error {}

/** Longest side after decoding, in pixels: more than any network here needs. */
const LONGEST = 1024;

/**
 * Returns the file's pixels on a white background, the longer side at most 1024: the first frame of an animation,
 * rotated by its EXIF orientation. Throws a PictureError if the file cannot be decoded.
 */
export async function decodePicture(file: Blob): Promise<ImageData> {
  const name = file instanceof File && file.name ? `“${file.name}”` : "That file";
  if (file.size === 0) throw new PictureError(`${name} is empty. Choose another picture.`);
  const address = URL.createObjectURL(file);
  const image = new Image();
  try {
    // An element knows a picture's size before decoding its pixels: 40 megapixels take 160 MB.
    await loaded(image, address);
    const [width, height] = [image.naturalWidth, image.naturalHeight];
    if (width === 0 || height === 0) throw new PictureError(`${name} has no size: nothing is in it.`);
    const scale = Math.min(1, LONGEST / Math.max(width, height));
    return await rasterised(
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

async function rasterised(
  file: Blob,
  image: HTMLImageElement,
  width: number,
  height: number,
): Promise<ImageData> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas");
  context.fillStyle = "#fff"; // white behind transparent pixels
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  if (file.type === "image/svg+xml") {
    context.drawImage(image, 0, 0, width, height); // createImageBitmap cannot decode SVG files
  } else {
    const bitmap = await bitmapOf(file, width, height);
    context.drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
  }
  return context.getImageData(0, 0, width, height);
}

/** Decodes the first frame. Rejects truncated files, which an element would show in part. */
function bitmapOf(file: Blob, width: number, height: number): Promise<ImageBitmap> {
  return createImageBitmap(file, {
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: "high",
    imageOrientation: "from-image",
  }).catch(() => createImageBitmap(file)); // for browsers without one of these options
}
