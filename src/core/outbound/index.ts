// The way out: every call that Loam makes to a host that somebody else may have named goes through here.
export { readAllowList } from './allow-list.ts';
export { createOutbound, DEFAULT_OUTBOUND_LIMITS, type Fetch, type OutboundLimits } from './create-outbound.ts';
export { plainAddress } from './special-addresses.ts';
