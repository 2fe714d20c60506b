// What relay-compiler reads: the walk, with the closures of a crossing as a list that pages. Never run.

graphql`
  query queriesWalkQuery($slug: String!, $first: Int!) {
    borderCrossing(slug: $slug) {
      name
      ...queries_closures @arguments(first: $first)
    }
  }
`;

graphql`
  fragment queries_closures on BorderCrossing
  @refetchable(queryName: "queriesClosuresQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 1 }, after: { type: "String" }) {
    closures(first: $first, after: $after) @connection(key: "queries_closures") {
      pageInfo {
        endCursor
        hasNextPage
      }
      edges {
        node {
          severity
          extent {
            text
            start {
              earliest
            }
          }
          event {
            title
          }
          articles(first: 10) {
            nodes {
              title
              source {
                name
              }
            }
          }
        }
      }
    }
  }
`;
