// The home view, where studies are set up and found again.

import type { Controller } from './controller.ts'
import { Kept } from './kept.tsx'
import { Card } from './parts.tsx'
import { Replays } from './replays.tsx'
import { DataStep } from './setup/data.tsx'
import { SearchStep } from './setup/search.tsx'
import { StartStep } from './setup/start.tsx'
import type { State } from './state.ts'

/** Where a study is set up, and those of before are found. */
export function Home({ state: { setup, studies, busy }, controller }: { readonly state: State; readonly controller: Controller }) {
  const { data, config } = setup
  return (
    <>
      <h1 tabIndex={-1}>Which settings of a neural network matter for your data?</h1>
      <p class="lead">
        Drop a table on this page. It trains many small networks with different settings (hyper-parameters), and tells which of the settings
        matter, which values are best, and how sure that is.
      </p>
      <div class="setup">
        <Card title="Your data" step={1} id="data">
          <DataStep setup={setup} controller={controller} />
        </Card>
        {data !== undefined && config !== undefined ? (
          <>
            <Card title="What to try" step={2} id="search">
              <SearchStep data={data} config={config} onChange={(next) => controller.configure(next)} />
            </Card>
            <div class="start">
              <Card title="Run" step={3} id="run">
                <StartStep setup={setup} config={config} busy={busy !== undefined} controller={controller} />
              </Card>
            </div>
          </>
        ) : (
          <div class="side">
            {studies.length > 0 && <Kept studies={studies} controller={controller} />}
            <Replays busy={busy !== undefined} controller={controller} />
          </div>
        )}
      </div>
      {data !== undefined && (
        <div class="setup">
          {studies.length > 0 && <Kept studies={studies} controller={controller} />}
          <Replays busy={busy !== undefined} controller={controller} />
        </div>
      )}
    </>
  )
}
