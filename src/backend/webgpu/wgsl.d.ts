// Lets TypeScript import WGSL as text.

declare module '*.wgsl' {
  const source: string
  export default source
}
