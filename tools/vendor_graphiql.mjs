// Copies GraphiQL and React, as their makers publish them, to a folder, with the licences of all that is in them:
// node tools/vendor_graphiql.mjs FOLDER
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

const FILES = [
  'graphiql/graphiql.min.css',
  'graphiql/graphiql.min.js',
  'react/umd/react.production.min.js',
  'react-dom/umd/react-dom.production.min.js',
]
const MODULES = join(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '..', 'node_modules')

function folderOf(name, parent) {
  for (const modules of createRequire(join(parent, 'package.json')).resolve.paths(name)) {
    if (existsSync(join(modules, name, 'package.json'))) return join(modules, name)
  }
  throw new Error(`${name} is not installed`)
}

function withDependencies(name, parent, found) {
  const folder = folderOf(name, parent)
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const key = `${about.name} ${about.version}`
  if (found.has(key) || about.name.startsWith('@types/')) return
  found.set(key, { folder, license: about.license })
  for (const dependency of Object.keys(about.dependencies ?? {})) withDependencies(dependency, folder, found)
}

function licenceText({ folder, license }) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name))
  return file ? readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim() : `Licence: ${license}`
}

const target = process.argv[2]
mkdirSync(target, { recursive: true })
for (const file of FILES) copyFileSync(join(MODULES, file), join(target, basename(file)))

const packages = new Map()
for (const name of ['graphiql', 'graphql', 'react', 'react-dom']) withDependencies(name, MODULES, packages)
const texts = [...packages.keys()].sort().map((key) => `${key}\n\n${licenceText(packages.get(key))}\n`)
writeFileSync(join(target, 'LICENSES'), texts.join(`\n${'-'.repeat(80)}\n\n`))
