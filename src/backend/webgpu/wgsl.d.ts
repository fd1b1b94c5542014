// Shaders as the bundler hands them in: their text.

declare module '*.wgsl' {
  const source: string
  export default source
}
