/* bare: one help post that asks for money. */
#include "bare.h"

#include <stdio.h>

/* The columns of plugins/donations/sql/posts.sql, query by query, in their order. */
enum {
	ID,
	REF,
	TITLE,
	STORY,
	REASON,
	PRICE_SOURCE,
	NEED_KIND,
	FORM,
	COUNTY,
	TOWNSHIP,
	FAMILY_NAME,
	PEOPLE,
	PHASE,
	URGENCY,
	TARGET_FEN,
	TAKEN_FEN,
	PENDING_FEN,
	SENT_FEN,
	CONFIRMED_FEN,
	ITEM,
	QUANTITY,
	TAKEN_QUANTITY,
	UNIT,
	SHARE,
	OPENED_AT,
	DEADLINE_AT,
	SEEN,
	GIFT_COUNT,
};
enum { STEP_LEVEL, STEP_OFFICE, STEP_VERIFIER, STEP_DECIDED_AT };
enum { GIFT_DONOR, GIFT_FEN, GIFT_QUANTITY, GIFT_WORDS, GIFT_GIVEN_AT };
enum { DELIVERY_FEN, DELIVERY_QUANTITY, DELIVERY_SENT_AT, DELIVERY_RECEIVED_AT, DELIVERY_THANKS };

static struct query post, steps, gifts, deliveries;

void open_post(MYSQL *mysql)
{
	prepare(&post, mysql, "post");
	prepare(&steps, mysql, "post_steps");
	prepare(&gifts, mysql, "post_gifts");
	prepare(&deliveries, mysql, "post_deliveries");
}

static void add_head(struct cell *c)
{
	const char *phase = text_of(&c[PHASE]);
	char county[24];

	snprintf(county, sizeof(county), "%lld", c[COUNTY].n);
	add_need(text_of(&c[NEED_KIND]));
	print("<strong class=\"bf-tag bf-tag--%s\">%s</strong>\n%s\n</p>\n"
	      "<h1 class=\"bf-title\" lang=\"zh-Hans\">%s</h1>\n<p class=\"bf-post__who\">\n"
	      "<span><b>%s</b>家</span>\n<span>%lld 口人</span>\n"
	      "<span><span>%s</span> <span>%s</span></span>\n</p>\n",
	      phase, name_of(phase),
	      c[URGENCY].n >= URGENT ? "<strong class=\"bf-tag bf-tag--urgent\">急需</strong>" : "",
	      text_of(&c[TITLE]), text_of(&c[FAMILY_NAME]), c[PEOPLE].n, name_of(county),
	      text_of(&c[TOWNSHIP]));
}

static void add_state(struct cell *c)
{
	char fen[SHOWN_BYTES];

	add_money_progress(text_of(&c[PHASE]), c[TARGET_FEN].n, c[TAKEN_FEN].n);
	print("<dl class=\"bf-axes\">\n<div><dt>已拨付</dt><dd>%s 元</dd></div>\n",
	      money(c[SENT_FEN].n, fen));
	print("<div><dt>家庭已确认收到</dt><dd>%s 元</dd></div>\n", money(c[CONFIRMED_FEN].n, fen));
	if (c[PENDING_FEN].n)
		print("<div><dt>支付中</dt><dd>%s 元</dd></div>", money(c[PENDING_FEN].n, fen));
	print("\n</dl>\n<p class=\"bf-note\">已收到 %s 份爱心</p>\n",
	      grouped(c[GIFT_COUNT].n, fen));
}

static void add_story(struct cell *c)
{
	print("<p class=\"bf-story\" lang=\"zh-Hans\">%s</p>\n<dl class=\"bf-terms\">\n"
	      "<dt>所需物品</dt><dd lang=\"zh-Hans\"><span>%s</span> </dd>\n"
	      "<dt>为何难以自行解决</dt><dd lang=\"zh-Hans\">%s</dd>\n"
	      "<dt>价格依据</dt><dd lang=\"zh-Hans\">%s</dd>\n</dl>\n",
	      text_of(&c[STORY]), text_of(&c[ITEM]), text_of(&c[REASON]),
	      text_of(&c[PRICE_SOURCE]));
}

static void add_step(struct cell *c)
{
	print("<li class=\"bf-timeline__step\">\n<h3>%s</h3>\n<p>%s · %s</p>\n<p class=\"bf-note\">",
	      name_of(text_of(&c[STEP_LEVEL])), text_of(&c[STEP_OFFICE]),
	      text_of(&c[STEP_VERIFIER]));
	add_date(&c[STEP_DECIDED_AT].time);
	add("</p>\n</li>");
}

static void add_facts(struct cell *c)
{
	print("<div><dt>求助编号</dt><dd><code>%s</code></dd></div>\n<div><dt>发布日期</dt><dd>",
	      text_of(&c[REF]));
	add_date(&c[OPENED_AT].time);
	add("</dd></div>\n<div><dt>截止日期</dt><dd>");
	add_date(&c[DEADLINE_AT].time);
	add("</dd></div>");
}

static void add_gift(struct cell *c)
{
	char fen[SHOWN_BYTES];

	print("<li class=\"bf-gifts__item\">\n<p class=\"bf-gifts__line\">\n<b>%s</b>\n"
	      "<span class=\"bf-gifts__sum\">%s 元</span>\n</p>\n",
	      c[GIFT_DONOR].absent ? "一位匿名的爱心人士" : text_of(&c[GIFT_DONOR]),
	      money(c[GIFT_FEN].n, fen));
	if (!c[GIFT_WORDS].absent)
		print("<p class=\"bf-gifts__words\" lang=\"zh-Hans\">%s</p>",
		      text_of(&c[GIFT_WORDS]));
	add("\n<p class=\"bf-note\">");
	add_date(&c[GIFT_GIVEN_AT].time);
	add("</p>\n</li>");
}

static void add_delivery(struct cell *c)
{
	char day[SHOWN_BYTES], fen[SHOWN_BYTES];

	add("<li class=\"bf-gifts__item\">\n<p class=\"bf-gifts__line\">\n");
	if (c[DELIVERY_RECEIVED_AT].absent)
		print("<b><time>%s</time>已送出</b>\n", date(&c[DELIVERY_SENT_AT].time, day));
	else
		print("<b><time>%s</time>确认收到</b>\n", date(&c[DELIVERY_RECEIVED_AT].time, day));
	print("<span class=\"bf-gifts__sum\">%s 元</span>\n</p>\n", money(c[DELIVERY_FEN].n, fen));
	if (!c[DELIVERY_THANKS].absent)
		print("<blockquote class=\"bf-gifts__words\" lang=\"zh-Hans\"><p>%s</p></blockquote>",
		      text_of(&c[DELIVERY_THANKS]));
	add("\n</li>");
}

/* The rows that belong to the post, each shown in such a way, and what is fixed after them. */
static void add_rows(struct query *query, void (*add_row)(struct cell *c))
{
	execute_for(query, post.cells[ID].n);
	while (fetch(query))
		add_row(query->cells);
	add_part();
}

void make_post(void)
{
	struct cell *c = post.cells;

	execute(&post);
	if (!fetch(&post))
		give_up("the post", "is not there");
	/* Its end is read as well, or no other statement may begin. */
	fetch(&post);
	print("%s——帮扶", text_of(&c[TITLE]));
	add_part();
	add_head(c);
	add_part();
	add_state(c);
	add_part();
	add_story(c);
	add_part();
	add_rows(&steps, add_step);
	add_facts(c);
	add_part();
	add_rows(&gifts, add_gift);
	add_rows(&deliveries, add_delivery);
}
