// The entry of the build with wide tiles; they are exported for the reason that index.ts gives for the others.

export * from './index'
export * from './generated/wide'
