/** The flags that say how a table is read: one for every option of `readTable`. */

import { type Command, InvalidArgumentError, Option } from 'commander'
import type { ReadingOptions } from '../table/options.ts'
import { wholeNumber } from './arguments.ts'

type Name = keyof ReadingOptions

const list = (text: string): string[] => text.split(',')

/** `born=date,zip=category`. */
function kinds(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => {
    const at = pair.lastIndexOf('=')
    if (at < 1) throw new InvalidArgumentError('It must be like: born=date,zip=category.')
    return [pair.slice(0, at), pair.slice(at + 1)] as const
  })
  return Object.fromEntries(pairs)
}

/** `\t` is hard to type otherwise. */
const sign = (text: string): string => (text === '\\t' || text === 'tab' ? '\t' : text)
const place = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text)
const most = wholeNumber(0, 1_000_000)

const FLAGS: Readonly<Record<Name, readonly [flag: string, says: string, parse?: (text: string) => unknown]>> = {
  format: ['--format <name>', 'csv, arff, json, jsonl, parquet or xlsx (default: by its first bytes)'],
  header: ['--header', 'the first line names the columns'],
  delimiter: ['--delimiter <sign>', 'what separates cells: , ; tab | or blanks', sign],
  decimal: ['--decimal <sign>', 'decimal sign: . or ,'],
  thousands: ['--thousands <sign>', 'what groups the digits of large numbers'],
  encoding: ['--encoding <name>', 'utf-8, utf-16le, windows-1252, …'],
  missingMarkers: [
    '--missing-markers <list>',
    "cells that mean missing, with commas between (default: pandas' list, ?, ., \\N, errors of spreadsheets)",
    list,
  ],
  comment: ['--comment <sign>', 'what lines that say nothing begin with'],
  quote: ['--quote <sign>', 'what cells are put in that hold a delimiter; "" for none'],
  skipRows: ['--skip-rows <n>', 'lines above the table', most],
  skipLast: ['--skip-last <n>', 'rows below the table, such as totals', most],
  sheet: ['--sheet <name>', 'sheet of a spreadsheet, by name or from 1', place],
  dateOrder: ['--date-order <order>', 'what 03/04/2020 means: dmy, mdy or ymd'],
  kinds: ['--kinds <list>', 'what columns hold, as born=date,zip=category', kinds],
  ignore: ['--ignore <list>', 'columns left out, with commas between', list],
}

const NAMES = Object.keys(FLAGS) as Name[]

/** Adds them to a command. */
export function addReadingFlags(command: Command, without: readonly Name[] = []): Command {
  for (const name of NAMES) {
    if (without.includes(name)) continue
    const [flag, says, parse] = FLAGS[name]
    const option = new Option(flag, says)
    if (parse) option.argParser(parse)
    command.addOption(option.helpGroup('How the table is read (found out by default):'))
  }
  return without.includes('header')
    ? command
    : command.addOption(new Option('--no-header', 'the first line is data').helpGroup('How the table is read (found out by default):'))
}

/** What the flags of a command say of the reading. */
export const readingOfFlags = (given: Readonly<Record<string, unknown>>): ReadingOptions =>
  Object.fromEntries(NAMES.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])))
