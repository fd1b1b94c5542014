import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { rewriteLinks } from './links.ts'
import { notPages, pageOf } from './pages.ts'
import { sidebarsOf } from './sidebar.ts'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M8 15V2M8 12H2V9M8 12h6V9M8 7H4V5M8 7h4V5" fill="none" stroke="#3c8258" stroke-width="1.6"/></svg>`

/** GitHub's anchor of a heading: the pages' links are written for GitHub. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-')

const base = process.env.DOCS_BASE ?? '/'

export default defineConfig({
  title: 'espalier',
  description: 'Trains populations of small neural networks, and studies of their hyper-parameters, in a browser tab, a worker or Node',
  lang: 'en',
  base,
  srcDir: root,
  srcExclude: notPages,
  outDir: process.env.DOCS_OUT ?? `${root}/build/site`,
  rewrites: pageOf,
  metaChunk: true,
  head: [['link', { rel: 'icon', href: `data:image/svg+xml,${encodeURIComponent(icon)}` }]],
  // The search's index is one file, of all pages.
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  markdown: { anchor: { slugify: anchorOf }, config: (md) => rewriteLinks(md, root) },
  themeConfig: {
    // Not completed by VitePress.
    logoLink: `${base}documentation.html`,
    nav: [
      // No page of VitePress's: opened by the browser itself.
      { text: 'Studio', link: '/index.html', target: '_self' },
      { text: 'Getting started', link: '/guide' },
      { text: 'Recipes', link: '/recipes' },
      { text: 'API', link: '/api/' },
      { text: 'Changelog', link: '/changelog' },
    ],
    sidebar: sidebarsOf(root),
    outline: [2, 3],
    search: { provider: 'local' },
  },
})
