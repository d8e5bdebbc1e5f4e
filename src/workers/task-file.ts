export { taskFile } from '../core/task-file.ts';
