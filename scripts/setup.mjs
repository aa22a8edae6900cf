// Brings a fresh clone to where every program of ours can run. Needs nothing but Node 18 and npm.
import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { fail, fingerprint, node, npm, once, root, run, stage } from './console.mjs'

const OLDEST_NODE = 18
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']

export async function checkMachine() {
  const major = Number(process.versions.node.split('.')[0])
  if (major < OLDEST_NODE)
    fail(`this is Node ${process.versions.node}; install Node ${OLDEST_NODE} or newer (https://nodejs.org)`)
  const platform = `${process.platform}-${process.arch}`
  if (process.platform === 'win32') fail('Windows is not supported natively; run it inside WSL 2')
  if (!PLATFORMS.includes(platform)) fail(`${platform} is not supported; supported are ${PLATFORMS.join(', ')}`)
  try {
    accessSync(root, constants.W_OK)
  } catch {
    fail(`the folder ${root} cannot be written by this account; clone it where you may write`)
  }
  return `Node ${process.versions.node}, ${platform}`
}

export async function install() {
  const lock = fingerprint('package-lock.json', 'package.json')
  return once('node_modules/.bellwether-installed', lock, async () => {
    try {
      await npm('install', '--no-audit', '--no-fund', '--loglevel=error')
    } catch (error) {
      fail(`the packages could not be installed; check the network and try again.\n${error.message}`)
    }
    if (!existsSync(node)) fail('Node 24 was not installed with the packages; run "npm install" and read what it says')
  })
}

export const buildWeb = () =>
  once('web/dist/.built', fingerprint('web', 'contract', 'package-lock.json'), async () => {
    try {
      await run(node, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
        cwd: join(root, 'web'),
      })
    } catch (error) {
      fail(`the web app could not be built.\n${error.message}`)
    }
  })

export async function setUp() {
  await stage('Checking the machine', checkMachine)
  await stage('Installing packages', install)
  await stage('Building the web app', buildWeb)
}
