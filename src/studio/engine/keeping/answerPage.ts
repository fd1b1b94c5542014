// An answer as one HTML file, which predicts by itself.

import type { Answer } from '../../../learn/answer.ts'
import { escapeHtml } from '../../../report/escape.ts'
import type { AnswerNews, SharedAnswer } from '../../answers.ts'
import { gridFor } from '../../asker/grid.ts'
import type { Followed } from '../../asker/protocol.ts'
import type { DataDescription } from '../../description.ts'

/** Columns whose curves are in the page; of more those that matter most. */
const CURVES = 30

/** @param beside the address of the studio's own files */
export async function answerPage(answer: Answer, news: AnswerNews, data: DataDescription, beside: URL): Promise<string> {
  const textOf = async (name: string): Promise<string> => (await fetch(new URL(name, beside))).text()
  const [script, style] = await Promise.all([textOf('shared.js'), textOf('style.css')])
  const { found } = news
  // What of the table is not the answer's stays at home: of rows only curves over them, and what is usual of each column.
  const shared: SharedAnswer = {
    news: { ...news, found: found && { ...found, bytes: new Uint8Array(0), rows: [] } },
    data: { ...data, preview: [], columns: data.columns.map((column) => ({ ...column, examples: [] })) },
    curves: await curvesOf(answer, news),
  }
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>${escapeHtml(data.title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<main id="answer-page"></main>
<script type="application/json" id="shared">${JSON.stringify(shared).replaceAll('<', '\\u003c')}</script>
<script type="text/plain" id="answer">${base64(answer.save())}</script>
<script>${script.replaceAll('</script', '<\\/script')}</script>
</body>
</html>
`
}

async function curvesOf(answer: Answer, { found }: AnswerNews): Promise<Followed[]> {
  if (found === undefined) return []
  const order = found.matters.columns.map(({ name }) => name)
  const names = [...order, ...found.columns.map(({ name }) => name).filter((name) => !order.includes(name))].slice(0, CURVES)
  const className = found.classNames.length === 2 ? found.classNames[1] : found.classNames[0]
  const curves: Followed[] = []
  for (const name of names) {
    const column = found.columns.find((one) => one.name === name)
    if (column === undefined) continue
    const grid = gridFor(column)
    const { mean } = await answer.dependence(name, found.rows, { grid, className })
    curves.push({ column: name, grid, mean: [...mean] })
  }
  return curves
}

function base64(bytes: Uint8Array): string {
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += 8192) pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)))
  return btoa(pieces.join(''))
}
