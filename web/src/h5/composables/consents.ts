import { computed, shallowRef } from 'vue'
import type { Consent, ConsentKind } from '@/shared/api/types'
import { visitors } from '../http'

const items = shallowRef<Consent[]>([])

async function load(): Promise<void> {
  items.value = await visitors.consents()
}

/** What the user said to the text as it is today. */
export function useConsents() {
  const of = (kind: ConsentKind): Consent | undefined => items.value.find((consent) => consent.kind === kind)

  async function decide(consent: Consent, granted: boolean): Promise<void> {
    const fresh = await visitors.decideConsent(consent.kind, consent.version, granted)
    items.value = items.value.map((known) => (known.kind === fresh.kind ? fresh : known))
  }

  return { items, load, of, decide, isGranted: (kind: ConsentKind) => computed(() => of(kind)?.standing === 'granted') }
}
