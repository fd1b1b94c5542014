// An answer for pictures as files to take away.

import { InvalidSpecError } from '../../../core/errors.ts'
import { fileNameOf } from '../../../report/escape.ts'
import type { AnswerExport, Found } from '../../answers.ts'
import type { DataSource } from '../../config.ts'
import type { ExportedFile } from '../../protocol.ts'
import type { DataReader } from '../data.ts'
import { modelFile } from '../modelFile.ts'
import type { PictureAnswer } from './answer.ts'

export interface PictureExport {
  readonly source: DataSource
  readonly data: DataReader
  /** @throws InvalidSpecError where it is not there yet */
  readonly answer: () => PictureAnswer
  readonly found: Found | undefined
}

/** @throws InvalidSpecError where nothing was learned yet, or it is of tables alone */
export async function pictureFile(what: AnswerExport, { source, data, answer, found }: PictureExport): Promise<ExportedFile> {
  const name = fileNameOf(data.titleOf(source))
  switch (what) {
    case 'idx': {
      if (source.kind !== 'idx') throw new InvalidSpecError('these pictures are IDX files already')
      const [{ zipSync }, files] = await Promise.all([import('fflate'), data.idxFiles(source)])
      return file(`${name}-idx.zip`, 'application/zip', zipSync(Object.fromEntries(files.map((own) => [own.name, own.bytes]))))
    }
    case 'card':
      if (found === undefined) throw new InvalidSpecError('nothing is learned yet: wait for the first sentence')
      return file(`${name}.md`, 'text/markdown', card(name, found))
    case 'model':
    case 'onnx':
    case 'tfjs': {
      const { fitted, data: train } = answer().network
      const { end, bytes } = await modelFile(what, fitted, { train, transforms: [] })
      return file(`${name}.${end}`, 'application/octet-stream', bytes)
    }
    default:
      throw new InvalidSpecError(`an answer for pictures cannot be saved as "${what}"`)
  }
}

const file = (name: string, type: string, contents: string | Uint8Array): ExportedFile => ({
  name,
  blob: new Blob([typeof contents === 'string' ? contents : Uint8Array.from(contents)], { type }),
})

const number = (value: number): string => String(Number(value.toPrecision(4)))

function card(name: string, { classNames, score, matters, preparation, limits, learned }: Found): string {
  const lines = score.metrics.map(
    (own) =>
      `| ${own.name} | ${number(own.value)} | ${own.interval.map(number).join(' to ')} | ${number(own.guess)} | ${own.linear === null ? '' : number(own.linear)} |`,
  )
  return `# ${name}

Tells ${classNames.length} classes of pictures apart: ${classNames.join(', ')}. ${score.sentence}

| metric | value | ${Math.round(100 * score.level)} % interval | guessing | a straight line |
| --- | --- | --- | --- | --- |
${lines.join('\n')}

${[...matters.sentences.filter((one) => one !== ''), ...preparation, ...limits].map((one) => `- ${one}`).join('\n')}
- ${learned.candidates} times a network was judged, in ${number(learned.seconds)} seconds; which answers for a picture was chosen by other pictures.
`
}
