// The file of a journal of lines.

import { existsSync } from 'node:fs'
import { appendFile, truncate } from 'node:fs/promises'
import { readBytes, readText } from '../../data/node/files.ts'
import { isGzip } from '../../data/unpack.ts'
import type { LineJournal } from '../../replicate/lines.ts'
import { note } from '../arguments.ts'
import { UsageError } from '../exit.ts'

/** A journal of lines in a file; one that is packed can only be read. */
export function lineJournal(path: string): LineJournal {
  let isPacked = path.endsWith('.gz')
  return {
    async read() {
      if (!existsSync(path)) return []
      isPacked ||= isGzip(await readBytes(path))
      const text = await readText(path)
      const whole = text.slice(0, text.lastIndexOf('\n') + 1)
      if (whole.length < text.length) {
        // A line that was being written when its program was killed.
        note(`${path}: the last line is not whole, so what it was about is ${isPacked ? 'left out' : 'done again'}.`)
        if (!isPacked) await truncate(path, Buffer.byteLength(whole))
      }
      return whole.split('\n').filter((line) => line !== '')
    },
    async append(line) {
      if (isPacked && existsSync(path)) throw new UsageError(`${path} is packed: unpack it to go on from it, as by gunzip -k ${path}`)
      if (isPacked)
        throw new UsageError(`there is no file ${path}; a journal that is written to is not packed, so its name must not end in .gz`)
      await appendFile(path, `${line}\n`)
    },
  }
}
