/** What the server and the gate take, with a little room: a JPEG of at most 200 KB, no side under 240 pixels. */
export const MAX_BYTES = 190_000
export const MIN_SIDE = 240
export const LONGEST_SIDE = 960
const QUALITIES = [0.92, 0.85, 0.75, 0.65, 0.5]

/** A photo that cannot be used; the message says why and what to do. */
export class PhotoProblem extends Error {}

export interface Size {
  width: number
  height: number
}

/** The size a photo is scaled to, never up. Refuses what would be too small for a gate to know the face again. */
export function fitted({ width, height }: Size): Size {
  if (Math.min(width, height) < MIN_SIDE) {
    throw new PhotoProblem(`照片太小（边长至少 ${MIN_SIDE} 像素），看不清人脸，请用原图或重新拍照。`)
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height))
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) }
  if (Math.min(size.width, size.height) < MIN_SIDE) throw new PhotoProblem('照片太长，请用普通比例的正面照。')
  return size
}

/** The best quality that is small enough. */
export async function smallEnough(encode: (quality: number) => Promise<Blob | null>): Promise<Blob> {
  for (const quality of QUALITIES) {
    const photo = await encode(quality)
    if (photo?.type === 'image/jpeg' && photo.size <= MAX_BYTES) return photo
  }
  throw new PhotoProblem('这张照片无法压缩到 200 KB 以内，请换一张。')
}

/** A picture file as the JPEG that is uploaded: upright (the browser turns it as its EXIF says), small, nothing but pixels. */
export async function toFacePhoto(file: Blob): Promise<Blob> {
  if (file.type && (!file.type.startsWith('image/') || file.type === 'image/svg+xml')) throw notAPhoto()
  const image = await opened(file)
  const size = fitted({ width: image.naturalWidth, height: image.naturalHeight })
  const canvas = painted(image, size)
  return smallEnough((quality) => new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality)))
}

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
