import { describeOlderFolder } from '../support/older-folder.ts';

describeOlderFolder('pglite');
