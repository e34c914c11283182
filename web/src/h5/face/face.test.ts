import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import { ApiError, NetworkError } from '@/shared/api/errors'
import { visitors } from '../http'
import { emptyVisitor, keepable, toDraft, toVisitor, visitorProblems } from '../reservation/rules'
import * as photos from './photo'
import { fitted, LONGEST_SIDE, MAX_BYTES, MIN_SIDE, PhotoProblem, smallEnough, toFacePhoto } from './photo'
import * as uploads from './upload'
import { uploadFace } from './upload'
import { useFace } from './useFace'

const FORM = { id: 'A'.repeat(26), url: 'https://photos.test/', fields: { key: 'faces/u/A.jpg' }, expires_at: '' }
const jpeg = (size: number): Blob => new Blob([new Uint8Array(size)], { type: 'image/jpeg' })

afterEach(() => vi.restoreAllMocks())

describe('the size of a photo', () => {
  it('is scaled down to the longest side, never up', () => {
    expect(fitted({ width: 3000, height: 4000 })).toEqual({ width: 720, height: LONGEST_SIDE })
    expect(fitted({ width: 300, height: 400 })).toEqual({ width: 300, height: 400 })
  })
  it('is refused when the face could not be known again', () => {
    expect(() => fitted({ width: MIN_SIDE - 1, height: 900 })).toThrow('照片太小')
    expect(() => fitted({ width: 4000, height: 500 })).toThrow('照片太长')
    expect(fitted({ width: MIN_SIDE, height: LONGEST_SIDE }).width).toBe(MIN_SIDE)
  })
})

describe('the bytes of a photo', () => {
  it('have the best quality that is small enough', async () => {
    const asked: number[] = []
    const photo = await smallEnough(async (quality) => {
      asked.push(quality)
      return jpeg(quality > 0.8 ? MAX_BYTES + 1 : MAX_BYTES)
    })
    expect(photo.size).toBe(MAX_BYTES)
    expect(asked).toEqual([0.92, 0.85, 0.75])
  })
  it('are refused when nothing helps, or the browser writes something else', async () => {
    await expect(smallEnough(async () => jpeg(MAX_BYTES + 1))).rejects.toThrow('无法压缩')
    await expect(smallEnough(async () => new Blob(['x'], { type: 'image/png' }))).rejects.toThrow(PhotoProblem)
    await expect(smallEnough(async () => null)).rejects.toThrow(PhotoProblem)
  })
  it('of another file are not even opened', async () => {
    await expect(toFacePhoto(new Blob(['%PDF'], { type: 'application/pdf' }))).rejects.toThrow('这不是照片')
    await expect(toFacePhoto(new Blob(['<svg/>'], { type: 'image/svg+xml' }))).rejects.toThrow('这不是照片')
  })
})

describe('the upload', () => {
  it('posts the signed fields, then the file, without cookies', async () => {
    vi.spyOn(visitors, 'beginFace').mockResolvedValue(FORM)
    const sent = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(null, { status: 204 }))
    expect(await uploadFace(jpeg(10))).toBe(FORM.id)
    const [url, options] = sent.mock.calls[0] ?? []
    expect([url, options?.method, options?.credentials]).toEqual([FORM.url, 'POST', 'omit'])
    expect([...(options?.body as FormData).keys()]).toEqual(['key', 'file'])
  })
  it('tells a refusal from a lost network', async () => {
    vi.spyOn(visitors, 'beginFace').mockResolvedValue(FORM)
    vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response('', { status: 403 }))
    await expect(uploadFace(jpeg(10))).rejects.toThrow('没有传上去')
    vi.spyOn(globalThis, 'fetch').mockRejectedValueOnce(new TypeError('failed'))
    await expect(uploadFace(jpeg(10))).rejects.toBeInstanceOf(NetworkError)
  })
})

describe('the face of a form', () => {
  const chosen = new File([new Uint8Array(10)], 'me.jpg', { type: 'image/jpeg' })

  it('belongs to the visitor it was chosen for, whoever is shown when it is there', async () => {
    const first = emptyVisitor()
    const visitor = ref(first)
    let finish: (id: string) => void = () => undefined
    vi.spyOn(photos, 'toFacePhoto').mockResolvedValue(jpeg(10))
    vi.spyOn(uploads, 'uploadFace').mockReturnValue(new Promise((resolve) => (finish = resolve)))
    const face = useFace(visitor)
    const target = visitor.value
    const taking = face.taking.run(chosen)
    await nextTick()
    expect(visitorProblems(visitor.value)['face']).toBe('照片正在处理，请稍候')
    visitor.value = emptyVisitor()
    await vi.waitFor(() => expect(uploads.uploadFace).toHaveBeenCalled())
    finish(FORM.id)
    await taking
    expect([visitor.value.face, target.face]).toEqual([null, FORM.id])
    expect(target.face_busy).toBe(false)
  })

  it('is dropped when somebody else takes the place in the form meanwhile', async () => {
    const visitor = ref(emptyVisitor())
    vi.spyOn(photos, 'toFacePhoto').mockResolvedValue(jpeg(10))
    vi.spyOn(uploads, 'uploadFace').mockImplementation(async () => {
      Object.assign(visitor.value, emptyVisitor(), { name: '周敏' })
      return FORM.id
    })
    await useFace(visitor).taking.run(chosen)
    expect([visitor.value.name, visitor.value.face]).toEqual(['周敏', null])
  })

  it('says what is wrong and lets one try again', async () => {
    const visitor = ref(emptyVisitor())
    vi.spyOn(photos, 'toFacePhoto').mockRejectedValue(new PhotoProblem('照片太小'))
    const face = useFace(visitor)
    await face.taking.run(chosen)
    expect([face.problem.value, face.hasFace.value, visitor.value.face_busy]).toEqual(['照片太小', false, false])
  })

  it('goes when the consent is gone, also from a kept form', async () => {
    vi.spyOn(visitors, 'consents').mockResolvedValue([])
    const visitor = ref({ ...emptyVisitor(), face: FORM.id })
    const face = useFace(visitor)
    await face.load()
    expect([visitor.value.face, face.isGranted.value]).toEqual([null, false])
  })

  it('asks for the consents again when the server misses it', async () => {
    const consents = vi.spyOn(visitors, 'consents').mockResolvedValue([])
    vi.spyOn(photos, 'toFacePhoto').mockResolvedValue(jpeg(10))
    vi.spyOn(uploads, 'uploadFace').mockRejectedValue(new ApiError(409, 'consent_face_required', '还没有同意'))
    const face = useFace(ref(emptyVisitor()))
    await face.taking.run(chosen)
    expect(consents).toHaveBeenCalledOnce()
    expect(face.problem.value).toBe('还没有同意')
  })

  it('is named to the server as a new photo or the saved one, and kept without anything of the picture', () => {
    const saved = { id: 'S', name: '林', gender: 'female', phone: '1', plate_number: null, id_number_masked: null }
    const draft = toDraft({ ...saved, gender: 'female', has_face: true, last_used_at: '' })
    expect([toVisitor(draft).face, toVisitor(draft).face_of]).toEqual([null, 'S'])
    expect(toDraft({ ...saved, gender: 'female', has_face: false, last_used_at: '' }).face_of).toBeNull()
    expect(keepable({ ...draft, face_busy: true }).face_busy).toBe(false)
  })
})
