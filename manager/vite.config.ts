import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// The gateway puts admin_gui_path in the place of the base when it serves the files, as Kong does.
export default defineConfig(({ command }) => ({
  base: command === 'build' ? '/__km_base__/' : '/',
  plugins: [vue()],
  // A bundled script as data: would be refused by the page's policy.
  build: { assetsInlineLimit: 0, target: 'es2022', modulePreload: { polyfill: false } },
}))
