/** Which files of the repository are pages, and where the site has them. Paths are from the repository's root. */

/** What is no page, though it ends with .md. */
export const notPages = ['{assembly,build,data,dist,results,scripts,shaders,src,test}/**', 'bench/*/**', 'site/*.md']

/** The first page of the documentation. */
export const FRONT = 'documentation.md'

/** @returns the page's path on the site: docs/ is its root; the other files keep their folders, in small letters as addresses have them */
export function pageOf(source: string): string {
  // The front page is the studio.
  if (source === 'docs/index.md') return FRONT
  if (source.startsWith('docs/')) return source.slice('docs/'.length)
  if (source.startsWith('site/api/')) return source.slice('site/'.length)
  return source.toLowerCase()
}
