// A call of a tool of the MCP server.

/** A call that is under way. */
export interface Call {
  readonly signal: AbortSignal
  /** Tells the client how far it is, from 0 to 1, where the client asked to be told. */
  readonly progress: (done: number, note: string) => void
}
