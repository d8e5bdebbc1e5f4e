/**
 * Actions that read or write documents of a knowledge base one by one, and whose handlers heed what the caller may see: in
 * statements that allow them, conditions on `loam:metadata/<key>` say which. Of every other action such a statement allows
 * nothing.
 */
const DOCUMENT_ACTIONS: ReadonlySet<string> = new Set([
  'bedrock:retrieve',
  'bedrock:retrieveandgenerate',
  'bedrock:getknowledgebasedocuments',
  'bedrock:listknowledgebasedocuments',
  'bedrock:ingestknowledgebasedocuments',
  'bedrock:deleteknowledgebasedocuments',
  'loam:explainretrieve',
  'loam:retrieveasof',
  'loam:replayanswer',
  'loam:viewdocument',
  'loam:listtables',
  'loam:startevaluation',
]);

/** @param action in lower case */
export function isDocumentAction(action: string): boolean {
  return DOCUMENT_ACTIONS.has(action);
}
