/**
 * Takes the place of react-devtools-core in the bundle: Ink imports it when DEV=true is in the environment, and a
 * monitor must not open a socket to a debugger because of a variable meant for something else.
 */
// biome-ignore lint/style/noDefaultExport: the module it stands in for has one
export default { initialize: (): void => undefined, connectToDevTools: (): void => undefined };
