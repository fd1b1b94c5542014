// Where a file is dropped or chosen.

import type { Controller } from '../controller.ts'
import { formatCount } from '../format.ts'
import { Icon } from '../parts.tsx'
import { useDrop } from './drop.ts'
import { useSamples } from './samples.ts'

const ACCEPTED =
  '.csv,.tsv,.tab,.txt,.data,.arff,.json,.jsonl,.ndjson,.parquet,.xlsx,.gz,.idx,.idx1-ubyte,.idx3-ubyte,.zip,image/*,text/csv'

interface Props {
  readonly reading: string | undefined
  /** Whether data are there already, so that a small one suffices. */
  readonly small: boolean
  readonly controller: Controller
}

export function Chooser({ reading, small, controller }: Props) {
  const samples = useSamples()
  const take = (files: readonly File[], paths?: readonly string[]): void => {
    const names = files.length > 4 ? `${formatCount(files.length)} files` : files.map(({ name }) => name).join(' and ')
    if (files.length > 0) void controller.describe({ kind: 'files', files, paths }, `Reading ${names}`)
  }
  const isOver = useDrop(take)
  const choose = (
    <label class={small ? 'button' : 'button primary'}>
      {small ? 'Another file' : 'Choose a file'}
      <input
        type="file"
        multiple
        accept={ACCEPTED}
        aria-describedby={small ? undefined : 'formats'}
        onChange={({ currentTarget }) => {
          take([...(currentTarget.files ?? [])])
          // So that the same file, corrected, can be chosen again.
          currentTarget.value = ''
        }}
      />
    </label>
  )
  const status = (
    <p role="status">
      {reading !== undefined && (
        <>
          <Icon name="running" /> {reading} …
        </>
      )}
    </p>
  )
  if (small)
    return (
      <div class={isOver ? 'drop small over' : 'drop small'}>
        {choose}
        {status}
      </div>
    )
  return (
    <>
      <div class={isOver ? 'drop over' : 'drop'}>
        <p>
          <b>Drop a file or a folder here</b>, paste rows from a spreadsheet, or
        </p>
        {choose}
        <p class="hint" id="formats">
          A table: CSV, Excel (XLSX), Parquet, JSON, ARFF, also gzipped. Or pictures: a folder or a ZIP archive with a folder for each
          class, or IDX, images and labels together.
        </p>
        {status}
      </div>
      <h2 class="plain">Or try an example</h2>
      <div class="actions">
        {samples.map(({ name, title, about }) => (
          <button
            key={name}
            type="button"
            disabled={reading !== undefined}
            onClick={() => void controller.describe({ kind: 'sample', name }, `Reading ${title}`)}
          >
            {title}: {about}
          </button>
        ))}
        <label class="button">
          A folder of pictures
          <input
            type="file"
            class="visually-hidden"
            {...{ webkitdirectory: true }}
            onChange={({ currentTarget }) => {
              const files = [...(currentTarget.files ?? [])]
              take(
                files,
                files.map(({ webkitRelativePath }) => webkitRelativePath),
              )
              currentTarget.value = ''
            }}
          />
        </label>
      </div>
    </>
  )
}
