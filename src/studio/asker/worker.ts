/** A worker that predicts by an answer's file, so that sliders move while the engine learns. It knows one answer at a time. */

import { at } from '../../core/at.ts'
import { loadPredictor, type Prediction, type Predictor } from '../../learn/predictor/index.ts'
import type { Asked, AskerReply } from './protocol.ts'

/** Milliseconds that a curve may take; with large models it is drawn of fewer rows. */
const CURVE = 600
const LEAST_ROWS = 4

let predictor: Predictor | undefined

const post = (reply: AskerReply): void => postMessage(reply)

addEventListener('message', ({ data }) => void answer(data as Asked))

async function answer(asked: Asked): Promise<void> {
  if (asked.ask === 'load') {
    predictor = loadPredictor(asked.bytes)
    return
  }
  const { id } = asked
  try {
    if (predictor === undefined) return post({ of: 'nothing', id })
    if (asked.ask === 'row') return post({ of: 'row', id, said: at(predictor.predict([asked.row]), 0) })
    await follow(predictor, asked)
  } catch (error) {
    post({ of: 'problem', id, message: error instanceof Error ? error.message : String(error) })
  }
}

/** Whoever moves a slider meanwhile is answered between two points of the curve. */
async function follow(own: Predictor, { id, column, grid, rows, className }: Extract<Asked, { ask: 'column' }>): Promise<void> {
  const began = performance.now()
  own.predict(rows.slice(0, 1))
  const each = performance.now() - began
  const some = rows.slice(0, Math.max(LEAST_ROWS, Math.floor(CURVE / (Math.max(each, 1e-3) * grid.length))))
  const mean: number[] = []
  for (const value of grid) {
    const said = own.predict(some.map((row) => ({ ...row, [column]: value })))
    mean.push(said.reduce((sum, one) => sum + numberOf(one, className), 0) / said.length)
    await new Promise((resolve) => setTimeout(resolve))
    if (predictor !== own) return post({ of: 'nothing', id })
  }
  post({ of: 'column', id, column, grid, mean })
}

const numberOf = (said: Prediction, className: string | undefined): number =>
  'probabilities' in said ? (said.probabilities[className ?? ''] ?? Number.NaN) : said.value
