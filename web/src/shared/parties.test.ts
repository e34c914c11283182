import { describe, expect, it } from 'vitest'
import type { Visit } from './api/types'
import { groupVisits, seenOf } from './parties'

const visit = (id: string, party?: [string, number]): Visit =>
  ({ id, version: 3, party: party ? { id: party[0], position: party[1], size: 2 } : null }) as Visit

describe('visits of one form', () => {
  it('stand together at the place of the first one, in the order of the form', () => {
    const list = [visit('a'), visit('p1', ['p', 1]), visit('b'), visit('p0', ['p', 0])]
    expect(groupVisits(list).map(({ visits }) => visits.map(({ id }) => id))).toEqual([['a'], ['p0', 'p1'], ['b']])
  })
  it('are decided as they were seen', () => {
    expect(seenOf([visit('a')])).toEqual([{ id: 'a', version: 3 }])
  })
})
