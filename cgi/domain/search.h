/*
 * search: the grams that posts are found by. Text is normalised (NFKC, case folded); a run of
 * Chinese becomes its pairs of neighbours, a run of letters or digits is one word. Indexed of a
 * post: title, item, names of city, county and township in characters and in pinyin. Not its
 * story: it would triple the table and find posts by words that their lists do not show.
 */
#ifndef BF_DOMAIN_SEARCH_H
#define BF_DOMAIN_SEARCH_H

#include "base/pool.h"

enum {
	BF_SEARCH_GRAMS_MAX = 6,     /* of a search */
	BF_GRAM_CHARS_MAX = 16,      /* longer words are cut off */
	BF_SEARCH_TEXT_BYTES = 1024, /* what is behind is not looked at */
};

enum { BF_SEARCH_PLACES = 3 }; /* city, county, township */

struct bf_search_post {
	struct bf_str title, item;
	struct bf_str places[BF_SEARCH_PLACES], places_en[BF_SEARCH_PLACES];
};

/* The one text that a post is indexed by. */
struct bf_str bf_search_text(struct bf_pool *pool, const struct bf_search_post *post);
/* All grams of a text, each once, sorted by byte. Returns their count. */
size_t bf_search_index(struct bf_pool *pool, struct bf_str text, struct bf_str **ret_grams);
/*
 * The grams to search a text by, for :g1 to :g6 of the query `search_posts`: none (there is
 * nothing to search by, as with a single character), one, two, three, or six, of which the last
 * may be the same. Of more than six, six that are spread over the text.
 */
size_t bf_search_grams(struct bf_pool *pool, struct bf_str text,
		       struct bf_str ret_grams[BF_SEARCH_GRAMS_MAX]);

#endif
