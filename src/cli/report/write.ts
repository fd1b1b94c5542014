// Writes a report and its data files.

import { mkdir } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import domino from '@mixmark-io/domino'
import { replaceFiles } from '../../data/node/write.ts'
import { csvFiles } from '../../report/csv.ts'
import { renderHtml } from '../../report/html.ts'
import { renderMarkdown } from '../../report/markdown.ts'
import type { Report } from '../../report/model.ts'

/**
 * Writes a report as a page, as Markdown beside it, and its numbers as CSV files in a folder beside both.
 * @param path of the page: `results/pima.html` makes `results/pima.md` and `results/pima-data/` as well
 * @returns what was written: the page, the Markdown file, the folder
 */
export async function writeReport(report: Report, path: string): Promise<readonly [page: string, markdown: string, data: string]> {
  const stem = basename(path, extname(path))
  const [markdown, data] = [join(dirname(path), `${stem}.md`), join(dirname(path), `${stem}-data`)]
  const options = { dataFolder: `${stem}-data/` }
  // Everything is rendered before anything is written: a failure leaves no half of a report.
  const page = renderHtml(report, { document: domino.createDocument(), ...options })
  const text = renderMarkdown(report, options)
  await mkdir(data, { recursive: true })
  await replaceFiles([
    { path, content: page },
    { path: markdown, content: text },
    ...csvFiles(report).map((file) => ({ path: join(data, file.name), content: file.text })),
  ])
  return [path, markdown, data]
}
