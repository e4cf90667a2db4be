import type { CodegenConfig } from '@graphql-codegen/cli'

// Configuration of graphql-codegen: a typed client for every operation, and the trusted documents (`make documents`).
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['graphql/operations/*.graphql', 'graphql/fragments/*.graphql'],
  generates: {
    'build/clients/typescript/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: 'sha256' },
      },
      config: {
        avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
        documentMode: 'string',
        enumsAsTypes: true,
        scalars: { DateTime: 'string', ID: 'string', JSON: 'unknown' },
        skipTypename: true,
        strictScalars: true,
        useTypeImports: true,
      },
    },
  },
}

export default config
