// Answers requests on one thread, with an engine for each session.

import { Engine } from './engine.ts'
import { MessageListener } from './messageListener.ts'
import type { Call, Request, Response, Results } from './protocol.ts'
import { Aborted, type Control, evaluateMember, openSession, predictMember, trainMembers } from './runner.ts'
import type { Helper, TeamPlan } from './team.ts'

/** An idle instance up to this size is kept for the next session; a larger one is dropped, and its memory with it. */
const SPARE_BYTES = 16 * 2 ** 20

/** An engine, and whether its module is a full build. */
interface Built {
  readonly engine: Engine
  readonly full: boolean
}

/** The end that trains: one instance of the module per open session, calls of a session one after the other. */
export class Server {
  #module: WebAssembly.Module | undefined
  #helper: Helper | undefined
  #spare: Built | undefined
  /**
   * Those whose memory is shared, of any size: no thread's garbage collector counts such a memory, so that what is dropped stays for long
   * (V8's BackingStore::PerIsolateAccountingLength is 0). There are as many as sessions were open at once.
   */
  readonly #sharedSpares: Built[] = []
  /** Calls under way, but for those that help other threads. */
  #running = 0
  readonly #sessions = new Map<number, Built>()
  /** Of every session, the end of the calls made so far: the next one waits for it. */
  readonly #queues = new Map<number, Promise<void>>()
  readonly #aborted = new Set<number>()
  readonly #listener = new MessageListener()
  readonly #respond: (response: Response) => void

  constructor(respond: (response: Response) => void) {
    this.#respond = respond
  }

  receive(request: Request): void {
    if (request.kind === 'module') {
      this.#module = request.module
      this.#respond({ kind: 'ready' })
    } else if (request.kind === 'abort') {
      this.#aborted.add(request.call)
    } else if (request.kind === 'kernels') {
      // Where there is no room for them, the usual ones go on.
      this.#sessions
        .get(request.session)
        ?.engine.take(request)
        .catch(() => undefined)
    } else {
      const before = this.#queues.get(request.session) ?? Promise.resolve()
      const done = before.then(() => this.#answer(request.call, request.session, request.body))
      if (request.body.method === 'close') this.#queues.delete(request.session)
      else this.#queues.set(request.session, done)
    }
  }

  async #answer(call: number, session: number, body: Call): Promise<void> {
    const own = Number(body.method !== 'help')
    this.#running += own
    try {
      const value = await this.#execute(call, session, body)
      this.#respond({ kind: 'result', call, value })
    } catch (error) {
      const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
      this.#respond({ kind: 'error', call, name: error instanceof Aborted ? 'Aborted' : name, message, stack })
    } finally {
      this.#running -= own
      this.#aborted.delete(call)
    }
  }

  async #execute(call: number, session: number, body: Call): Promise<Results[keyof Results]> {
    const control = {
      aborted: () => this.#aborted.has(call),
      progress: (done: number) => this.#respond({ kind: 'progress', call, done }),
      listener: this.#listener,
    }
    if (body.method === 'open') {
      const { plan, team, module } = body
      const full = team?.full ?? module !== undefined
      const engine = (team === undefined ? this.#takeSpare(full) : this.#takeShared(full)) ?? (await this.#create(team, module))
      await openSession(engine, plan, team?.threads ?? 1, control)
      this.#sessions.set(session, { engine, full })
      return engine.shared
    }
    if (body.method === 'help') {
      this.#helper ??= new (await import('./team.ts')).Helper()
      await this.#helper.help(body.order, this.#listener, () => control.aborted() || this.#running > 0)
      return undefined
    }
    const open = this.#sessions.get(session)
    if (body.method === 'close') {
      this.#sessions.delete(session)
      if (open !== undefined) this.#keepSpare(open)
      return undefined
    }
    if (open === undefined) throw new Error(`session ${session} is not open`)
    return this.#run(open, body, control)
  }

  async #run(
    { engine }: Built,
    body: Exclude<Call, { method: 'open' | 'help' | 'close' }>,
    control: Control,
  ): Promise<Results[keyof Results]> {
    switch (body.method) {
      case 'train':
        try {
          return await trainMembers(engine, body.orders, control)
        } finally {
          engine.endTurn(body.turn)
        }
      case 'evaluate': {
        const evaluation = await evaluateMember(engine, body.member, control)
        if (evaluation === undefined) throw new Error('evaluate needs a session with test data')
        return evaluation
      }
      case 'predict':
        return predictMember(engine, body.member, body.features, control)
      case 'readState':
        return engine.readState(body.member)
      case 'writeState':
        engine.writeState(body.member, body.state)
        return undefined
    }
  }

  #takeSpare(full: boolean): Engine | undefined {
    if (this.#spare?.full !== full) return undefined
    const { engine } = this.#spare
    this.#spare = undefined
    return engine
  }

  #takeShared(full: boolean): Engine | undefined {
    const index = this.#sharedSpares.findLastIndex((spare) => spare.full === full)
    return index < 0 ? undefined : this.#sharedSpares.splice(index, 1)[0]?.engine
  }

  #keepSpare(spare: Built): void {
    if (spare.engine.shared !== undefined) this.#sharedSpares.push(spare)
    else if (spare.engine.bytes <= SPARE_BYTES) this.#spare = spare
  }

  /** @param module a full build; otherwise the one that this thread was sent */
  async #create(team: TeamPlan | undefined, module = this.#module): Promise<Engine> {
    if (team !== undefined) {
      const leader = await (await import('./team.ts')).createLeader(team)
      return new Engine(leader.exports, leader)
    }
    if (module === undefined) throw new Error('no module was sent')
    return Engine.create(module)
  }
}
