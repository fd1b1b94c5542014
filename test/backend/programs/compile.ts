// deno run --unstable-webgpu --allow-read compile.ts [file]: compiles the pipelines of a JSON file by the WebGPU of this host. Prints its adapter, and what
// came of each pipeline as soon as it is known: where the compiler dies, those before have their lines.
import { readFileSync } from 'node:fs'
import { argv, exit } from 'node:process'
import type { AskedPipeline } from '../../support/idleGpu.ts'

const adapter = await navigator.gpu?.requestAdapter()
if (!adapter) {
  console.log(JSON.stringify({ adapter: null }))
  exit()
}
const requiredFeatures = (['subgroups'] as const).filter((name) => adapter.features.has(name))
const { maxComputeWorkgroupStorageSize } = adapter.limits
const device = await adapter.requestDevice({ requiredFeatures, requiredLimits: { maxComputeWorkgroupStorageSize } })
console.log(JSON.stringify({ adapter: adapter.info.description, subgroups: requiredFeatures.length > 0 }))

const [, , file] = argv
const pipelines: readonly AskedPipeline[] = file === undefined ? [] : JSON.parse(readFileSync(file, 'utf8'))
for (const { code, groups, constants } of pipelines) {
  device.pushErrorScope('validation')
  const layout = device.createPipelineLayout({
    bindGroupLayouts: groups.map((entries) => device.createBindGroupLayout({ entries: [...entries] })),
  })
  const module = device.createShaderModule({ code })
  const refused = await device.createComputePipelineAsync({ layout, compute: { module, entryPoint: 'main', constants } }).then(
    () => null,
    (error: Error) => error.message,
  )
  const said = await device.popErrorScope()
  console.log(JSON.stringify({ error: said?.message ?? refused }))
}
