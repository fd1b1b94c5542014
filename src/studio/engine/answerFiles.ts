// An answer as files to take away.

import { InvalidSpecError } from '../../core/errors.ts'
import { fileNameOf } from '../../report/escape.ts'
import type { AnswerExport } from '../answers.ts'
import type { ExportedFile } from '../protocol.ts'
import type { Answering } from './answering.ts'
import type { DataReader } from './data.ts'

/** @throws InvalidSpecError where nothing was learned yet */
export async function answerFile(what: AnswerExport, answering: Answering, data: DataReader): Promise<ExportedFile> {
  const { answer, told } = answering
  if (told !== undefined && data.hasPictures(told.source)) {
    const { pictureFile } = await import('./pictures/exports.ts')
    return pictureFile(what, { source: told.source, data, answer: () => answering.pictures, found: told.news.found })
  }
  if (answer === undefined || told === undefined) throw new InvalidSpecError('nothing is learned yet: wait for the first sentence')
  const name = fileNameOf(answer.target)
  switch (what) {
    case 'answer':
      return file(`${name}.answer`, 'application/octet-stream', answer.save())
    case 'card':
      return file(`${name}.md`, 'text/markdown', answer.card().markdown)
    case 'page': {
      const { answerPage } = await import('./keeping/answerPage.ts')
      const description = await data.describe({ kind: 'stored', source: told.source })
      const page = await answerPage(answer, told.news, { ...description, target: answer.target }, new URL(self.location.href))
      return file(`${name}.html`, 'text/html', page)
    }
    case 'model':
    case 'tfjs':
    case 'idx':
      throw new InvalidSpecError(`an answer for tables cannot be saved as "${what}"`)
    case 'onnx': {
      const { answerToOnnx } = await import('../../learn/onnx/write.ts')
      return file(`${name}.onnx`, 'application/octet-stream', Uint8Array.from(answerToOnnx(answer)))
    }
  }
}

const file = (name: string, type: string, contents: string | Uint8Array<ArrayBuffer>): ExportedFile => ({
  name,
  blob: new Blob([contents], { type }),
})
