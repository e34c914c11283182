import { computed, type Ref } from 'vue'
import { errorSentence } from '@/shared/api/errors'
import type { CertificatePhoto } from '@/shared/api/logisticsTypes'
import { useAction } from '@/shared/composables/action'
import { CERTIFICATE, PhotoProblem, toPhoto } from '../face/photo'
import { uploadForm } from '../face/upload'
import { logistics } from '../http'

/** As many as the server takes with one vehicle, person or signature. */
export const MAX_PHOTOS = 6

/** Small pictures of what was chosen on this page; they never leave its memory. */
const previews = new Map<string, string>()

/** The pictures of a form, by their ids. */
export function usePhotos(ids: Ref<string[]>, known: Ref<readonly CertificatePhoto[]>) {
  const taking = useAction(async (files: readonly Blob[]) => {
    for (const file of files.slice(0, MAX_PHOTOS - ids.value.length)) {
      const photo = await toPhoto(file, CERTIFICATE)
      const { photo_id, url, fields } = await logistics.beginPhoto()
      await uploadForm(url, fields, photo)
      previews.set(photo_id, URL.createObjectURL(photo))
      ids.value = [...ids.value, photo_id]
    }
  })

  function remove(id: string): void {
    const address = previews.get(id)
    if (address) URL.revokeObjectURL(address)
    previews.delete(id)
    ids.value = ids.value.filter((one) => one !== id)
    taking.error.value = null
  }

  return {
    taking,
    remove,
    isBusy: taking.isBusy,
    shown: computed(() =>
      ids.value.map((id) => ({ id, url: previews.get(id) ?? known.value.find((one) => one.id === id)?.url ?? '' })),
    ),
    problem: computed(() => {
      const error = taking.error.value
      return error instanceof PhotoProblem ? error.message : error ? errorSentence(error) : ''
    }),
  }
}
