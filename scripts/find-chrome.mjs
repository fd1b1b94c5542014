// Finds Chrome or Chromium.

import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root, StepError } from './run.mjs'

/** Where a browser that `npm test` downloaded is noted. */
export const downloadNote = join(root, '.cache/chrome/path.txt')

const variables = ['ESPALIER_CHROME', 'CHROME_PATH', 'PUPPETEER_EXECUTABLE_PATH']
const names = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome']

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The usual places of an installed Chrome or Chromium on this system. */
function usualPlaces() {
  if (process.platform === 'darwin') {
    const apps = ['/Applications', join(process.env.HOME ?? '', 'Applications')]
    return apps.flatMap((folder) => ['Google Chrome', 'Chromium'].map((name) => `${folder}/${name}.app/Contents/MacOS/${name}`))
  }
  if (process.platform === 'win32') {
    const folders = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA]
    return folders.flatMap((folder) =>
      folder ? [join(folder, 'Google/Chrome/Application/chrome.exe'), join(folder, 'Chromium/Application/chrome.exe')] : [],
    )
  }
  return ['/usr/bin', '/usr/local/bin', '/opt/google/chrome', '/snap/bin'].flatMap((folder) => names.map((name) => join(folder, name)))
}

function onPath() {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name + suffix)))
}

/**
 * The path of a Chrome or Chromium: named by a variable, downloaded earlier by `npm test`, installed, or on the PATH.
 * @returns {string | undefined}
 * @throws {StepError} when a variable names a file that cannot be run
 */
export function findChrome() {
  for (const variable of variables) {
    const path = process.env[variable]
    if (!path) continue
    if (!isExecutable(path)) throw new StepError(`${variable} is ${path}, which is not a program that can be run`)
    return path
  }
  const downloaded = existsSync(downloadNote) ? [readFileSync(downloadNote, 'utf8').trim()] : []
  // The download comes first: it was made because what is installed does not run.
  return [...downloaded, ...usualPlaces(), ...onPath()].find(isExecutable)
}
