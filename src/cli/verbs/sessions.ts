import { connect } from '../connection.ts';
import { callLoam } from '../loam-client.ts';
import { EXIT, type Verb } from '../verb.ts';

export const sessionsRevoke: Verb = {
  name: 'sessions revoke',
  positionals: ['ROLE'],
  summary: 'End all sessions of a role that were made until now, by its inline policy AWSRevokeOlderSessions.',
  example: 'loam sessions revoke data-reader',
  options: {},
  async run(invocation) {
    const [role] = invocation.positionals;
    await callLoam(connect(invocation), 'RevokeRoleSessions', { role });
    invocation.output.result(
      { role, revoked: true },
      `Ended the sessions of the role ${role} that were made until now.`,
    );
    return EXIT.done;
  },
};
