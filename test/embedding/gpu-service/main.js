import { create } from 'webgpu'
import { train } from '../train.js'

const [whose, ...switches] = process.argv.slice(2)
const gpu = create(switches)

if (whose === 'package') {
  console.log(JSON.stringify(await train({ prefer: 'webgpu', gpu })))
} else {
  const adapter = await gpu.requestAdapter()
  const device = await adapter.requestDevice()
  const outcome = await train({ prefer: 'webgpu', device })
  // The service goes on with its device.
  const lost = await Promise.race([device.lost, device.queue.onSubmittedWorkDone().then(() => undefined)])
  if (lost !== undefined) throw new Error(`the device was lost: ${lost.message}`)
  console.log(JSON.stringify(outcome))
  device.destroy()
}
