/* bare: a city's help posts. */
#include "bare.h"

#include <stdio.h>
#include <string.h>

enum { PAGE_ROWS = 20 };

/* The columns of plugins/donations/sql/posts.sql, in their order. */
enum {
	ID,
	REF,
	TITLE,
	NEED_KIND,
	FORM,
	COUNTY,
	TOWNSHIP,
	PHASE,
	URGENCY,
	TARGET_FEN,
	TAKEN_FEN,
	QUANTITY,
	TAKEN_QUANTITY,
	UNIT,
	SHARE,
	OPENED_AT,
	DEADLINE_AT,
	SEEN,
	SORT_KEY,
};

static struct query posts, total;

void open_list(MYSQL *mysql)
{
	prepare(&posts, mysql, "posts");
	prepare(&total, mysql, "posts_total");
}

static void add_goods_progress(struct cell *c)
{
	char taken[SHOWN_BYTES], asked[SHOWN_BYTES];

	print("<div class=\"bf-progress bf-progress--%s\">\n\n"
	      "<progress aria-label=\"认领进度\" max=\"%lld\" value=\"%lld\"></progress>\n"
	      "<p class=\"bf-progress__line\">已认领 <b>%s</b>，共需 %s %s</p>\n\n</div>\n",
	      text_of(&c[PHASE]), c[QUANTITY].n, c[TAKEN_QUANTITY].n,
	      grouped(c[TAKEN_QUANTITY].n, taken), grouped(c[QUANTITY].n, asked),
	      text_of(&c[UNIT]));
}

static void add_card(struct cell *c)
{
	long long days = days_left(&c[DEADLINE_AT].time);
	char county[24];

	snprintf(county, sizeof(county), "%lld", c[COUNTY].n);
	add("<li><article class=\"bf-card\">\n");
	add_need(text_of(&c[NEED_KIND]));
	print("%s\n</p>\n<h3 class=\"bf-card__title\"><a lang=\"zh-Hans\" "
	      "href=\"/shaoyang/donations/posts/%s\">%s</a></h3>\n"
	      "<p class=\"bf-card__place\"><span>%s</span> <span>%s</span></p>\n",
	      c[URGENCY].n >= URGENT ? "<strong class=\"bf-tag bf-tag--urgent\">急需</strong>" : "",
	      text_of(&c[REF]), text_of(&c[TITLE]), name_of(county), text_of(&c[TOWNSHIP]));
	if (strcmp(text_of(&c[FORM]), "money") == 0)
		add_money_progress(text_of(&c[PHASE]), c[TARGET_FEN].n, c[TAKEN_FEN].n);
	else
		add_goods_progress(c);
	add("<p class=\"bf-card__foot\">\n");
	if (days)
		print("<span>还剩 %lld 天</span>\n", days);
	else
		add("<span>最后一天</span>\n");
	add("</p>\n</article></li>");
}

void make_list(void)
{
	char shown[SHOWN_BYTES];

	execute(&total);
	while (fetch(&total))
		add(grouped(total.cells[0].n, shown));
	add_part();
	execute(&posts);
	for (int row = 0; fetch(&posts); row++)
		if (row < PAGE_ROWS)
			add_card(posts.cells);
	add_part();
}
