// What the scripts of messages find around them in a browser, as far as their rules need it: locks, a
// store that is empty, and a server that answers as the test says. Import this before the script.
const queues = new Map();

/** One after the other for each name, as a browser's locks are. */
function request(name, act) {
  const turn = (queues.get(name) ?? Promise.resolve()).then(() => act());
  queues.set(name, turn.catch(() => {}));
  return turn;
}

globalThis.document = { querySelector: () => null, getElementById: () => null };
globalThis.addEventListener ??= () => {};
Object.defineProperty(globalThis, "navigator", { value: { locks: { request } }, configurable: true });

/** What one browser keeps for a person. */
export function newStore(user) {
  const tables = new Map();
  const table = (name) => tables.get(name) ?? tables.set(name, new Map()).get(name);
  return {
    user,
    get: async (name, key) => table(name).get(key),
    put: async (name, key, value) => void table(name).set(key, value),
    drop: async (name, key) => void table(name).delete(key),
    keys: async (name) => [...table(name).keys()].sort(),
  };
}

/**
 * A server: of each "METHOD path" what it answers, as `[status, body]`; a body that is text goes out as
 * it is. Answers the list of what it was asked, as `[address, body]`.
 */
export function serve(answers) {
  const asked = [];
  globalThis.fetch = async (path, { method, body }) => {
    const [address, sent] = [`${method} ${path}`, body && JSON.parse(body)];
    asked.push([address, sent]);
    if (!answers[address]) throw new Error(`nobody answers ${address}`);
    const [status, told] = await answers[address](sent);
    return new Response(typeof told === "string" ? told : JSON.stringify(told ?? null), { status });
  };
  return asked;
}

/** A vault as the server keeps it: whoever names another version than the one that is there is refused. */
export function newVault() {
  const server = { kept: null, writes: 0 };
  const write = ({ version, ...vault }) => {
    server.writes++;
    if (version !== (server.kept?.version ?? 0)) return [409, { error: "version", words: "Another browser was first." }];
    server.kept = { ...vault, version: version + 1 };
    return [200, null];
  };
  const answers = { "GET /messages/keys/vault": () => [200, server.kept], "PUT /messages/keys/vault": write };
  return Object.assign(server, { answers, write });
}
