// A paginated list in a Relay application. Relay's compiler checks that the schema has the Node interface and the
// connection types, which @connection and @refetchable need.
import { graphql } from 'relay-runtime'

export const waitingEventsQuery = graphql`
  query WaitingEventsRelayQuery($key: ID!, $first: Int!, $after: String) {
    processModel(key: $key) {
      __typename
      ... on ProcessModel {
        ...WaitingEvents_processModel @arguments(first: $first, after: $after)
      }
      ... on Error {
        code
        message
      }
    }
  }
`

export const waitingEventsOfModel = graphql`
  fragment WaitingEvents_processModel on ProcessModel
  @refetchable(queryName: "WaitingEventsRelayPaginationQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" }) {
    key
    waitingEvents(first: $first, after: $after) @connection(key: "WaitingEvents_processModel_waitingEvents") {
      edges {
        node {
          id
          name
          viewerCanTrigger
        }
      }
    }
  }
`
