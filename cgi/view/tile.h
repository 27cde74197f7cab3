/*
 * tile: China's 34 provincial units as a grid of tiles, each about where people look for it.
 * A drawing of neighbourhoods, not of borders.
 */
#ifndef BF_VIEW_TILE_H
#define BF_VIEW_TILE_H

#include <stdint.h>

enum { BF_TILE_COUNT = 34, BF_TILE_COLUMNS = 8, BF_TILE_ROWS = 8 };

struct bf_tile {
	int64_t code; /* GB/T 2260 */
	const char *name, *name_en;
	const char *label; /* the one character a car's plate carries */
	int column, row;   /* from 0, column 0 in the west, row 0 in the north */
};

extern const struct bf_tile bf_tiles[BF_TILE_COUNT]; /* by code */

/* The tile of a province, or of anything below it; NULL where there is none. */
const struct bf_tile *bf_tile_of(int64_t code);

#endif
