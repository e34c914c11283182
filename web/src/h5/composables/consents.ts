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

  const decide = async (consent: Consent, granted: boolean): Promise<void> =>
    replaceWith(await visitors.decideConsent(consent.kind, consent.version, granted))
  const withdraw = async (kind: ConsentKind): Promise<void> => replaceWith(await visitors.withdrawConsent(kind))

  function replaceWith(fresh: Consent): void {
    items.value = items.value.map((known) => (known.kind === fresh.kind ? fresh : known))
  }

  return {
    items,
    load,
    of,
    decide,
    withdraw,
    isGranted: (kind: ConsentKind) => computed(() => of(kind)?.standing === 'granted'),
  }
}
