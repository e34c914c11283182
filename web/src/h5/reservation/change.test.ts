import { describe, expect, it } from 'vitest'
import type { Visit } from '@/shared/api/types'
import { changedVisits, formOf, toChange } from './change'
import { formProblems } from './form'

const NOW = Date.parse('2026-11-22T01:00:00Z')
const visit = (id: string, name: string, phone: string, status: Visit['status'] = 'submitted'): Visit =>
  ({
    id,
    status,
    visitor: { name, gender: 'male', phone, plate_number: null, id_number_masked: '350***********001X' },
    host: { name: '王海峰', phone: '13900001111', job_number: null },
    starts_at: '2026-11-22T00:00:00Z',
    ends_at: '2026-11-22T04:00:00Z',
    purpose: '设备检修',
  }) as Visit
const PARTY = [visit('v1', '张德发', '13800000001', 'approved'), visit('v2', '李大伟', '13800000002')]

describe('a change', () => {
  it('begins with what is, and may keep a start that has passed', () => {
    const form = formOf(PARTY)
    expect(changedVisits(form, PARTY, NOW)).toEqual([])
    expect(formProblems(form, NOW)).toHaveProperty('starts_at')
    expect(formProblems(form, NOW, form.startsAt)).toEqual({})
  })
  it('of one person leaves the other one alone', () => {
    const form = formOf(PARTY)
    if (form.companions[0]) form.companions[0].plate_number = '闽a12345'
    const request = toChange(form, changedVisits(form, PARTY, NOW), 'r1')
    expect(request.visitor).toMatchObject({ visit_id: 'v2', seen: 'submitted', plate_number: '闽A12345' })
    expect(request.companions).toEqual([])
  })
  it('of the purpose concerns everybody, and keeps numbers that nobody sees', () => {
    const form = { ...formOf(PARTY), purpose: '送货' }
    const request = toChange(form, changedVisits(form, PARTY, NOW), 'r1')
    const people = [request.visitor, ...(request.companions ?? [])]
    expect(people.map(({ visit_id, seen, keep_id_number }) => [visit_id, seen, keep_id_number])).toEqual([
      ['v1', 'approved', true],
      ['v2', 'submitted', true],
    ])
    expect(request.purpose).toBe('送货')
  })
  it('hands on a photo the gate has not got, and tells when it is taken away or replaced', () => {
    const kept = { ...PARTY[0], visitor: { ...PARTY[0]?.visitor, face: { state: 'kept', message: null } } } as Visit
    const form = formOf([kept])
    expect(changedVisits(form, [kept], NOW)).toEqual([])
    form.purpose = '送货'
    expect(toChange(form, changedVisits(form, [kept], NOW), 'r1').visitor).toMatchObject({
      keep_face: true,
      face: null,
    })
    form.visitor.face_kept = false
    expect(changedVisits(form, [kept], NOW)[0]?.content.face).toBe('')
    form.visitor.face = 'NEW'
    expect(changedVisits(form, [kept], NOW)[0]?.content.face).toBe('新照片')
    expect(toChange(form, changedVisits(form, [kept], NOW), 'r1').visitor).toMatchObject({
      keep_face: false,
      face: 'NEW',
    })
  })
  it('does not begin because the gate has the photo already', () => {
    const sent = { ...PARTY[0], visitor: { ...PARTY[0]?.visitor, face: { state: 'at_gate', message: null } } } as Visit
    expect(changedVisits(formOf([sent]), [sent], NOW)).toEqual([])
    expect(formOf([sent]).visitor.face_at_gate).toBe(true)
  })
  it('tells when a number is taken away', () => {
    const form = formOf(PARTY)
    form.visitor.id_number_masked = null
    const [changed] = changedVisits(form, PARTY, NOW)
    expect(changed?.content.visitor.id_number_masked).toBeNull()
  })
})
