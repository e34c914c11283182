import { computed, ref, shallowRef, watch } from 'vue'
import type { Visit } from '@/shared/api/types'
import { useAction } from '@/shared/composables/action'
import { seenOf } from '@/shared/parties'
import { office } from '../http'
import type { RowDrawer } from './rowDrawer'

/** The clerk's decision on exactly the visit that is shown, or on everybody who comes along. */
export function useDecision(drawer: RowDrawer<Visit>, onChanged: (visit: Visit) => void) {
  const isRefusing = ref(false)
  const party = shallowRef<Visit[]>([])
  /** The visit that the shown one was changed from. */
  const before = shallowRef<Visit | null>(null)
  const isTogether = ref(true)
  const undecided = computed(() => party.value.filter(({ can_decide }) => can_decide))
  const decided = computed(() => (isTogether.value && undecided.value.length > 1 ? undecided.value : []))

  /** Read anew with the drawer's visit, so that a decision carries what is true now. */
  async function loadParty(visit: Visit | null): Promise<void> {
    const id = visit?.party?.id
    const known = party.value[0]?.party?.id
    if (known !== id) party.value = []
    if (!id) return
    const fresh = await office.party(id).catch(() => party.value)
    if (drawer.row.value?.party?.id === id) party.value = fresh
  }

  async function loadBefore(visit: Visit | null): Promise<void> {
    const id = visit?.replaces ?? null
    if (before.value?.id === id) return
    before.value = null
    const found = id ? await office.visit(id).catch(() => null) : null
    if ((drawer.row.value?.replaces ?? null) === id) before.value = found
  }
  watch(drawer.row, (visit) => Promise.all([loadParty(visit), loadBefore(visit)]))

  async function decide(
    one: (seen: Visit) => Promise<Visit>,
    together: (id: string, seen: Visit[]) => Promise<Visit[]>,
  ): Promise<void> {
    const people = decided.value
    await drawer.change(async (seen) => {
      if (!seen.party || !people.length) return one(seen)
      const changed = await together(seen.party.id, people)
      changed.forEach(onChanged)
      return changed.find(({ id }) => id === seen.id) ?? seen
    })
    await loadParty(drawer.row.value)
  }

  return {
    isRefusing,
    party,
    before,
    openOther: async (id: string): Promise<void> => drawer.open(await office.visit(id)),
    isTogether,
    undecided,
    decided,
    approval: useAction(() =>
      decide(
        (seen) => office.approve(seen.id, seen.version),
        (id, people) => office.approvePeople(id, seenOf(people)),
      ),
    ),
    sendingAgain: useAction(() => drawer.change((seen) => office.sendRightsAgain(seen.id, seen.version))),
    refusal: useAction(async (reason: string) => {
      await decide(
        (seen) => office.refuse(seen.id, seen.version, reason),
        (id, people) => office.refusePeople(id, seenOf(people), reason),
      )
      isRefusing.value = false
    }),
  }
}
