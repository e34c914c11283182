import type { RegistrationKind, RegistrationStep } from '@/shared/api/logisticsTypes'
import { STEPS } from '@/shared/logistics'

export interface BarStep {
  key: RegistrationStep
  word: string
  state: 'done' | 'current' | 'todo'
}

const ORDER: readonly RegistrationStep[] = ['registered', 'held', 'queued', 'loading', 'left', 'signed']

/** 登记→占用→排队→装车→出厂→签收; a delivery holds nothing and is unloaded. The last step is done once reached. */
export function barSteps(kind: RegistrationKind, reached: RegistrationStep): BarStep[] {
  const keys = ORDER.filter((key) => kind === 'pickup' || key !== 'held')
  const at = keys.indexOf(reached)
  return keys.map((key, index) => ({ key, word: wordOf(key, kind), state: stateOf(index, at, keys.length) }))
}

function wordOf(key: RegistrationStep, kind: RegistrationKind): string {
  return key === 'loading' && kind === 'delivery' ? '卸车' : STEPS[key]
}

function stateOf(index: number, at: number, count: number): BarStep['state'] {
  if (index < at || (index === at && at === count - 1)) return 'done'
  return index === at ? 'current' : 'todo'
}
