import { beforeEach, expect, it } from 'vitest'
import { chosenHost, emptyHost, forgetHost, hostOfVisit, hostProblems, recentHosts, rememberHost, toHost } from './host'

const DAY_MS = 86_400_000
const person = (choice: string, name = '王海峰') => ({
  choice,
  name,
  phone_masked: '139****1111',
  department: '生产技术部',
})

beforeEach(() => localStorage.clear())

it('is chosen or typed, and says which is missing', () => {
  expect(hostProblems(emptyHost())).toEqual({ 'host.choice': '请查找并选择被访人，或手动填写' })
  expect(hostProblems({ ...emptyHost(), byHand: true })).toEqual({
    'host.name': '请填写姓名',
    'host.phone': '请填写 11 位手机号码',
  })
  expect(hostProblems(chosenHost(person('c1')))).toEqual({})
})

it('is sent as a choice without any number, or as typed', () => {
  expect(toHost(chosenHost(person('c1')))).toEqual({ choice: 'c1' })
  const typed = { ...emptyHost(), byHand: true, name: ' 王海峰 ', phone: '+86 139 0000 1111' }
  expect(toHost(typed)).toEqual({ name: '王海峰', phone: '13900001111', job_number: null })
})

it('remembers the last hosts of this user, each once, not for ever', () => {
  rememberHost('u1', person('c1'), 0)
  rememberHost('u1', person('c2', '陈建国'), 1)
  rememberHost('u1', person('c3'), 2)
  expect(recentHosts('u1', 2).map(({ choice }) => choice)).toEqual(['c3', 'c2'])
  expect(recentHosts('u2', 2)).toEqual([])
  forgetHost('u1', 'c3')
  expect(recentHosts('u1', 2).map(({ choice }) => choice)).toEqual(['c2'])
  expect(recentHosts('u1', 29 * DAY_MS + 1)).toEqual([])
})

it('is taken over from an earlier visit, chosen as it was chosen, typed as it was typed', () => {
  const chosen = hostOfVisit({ choice: 'c9', name: '王海峰', phone: '139****1111', job_number: null })
  expect([toHost(chosen), hostProblems(chosen)]).toEqual([{ choice: 'c9' }, {}])
  const typed = hostOfVisit({ choice: null, name: '李娜', phone: '13900003333', job_number: 'A1004' })
  expect(toHost(typed)).toEqual({ name: '李娜', phone: '13900003333', job_number: 'A1004' })
})
