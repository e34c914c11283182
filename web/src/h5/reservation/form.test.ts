import { describe, expect, it } from 'vitest'
import peers from '../../../../tests/data/peers.json'
import { isPhone } from '@/shared/phones'
import { HOUR_MS, MINUTE_MS } from '@/shared/time'
import { emptyForm, formProblems, type ReserveForm, toRequest, windowProblems } from './form'
import { emptyHost } from './host'
import {
  emptyVisitor,
  isPlate,
  isResidentId,
  maskedNumber,
  MAX_AHEAD_MS,
  MAX_DURATION_MS,
  nameProblem,
  normalisePlate,
} from './rules'

const NOW = Date.parse('2026-11-22T01:00:00Z')

function goodForm(): ReserveForm {
  return {
    visitor: {
      ...emptyVisitor(),
      name: ' 林晓雨 ',
      gender: 'female',
      phone: '138 0000-0000',
      plate_number: '闽a·12345',
      id_number: ' 11010519491231002x',
    },
    companions: [],
    remember: true,
    host: { ...emptyHost(), byHand: true, name: '王海峰', phone: '+8613900001111' },
    startsAt: NOW + HOUR_MS,
    endsAt: NOW + 3 * HOUR_MS,
    purpose: ' 设备检修 ',
  }
}

describe('the form', () => {
  it('names everything missing by the server’s field paths', () => {
    expect(Object.keys(formProblems(emptyForm(), NOW)).sort()).toEqual([
      'ends_at',
      'host.choice',
      'purpose',
      'starts_at',
      'visitor.gender',
      'visitor.name',
      'visitor.phone',
    ])
  })
  it('is sent normalised, in Shanghai time', () => {
    expect(formProblems(goodForm(), NOW)).toEqual({})
    expect(toRequest(goodForm(), 'id-1')).toEqual({
      request_id: 'id-1',
      visitor: {
        name: '林晓雨',
        gender: 'female',
        phone: '13800000000',
        plate_number: '闽A12345',
        id_number: '11010519491231002X',
        id_number_of: null,
        face: null,
        face_of: null,
      },
      companions: [],
      remember: true,
      host: { name: '王海峰', phone: '13900001111', job_number: null },
      starts_at: '2026-11-22T10:00:00+08:00',
      ends_at: '2026-11-22T12:00:00+08:00',
      purpose: '设备检修',
    })
  })
})

describe('several people', () => {
  const companion = { ...emptyVisitor(), name: '张德发', gender: 'male' as const, phone: '13800002222' }
  it('are sent in their order', () => {
    const request = toRequest({ ...goodForm(), companions: [companion] }, 'id-1')
    expect(request.companions?.map(({ name, phone }) => [name, phone])).toEqual([['张德发', '13800002222']])
  })
  it('each have a phone of their own; the second row says so', () => {
    const companions = [companion, { ...companion, name: '', phone: '138 0000 0000' }]
    expect(formProblems({ ...goodForm(), companions }, NOW)).toEqual({
      'companions.1.name': '请填写姓名',
      'companions.1.phone': '与第 1 位访客的手机号相同，请填写各人自己的手机号',
    })
  })
})

describe('the window', () => {
  const problem = (startsIn: number, length: number) => windowProblems(NOW + startsIn, NOW + startsIn + length, NOW)
  it('may start ten minutes ago, not earlier', () => {
    expect(problem(-10 * MINUTE_MS, HOUR_MS)).toEqual({})
    expect(problem(-10 * MINUTE_MS - 1, HOUR_MS)).toEqual({ starts_at: '开始时间已过，请重新选择' })
  })
  it('ends after it starts, lasts half an hour to seven days', () => {
    expect(problem(0, 0)).toEqual({ ends_at: '结束时间应晚于开始时间' })
    expect(problem(0, 30 * MINUTE_MS - 1)).toEqual({ ends_at: '来访时间至少 30 分钟' })
    expect(problem(0, 30 * MINUTE_MS)).toEqual({})
    expect(problem(0, MAX_DURATION_MS)).toEqual({})
    expect(problem(0, MAX_DURATION_MS + 1)).toEqual({ ends_at: '一次来访最长 7 天，更长请分次预约' })
  })
  it('starts within sixty days', () => {
    expect(problem(MAX_AHEAD_MS, HOUR_MS)).toEqual({})
    expect(problem(MAX_AHEAD_MS + 1, HOUR_MS)).toHaveProperty('starts_at')
  })
})

describe('numbers and names', () => {
  it.each([
    ['闽A12345', '闽A12345', true],
    ['闽D·8K6P2', '闽D8K6P2', true],
    ['闽C1234挂', '闽C1234挂', true],
    ['闽A5678学', '闽A5678学', true],
    ['粤ZF023港', '粤ZF023港', true],
    ['粤Z1234澳', '粤Z1234澳', true],
    ['闽DF88888', '闽DF88888', true],
    ['闽AA12345', '闽AA12345', true],
    ['闽A12345D', '闽A12345D', true],
    ['闽Ａ１２３４５', '闽A12345', true],
    ['闽AL12345', '闽AL12345', false],
    ['闽A12345L', '闽A12345L', false],
    ['闽A1I345', '闽A1I345', false],
    ['闽I12345', '闽I12345', false],
    ['福A12345', '福A12345', false],
    ['闽A1234567', '闽A1234567', false],
    ['A12345', 'A12345', false],
    ['', '', false],
  ])('plate %s is %s: %s', (input, normalised, valid) => {
    expect(normalisePlate(input)).toBe(normalised)
    expect(isPlate(input)).toBe(valid)
  })
  it('phones are mainland mobile numbers', () => {
    expect(['13800000000', '19912345678', '+86 138 0000 0000'].every(isPhone)).toBe(true)
    expect(['12345678901', '1380000000', '', '059188888888'].some(isPhone)).toBe(false)
  })
  it('names are what the gate platform takes', () => {
    expect(nameProblem('阿卜杜拉·买买提')).toBeNull()
    expect(nameProblem('王"伟')).toContain('特殊符号')
    expect(nameProblem('x'.repeat(33))).toContain('32')
    expect(nameProblem('  ')).toBe('请填写姓名')
  })
})

describe('an ID number', () => {
  const vectors = peers.resident_id as { value: string; valid: boolean; why: string }[]
  it.each(vectors.filter(({ why }) => !/lower-case|trailing blank/.test(why)))('$why', ({ value, valid }) => {
    expect(isResidentId(value, new Date('2025-12-31T12:00:00Z'))).toBe(valid)
  })
  it('is shown with its middle hidden', () => {
    expect(maskedNumber({ ...emptyVisitor(), id_number: '35000019000307451x' })).toBe('350***********451X')
    expect(maskedNumber({ ...emptyVisitor(), id_number_masked: '350***********001X' })).toBe('350***********001X')
    expect(maskedNumber(emptyVisitor())).toBe('')
  })
})
