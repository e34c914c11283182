/** What the server and the gate take, with a little room: a JPEG of at most 200 KB, no side under 240 pixels. */
export const MAX_BYTES = 190_000
export const MIN_SIDE = 240
export const LONGEST_SIDE = 960
/** What a picture must be: its bytes, its longest side, and what is too small to be used. */
export interface Limits {
  maxBytes: number
  longestSide: number
  minSide: number
  tooSmall: string
}

export const FACE: Limits = {
  maxBytes: MAX_BYTES,
  longestSide: LONGEST_SIDE,
  minSide: MIN_SIDE,
  tooSmall: `照片太小（边长至少 ${MIN_SIDE} 像素），看不清人脸，请用原图或重新拍照。`,
}
/** Small print must stay readable. */
export const CERTIFICATE: Limits = {
  maxBytes: 900_000,
  longestSide: 1600,
  minSide: 200,
  tooSmall: '照片太小，看不清文字，请用原图或重新拍照。',
}
const QUALITIES = [0.92, 0.85, 0.75, 0.65, 0.5]

/** A photo that cannot be used; the message says why and what to do. */
export class PhotoProblem extends Error {}

export interface Size {
  width: number
  height: number
}

/** The size a photo is scaled to, never up. Refuses what would be too small for a gate to know the face again. */
export function fitted({ width, height }: Size, limits: Limits = FACE): Size {
  if (Math.min(width, height) < limits.minSide) throw new PhotoProblem(limits.tooSmall)
  const scale = Math.min(1, limits.longestSide / Math.max(width, height))
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) }
  if (Math.min(size.width, size.height) < limits.minSide) throw new PhotoProblem('照片太长，请用普通比例的照片。')
  return size
}

/** The best quality that is small enough. */
export async function smallEnough(
  encode: (quality: number) => Promise<Blob | null>,
  maxBytes = MAX_BYTES,
): Promise<Blob> {
  for (const quality of QUALITIES) {
    const photo = await encode(quality)
    if (photo?.type === 'image/jpeg' && photo.size <= maxBytes) return photo
  }
  throw new PhotoProblem(`这张照片无法压缩到 ${Math.ceil(maxBytes / 100_000) * 100} KB 以内，请换一张。`)
}

/** A picture file as the JPEG that is uploaded: upright (the browser turns it as its EXIF says), small, nothing but pixels. */
export async function toPhoto(file: Blob, limits: Limits): Promise<Blob> {
  if (file.type && (!file.type.startsWith('image/') || file.type === 'image/svg+xml')) throw notAPhoto()
  const image = await opened(file)
  const size = fitted({ width: image.naturalWidth, height: image.naturalHeight }, limits)
  const canvas = painted(image, size)
  const encode = (quality: number) =>
    new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality))
  return smallEnough(encode, limits.maxBytes)
}

export const toFacePhoto = (file: Blob): Promise<Blob> => toPhoto(file, FACE)

async function opened(file: Blob): Promise<HTMLImageElement> {
  const address = URL.createObjectURL(file)
  try {
    return await decoded(address)
  } catch {
    throw notAPhoto()
  } finally {
    URL.revokeObjectURL(address)
  }
}

/** `decode()` is missing in older WeChat browsers. */
function decoded(address: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image()
    image.onload = () => resolve(image)
    image.onerror = reject
    image.src = address
  })
}

/** On white: what is transparent would turn black in a JPEG. */
function painted(image: HTMLImageElement, { width, height }: Size): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const brush = canvas.getContext('2d')
  if (!brush) throw new PhotoProblem('手机内存不足，请关闭其他页面后再试。')
  brush.fillStyle = '#fff'
  brush.fillRect(0, 0, width, height)
  brush.drawImage(image, 0, 0, width, height)
  return canvas
}

const notAPhoto = (): PhotoProblem => new PhotoProblem('这不是照片，或手机打不开它，请选择 JPG、PNG 格式的照片。')
