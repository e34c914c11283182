import { computed, onMounted, ref, shallowRef } from 'vue'
import { serverNow } from '@/shared/api/serverClock'
import type { Person, Registration, Validity, Vehicle } from '@/shared/api/logisticsTypes'
import type { StatusWord } from '@/shared/status'
import { usePolling } from '@/shared/composables/polling'
import { logistics } from '../http'
import { currentOnes, lookAgain } from './current'
import { useNow } from './now'

/** What the first page of logistics shows. The archive is a help: without it the page works all the same. */
export function useLogisticsHome() {
  const now = useNow()
  const registrations = shallowRef<Registration[]>([])
  const error = shallowRef<unknown>(null)
  const isKnown = ref(false)
  const vehicles = shallowRef<Vehicle[] | null>(null)
  const people = shallowRef<Person[] | null>(null)

  /** What is shown stays while the network is away. */
  async function load(): Promise<void> {
    try {
      registrations.value = (await logistics.registrations('all', null)).items
      error.value = null
      isKnown.value = true
    } catch (caught) {
      error.value = caught
    }
  }

  async function loadArchive(): Promise<void> {
    const [trucks, persons] = await Promise.allSettled([logistics.vehicles(), logistics.people()])
    if (trucks.status === 'fulfilled') vehicles.value = trucks.value
    if (persons.status === 'fulfilled') people.value = persons.value
  }

  const current = computed(() => currentOnes(registrations.value, now.value))
  const polling = usePolling(load, () => (error.value ? RETRY_MS : lookAgain(current.value, serverNow())))
  onMounted(async () => {
    await Promise.all([load(), loadArchive()])
    polling.restart()
  })

  return {
    now,
    current,
    error,
    isKnown,
    load,
    isFirstTime: computed(() => vehicles.value?.length === 0 || people.value?.length === 0),
    hasVehicles: computed(() => Boolean(vehicles.value?.length)),
    hasPeople: computed(() => Boolean(people.value?.length)),
    vehiclesDue: computed(() => dueBadge(vehicles.value ?? [])),
    peopleDue: computed(() => dueBadge(people.value ?? [])),
  }
}

const RETRY_MS = 15_000

/** What is wrong with certificates, as a badge: the worst first. */
export function dueBadge(archive: readonly { validity: Validity }[]): StatusWord | null {
  const count = (...names: Validity[]): number => archive.filter(({ validity }) => names.includes(validity)).length
  const [bad, soon] = [count('expired', 'suspended'), count('expiring')]
  if (bad) return { word: `${bad} 项不可用`, tone: 'failed' }
  return soon ? { word: `${soon} 项将到期`, tone: 'waiting' } : null
}
