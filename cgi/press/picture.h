/*
 * picture: what the module answers to the bytes of a picture: for each width one part, smallest
 * first, with nothing between and behind them.
 */
#ifndef BF_PRESS_PICTURE_H
#define BF_PRESS_PICTURE_H

#include <stdint.h>

enum {
	BF_PICTURE_THUMB = 480, /* for lists */
	BF_PICTURE_FULL = 1200, /* for the post's page */
	BF_PICTURE_PARTS = 2,
};

/* The bytes of a JPEG follow. A picture that is smaller than the box keeps its size. */
struct bf_picture_part {
	uint32_t box; /* BF_PICTURE_THUMB or BF_PICTURE_FULL: the longer side is no longer */
	uint32_t width, height;
	uint32_t size;
};

#endif
