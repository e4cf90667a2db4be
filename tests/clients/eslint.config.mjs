// What makes a schema and its documents pleasant for every GraphQL tool: `npm run lint`.
// All rules there are, those of Relay included, but for the ones below that say why not.
import graphql from '@graphql-eslint/eslint-plugin'

const everyRule = (...names) => Object.assign({}, ...names.map((name) => graphql.configs[`flat/${name}`].rules))

const schemaRules = {
  ...everyRule('schema-all', 'schema-relay'),

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
  // Only what can be asked for again has an id; an answer, a page or a detail of something else has none.
  '@graphql-eslint/strict-id-in-types': [
    'error',
    {
      acceptedIdNames: ['id'],
      exceptions: {
        suffixes: ['Connection', 'Edge', 'Error', 'Group', 'Issue', 'PageInfo', 'Payload', 'Stats', 'Success', 'Violation'],
        types: ['Viewer'],
      },
    },
  ],
  // Forward paging is enough for lists inside an object, as Relay's specification allows.
  '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
  // `nodes` beside `edges`, and short lists that are no pages, such as `nextWaitingEvents`.
  '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
  // Fields, arguments and values stand in the order in which a reader wants them.
  '@graphql-eslint/alphabetize': 'off',
  // The rule would forbid that the schema has mutations.
  '@graphql-eslint/no-root-type': 'off',
  // Expected errors are members of the result: a root field has an answer, or the operation has failed as a whole.
  '@graphql-eslint/require-nullable-result-in-root': 'off',
  // `triggerEvents(inputs:)` takes several; the name belongs to the contract.
  '@graphql-eslint/input-name': 'off',
  // What may have changed is in the result itself: the instance, and what waits next.
  '@graphql-eslint/require-field-of-type-query-in-mutation-result': 'off',
}

const documentRules = {
  ...everyRule('operations-all'),

  '@graphql-eslint/match-document-filename': [
    'error',
    { query: 'PascalCase', mutation: 'PascalCase', subscription: 'PascalCase', fragment: 'PascalCase' },
  ],
  // As in the schema: in the order of interest.
  '@graphql-eslint/alphabetize': 'off',
  // The generators read the whole folder; an import comment means nothing to them.
  '@graphql-eslint/require-import-fragment': 'off',
}

const checked = (files, rules) => ({
  files: [files],
  plugins: { '@graphql-eslint': graphql },
  languageOptions: {
    parser: graphql.parser,
    parserOptions: { graphQLConfig: { schema: 'schema.graphql', documents: 'graphql/{operations,fragments}/*.graphql' } },
  },
  rules,
})

export default [
  checked('schema.graphql', schemaRules),
  checked('graphql/{operations,fragments}/*.graphql', documentRules),
]
