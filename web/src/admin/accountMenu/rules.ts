/**
 * WeChat's rules for the account's menu, field by field: the server's own (`chalicelib/domains/channel/menus/model.py`), so
 * that a mistake is told while typing. Both have the same cases: `tests/data/menu_rules.json`.
 */
export const TOP_ENTRIES = 3
export const SUB_ENTRIES = 5
export const TOP_NAME_BYTES = 16
export const SUB_NAME_BYTES = 60
export const KEY_BYTES = 128
export const URL_BYTES = 1024

export type Target = 'page' | 'mini_program' | 'click'

export interface Leaf {
  name: string
  target: Target
  page: string
  key: string
}

export interface Entry extends Leaf {
  entries: Leaf[]
}

export interface Surroundings {
  baseUrl: string
  pages: ReadonlySet<string>
  miniProgramPages: ReadonlySet<string>
}

/** Field path (`entries.1.entries.0.name`) → what is wrong with it. */
export type Problems = Record<string, string>

const encoder = new TextEncoder()

/** Bytes of UTF-8, as WeChat counts. */
export function sizeOf(text: string): number {
  return encoder.encode(text).length
}

export function problemsOf(entries: readonly Entry[], around: Surroundings): Problems {
  const found: Problems = {}
  if (entries.length < 1 || entries.length > TOP_ENTRIES)
    found['entries'] = `须有 1 到 ${TOP_ENTRIES} 个一级菜单，现有 ${entries.length} 个`
  entries.forEach((entry, number) => {
    const place = `entries.${number}`
    checkName(found, place, entry.name, TOP_NAME_BYTES)
    if (!entry.entries.length) checkTarget(found, place, entry, around)
    if (entry.entries.length > SUB_ENTRIES)
      found[`${place}.entries`] = `最多 ${SUB_ENTRIES} 个子菜单，现有 ${entry.entries.length} 个`
    entry.entries.forEach((child, inner) => {
      checkName(found, `${place}.entries.${inner}`, child.name, SUB_NAME_BYTES)
      checkTarget(found, `${place}.entries.${inner}`, child, around)
    })
  })
  return found
}

function checkName(found: Problems, place: string, name: string, limit: number): void {
  const length = sizeOf(name)
  if (!name.trim()) found[`${place}.name`] = '请填写名称'
  else if (length > limit)
    found[`${place}.name`] = `最多 ${limit} 字节（${Math.floor(limit / 3)} 个汉字），现为 ${length} 字节`
}

function checkTarget(found: Problems, place: string, leaf: Leaf, around: Surroundings): void {
  if (leaf.target === 'click') return checkKey(found, place, leaf.key)
  const length = sizeOf(around.baseUrl + leaf.page)
  if (!around.pages.has(leaf.page)) found[`${place}.page`] = '请选择要打开的页面'
  else if (leaf.target === 'mini_program' && !around.miniProgramPages.has(leaf.page))
    found[`${place}.page`] = '这个页面没有配置小程序页面，请改为打开网页'
  else if (length > URL_BYTES) found[`${place}.page`] = `链接最多 ${URL_BYTES} 字节，现为 ${length} 字节`
}

function checkKey(found: Problems, place: string, key: string): void {
  const length = sizeOf(key)
  if (!key.trim()) found[`${place}.key`] = '请选择或填写要问的内容'
  else if (length > KEY_BYTES) found[`${place}.key`] = `最多 ${KEY_BYTES} 字节，现为 ${length} 字节`
}
