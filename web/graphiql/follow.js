// Subscriptions in GraphiQL: the server's events, one answer after the other, until the reader stops.

// Whether a request is a subscription, as far as its text tells.
export const isSubscription = ({ query, operationName }) => {
  const bare = query.replace(/"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#.*/g, " ");
  return new RegExp(`(^|[\\s}])subscription\\b${operationName ? `\\s+${operationName}\\b` : ""}`).test(bare);
};

// The answers of a subscription, as they come. Who stops does not wait for the next one.
export function follow(request, { headers } = {}) {
  const stopped = new AbortController();
  const answers = read(request, headers, stopped.signal);
  return {
    [Symbol.asyncIterator]() { return this; },
    next: () => answers.next(),
    return: async () => (stopped.abort(), { done: true }),
  };
}

async function* read(request, headers, signal) {
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers, accept: "text/event-stream" },
      body: JSON.stringify(request),
      signal,
    });
    // What is refused as a request is no stream.
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return yield await response.json();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; ; ) {
      const { value, done } = await reader.read();
      if (done) return;
      const events = (text + value).split("\n\n");
      text = events.pop();
      for (const event of events) {
        if (/^event: ?complete$/m.test(event)) return;
        const data = /^data: ?(.*)$/m.exec(event);
        if (data && /^event: ?next$/m.test(event)) yield JSON.parse(data[1]);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
