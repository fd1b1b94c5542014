import { basename, extname } from 'node:path'
import type { Command } from 'commander'
import { print } from '../arguments.ts'
import { EXIT, type ExitCode } from '../exit.ts'
import { readStudy } from '../trials.ts'
import { version } from '../version.ts'

interface ReportOptions {
  readonly name?: string
  readonly out?: string
}

const EXAMPLE = `
Writes a page that needs no network and no script, the same as Markdown beside it, and the numbers of every table and chart as CSV:

  espalier report first.journal --out results/first.html      results/first.html, results/first.md, results/first-data/*.csv

The report holds what the journal holds: intervals where trials were repeated, whole learning curves where the study has
recordHistories, and whether early rungs tell the end where trials reported at rungs.`

async function report(journal: string, { name, out }: ReportOptions): Promise<ExitCode> {
  const study = await readStudy(journal, name)
  // What draws charts takes a third of a second to load: no other command waits for it.
  const [{ studyReport }, { writeReport }] = await Promise.all([import('../../report/study/report.ts'), import('../report/write.ts')])
  const facts = [
    { name: 'Command', value: ['espalier report', journal, ...(name === undefined ? [] : ['--name', name])].join(' ') },
    { name: 'Package', value: `espalier ${version}` },
  ]
  const [page, markdown, data] = await writeReport(studyReport(study, facts), out ?? `${basename(journal, extname(journal))}.html`)
  print(`${page}\n${markdown}\n${data}`)
  return EXIT.ok
}

export function addReport(program: Command, finish: (code: ExitCode) => void): void {
  program
    .command('report')
    .description('write tables and charts of the study of a journal, as a page, as Markdown and as CSV')
    .argument('<journal>', 'journal that espalier or Optuna wrote')
    .option('--name <study>', 'which study, where the journal has several')
    .option('--out <path>', "the page (default: the journal's name with .html, in this folder)")
    .addHelpText('after', EXAMPLE)
    .action(async (path: string, given: ReportOptions) => finish(await report(path, given)))
}
