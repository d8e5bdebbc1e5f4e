/** Metadata that every passage carries, by the names that the service gives it. */
export const SYSTEM_METADATA = {
  sourceUri: 'x-amz-bedrock-kb-source-uri',
  pageNumber: 'x-amz-bedrock-kb-document-page-number',
  dataSourceId: 'x-amz-bedrock-kb-data-source-id',
  chunkId: 'x-amz-bedrock-kb-chunk-id',
} as const;

/** The cells that a passage of a spreadsheet or CSV file is of: `Budget!A5:D24`. The service has no name for it. */
export const CELLS_METADATA = 'x-loam-cells';

/** Of an answer that was computed from a table: the query. */
export const SQL_METADATA = 'x-loam-sql';

/** Of a reference of an answer: how well it bears out what cites it, 0–1. */
export const SUPPORT_METADATA = 'x-loam-support';
