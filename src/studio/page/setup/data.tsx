// The step that chooses data.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { StudioConfig } from '../../config.ts'
import { withTarget } from '../../defaults.ts'
import type { DataDescription } from '../../description.ts'
import type { Controller } from '../controller.ts'
import { formatCount, plural } from '../format.ts'
import { Icon, Lines, Notice } from '../parts.tsx'
import type { Setup } from '../state.ts'
import { Columns } from './columns.tsx'
import { CsvReading } from './csvReading.tsx'
import { useDrop } from './drop.ts'
import { Preparation } from './preparation.tsx'
import { useSamples } from './samples.ts'

const ACCEPTED = '.csv,.tsv,.txt,.arff,.gz,.idx,.idx1-ubyte,.idx3-ubyte,text/csv'

/** Choosing data, and what was found in them. */
export function DataStep({ setup, controller }: { readonly setup: Setup; readonly controller: Controller }) {
  const { reading, data, config, problem } = setup
  const found = useRef<HTMLHeadingElement>(null)
  const [files, setFiles] = useState<readonly File[]>([])
  const isCsv = files.length === 1 && files.every(({ name }) => /\.(csv|tsv|txt)$/i.test(name))
  const configure = (next: StudioConfig): void => controller.configure(next)
  useEffect(() => {
    if (data !== undefined) found.current?.focus({ preventScroll: true })
  }, [data])
  return (
    <>
      <Chooser reading={reading} controller={controller} onFiles={setFiles} />
      {problem !== undefined && (
        <Notice kind="bad">
          <Lines text={problem.message} />
          {data !== undefined && <p>“{data.title}” is still here, as it was.</p>}
        </Notice>
      )}
      {isCsv && <CsvReading files={files} controller={controller} />}
      {data !== undefined && config !== undefined && (
        <>
          <h3 ref={found} tabIndex={-1}>
            {data.title}: {sizeOf(data)}
          </h3>
          {data.images === undefined ? (
            <Columns data={data} config={config} onChange={configure} onTarget={(target) => configure(withTarget(config, data, target))} />
          ) : (
            <p>
              Pictures of {formatCount(data.images.inputSize)} points, in {plural(data.images.classes.length, 'class', 'classes')}:{' '}
              {data.images.classes.join(', ')}.
            </p>
          )}
          <Preparation data={data} config={config} onChange={configure} />
        </>
      )}
    </>
  )
}

function sizeOf({ rows, testRows, columns }: DataDescription): string {
  const test = testRows > 0 ? ` and ${formatCount(testRows)} to test on` : ''
  return `${plural(rows, 'row')}${test}${columns.length > 0 ? `, ${plural(columns.length, 'column')}` : ''}`
}

function Chooser({
  reading,
  controller,
  onFiles,
}: {
  readonly reading: string | undefined
  readonly controller: Controller
  readonly onFiles: (files: readonly File[]) => void
}) {
  const samples = useSamples()
  const take = (list: FileList | null): void => {
    const files = [...(list ?? [])]
    onFiles(files)
    if (files.length > 0) void controller.describe({ kind: 'files', files }, `Reading ${files.map(({ name }) => name).join(' and ')}`)
  }
  const isOver = useDrop(take)
  return (
    <>
      <div class={isOver ? 'drop over' : 'drop'}>
        <p>
          <b>Drop a file here</b>, or
        </p>
        <label class="button primary">
          Choose a file
          <input
            type="file"
            multiple
            accept={ACCEPTED}
            aria-describedby="formats"
            onChange={({ currentTarget }) => {
              take(currentTarget.files)
              // So that the same file, corrected, can be chosen again.
              currentTarget.value = ''
            }}
          />
        </label>
        <p class="hint" id="formats">
          A table as CSV, which every spreadsheet can save, or as ARFF; pictures as IDX, images and labels together.
        </p>
        <p role="status">
          {reading !== undefined && (
            <>
              <Icon name="running" /> {reading} …
            </>
          )}
        </p>
      </div>
      <h3>Or try an example</h3>
      <div class="actions">
        {samples.map(({ name, title, about }) => (
          <button
            key={name}
            type="button"
            disabled={reading !== undefined}
            onClick={() => {
              onFiles([])
              void controller.describe({ kind: 'sample', name }, `Reading ${title}`)
            }}
          >
            {title}: {about}
          </button>
        ))}
      </div>
    </>
  )
}
