// Writes the program that runs the study of a configuration.

import type { ParameterSpec } from '../study/space/space.ts'
import { call, literal } from './code.ts'
import type { StudioConfig } from './config.ts'
import { type DataShape, toStudyOptions } from './options.ts'
import { dataCode } from './snippetData.ts'

/** The program, for Node, that runs the study of a configuration with the package: the same trials, and on the same backend the same values. */
export function toSnippet(config: StudioConfig, shape: DataShape): string {
  const { space, ...options } = toStudyOptions(config, shape)
  const { prefer, workers } = config.backend
  const data = dataCode(config.data)
  const parameters = Object.entries(space).map(([name, spec]) => `    ${name}: ${parameter(spec)},`)
  const types = Object.values(space).map(({ type }) => type)
  const imports = [...new Set(['createStudy', 'openBackend', ...types, ...data.imports])].sort()
  return `${[...data.ofNode, `import { ${imports.join(', ')} } from 'espalier'`].join('\n')}

${data.lines.join('\n')}

const study = await createStudy({
  space: {
${parameters.join('\n')}
  },
${Object.entries(options)
  .map(([name, value]) => `  ${name}: ${literal(value, 2)},`)
  .join('\n')}
})

const backend = await openBackend(${literal({ prefer, ...(workers === null ? {} : { workers }) })})
for await (const event of study.run(backend, data, { budget: { trials: ${config.search.trials} } })) {
  if (event.type === 'trial') console.log(event.trial.number, event.trial.state, event.trial.values, event.trial.params)
}
console.log('best:', study.best?.values, study.best?.params)
await backend.dispose()
`
}

/** As a person writes it: `int(4, 64, { log: true })`. */
function parameter(spec: ParameterSpec): string {
  if (spec.type === 'categorical') return call('categorical', spec.choices)
  const { type, low, high, ...options } = spec
  return call(type, low, high, ...(Object.keys(options).length === 0 ? [] : [options]))
}
