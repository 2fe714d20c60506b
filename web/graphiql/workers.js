// Where the editor's workers are: it asks for one when it first needs it, and the page knows the hashed addresses.
const { editorWorker, jsonWorker, graphqlWorker } = document.getElementById("graphiql").dataset;
const ADDRESS = { json: jsonWorker, graphql: graphqlWorker };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(ADDRESS[label] ?? editorWorker, { type: "module", name: label }),
};
