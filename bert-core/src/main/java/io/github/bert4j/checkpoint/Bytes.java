package io.github.bert4j.checkpoint;

import java.io.IOException;

/** Bytes by position, from memory or from a file. */
interface Bytes {
    /** The byte at a position, 0 to 255. */
    int at(long position) throws IOException;

    /** A complaint that names the file and the place in it. */
    MalformedCheckpointException malformed(long position, String reason);
}
