import { testParts } from './webgpu.ts'

testParts('hardware')
