// Journals that somebody brings: espalier's own, and those of Optuna's JournalFileBackend, which have the same form.

import { InvalidDataError } from '../../../core/errors.ts'
import { gunzip, isGzip } from '../../../data/unpack.ts'
import type { JournalEntry } from '../../../study/journal/journal.ts'
import { parseJson } from '../../../study/journal/json.ts'
import { RebuiltStudies } from '../../../study/journal/rebuild.ts'
import type { Json } from '../../../study/trial.ts'
import type { NamedBytes } from '../reading.ts'

export interface ReadJournal {
  readonly title: string
  readonly entries: readonly JournalEntry[]
}

/** What files of SQLite begin with (https://www.sqlite.org/fileformat.html). */
const SQLITE = 'SQLite format 3\0'

/** @throws InvalidDataError saying what the file is, and how to bring it, where it is no journal; CorruptJournalError naming a line */
export async function readJournal({ name, bytes: packed }: NamedBytes): Promise<ReadJournal> {
  const bytes = isGzip(packed) ? await gunzip(packed, name) : packed
  if (new TextDecoder('latin1').decode(bytes.subarray(0, SQLITE.length)) === SQLITE) throw new InvalidDataError(sqlite(name))
  const lines = new TextDecoder().decode(bytes).split('\n')
  const entries = lines
    .flatMap((line, i) => (line.trim() === '' ? [] : [entryOf(line, i, name, lines.length)]))
    .filter((one) => one !== undefined)
  const rebuilt = new RebuiltStudies()
  rebuilt.apply(entries)
  const [first] = rebuilt.studies
  if (first === undefined) throw new InvalidDataError(`${name} holds no study`)
  const { length } = rebuilt.studies
  return { title: length === 1 ? first.name : `${name}, ${length} studies`, entries }
}

/** The last line may be cut off, where its writer was stopped. */
function entryOf(line: string, i: number, name: string, lines: number): JournalEntry | undefined {
  let value: Json
  try {
    value = parseJson(line)
  } catch (cause) {
    if (i === lines - 1) return undefined
    throw new InvalidDataError(`${name}: line ${i + 1} is no JSON, so it is no journal that espalier or Optuna wrote`, { cause })
  }
  if (isEntry(value)) return value
  throw new InvalidDataError(`${name}: line ${i + 1} has no op_code, so it is no journal that espalier or Optuna wrote`)
}

const isEntry = (value: Json): value is JournalEntry & Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && typeof (value as { op_code?: Json }).op_code === 'number'

const sqlite = (name: string): string =>
  `${name} is a database of SQLite, which the studio does not read; Optuna copies a study of it into a journal, which the studio reads:
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
journal = JournalStorage(JournalFileBackend("study.journal"))
optuna.copy_study(from_study_name="NAME", from_storage="sqlite:///${name}", to_storage=journal)`
