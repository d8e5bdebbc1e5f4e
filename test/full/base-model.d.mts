/** Whether runtime and weights are in the folder of the parts. */
export const isInstalled: boolean;
