/* Pictures and bombs, made here, through the real press: this program is its own child. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "press/picture.h"
#include "server/press.h"

enum { BOMB_CPU_MS = 1000, BOMB_MIB = 64 };

static struct bf_pool *pool;
static struct bf_press *press;

/* ---- pictures ------------------------------------------------------------------------- */

static uint32_t crc_of(const unsigned char *at, size_t len)
{
	uint32_t crc = ~0U;

	for (size_t i = 0; i < len; i++) {
		crc ^= at[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
	}
	return ~crc;
}

static void add_number(struct bf_buf *out, uint32_t n)
{
	const char bytes[4] = { (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };

	bf_buf_add(out, bytes, 4);
}

static void add_chunk(struct bf_buf *out, const char *kind, struct bf_str data)
{
	size_t from;

	add_number(out, (uint32_t)data.len);
	from = out->len;
	bf_buf_add(out, kind, 4);
	bf_buf_add_str(out, data);
	add_number(out, crc_of((unsigned char *)out->data + from, out->len - from));
}

/* The rows of a grey picture, stored and not packed. */
static void add_rows(struct bf_buf *out, uint32_t width, uint32_t height)
{
	uint32_t a = 1, b = 0;

	bf_buf_add(out, "\x78\x01", 2);
	for (uint32_t y = 0; y < height; y++) {
		uint32_t len = width + 1;

		bf_buf_add_char(out, y + 1 == height);
		bf_buf_add_char(out, (char)len);
		bf_buf_add_char(out, (char)(len >> 8));
		bf_buf_add_char(out, (char)~len);
		bf_buf_add_char(out, (char)(~len >> 8));
		for (uint32_t x = 0; x < len; x++) {
			unsigned char byte = x ? (unsigned char)(x * 255 / len) : 0;

			bf_buf_add_char(out, (char)byte);
			a = (a + byte) % 65521;
			b = (b + a) % 65521;
		}
	}
	add_number(out, b << 16 | a);
}

/* A PNG that says it has this size, with rows for `rows` of it, and a comment. */
static struct bf_str png(uint32_t width, uint32_t height, uint32_t rows, const char *comment)
{
	struct bf_buf out, part;
	struct bf_str made;

	bf_buf_init(&out);
	bf_buf_init(&part);
	bf_buf_add(&out, "\x89PNG\r\n\x1a\n", 8);
	add_number(&part, width);
	add_number(&part, height);
	bf_buf_add(&part, "\x08\0\0\0\0", 5);
	add_chunk(&out, "IHDR", bf_buf_str(&part));
	bf_buf_clear(&part);
	bf_buf_add(&part, "Comment\0", 8);
	bf_buf_add_text(&part, comment);
	add_chunk(&out, "tEXt", bf_buf_str(&part));
	bf_buf_clear(&part);
	add_rows(&part, width, rows);
	add_chunk(&out, "IDAT", bf_buf_str(&part));
	add_chunk(&out, "IEND", BF_STR(""));
	made = (struct bf_str){ bf_pool_copy(pool, bf_buf_str(&out)), out.len };
	bf_buf_release(&out);
	bf_buf_release(&part);
	return made;
}

static struct bf_pressed asked(struct bf_str request)
{
	struct bf_pressed pressed;
	struct bf_err err = { 0 };

	if (bf_press_ask(press, "picture", request, pool, &pressed, &err) != BF_OK)
		fail_msg("%s", err.text);
	return pressed;
}

static struct bf_str part_of(struct bf_pressed pressed, int n, struct bf_picture_part *ret_part)
{
	const char *at = pressed.bytes.p;

	assert_int_equal(BF_PRESS_DONE, pressed.end);
	for (int i = 0;; i++) {
		memcpy(ret_part, at, sizeof(*ret_part));
		at += sizeof(*ret_part);
		if (i == n)
			return (struct bf_str){ at, ret_part->size };
		at += ret_part->size;
	}
}

static bool holds(struct bf_str text, const char *word)
{
	return memmem(text.p, text.len, word, strlen(word)) != NULL;
}

/* An EXIF segment behind a JPEG's first two bytes: turned by a quarter, with a place's name. */
static struct bf_str with_exif(struct bf_str jpeg)
{
	static const char exif[] = "\xff\xe1\x00\x3c"
				   "Exif\0\0"
				   "MM\0*\0\0\0\x08"
				   "\0\x02"
				   "\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
				   "\x01\x0e\0\x02\0\0\0\x0e\0\0\0\x26"
				   "\0\0\0\0"
				   "Osmanthus Vil\0";
	struct bf_buf out;
	struct bf_str made;

	bf_buf_init(&out);
	bf_buf_add(&out, jpeg.p, 2);
	bf_buf_add(&out, exif, sizeof(exif) - 1);
	bf_buf_add(&out, jpeg.p + 2, jpeg.len - 2);
	made = (struct bf_str){ bf_pool_copy(pool, bf_buf_str(&out)), out.len };
	bf_buf_release(&out);
	return made;
}

/* ---- tests ------------------------------------------------------------------------------ */

static void test_two_sizes(void **state)
{
	struct bf_picture_part part;
	struct bf_str bytes = part_of(asked(png(1600, 800, 800, "Osmanthus Vil")), 0, &part);

	(void)state;
	assert_int_equal(BF_PICTURE_THUMB, part.box);
	assert_int_equal(480, part.width);
	assert_int_equal(240, part.height);
	assert_memory_equal("\xff\xd8\xff", bytes.p, 3);
	bytes = part_of(asked(png(1600, 800, 800, "Osmanthus Vil")), 1, &part);
	assert_int_equal(BF_PICTURE_FULL, part.box);
	assert_int_equal(1200, part.width);
	assert_int_equal(600, part.height);
	assert_false(holds(bytes, "Osmanthus"));
	part_of(asked(png(100, 50, 50, "")), 1, &part);
	assert_int_equal(100, part.width);
}

static void test_turned_and_without_its_place(void **state)
{
	struct bf_picture_part part;
	struct bf_str jpeg = part_of(asked(png(600, 300, 300, "")), 1, &part);
	struct bf_str photo = with_exif(jpeg), made;

	(void)state;
	assert_true(holds(photo, "Osmanthus"));
	made = part_of(asked(photo), 1, &part);
	assert_int_equal(300, part.width);
	assert_int_equal(600, part.height);
	assert_false(holds(made, "Osmanthus"));
	assert_false(holds(made, "Exif"));
}

/* A picture with a page behind it stays a picture, and loses the page. */
static void test_polyglot(void **state)
{
	struct bf_picture_part part;
	struct bf_str made =
		part_of(asked(png(300, 300, 300, "<script>alert(1)</script>")), 1, &part);
	char *both = bf_pool_alloc(pool, made.len + 32);

	assert_false(holds(made, "script"));
	memcpy(both, made.p, made.len);
	memcpy(both + made.len, "<html><script>1</script></html>\0", 32);
	made = part_of(asked((struct bf_str){ both, made.len + 32 }), 1, &part);
	assert_false(holds(made, "script"));
	(void)state;
}

/* Processor time and most memory of the press's process, by the kernel. */
static long number_of(const char *file, const char *format)
{
	char path[64], line[512];
	long n = -1;
	FILE *from;

	snprintf(path, sizeof(path), "/proc/%d/%s", bf_press_pid(press, "picture"), file);
	from = fopen(path, "re");
	while (from && n < 0 && fgets(line, sizeof(line), from))
		if (sscanf(line, format, &n) != 1)
			n = -1;
	if (from)
		fclose(from);
	return n;
}

static long cpu_ms(void)
{
	long ticks =
		number_of("stat", "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %ld");

	ticks += number_of("stat", "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld");
	return ticks * 1000 / sysconf(_SC_CLK_TCK);
}

static void expect_refused(struct bf_str bomb, const char *reason)
{
	long cpu_before, kib_before;
	struct bf_pressed pressed = asked(BF_STR("nothing"));

	cpu_before = cpu_ms();
	kib_before = number_of("status", "VmHWM: %ld");
	assert_true(cpu_before >= 0 && kib_before > 0);
	pressed = asked(bomb);
	if (pressed.end != BF_PRESS_REFUSED)
		fail_msg("the bomb that is %s ended with %d", reason, pressed.end);
	assert_string_equal(reason, pressed.bytes.p);
	assert_true(cpu_ms() - cpu_before <= BOMB_CPU_MS);
	assert_true(number_of("status", "VmHWM: %ld") - kib_before <= BOMB_MIB * 1024L);
}

static void test_bombs(void **state)
{
	(void)state;
	expect_refused(png(65535, 65535, 1, ""), "too_many_pixels");
	expect_refused(png(9000, 9000, 1, ""), "too_many_pixels");
	expect_refused(png(3000, 3000, 1, ""), "cannot_be_read");
	expect_refused(BF_STR("GIF89a\xff\xff\xff\xff\x80\0\0"), "not_a_picture");
	expect_refused(BF_STR("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
		       "not_a_picture");
	expect_refused(BF_STR("PK\x03\x04 an archive"), "not_a_picture");
	expect_refused(BF_STR("%PDF-1.4"), "not_a_picture");
	expect_refused(BF_STR("X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR"), "not_a_picture");
	expect_refused(BF_STR("\xff\xd8\xff\xe0 cut off"), "not_a_picture");
	expect_refused(BF_STR(""), "not_a_picture");
}

/* What hangs is killed and costs itself alone: the next request has a new process. */
static void test_killed_and_replaced(void **state)
{
	struct bf_picture_part part;
	siginfo_t ended;
	int before;

	(void)state;
	part_of(asked(png(100, 100, 100, "")), 0, &part);
	before = bf_press_pid(press, "picture");
	assert_int_equal(0, kill(before, SIGKILL));
	assert_int_equal(0, waitid(P_PID, (id_t)before, &ended, WEXITED | WNOWAIT));
	part_of(asked(png(100, 100, 100, "")), 0, &part);
	assert_int_not_equal(before, bf_press_pid(press, "picture"));
}

static void test_no_such_module(void **state)
{
	struct bf_pressed pressed;
	struct bf_err err = { 0 };

	(void)state;
	assert_int_equal(BF_FAULT,
			 bf_press_ask(press, "nothing", BF_STR(""), pool, &pressed, &err));
	assert_non_null(strstr(err.text, "press \"nothing\" did not get ready"));
}

static int start(void **state)
{
	static struct bf_config config = { .seal = BF_SEAL_REQUIRE };
	const char *build = getenv("BUILD");

	(void)state;
	pool = bf_pool_new(NULL);
	config.press = bf_pool_printf(pool, "%s/press", build ? build : "var/build");
	press = bf_press_new(pool, &config);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	bf_pool_free(pool);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_sizes),
		cmocka_unit_test(test_turned_and_without_its_place),
		cmocka_unit_test(test_polyglot),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_killed_and_replaced),
		cmocka_unit_test(test_no_such_module),
	};

	if (argc > 1 && strcmp(argv[1], "press") == 0)
		return bf_press_main(argc, argv);
	return cmocka_run_group_tests(tests, start, stop);
}
