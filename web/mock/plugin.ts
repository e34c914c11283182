import type { Plugin } from 'vite'
export function apiMock(): Plugin {
  return { name: 'api-mock' }
}
