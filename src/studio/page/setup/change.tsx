// The form of a study of one's own: what is tried, how, and how the rows are prepared.

import { useEffect } from 'preact/hooks'
import type { StudioConfig } from '../../config.ts'
import type { DataDescription } from '../../description.ts'
import type { Controller } from '../controller.ts'
import type { Setup } from '../state.ts'
import { Preparation } from './preparation.tsx'
import { SearchStep } from './search.tsx'
import { StartStep } from './start.tsx'

export interface ChangeProps {
  readonly data: DataDescription
  readonly config: StudioConfig
  readonly setup: Setup
  readonly busy: boolean
  readonly controller: Controller
}

/** A study of networks alone, with its trials, charts and exports. */
export function Change({ data, config, setup, busy, controller }: ChangeProps) {
  useEffect(() => controller.check(config), [config, controller])
  const configure = (next: StudioConfig): void => controller.configure(next)
  return (
    <>
      <p>A study tries many settings, and shows which matter, and how sure that is.</p>
      <StartStep setup={setup} config={config} busy={busy} controller={controller} />
      <h3>The rows</h3>
      <Preparation data={data} config={config} onChange={configure} />
      <h3>The settings</h3>
      <SearchStep data={data} config={config} onChange={configure} />
    </>
  )
}
