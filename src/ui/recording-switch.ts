/** The recording of a session, as the screen begins and ends it. */
export interface RecordingSwitch {
  /** The file of the newest one in this session. */
  readonly path: string | undefined;
  /**
   * Resolves with what there is to tell; never rejects.
   * @param path undefined for the file of before, or one that is named for the time
   */
  switch(on: boolean, path: string | undefined): Promise<RecordingNews>;
  /** `say` is told what goes wrong with it, now or later. */
  listen(say: (sentence: string) => void): void;
}

export interface RecordingNews {
  readonly text: string;
  readonly isProblem: boolean;
}
