// The form that most folders have; test/full/older-folder.test.ts has the other one.
import { describeOlderFolder } from '../support/older-folder.ts';

describeOlderFolder('embedded');
