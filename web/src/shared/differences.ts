import type { Visit } from './api/types'
import { formatWindow, parse } from './time'

/** What a reservation says, whether it is stored already or still being edited. */
export type Content = Pick<Visit, 'starts_at' | 'ends_at' | 'purpose'> & {
  visitor: Omit<Visit['visitor'], 'face'>
  /** What is to be said of the face photo; only a form can tell, of a stored visit it is gone after a change. */
  face?: string
  host: Pick<Visit['host'], 'name' | 'phone' | 'job_number'>
}

export interface Difference {
  label: string
  before: string
  after: string
}

const GENDERS = { male: '男', female: '女' } as const
const NONE = '无'

/** What a change made different, before → after, in the order people read a reservation. */
export function differences(before: Content, after: Content, now: number): Difference[] {
  const old = lines(before, now)
  return lines(after, now).flatMap(([label, text], index) => {
    const was = old[index]?.[1] ?? ''
    return was === text ? [] : [{ label, before: was || NONE, after: text || NONE }]
  })
}

function lines({ visitor, face, host, starts_at, ends_at, purpose }: Content, now: number): [string, string][] {
  return [
    ['访客', visitor.name],
    ['性别', GENDERS[visitor.gender]],
    ['手机号', visitor.phone],
    ['车牌', visitor.plate_number ?? ''],
    ['身份证', visitor.id_number_masked ?? ''],
    ['人脸照片', face ?? ''],
    ['被访人', [host.name, host.phone, host.job_number && `工号 ${host.job_number}`].filter(Boolean).join('  ')],
    ['时间', formatWindow(parse(starts_at), parse(ends_at), now)],
    ['事由', purpose],
  ]
}
