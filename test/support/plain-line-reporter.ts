import { writeSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/**
 * Ends a run with one line that a script can read: `12 passed, 1 failed`, then `, 2 skipped` if there are any.
 * Whatever makes vitest exit non-zero (a file that cannot be loaded, a hook, a global setup, an interruption)
 * counts as a failure, so the line never claims success for a run that has none.
 */
export default class PlainLineReporter implements Reporter {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  onInit(): void {
    // Written on exit: teardown and other reporters still print after the run has ended.
    process.once('exit', (code) => {
      const failed = code !== 0 ? Math.max(1, this.#failed) : this.#failed;
      const skipped = this.#skipped > 0 ? `, ${this.#skipped} skipped` : '';
      if (failed > 0 && code === 0) process.exitCode = 1;
      writeToStdout(`${this.#passed} passed, ${failed} failed${skipped}\n`);
    });
  }

  onTestRunEnd(testModules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    this.#passed = 0;
    this.#skipped = 0;
    this.#failed = unhandledErrors.length;
    for (const testModule of testModules) this.#count(testModule);
  }

  #count(testModule: TestModule): void {
    let failedTests = 0;
    for (const test of testModule.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') this.#passed += 1;
      else if (state === 'skipped') this.#skipped += 1;
      else failedTests += 1;
    }
    const failedSuites = [...testModule.children.allSuites()].filter(
      (suite) => suite.errors().length > 0,
    ).length;
    const failedElsewhere = failedSuites + testModule.errors().length;
    const failed = failedTests + failedElsewhere;
    this.#failed += testModule.state() === 'failed' ? Math.max(1, failed) : failed;
  }
}

/** A pipe whose reader is slow answers EAGAIN; nothing else can run any more, so waiting here is harmless. */
function writeToStdout(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
}
