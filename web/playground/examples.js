// The example queries of both playgrounds, the small page and GraphiQL; the first is what they open with.
// Each operation has a name, because GraphiQL names its tabs after them, and lines are short enough for half a window.
export const EXAMPLES = [
  { name: "The walk", query: `query TheWalk {
  borderCrossing(slug: "torkham") {
    name
    sides { country localName authority { name } }
    closures(first: 5) {
      totalCount
      nodes {
        direction traffic severity
        extent {
          edtf text ongoing
          start { earliest latest }
        }
        event {
          title kind
          participants { nodes { role actor { name } } }
        }
        articles(first: 10) {
          nodes {
            title url published { edtf }
            source { name }
          }
        }
      }
    }
  }
}` },
  { name: "Is it open?", query: `query IsItOpen {
  borderCrossing(slug: "torkham") {
    name
    status(at: "2025-10-29T12:00:00Z", traffic: CARGO) {
      status certainty origins lastEvidence
      closures { event { title } extent { text } }
      dissent { value { display } speaker { name } }
      byTraffic { traffic direction status certainty }
    }
    timeline(
      from: "2025-09-25T00:00:00Z"
      to: "2026-01-01T00:00:00Z"
      traffic: CARGO
    ) {
      from to status certainty
    }
  }
}` },
  { name: "Who says what", query: `query WhoSaysWhat {
  event(slug: "istanbul-round-2-2025") {
    title disputed
    accounts {
      property { code } agreement
      variants {
        display articles sources origins denials
        claims(first: 5) {
          nodes {
            act speaker { name }
            article { title source { name } }
          }
        }
      }
    }
  }
}` },
  { name: "Disagreements", query: `query Disagreements {
  disagreements(
    filter: {
      during: { from: "2025-10-01", to: "2025-12-01" }
    }
    first: 10
  ) {
    totalCount
    nodes {
      event { title }
      property { code } agreement
      variants { display articles sources origins denials }
    }
  }
}` },
  { name: "Events by time", query: `query EventsByTime {
  events(
    filter: {
      during: { from: "2025-10-01", to: "2025-12-01" }
    }
    first: 20
  ) {
    totalCount
    nodes {
      title kind extent { edtf }
      location { name }
    }
    pageInfo { endCursor hasNextPage }
  }
}` },
  { name: "An actor’s statements", query: `query StatementsOfAnActor {
  actor(slug: "attaullah-tarar") {
    name affiliations { role group { name } }
    statements(first: 10) {
      nodes {
        event { title }
        property { code } act value { display }
      }
    }
  }
}` },
];
