// Bytes that come in chunks.

/** The chunks of a stream as one. */
export function concat(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

/**
 * The stream of a response's body. It is that of a tee: when the response's own stream has been read to its end before the network says that
 * the request is complete, Chromium cancels the request, although every byte has come.
 */
export function bodyOf(response: Response): ReadableStream<Uint8Array<ArrayBuffer>> | null {
  void response.clone().body?.cancel()
  return response.body
}
