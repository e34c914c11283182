// Fails when an H5 page first loads more than the budgeted gzip JavaScript (design.md 9: 120 kB per entry page).
import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_BYTES = 120_000
const STATIC = new URL('../../chalicelib/static/', import.meta.url)
const GRAPH = new URL('../.build/graph.json', import.meta.url)
const ENTRY = 'index.html'
const PAGES = 'src/h5/pages/'

if (!existsSync(GRAPH)) {
  console.error('no build found: run `npm run build` first')
  process.exit(2)
}
const chunks = new Map(JSON.parse(readFileSync(GRAPH, 'utf8')).map((chunk) => [chunk.file, chunk]))
const gzipSize = (file) => gzipSync(readFileSync(new URL(file, STATIC)), { level: 9 }).length

function closure(file, seen = new Set()) {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const next of chunks.get(file)?.imports ?? []) closure(next, seen)
  return seen
}

const entry = [...chunks.values()].find((chunk) => chunk.isEntry && chunk.source === ENTRY)
const pages = [...chunks.values()].filter((chunk) => chunk.source?.startsWith(PAGES))
if (!entry || pages.length < 3) {
  console.error(`the build has no H5 entry or too few pages (${pages.length}): the check would prove nothing`)
  process.exit(2)
}

let worst = 0
for (const page of [{ file: entry.file, source: 'shell only' }, ...pages]) {
  const files = closure(entry.file)
  for (const file of closure(page.file)) files.add(file)
  const bytes = [...files].reduce((sum, file) => sum + gzipSize(file), 0)
  worst = Math.max(worst, bytes)
  const mark = bytes > BUDGET_BYTES ? 'OVER' : 'ok'
  console.log(`${mark.padEnd(5)}${(bytes / 1000).toFixed(1).padStart(7)} kB gzip  ${page.source.replace(PAGES, '')}`)
}
console.log(`budget ${BUDGET_BYTES / 1000} kB per page, worst ${(worst / 1000).toFixed(1)} kB`)
process.exit(worst > BUDGET_BYTES ? 1 : 0)
