import { NetworkError } from '@/shared/api/errors'
import { visitors } from '../http'
import { PhotoProblem } from './photo'

const TIMEOUT_MS = 30_000

/** Puts a photo into the private bucket, by a form the server signed for this one; returns what a reservation names it by. */
export async function uploadFace(photo: Blob): Promise<string> {
  const { id, url, fields } = await visitors.beginFace()
  await uploadForm(url, fields, photo)
  return id
}

/** Posts a picture with the fields the server signed for it. */
export async function uploadForm(url: string, fields: Record<string, string>, photo: Blob): Promise<void> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', photo, 'photo.jpg')
  if (!(await post(url, form))) throw new PhotoProblem('照片没有传上去，请再试一次。')
}

async function post(url: string, body: FormData): Promise<boolean> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS)
  try {
    return (await fetch(url, { method: 'POST', body, credentials: 'omit', signal: abort.signal })).ok
  } catch {
    throw new NetworkError(abort.signal.aborted)
  } finally {
    clearTimeout(timer)
  }
}
