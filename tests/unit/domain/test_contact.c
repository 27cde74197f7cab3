/* What people may not write to each other, and what looks like it and is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "domain/contact.h"

static const struct {
	const char *words;
	enum bf_contact is;
} rows[] = {
	{ "", BF_CONTACT_NONE },
	{ "谢谢您，孩子期末考了第三名。", BF_CONTACT_NONE },
	{ "2026-11-25 收到被子两床，花了 1200 元", BF_CONTACT_NONE },
	{ "2026年11月25日下午三点", BF_CONTACT_NONE },
	{ "今年收了一千二百斤玉米，养了三十七只鸡", BF_CONTACT_NONE },
	{ "I wrote it with wechat because it is easy", BF_CONTACT_NONE },
	{ "我不会用微信，请在这里写", BF_CONTACT_NONE },
	{ "The quilt is warm. Come and see: we are well.", BF_CONTACT_NONE },

	{ "13812345678", BF_CONTACT_NUMBER },
	{ "请打138 1234 5678", BF_CONTACT_NUMBER },
	{ "138-1234-5678", BF_CONTACT_NUMBER },
	{ "１３８１２３４５６７８", BF_CONTACT_NUMBER },
	{ "一三八一二三四五六七八", BF_CONTACT_NUMBER },
	{ "幺三八，一二三四，五六七八", BF_CONTACT_NUMBER },
	{ "壹叁捌 1234 五六七八", BF_CONTACT_NUMBER },
	{ "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣", BF_CONTACT_NUMBER },
	{ "138\u200b1234\u200b5678", BF_CONTACT_NUMBER },
	{ "0739-5321234", BF_CONTACT_NUMBER },
	{ "2026 99 99", BF_CONTACT_NUMBER },
	{ "卡号 6222 0212 3456 7890 123", BF_CONTACT_NUMBER },
	{ "43052119800101123X", BF_CONTACT_NUMBER },

	{ "微信：warm_winter", BF_CONTACT_CHAT },
	{ "加我微信号abcdefg", BF_CONTACT_CHAT },
	{ "VX: lihua88", BF_CONTACT_CHAT },
	{ "wxid_ab12cd", BF_CONTACT_CHAT },
	{ "QQ 12345", BF_CONTACT_CHAT },
	{ "扣扣一二三四五六", BF_CONTACT_CHAT },
	{ "WeChat id: goodman", BF_CONTACT_CHAT },

	{ "看 https://example.org/a", BF_CONTACT_WEB },
	{ "www.example", BF_CONTACT_WEB },
	{ "到 example.com 看", BF_CONTACT_WEB },
	{ "example。cn", BF_CONTACT_WEB },

	{ "li.hua@example.com", BF_CONTACT_MAIL },
	{ "lihua ＠ example", BF_CONTACT_MAIL },
};

static void each_kind_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (bf_contact_find(bf_str(rows[i].words)) != rows[i].is)
			fail_msg("\"%s\" is %d", rows[i].words,
				 (int)bf_contact_find(bf_str(rows[i].words)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_found),
	};

	return cmocka_run_group_tests_name("domain/contact", tests, NULL, NULL);
}
