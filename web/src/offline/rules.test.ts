import { expect, it } from 'vitest'
import { handlingOf, surplus } from './rules'

const ORIGIN = 'https://campus.example'
const navigate = (url: string) => handlingOf({ method: 'GET', mode: 'navigate', url }, ORIGIN)
const load = (url: string, method = 'GET') => handlingOf({ method, mode: 'cors', url }, ORIGIN)

it('keeps H5 pages and hashed files, nothing else', () => {
  expect(navigate(`${ORIGIN}/visitor/visits/01J?x=1`)).toBe('page')
  expect(navigate(`${ORIGIN}/`)).toBe('page')
  expect(load(`${ORIGIN}/assets/h5-abc.js`)).toBe('asset')
})

it('never touches the API, sign-in, the office, other sites, or writes', () => {
  expect(load(`${ORIGIN}/api/session`)).toBe('ignore')
  expect(navigate(`${ORIGIN}/api/sign-in/wechat?return_to=/`)).toBe('ignore')
  expect(navigate(`${ORIGIN}/admin/visits`)).toBe('ignore')
  expect(navigate(`${ORIGIN}/admin`)).toBe('ignore')
  expect(navigate(`${ORIGIN}/MP_verify_x.txt`)).toBe('ignore')
  expect(navigate('https://elsewhere.example/visitor')).toBe('ignore')
  expect(load(`${ORIGIN}/assets/x.js`, 'POST')).toBe('ignore')
})

it('throws away the oldest', () => {
  expect(surplus([1, 2, 3, 4], 3)).toEqual([1])
  expect(surplus([1], 3)).toEqual([])
})
