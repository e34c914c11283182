import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, relative } from 'node:path'
import type { Plugin } from 'vite'

export interface ChunkInfo {
  file: string
  source: string | null
  isEntry: boolean
  imports: string[]
}

/** Writes which chunk imports which, outside the shipped folder, for `npm run budget`. */
export function bundleGraph(target: string): Plugin {
  let root = ''
  return {
    name: 'bundle-graph',
    apply: 'build',
    configResolved(config) {
      root = config.root
    },
    writeBundle(_options, bundle) {
      const chunks: ChunkInfo[] = Object.values(bundle).flatMap((output) =>
        output.type === 'chunk'
          ? [
              {
                file: output.fileName,
                source: sourceOf(root, output.facadeModuleId),
                isEntry: output.isEntry,
                imports: output.imports,
              },
            ]
          : [],
      )
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, JSON.stringify(chunks, null, 1))
    },
  }
}

function sourceOf(root: string, id: string | null): string | null {
  if (id === null) return null
  const file = id.split('?')[0] ?? id
  return isAbsolute(file) ? relative(root, file) : file
}
