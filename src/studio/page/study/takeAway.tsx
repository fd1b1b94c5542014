// The card of exports.

import { toPermalink } from '../../permalink.ts'
import type { ExportName, StudyInfo } from '../../protocol.ts'
import type { Controller } from '../controller.ts'
import { HoldingLink, LinkField } from '../keeping/link.tsx'

const FILES: readonly { readonly what: ExportName; readonly title: string; readonly text: string }[] = [
  { what: 'report', title: 'Report', text: 'a page with all tables and charts (HTML)' },
  { what: 'csv', title: 'Table', text: 'the trials, for spreadsheets (CSV)' },
  { what: 'model', title: 'Best network', text: 'its weights (safetensors)' },
  { what: 'onnx', title: 'Best network', text: 'for ONNX runtimes' },
  { what: 'tfjs', title: 'Best network', text: 'for TensorFlow.js (ZIP)' },
  { what: 'journal', title: 'Journal', text: 'every step, which Optuna reads' },
  { what: 'snippet', title: 'Program', text: 'the same study in JavaScript, for Node' },
]

/** What a replay is not made of: its studies are several, and its program is the package's own. */
const OF_SEARCHES: readonly ExportName[] = ['model', 'onnx', 'tfjs', 'snippet']

export function TakeAway({ info, controller }: { readonly info: StudyInfo; readonly controller: Controller }) {
  const { id, config, kind } = info
  return (
    <>
      <div class="actions">
        {FILES.filter(({ what }) => kind === 'search' || !OF_SEARCHES.includes(what)).map(({ what, title, text }) => (
          <button type="button" key={what} onClick={() => void controller.save(id, what)}>
            <span>
              <b>{title}</b>: {text}
            </span>
          </button>
        ))}
      </div>
      <HoldingLink study={id} controller={controller} />
      {config !== undefined && (
        <>
          <LinkField
            label="Link to this study's settings"
            hint="Whoever opens it sets up the same study; the data are not in it."
            link={new URL(toPermalink(config), location.href).href}
          />
          <div class="actions">
            <button type="button" onClick={() => void controller.again(config)}>
              Set up a study like this one
            </button>
          </div>
        </>
      )}
    </>
  )
}
