// WebGPU's flags by their numbers (the specification fixes them): npm `webgpu` in Node sets no globals.

export const GPUBufferUsage = { MAP_READ: 1, COPY_SRC: 4, COPY_DST: 8, UNIFORM: 64, STORAGE: 128 } as const
export const GPUMapMode = { READ: 1 } as const
export const GPUShaderStage = { COMPUTE: 4 } as const
