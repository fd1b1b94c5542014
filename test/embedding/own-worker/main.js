globalThis.outcome = new Promise((resolve, reject) => {
  const worker = new Worker(new URL('./study.js', import.meta.url), { type: 'module' })
  worker.onmessage = ({ data }) => resolve(data)
  worker.onerror = ({ message }) => reject(new Error(message))
})
