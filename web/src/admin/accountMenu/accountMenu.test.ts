import { describe, expect, it } from 'vitest'
import EXAMPLES from '../../../../tests/data/menu_rules.json'
import { addChild, draftOf, isSame, move, plainOf } from './draft'
import { type Entry, problemsOf } from './rules'

interface Case {
  case: string
  around: { base_url: string; pages: Record<string, string>; mini_program_pages: Record<string, string> }
  entries: Entry[]
  problems: { field: string; message: string }[]
}

const CASES = EXAMPLES as unknown as Case[]
const LEAF = { name: '甲', target: 'page' as const, page: '/', key: '' }

describe('the rules of a menu, by the server’s own examples', () => {
  it.each(CASES)('$case', ({ around, entries, problems }) => {
    const surroundings = {
      baseUrl: around.base_url,
      pages: new Set(Object.keys(around.pages)),
      miniProgramPages: new Set(Object.keys(around.mini_program_pages)),
    }
    const expected = Object.fromEntries(problems.map(({ field, message }) => [field, message]))
    expect(problemsOf(entries, surroundings)).toEqual(expected)
  })
})

describe('the draft', () => {
  it('moves entries and stops at the ends', () => {
    const list = ['a', 'b', 'c']
    move(list, 0, 1)
    move(list, 2, 1)
    move(list, 0, -1)
    expect(list).toEqual(['b', 'a', 'c'])
  })

  it('hands what a button did to its first child', () => {
    const [entry] = draftOf([{ ...LEAF, target: 'click', page: '', key: 'help', entries: [] }])
    if (!entry) throw new Error('no entry')
    addChild(entry)
    addChild(entry)
    expect(plainOf([entry])).toEqual([
      {
        ...{ name: '甲', target: 'page', page: '', key: '' },
        entries: [
          { name: '', target: 'click', page: '', key: 'help' },
          { name: '', target: 'page', page: '', key: '' },
        ],
      },
    ])
  })

  it('sends only what the target uses and knows when nothing has changed', () => {
    const entries: Entry[] = [{ ...LEAF, entries: [] }]
    const draft = draftOf(entries)
    expect(isSame(draft, entries)).toBe(true)
    Object.assign(draft[0] ?? {}, { name: ' 甲 ', key: 'left over' })
    expect(isSame(draft, entries)).toBe(true)
    Object.assign(draft[0] ?? {}, { name: '乙' })
    expect(isSame(draft, entries)).toBe(false)
  })
})
