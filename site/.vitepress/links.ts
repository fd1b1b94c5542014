import { existsSync } from 'node:fs'
import { posix, resolve } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'
import { pageOf } from './pages.ts'

/** What VitePress knows of the page that it renders; `realPath` is missing where it indexes the page for the search. */
interface Rendered {
  readonly path: string
  readonly realPath?: string
}

/**
 * Links are written for the repository, from file to file. On the site they lead from page to page; one to a file that is no page (a study
 * file, a licence) becomes plain text. A link to what does not exist stays as it is, and fails the build.
 */
export function rewriteLinks(md: MarkdownRenderer, root: string): void {
  md.core.ruler.push('rewrite-links', ({ tokens, env }) => {
    const { path, realPath = path } = env as Rendered
    const source = posix.relative(root, realPath)
    const place = { root, folder: posix.dirname(source), here: posix.dirname(pageOf(source)) }
    for (const token of tokens) {
      // Vue takes `docs/picture.webp` for an address and `./docs/picture.webp` for a file.
      if (token.type === 'html_block') token.content = token.content.replace(/ (src|srcset)="(?![a-z]+:|[./])/g, ' $1="./')
      const plain: boolean[] = []
      for (const child of token.children ?? []) {
        if (child.type === 'link_open') {
          const href = hrefOf(child.attrGet('href') ?? '', place)
          plain.push(href === undefined)
          if (href === undefined) [child.tag, child.attrs] = ['span', null]
          else child.attrSet('href', href)
        }
        if (child.type === 'link_close' && plain.pop()) child.tag = 'span'
      }
    }
  })
}

/** @returns where a link leads on the site, or undefined where it has no such file */
function hrefOf(href: string, { root, folder, here }: { root: string; folder: string; here: string }): string | undefined {
  const [, file = '', rest = ''] = /^([^#]*)(.*)$/.exec(href) ?? []
  if (file === '' || /^[a-z]+:|^\//i.test(file)) return href
  const target = posix.join(folder, decodeURI(file))
  if (!target.endsWith('.md')) return existsSync(resolve(root, target)) ? undefined : href
  const to = posix.relative(here, pageOf(target))
  return `${to.startsWith('.') ? to : `./${to}`}${rest}`
}
