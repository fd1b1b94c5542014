// The hosts that are measured: Node and Chromium.

import { type Datasets, loadParts } from './data.ts'
import type { Measurement, Options } from './measure.ts'
import { measureInNode } from './node.ts'
import { findTorch } from './torch.ts'
import { workloads } from './workloads.ts'

export interface Hosts {
  readonly node: boolean
  readonly chromium: boolean
  /** The browser's path, where one is wanted and found. */
  readonly chrome: string | undefined
}

export interface HostResult {
  readonly host: string
  readonly measurements: readonly Measurement[]
}

async function loadDatasets(ids: readonly string[]): Promise<Datasets> {
  const names = new Set(workloads.filter(({ id }) => ids.includes(id)).map(({ data }) => data))
  return Object.fromEntries(await Promise.all([...names].map(async (name) => [name, await loadParts(name)])))
}

/** Each host as it ends, so that what one has measured is not lost with the next. */
export async function* measureHosts({ node, chromium, chrome }: Hosts, options: Options): AsyncGenerator<HostResult> {
  const datasets = await loadDatasets(options.ids)
  const torch = findTorch()
  try {
    if (node) {
      console.log(`\nNode ${process.version}`)
      yield { host: `Node ${process.version}`, measurements: await measureInNode(datasets, options, torch) }
    }
    if (chrome !== undefined) {
      console.log('\nChromium')
      const { measureInChromium } = await import('./chromium.ts')
      const { version, measurements } = await measureInChromium(datasets, options, torch)
      yield { host: version, measurements }
    } else if (chromium) {
      console.log('\nChromium: NOT RUN, for there is no Chrome or Chromium here; install one, or name it in ESPALIER_CHROME')
    }
  } finally {
    await torch.close()
  }
}
