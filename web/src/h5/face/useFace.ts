import { computed, type Ref } from 'vue'
import { ApiError, errorSentence } from '@/shared/api/errors'
import { useAction } from '@/shared/composables/action'
import { useConsents } from '../composables/consents'
import type { VisitorDraft } from '../reservation/rules'
import { PhotoProblem, toFacePhoto } from './photo'
import { uploadFace } from './upload'

/** Small pictures of what was chosen on this page; they never leave its memory. */
const previews = new Map<string, string>()

/** The face of one visitor's form: a photo just chosen, or the one that is saved with the visitor. */
export function useFace(visitor: Ref<VisitorDraft>) {
  const consents = useConsents()
  const isGranted = consents.isGranted('face')

  const taking = useAction(async (file: File) => {
    // another visitor may be chosen meanwhile, in this form or in its place: the photo is for whom it was chosen
    const target = visitor.value
    target.face_busy = true
    try {
      const photo = await toFacePhoto(file)
      const id = await uploadFace(photo)
      previews.set(id, URL.createObjectURL(photo))
      if (target.face_busy) Object.assign(target, { face: id, face_of: null, face_kept: false })
    } catch (error) {
      if (error instanceof ApiError && error.code === 'consent_face_required') await consents.load()
      throw error
    } finally {
      target.face_busy = false
    }
  })

  function forget(): void {
    const address = previews.get(visitor.value.face ?? '')
    if (address) URL.revokeObjectURL(address)
    previews.delete(visitor.value.face ?? '')
    Object.assign(visitor.value, { face: null, face_of: null, face_kept: false })
    taking.error.value = null
  }

  /** Without the consent there is no face, whatever a kept draft says. */
  async function load(): Promise<void> {
    await consents.load()
    if (!isGranted.value) forget()
  }

  const problem = computed(() => {
    const error = taking.error.value
    return error instanceof PhotoProblem ? error.message : error ? errorSentence(error) : ''
  })
  const preview = computed(() => previews.get(visitor.value.face ?? '') ?? '')
  const hasFace = computed(() => Boolean(visitor.value.face || visitor.value.face_of || visitor.value.face_kept))
  const isBusy = computed(() => taking.isBusy.value || visitor.value.face_busy)
  return { isGranted, isBusy, hasFace, preview, problem, taking, forget, load }
}
