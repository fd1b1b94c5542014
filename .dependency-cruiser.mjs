// The import rules of docs/architecture.md: imports point down. A room may import what lies below it, never beside or above it.
const layers = [
  ['core'],
  ['data', 'backend'],
  ['table'],
  ['prepare'],
  ['train'],
  ['formats'],
  ['study'],
  ['report', 'learn'],
  ['index', 'node', 'formats.ts', 'replicate'],
  ['studio'],
  ['cli'],
]

/** @param {string} room */
const folder = (room) =>
  room === 'index' || room === 'node' ? `^src/${room}\\.ts$` : room === 'formats.ts' ? '^src/formats\\.ts$' : `^src/${room}/`

const importsPointDown = layers.flatMap((rooms, level) =>
  rooms.map((room) => ({
    name: `${room}-imports-down`,
    comment: `${room} may import only ${layers.slice(0, level).flat().join(', ') || 'its own files'}`,
    severity: 'error',
    from: { path: folder(room) },
    to: { path: '^src/', pathNot: [room, ...layers.slice(0, level).flat()].map(folder) },
  })),
)

const nodeOnly = ['^src/cli/', '^src/data/node', '^src/table/node', '^src/study/journal/(file|redis)', '^src/node\\.ts$']

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...importsPointDown,
    {
      name: 'every-file-has-a-room',
      comment: 'a file of src outside the known rooms would escape the rules above',
      severity: 'error',
      from: { path: '^src/', pathNot: layers.flat().map(folder) },
      to: {},
    },
    {
      name: 'core-is-pure',
      comment: 'core imports nothing but the validation library and the speller',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: ['^src/core/', '(^|/)node_modules/(zod|fastest-levenshtein)/'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'wasm-does-not-know-webgpu',
      severity: 'error',
      from: { path: '^src/backend/wasm/' },
      to: { path: '^src/backend/(webgpu/|open\\.ts$)' },
    },
    {
      name: 'webgpu-does-not-know-wasm',
      severity: 'error',
      from: { path: '^src/backend/webgpu/' },
      to: { path: '^src/backend/(wasm/|open\\.ts$)' },
    },
    {
      name: 'backends-meet-in-open',
      comment: 'open.ts is the only importer of the two backends; everything else sees the Backend type',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/backend/(wasm|webgpu)/', '^src/backend/open\\.ts$'] },
      to: { path: '^src/backend/(wasm|webgpu)/' },
    },
    {
      name: 'only-index-opens',
      comment:
        'whoever needs a backend is given one; the public API exports openBackend, but the studio would load all of it, studies included, before anybody runs one',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(index|studio/engine/backends)\\.ts$' },
      to: { path: '^src/backend/open\\.ts$' },
    },
    {
      name: 'kernels-belong-to-wasm',
      severity: 'error',
      from: { pathNot: '^src/backend/wasm/' },
      to: { path: '^build/' },
    },
    {
      name: 'node-builtins-stay-out-of-browsers',
      severity: 'error',
      from: { pathNot: nodeOnly },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'node-only-files-stay-out-of-browsers',
      comment: 'a file that imports node: is reached from the command line or from its own package entry, never from index',
      severity: 'error',
      from: { pathNot: nodeOnly },
      to: { path: nodeOnly.filter((path) => path !== '^src/cli/') },
    },
    {
      name: 'indexeddb-stays-in-its-store',
      comment: 'journals have one; the studio has one for dropped files and configurations, and one for answers',
      severity: 'error',
      from: { pathNot: ['^src/study/journal/indexeddb/', '^src/studio/engine/(store|keeping/answerStore)\\.ts$'] },
      to: { path: '(^|/)node_modules/idb/' },
    },
    {
      name: 'redis-stays-in-its-store',
      comment: 'an optional peer: who does not use it need not have it',
      severity: 'error',
      from: { pathNot: '^src/study/journal/redis/' },
      to: { path: '(^|/)node_modules/@?redis/' },
    },
    {
      name: 'reports-are-of-results',
      comment: 'a report is made from trials and statistics; it runs nothing',
      severity: 'error',
      from: { path: '^src/report/' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/report/',
          '^src/core/',
          '^src/study/(trial|attributes|preparation|feasibility|pareto|space/distributions)\\.ts$',
          '^src/study/(statistics|importance)/',
        ],
      },
    },
    {
      name: 'only-declared-dependencies',
      comment:
        'the package ships with its dependencies, not with its tools; an optional peer is installed for the tests as well, and the page of the ' +
        'studio is shipped with what it is made of inside',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/studio/page/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm-peer'],
        // In the package's own files: scripts/build.mjs.
        pathNot: '(^|/)node_modules/(zod|simple-statistics)/',
      },
    },
    {
      name: 'everything-resolves',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no parser API that dependency-cruiser can load; swc also sees type-only imports, which the rules are about as well.
    parser: 'swc',
    // Its parser knows no JSX. test/house/studio.test.ts says what the page may be made of.
    exclude: { path: '\\.tsx$' },
    doNotFollow: { path: ['node_modules', '^build/'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default', 'types'] },
  },
}
