/** Parquet, by hyparquet, which is loaded when the first such file is read. */

import { InvalidDataError } from '../core/errors.ts'
import type { Reading } from './options.ts'
import type { Pace } from './pace.ts'
import { type Bytes, readAll } from './source.ts'
import type { Table } from './table.ts'
import { tableOfValues } from './values.ts'

/** @throws InvalidDataError for a file that is damaged, or packed in a way nobody reads */
export async function readParquet(source: Bytes, options: Reading, pace: Pace): Promise<Table> {
  const [{ parquetMetadataAsync, parquetReadObjects, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ])
  const { buffer } = await readAll(source)
  // A page without values, as of a column that is all missing, is one byte in LZ4, which hyparquet-compressors 1.1.2 calls an "offset out of range 0".
  // To be deleted when test/table/formats.test.ts passes without it.
  const unpackers = Object.fromEntries(
    Object.entries(compressors).map(([name, unpack]) => [
      name,
      (packed: Uint8Array, length: number) => (length === 0 ? new Uint8Array() : unpack(packed, length)),
    ]),
  )
  try {
    const metadata = await parquetMetadataAsync(buffer)
    const names = parquetSchema(metadata).children.map(({ element }) => element.name)
    const rows = await parquetReadObjects({ file: buffer, metadata, compressors: unpackers })
    const columns = names.map((name) => ({ name, values: rows.map((row): unknown => row[name]) }))
    return await tableOfValues(columns, rows.length, options, pace)
  } catch (cause) {
    if (cause instanceof InvalidDataError) throw cause
    throw new InvalidDataError(
      `the Parquet file is truncated or damaged (${cause instanceof Error ? cause.message : String(cause)}); copy or download it again`,
      { cause },
    )
  }
}
