// The walk by Relay's own store: one closure, then the next page into the same list. Prints what the store holds.

import {
  type ConcreteRequest,
  createOperationDescriptor,
  Environment,
  getPaginationMetadata,
  getPaginationVariables,
  getSingularSelector,
  Network,
  Observable,
  RecordSource,
  type SingularReaderSelector,
  Store,
  type Variables,
} from "relay-runtime";
import closuresFragment, { type queries_closures$data } from "../out/relay/generated/queries_closures.graphql";
import walkQuery, { type queriesWalkQuery$data } from "../out/relay/generated/queriesWalkQuery.graphql";

const address = process.argv[2]!;

const environment = new Environment({
  store: new Store(new RecordSource()),
  network: Network.create((request, variables) =>
    Observable.from(
      fetch(address, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: request.text, variables }),
      }).then((response) => response.json()),
    ),
  ),
});

// Fetches into the store and returns what the operation selects from it.
async function load(request: ConcreteRequest, variables: Variables): Promise<unknown> {
  const operation = createOperationDescriptor(request, variables);
  environment.retain(operation);
  await environment.execute({ operation }).toPromise();
  return environment.lookup(operation.fragment).data;
}

async function main(): Promise<void> {
  const { borderCrossing } = (await load(walkQuery, { slug: "torkham", first: 1 })) as queriesWalkQuery$data;
  const selector = getSingularSelector(closuresFragment, borderCrossing) as SingularReaderSelector;
  const closures = () => environment.lookup(selector).data as unknown as queries_closures$data;

  const firstPage = closures();
  const { paginationRequest, paginationMetadata } = getPaginationMetadata(closuresFragment, "walk");
  const { endCursor, hasNextPage } = firstPage.closures.pageInfo;
  const next = getPaginationVariables("forward", 1, endCursor, {}, {}, paginationMetadata);
  await load(paginationRequest, { ...next, id: firstPage.id });

  const pages = { name: borderCrossing?.name, hasNextPage, firstPage, bothPages: closures() };
  console.log(JSON.stringify(pages));
}

void main();
