const READS =
  /^(Get|List|Describe|Head|Lookup|Search|Retrieve|Query|Select|Scan|Simulate|Generate(Data|Random|Mac|Credential|Service)|Decrypt|Encrypt|Verify|Invoke|Converse|Rerank|BatchGet|Count|Explain|Check|Preview|Detect|Estimate)/;
// They begin like reads and make something: an answer to them waits for its record as well.
const MAKES = /^(RetrieveAndGenerate|GetSessionToken|GetFederationToken|InvokeAgent)/;

/** Whether an operation changes nothing, by its name; `readOnly` of CloudTrail's events. */
export function isReadOnly(operation: string): boolean {
  return READS.test(operation) && !MAKES.test(operation);
}
