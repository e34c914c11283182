import { afterEach, describe, expect, it } from 'vitest'
import { effectScope, type EffectScope, nextTick, ref } from 'vue'
import type { Query } from '@/shared/api/http'
import { useSlices } from './slices'

interface Sum {
  count: number
  next_cursor: string | null
}

const scopes: EffectScope[] = []
afterEach(() => scopes.splice(0).forEach((scope) => scope.stop()))

function summing(ask: (question: Query) => Promise<Sum>) {
  const meal = ref('lunch')
  const scope = effectScope()
  scopes.push(scope)
  const add = (sums: Sum, slice: Sum): Sum => ({ ...slice, count: sums.count + slice.count })
  const slices = scope.run(() => useSlices<Sum>(() => ({ meal: meal.value }), ask, add))
  if (!slices) throw new Error('no scope')
  return { meal, scope, ...slices }
}

/** A server whose answers come when the test says so. */
function slowly() {
  const waiting: { question: Query; answer: (sum: Sum) => void; fail: (error: unknown) => void }[] = []
  const ask = (question: Query) =>
    new Promise<Sum>((answer, fail) => {
      waiting.push({ question, answer, fail })
    })
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await nextTick()
  }
  return { waiting, ask, settle }
}

describe('sums of a filter', () => {
  it('grow slice by slice and are exact at the end', async () => {
    const { waiting, ask, settle } = slowly()
    const { sums, isComplete, isRunning } = summing(ask)
    expect([sums.value, isRunning.value]).toEqual([null, true])
    waiting[0]?.answer({ count: 5000, next_cursor: 'x' })
    await settle()
    expect([sums.value?.count, isComplete.value]).toEqual([5000, false])
    expect(waiting[1]?.question).toEqual({ meal: 'lunch', cursor: 'x' })
    waiting[1]?.answer({ count: 12, next_cursor: null })
    await settle()
    expect([sums.value?.count, isComplete.value, isRunning.value]).toEqual([5012, true, false])
    expect(waiting).toHaveLength(2)
  })

  it('of the filter before are never added to those of the new one', async () => {
    const { waiting, ask, settle } = slowly()
    const { meal, sums, isComplete } = summing(ask)
    waiting[0]?.answer({ count: 1000, next_cursor: 'old' })
    await settle()
    meal.value = 'dinner'
    await settle()
    expect(sums.value).toBeNull()
    expect(waiting[2]?.question).toEqual({ meal: 'dinner', cursor: null })
    waiting[1]?.answer({ count: 1000, next_cursor: 'older' })
    await settle()
    expect(sums.value).toBeNull()
    waiting[2]?.answer({ count: 7, next_cursor: null })
    await settle()
    expect([sums.value?.count, isComplete.value]).toEqual([7, true])
    expect(waiting).toHaveLength(3)
  })

  it('go on where they stopped when a slice was lost', async () => {
    const { waiting, ask, settle } = slowly()
    const { sums, error, isComplete, isRunning, goOn } = summing(ask)
    waiting[0]?.answer({ count: 3, next_cursor: 'x' })
    await settle()
    waiting[1]?.fail(new Error('lost'))
    await settle()
    expect([error.value, isRunning.value, isComplete.value]).toEqual([new Error('lost'), false, false])
    void goOn()
    expect(waiting[2]?.question['cursor']).toBe('x')
    waiting[2]?.answer({ count: 4, next_cursor: null })
    await settle()
    expect([sums.value?.count, error.value]).toEqual([7, null])
  })

  it('stay shown while they are reckoned anew, and stop with the page', async () => {
    const { waiting, ask, settle } = slowly()
    const { sums, again, scope } = summing(ask)
    waiting[0]?.answer({ count: 3, next_cursor: null })
    await settle()
    void again()
    expect(sums.value?.count).toBe(3)
    waiting[1]?.answer({ count: 1, next_cursor: 'x' })
    scope.stop()
    await settle()
    expect(waiting).toHaveLength(2)
  })
})
