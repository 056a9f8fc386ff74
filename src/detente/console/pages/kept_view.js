// What the map shows stands in the address, so that a reload, a second screen or a colleague sees the same.

/** @param {string} name */
export function kept(name) {
  return new URLSearchParams(location.hash.slice(1)).get(name);
}

/** @param {string} name @param {string | null} value Null takes it out. */
export function keep(name, value) {
  const all = new URLSearchParams(location.hash.slice(1));
  if (value === null || value === "") all.delete(name);
  else all.set(name, value);
  const text = all.toString();
  history.replaceState(history.state, "", `${location.pathname}${location.search}${text ? `#${text}` : ""}`);
}
