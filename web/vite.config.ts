import { VantResolver } from '@vant/auto-import-resolver'
import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vite'
import { apiMock } from './mock/plugin.ts'
import { bundleGraph } from './scripts/bundle-graph.ts'
import { pageShells } from './scripts/page-shells.ts'

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url))
// Node does not resolve *.localhost everywhere: the address is the loopback, the name goes into the Host header.
const backend = process.env['BACKEND_URL'] ?? 'http://127.0.0.1:4566'

export default defineConfig(({ mode }) => ({
  resolve: {
    alias: [
      { find: '@', replacement: path('./src') },
      // Vant's icon font (data: URL and a CDN fallback) is replaced by our own icon set.
      { find: /^(\.\.\/)+icon\/index\.css$/, replacement: path('./src/shared/theme/vant-icon.css') },
    ],
  },
  plugins: [
    vue(),
    Components({
      dirs: [],
      dts: 'src/components.d.ts',
      resolvers: [VantResolver(), ElementPlusResolver({ importStyle: 'css' })],
    }),
    pageShells(),
    bundleGraph(path('./.build/graph.json')),
    ...(mode === 'mock' ? [apiMock()] : []),
  ],
  define: { __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false' },
  build: {
    outDir: path('../chalicelib/static'),
    emptyOutDir: true,
    // WeChat's embedded browsers: XWEB on Android (Chromium), WKWebView on older iPhones.
    target: ['es2020', 'chrome87', 'safari14'],
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: { h5: path('./index.html'), admin: path('./admin.html'), sw: path('./src/offline/sw.ts') },
      // The offline helper must lie at the top: from there it may serve every page.
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    allowedHosts: ['campus.localhost'],
    ...(mode === 'mock' ? {} : { proxy: { '/api': { target: backend, headers: { host: 'campus.localhost' } } } }),
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts', 'scripts/**/*.test.ts'] },
}))
