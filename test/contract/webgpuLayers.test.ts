import { testParts } from './webgpu.ts'

testParts('layers')
