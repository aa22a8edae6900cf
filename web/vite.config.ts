import { env } from 'node:process'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The server that answers while the pages are served by Vite. */
// biome-ignore lint/style/noProcessEnv: runs in Vite, not in the server whose config room this rule guards
const server = env.BELLWETHER_URL || 'http://127.0.0.1:7400'
const proxied = ['/api', '/ws', '/ofrep', '/.well-known']

export default defineConfig({
  plugins: [react()],
  server: {
    port: 7401,
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: server, changeOrigin: false, ws: true }])),
  },
  build: {
    outDir: 'dist',
    target: 'es2023',
    sourcemap: false,
    manifest: true,
    // Fonts and pictures stay files: a strict content policy has no room for data: scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
