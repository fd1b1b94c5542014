// Finds a browser on this machine.

import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

const VARIABLES = ['ESPALIER_CHROME', 'CHROME_PATH', 'PUPPETEER_EXECUTABLE_PATH']
const NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome']

/** Where Chrome and Chromium install themselves. */
function usualPlaces(): string[] {
  const { env, platform } = process
  if (platform === 'darwin') {
    const folders = ['/Applications', join(env.HOME ?? '', 'Applications')]
    return folders.flatMap((folder) => ['Google Chrome', 'Chromium'].map((name) => `${folder}/${name}.app/Contents/MacOS/${name}`))
  }
  if (platform === 'win32') {
    const folders = [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA].filter((folder) => folder !== undefined)
    return folders.flatMap((folder) => ['Google/Chrome', 'Chromium'].map((name) => join(folder, name, 'Application/chrome.exe')))
  }
  return ['/opt/google/chrome/chrome', '/snap/bin/chromium']
}

function onPath(): string[] {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name + suffix)))
}

/** The Chrome or Chromium of this machine: one an environment variable names, one on the PATH, or one in its usual place. */
export async function findChrome(): Promise<string | undefined> {
  const named = VARIABLES.map((variable) => process.env[variable]).filter((path) => path !== undefined && path !== '')
  for (const path of [...named, ...onPath(), ...usualPlaces()]) {
    const runs = await access(path ?? '', constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return path
  }
  return undefined
}
