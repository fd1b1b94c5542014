import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DefaultTheme } from 'vitepress'
import { pageOf } from './pages.ts'

type Item = DefaultTheme.SidebarItem

const link = (source: string): string => `/${pageOf(source).replace(/(index)?\.md$/, '')}`

/** What a newcomer reads, in order; the files from the repository's root. */
const reading: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  Begin: [
    ['What it is', 'README.md'],
    ['Getting started', 'docs/guide.md'],
    ['Answers', 'docs/answers.md'],
    ['Training', 'docs/training.md'],
    ['Layers, losses, optimizers', 'docs/layers.md'],
    ['Tables', 'docs/tables.md'],
    ['Data', 'docs/data.md'],
    ['Preparing a table', 'docs/preparation.md'],
    ['Honest numbers', 'docs/honest.md'],
    ['Rows that choose and judge', 'docs/validation.md'],
    ['Ensembles', 'docs/ensembles.md'],
    ['Nested scores', 'docs/nested.md'],
    ['Intervals', 'docs/intervals.md'],
    ['On a GPU', 'docs/gpu.md'],
    ['Recipes', 'docs/recipes.md'],
  ],
  Studies: [
    ['Studies', 'docs/studies.md'],
    ['Spaces', 'docs/spaces.md'],
    ['Samplers', 'docs/samplers.md'],
    ['Pruners', 'docs/pruners.md'],
    ['Repeats and comparisons', 'docs/repeats.md'],
    ['Importance', 'docs/importance.md'],
    ['Journals', 'docs/journal.md'],
    ['Many machines', 'docs/many-machines.md'],
  ],
  'Around it': [
    ['Reports', 'docs/reports.md'],
    ['The studio', 'docs/studio.md'],
    ['Evidence', 'docs/evidence.md'],
    ['Play', 'docs/play.md'],
    ['The command line', 'docs/command-line.md'],
    ['For assistants', 'docs/agents.md'],
    ['In notebooks', 'docs/notebooks.md'],
    ['Formats', 'docs/formats.md'],
    ['Embedding', 'docs/embedding.md'],
  ],
  Examples: [
    ['Train in a page', 'examples/train-in-a-page/README.md'],
    ['A study in Node', 'examples/study-in-node/README.md'],
    ['Compare, live', 'examples/compare-live/README.md'],
    ['Classify images', 'examples/classify-images/README.md'],
    ['Recognise gestures', 'examples/recognise-gestures/README.md'],
  ],
  More: [
    ['How it compares', 'docs/compare.md'],
    ['From TensorFlow.js', 'docs/migration.md'],
    ['From Python', 'docs/from-python.md'],
    ['Replication', 'docs/replication.md'],
    ['Architecture', 'docs/architecture.md'],
    ['Speed, as measured', 'bench/targets.md'],
    ['Speed of layers', 'bench/layers.md'],
    ['Notes on speed', 'bench/NOTES.md'],
    ['Studies, as measured', 'bench/studies.md'],
    ['Changelog', 'CHANGELOG.md'],
  ],
}

/** An entry of typedoc-plugin-markdown's navigation.json. */
interface Navigation {
  readonly title: string
  readonly path?: string | null
  readonly children?: readonly Navigation[]
}

/** The package's entries: typedoc nests `espalier/node` in `espalier`. */
const entriesOf = (navigation: readonly Navigation[], parent = ''): Navigation[] =>
  navigation.flatMap((one) => {
    if (!one.path?.endsWith('index.md')) return []
    const title = `${parent}${one.title}`
    return [{ ...one, title }, ...entriesOf(one.children ?? [], `${title}/`)]
  })

/** Functions and classes of an entry; its types are on its page, and too many to list on every other. */
function entryItem({ title, path, children = [] }: Navigation): Item {
  const listed = ['Functions', 'Classes'].flatMap((kind) => children.find((one) => one.title === kind)?.children ?? [])
  const items = listed.map((one) => ({ text: one.title, link: link(`site/api/${one.path}`) }))
  return { text: title, link: link(`site/api/${path}`), items, collapsed: title !== 'espalier' }
}

/** What stands beside the pages: of the API its functions, beside the others the others. */
export function sidebarsOf(root: string): DefaultTheme.SidebarMulti {
  const entries = entriesOf(JSON.parse(readFileSync(resolve(root, 'site/api/navigation.json'), 'utf8')) as Navigation[])
  const there = ([, source]: readonly [string, string]) => existsSync(resolve(root, source))
  const groups = Object.entries(reading)
    .map(([text, pages]) => ({ text, items: pages.filter(there).map(([title, source]) => ({ text: title, link: link(source) })) }))
    .filter(({ items }) => items.length > 0)
  return {
    '/api/': [{ text: 'Guide', link: '/guide' }, ...entries.map(entryItem)],
    '/': [...groups, { text: 'API', items: entries.map(({ title, path }) => ({ text: title, link: link(`site/api/${path}`) })) }],
  }
}
