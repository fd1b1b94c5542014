// The types of the package domino that are used here.

/** The library's own declarations name the module it was forked from, and the types of a DOM. */
declare module '@mixmark-io/domino' {
  const domino: { createDocument(): import('../../report/charts/document.ts').ChartDocument }
  export default domino
}
