// What the answer says of the row that is tried, and how it follows a column.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { Prediction } from '../../../learn/predictor/predictor.ts'
import type { Found } from '../../answers.ts'
import { Asker } from '../../asker/client.ts'
import { gridFor } from '../../asker/grid.ts'
import type { Followed } from '../../asker/protocol.ts'
import type { TriedRow } from './row.ts'

/** Asks one question at a time: of those that came meanwhile the last. */
class Questions {
  #busy = false
  #next: (() => Promise<void>) | undefined

  ask(question: () => Promise<void>): void {
    this.#next = question
    if (!this.#busy) void this.#run()
  }

  async #run(): Promise<void> {
    this.#busy = true
    while (this.#next !== undefined) {
      const question = this.#next
      this.#next = undefined
      await question()
    }
    this.#busy = false
  }
}

/** @param className of which class the curve shows the chance */
export function useAsker(found: Found | undefined, row: TriedRow, column: string | undefined, className: string | undefined) {
  const [asker] = useState(() => new Asker())
  const rows = useRef(new Questions())
  const curves = useRef(new Questions())
  const [said, setSaid] = useState<{ readonly prediction: Prediction; readonly found: Found }>()
  const [curve, setCurve] = useState<Followed & { readonly className: string | undefined }>()
  const bytes = found?.bytes
  useEffect(() => () => asker.close(), [asker])
  useEffect(() => {
    if (bytes !== undefined) asker.load(bytes)
  }, [asker, bytes])
  useEffect(() => {
    if (found === undefined) return
    rows.current.ask(async () => {
      const prediction = await asker.row(row)
      if (prediction !== undefined) setSaid({ prediction, found })
    })
  }, [asker, bytes, row])
  useEffect(() => {
    const own = found?.columns.find(({ name }) => name === column)
    if (found === undefined || own === undefined) return
    curves.current.ask(async () => {
      const followed = await asker.column(own.name, gridFor(own), found.rows, className)
      if (followed !== undefined) setCurve({ ...followed, className })
    })
  }, [asker, bytes, column, className])
  return { said, curve: curve?.column === column && curve?.className === className ? curve : undefined }
}
