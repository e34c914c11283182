const iso = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString()

const ARTICLES = Array.from({ length: 14 }, (_unused, at) => ({
  id: `article-${at}`,
  title: at % 2 ? '液碱装车鹤位完成检修' : '公司召开四季度安全生产会议，强调危化品运输车辆入厂管理',
  digest: '',
  url: '#',
  picture_url: null,
  published_at: iso(at),
}))

const leaf = (name: string, page: string) => ({ name, target: 'page', page, key: '', entries: [] as unknown[] })
const ENTRIES = [
  leaf('智慧物流', '/logistics'),
  { ...leaf('访客预约', ''), entries: [leaf('预约登记', '/visitor/reserve'), leaf('我的预约', '/visitor/visits')] },
  leaf('餐卡服务', '/canteen'),
]
const shown = (entries: typeof ENTRIES): unknown[] =>
  entries.map(({ name, page, entries: inner }) => ({
    name,
    kind: inner.length ? '' : 'view',
    opens: inner.length ? '' : `http://campus.localhost${page}`,
    entries: shown(inner as typeof ENTRIES),
  }))

let version = 1
let entries = ENTRIES

export function newsPage(query: URLSearchParams) {
  const from = Number(query.get('cursor') ?? 0)
  const next = from + 10 < ARTICLES.length ? String(from + 10) : null
  return { items: ARTICLES.slice(from, from + 10), next_cursor: next }
}

export function accountMenu() {
  const pages = { '/': '首页', '/logistics': '智慧物流', '/visitor/reserve': '预约登记', '/visitor/visits': '我的预约' }
  return {
    ...{ version, entries, default_entries: ENTRIES, is_default: version === 1, is_being_published: false },
    published_at: iso(1),
    published_by: '黄志强',
    in_wechat: { state: 'same', message: '', entries: shown(entries) },
    pages: Object.entries({ ...pages, '/canteen': '餐卡服务' }).map(([page, title]) => ({
      ...{ page, title },
      in_mini_program: page === '/canteen',
    })),
    keys: [{ key: 'help', title: '帮助' }],
    base_url: 'http://campus.localhost',
    limits: {},
  }
}

export function publishMenu(body: unknown) {
  entries = (body as { entries: typeof ENTRIES }).entries
  version += 1
  return accountMenu()
}

export function noticesPage(query: URLSearchParams) {
  const results = ['delivered', 'accepted', 'blocked', 'failed', 'waiting', 'unneeded']
  const codes = [null, null, 'wechat_user_blocked', 'wechat_not_following', 'wechat_quota_exhausted', null]
  const items = results.map((result, at) => ({
    ...{
      id: `n-${at}`,
      kind: 'visit_approved',
      subject: `visit:01MOCK000${at}`,
      user_id: 'u-lin',
      user_name: '林晓雨',
    },
    ...{ result, error_code: codes[at], asked_at: iso(at), tried_at: iso(at), reported_at: at ? null : iso(0) },
  }))
  const wanted = query.get('result')
  return { items: items.filter(({ result }) => !wanted || result === wanted), next_cursor: null }
}
