#ifndef WRITE_RECORDER_H
#define WRITE_RECORDER_H

/* A library for LD_PRELOAD: writes down, in true order and with its data, everything that a program changes below one
 * folder, and everything that it says on standard output. Nothing here is called by name: it stands in for libc.
 *
 *   WRITE_RECORDER_ROOT   the folder, an absolute path without links and without a slash at the end
 *   WRITE_RECORDER_TRACE  the file to append to, outside of that folder
 *
 * A record, in the byte order of the machine:
 *
 *   u32 size of all that follows | u32 kind | u64 inode | u64 offset or size | u32 size of path | u32 size of other
 *   path | path | other path or data
 *
 * Only what succeeded is written down, a short write with the bytes that were taken. */

enum write_recorder_kind {
    WRITE_RECORDER_START = 1, /* a process begins */
    WRITE_RECORDER_OPEN,      /* with O_CREAT or O_TRUNC; offset: 1 created, 2 emptied */
    WRITE_RECORDER_WRITE,     /* at this offset, this data */
    WRITE_RECORDER_TRUNCATE,  /* to this size */
    WRITE_RECORDER_ALLOCATE,  /* at least to this size */
    WRITE_RECORDER_SYNC,      /* of a file or of a folder */
    WRITE_RECORDER_RENAME,    /* path, other path */
    WRITE_RECORDER_LINK,      /* path, other path */
    WRITE_RECORDER_UNLINK,    /* path */
    WRITE_RECORDER_MKDIR,     /* path */
    WRITE_RECORDER_MODE,      /* path, mode as the size */
    WRITE_RECORDER_ANSWER,    /* this data, on standard output */
};

#endif
