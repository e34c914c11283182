import { describe, expect, it } from 'vitest'
import type { ImportFile, Migration } from './api/types'
import { importPercent, importWords, nextStep, settledPercent } from './migration'

const file = (changes: Partial<ImportFile>): ImportFile =>
  ({ state: 'checked', outcomes: {}, rows: 3, good: 2, bad: 1, next_row: 3, problem: '', ...changes }) as ImportFile
const migration = (changes: Partial<Migration>): Migration =>
  ({ stage: 'converting', pulled: 1000, converted: 998, failed: 1, ...changes }) as Migration

describe('words of the migration', () => {
  it('says what the check found, and what the import did', () => {
    expect(importWords(file({}))).toBe('可导入 2 行，有问题 1 行')
    expect(importWords(file({ state: 'done', outcomes: { failed: 1, created: 2 } }))).toBe('新增 2，失败 1')
    expect(importWords(file({ state: 'unreadable', problem: '缺少列' }))).toBe('缺少列')
    expect(importWords(file({ rows: 0 }))).toBe('')
  })

  it('is never complete before the last one', () => {
    expect(settledPercent(migration({}))).toBe(99)
    expect(settledPercent(migration({ converted: 999 }))).toBe(100)
    expect(settledPercent(migration({ pulled: 0, converted: 0, failed: 0 }))).toBe(0)
    expect(importPercent(file({ next_row: 1 }))).toBe(33)
  })

  it('tells the next step', () => {
    expect(nextStep(migration({ stage: 'converted', failed: 0 }))).toBe('全部转换完成。')
    expect(nextStep(migration({ stage: 'converted' }))).toContain('名单')
  })
})
