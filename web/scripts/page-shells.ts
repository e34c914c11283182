import type { Plugin } from 'vite'

/** Development twin of the server's rule: `/admin…` answers the office shell, every other page path the H5 shell. */
export function pageShells(): Plugin {
  return {
    name: 'page-shells',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const path = (request.url ?? '/').split('?')[0] ?? '/'
        const isPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
        if (isPage && !path.includes('.') && !path.startsWith('/api/')) {
          request.url = /^\/admin(\/|$)/.test(path) ? '/admin.html' : '/index.html'
        }
        next()
      })
    },
  }
}
