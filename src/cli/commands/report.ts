// The command `espalier report`.

import { basename, extname } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { fileNameOf } from '../../report/escape.ts'
import { print } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { isOnRedis } from '../journal.ts'
import { typed, withoutSecrets } from '../output.ts'
import { readStudy } from '../trials.ts'
import { version } from '../version.ts'

interface ReportOptions {
  readonly name?: string
  readonly out?: string
  readonly tensorboard?: string
}

const EXAMPLE = `
Writes a page that needs no network and no script, the same as Markdown beside it, and the numbers of every table and chart as CSV:

  espalier report first.journal --out results/first.html      results/first.html, results/first.md, results/first-data/*.csv
  espalier report first.journal --tensorboard logs            also logs/**/events.out.tfevents.*, a run each repeat

The report holds what the journal holds: intervals where trials were repeated, whole learning curves where the study has
recordHistories, and whether early rungs predict the end, where trials reported at rungs.`

async function report(journal: string, { name, out, tensorboard }: ReportOptions): Promise<ExitCode> {
  const study = await readStudy(journal, name)
  if (tensorboard !== undefined) {
    const { writeEvents } = await import('../report/events.ts')
    await writeEvents(study, tensorboard)
  }
  // What draws charts takes a third of a second to load: no other command waits for it.
  const [{ studyReport }, { writeReport }] = await Promise.all([import('../../report/study/report.ts'), import('../report/write.ts')])
  const facts = [
    { name: 'Command', value: typed(['espalier', 'report', withoutSecrets(journal), ...(name === undefined ? [] : ['--name', name])]) },
    { name: 'Package', value: `espalier ${version}` },
  ]
  const [page, markdown, data] = await writeReport(studyReport(study, facts), out ?? `${nameFor(journal, study.name)}.html`)
  print([page, markdown, data, ...(tensorboard === undefined ? [] : [tensorboard])].join('\n'))
  return EXIT.ok
}

/** A journal in a file lends the page its name; an address is no name, and may hold a password, so there it is the study's. */
const nameFor = (journal: string, study: string): string => (isOnRedis(journal) ? fileNameOf(study) : basename(journal, extname(journal)))

/** Markdown and numbers go by the page's name: one without an ending, or with theirs, would not open or be written over. */
function pagePath(path: string): string {
  if (extname(path) === '.html') return path
  throw new InvalidArgumentError('It names the page and must end in .html.')
}

export function addReport(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('report')
    .description('write tables and charts of the study of a journal, as a page, as Markdown and as CSV')
    .argument('<journal>', 'journal that espalier or Optuna wrote')
    .option('--name <study>', 'which study, where the journal has several')
    .option('--out <path>', "the page (default: the journal's name with .html, in this folder)", pagePath)
    .option('--tensorboard <folder>', 'also event files for TensorBoard, with hyper-parameters: tensorboard --logdir <folder>')
    .addHelpText('after', EXAMPLE)
    .action(async (path: string, given: ReportOptions) => finish(await report(path, given)))
}
