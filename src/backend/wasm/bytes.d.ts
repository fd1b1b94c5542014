// The type of a kernel that is imported as bytes.

/** A compiled WebAssembly module, put into the bundle as its bytes, gzipped. */
declare module '*.wasm' {
  const bytes: Uint8Array<ArrayBuffer>
  export default bytes
}

/** The script of a worker, put into the bundle as its text. */
declare module '*.txt' {
  const text: string
  export default text
}
