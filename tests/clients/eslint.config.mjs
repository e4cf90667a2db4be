// Lint rules for the schema and the documents in graphql/ (`npm run lint`): all rules of the plugin, with those for Relay.
// A comment gives the reason for each exception.
import graphql from '@graphql-eslint/eslint-plugin'

const rulesOf = (...names) => Object.assign({}, ...names.map((name) => graphql.configs[`flat/${name}`].rules))

const schemaRules = {
  ...rulesOf('schema-all', 'schema-relay'),

  '@graphql-eslint/require-description': [
    'error',
    {
      types: true,
      rootField: true,
      DirectiveDefinition: true,
      EnumValueDefinition: true,
      FieldDefinition: true,
      InputValueDefinition: true,
    },
  ],
  // Only a type that a client can query by id has an id. Results, pages and parts of other objects have none.
  '@graphql-eslint/strict-id-in-types': [
    'error',
    {
      acceptedIdNames: ['id'],
      exceptions: {
        suffixes: [
          'Added', 'Connection', 'Edge', 'Error', 'Group', 'Issue', 'PageInfo', 'Payload', 'Removed', 'Stats', 'Success',
          'Violation',
        ],
        types: ['Viewer', 'Retry', 'PendingRetry', 'StartEvent'],
      },
    },
  ],
  // Lists inside an object have forward pagination only, which Relay's specification allows.
  '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
  // Connections have `nodes` too, and short lists such as `nextWaitingEvents` have no pages. A pending retry is no node:
  // it disappears by itself, so nobody queries it by id.
  '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
  // Fields, arguments and values are in the order of their importance for readers.
  '@graphql-eslint/alphabetize': 'off',
  // This rule would forbid mutations.
  '@graphql-eslint/no-root-type': 'off',
  // Expected errors are members of the result unions, so root fields are non-null: any other error fails the operation.
  '@graphql-eslint/require-nullable-result-in-root': 'off',
  // `triggerEvents(inputs:)` takes a list, and its name is part of the public schema.
  '@graphql-eslint/input-name': 'off',
  // The result itself has the changed objects: the process instance and the next waiting events.
  '@graphql-eslint/require-field-of-type-query-in-mutation-result': 'off',
}

const documentRules = {
  ...rulesOf('operations-all'),

  '@graphql-eslint/match-document-filename': [
    'error',
    { query: 'PascalCase', mutation: 'PascalCase', subscription: 'PascalCase', fragment: 'PascalCase' },
  ],
  // As in the schema, fields are in the order of their importance.
  '@graphql-eslint/alphabetize': 'off',
  // The generators read the whole folder and ignore import comments.
  '@graphql-eslint/require-import-fragment': 'off',
}

const configFor = (files, rules) => ({
  files: [files],
  plugins: { '@graphql-eslint': graphql },
  languageOptions: {
    parser: graphql.parser,
    parserOptions: { graphQLConfig: { schema: 'schema.graphql', documents: 'graphql/{operations,fragments}/*.graphql' } },
  },
  rules,
})

export default [
  configFor('schema.graphql', schemaRules),
  configFor('graphql/{operations,fragments}/*.graphql', documentRules),
]
