/*
 * picture: a photo of anybody's becomes two plain JPEGs: turned as the camera was held, smaller,
 * with nothing of the original but its colours: no place, no time, no camera, no thumbnail.
 * What is taken: JPEG, PNG and WebP, by their bytes and not by their names.
 */
#include "press/picture.h"

#include <string.h>
#include <vips/vips.h>
#include <vips/vector.h>

#include "press/module.h"

enum {
	PIXELS_MAX = 40000000, /* width times height, before anything is decoded */
	SIDE_MAX = 20000,
	QUALITY = 78,
	REQUEST_MAX = 10 << 20,
	ANSWER_MAX = 4 << 20,
	BACKGROUND = 255, /* behind what is transparent */
};

static bool refuse(struct bf_press_answer *answer, const char *reason)
{
	vips_error_clear();
	snprintf(answer->reason, sizeof(answer->reason), "%s", reason);
	return false;
}

/* Its warnings tell of single rows: a bad picture would fill the log with thousands of them. */
static void be_quiet(const char *domain, GLogLevelFlags level, const char *text, void *arg)
{
	(void)domain;
	(void)level;
	(void)text;
	(void)arg;
}

/* No code is made behind the seal, nothing is kept, no loader is tried that was not named, and one
 * thread does the work: what it costs is counted. */
static bool ready(void)
{
	if (vips_init("bangfu") != 0) {
		fprintf(stderr, "bangfu: press \"picture\": %s", vips_error_buffer());
		return false;
	}
	g_log_set_default_handler(be_quiet, NULL);
	vips_block_untrusted_set(TRUE);
	vips_vector_set_enabled(FALSE);
	vips_concurrency_set(1);
	vips_cache_set_max(0);
	vips_cache_set_max_mem(0);
	vips_cache_set_max_files(0);
	return true;
}

static bool begins(const unsigned char *bytes, size_t size, const char *magic, size_t len)
{
	return size > len && memcmp(bytes, magic, len) == 0;
}

/* The header alone; pixels are read one after the other while they are needed. */
static VipsImage *open_picture(const void *request, size_t size)
{
	void *bytes = (void *)(uintptr_t)request;
	VipsImage *image = NULL;
	int rc = -1;

	if (begins(request, size, "\xff\xd8\xff", 3))
		rc = vips_jpegload_buffer(bytes, size, &image, "access", VIPS_ACCESS_SEQUENTIAL,
					  "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
	else if (begins(request, size, "\x89PNG\r\n\x1a\n", 8))
		rc = vips_pngload_buffer(bytes, size, &image, "access", VIPS_ACCESS_SEQUENTIAL,
					 "fail_on", VIPS_FAIL_ON_TRUNCATED, NULL);
	else if (size > 12 && begins(request, size, "RIFF", 4) &&
		 memcmp((const char *)request + 8, "WEBP", 4) == 0)
		rc = vips_webpload_buffer(bytes, size, &image, "access", VIPS_ACCESS_SEQUENTIAL,
					  NULL);
	return rc == 0 ? image : NULL;
}

static const char *fault_of(VipsImage *image)
{
	int width = vips_image_get_width(image), height = vips_image_get_height(image);

	if (width > SIDE_MAX || height > SIDE_MAX || (int64_t)width * height > PIXELS_MAX)
		return "too_many_pixels";
	if (vips_image_get_n_pages(image) > 1)
		return "moves";
	return NULL;
}

/* Within the box. A JPEG is shrunk while it is decoded, which the others cannot. */
static VipsImage *shrink(const void *request, size_t size, VipsImage *header)
{
	void *bytes = (void *)(uintptr_t)request;
	VipsImage *small = NULL;
	int rc = begins(request, size, "\xff\xd8\xff", 3)
			 ? vips_thumbnail_buffer(bytes, size, &small, BF_PICTURE_FULL, "height",
						 BF_PICTURE_FULL, "size", VIPS_SIZE_DOWN,
						 "export_profile", "srgb", "fail_on",
						 VIPS_FAIL_ON_TRUNCATED, NULL)
			 : vips_thumbnail_image(header, &small, BF_PICTURE_FULL, "height",
						BF_PICTURE_FULL, "size", VIPS_SIZE_DOWN,
						"export_profile", "srgb", NULL);

	return rc == 0 ? small : NULL;
}

/* Without an alpha channel and decoded into memory: here all rows are read, or it fails. */
static VipsImage *whole_picture(const void *request, size_t size, VipsImage *header)
{
	double white[] = { BACKGROUND };
	VipsArrayDouble *background = vips_array_double_new(white, 1);
	VipsImage *small = shrink(request, size, header), *flat = NULL, *whole = NULL;

	if (small &&
	    (vips_image_hasalpha(small) ? vips_flatten(small, &flat, "background", background, NULL)
					: vips_copy(small, &flat, NULL)) == 0)
		whole = vips_image_copy_memory(flat);
	g_clear_object(&small);
	g_clear_object(&flat);
	vips_area_unref(VIPS_AREA(background));
	return whole;
}

static bool add_part(struct bf_press_answer *answer, VipsImage *image, uint32_t box)
{
	struct bf_picture_part part = {
		.box = box,
		.width = (uint32_t)vips_image_get_width(image),
		.height = (uint32_t)vips_image_get_height(image),
	};
	void *bytes = NULL;
	size_t size = 0;
	bool added = false;

	if (vips_jpegsave_buffer(image, &bytes, &size, "Q", QUALITY, "strip", TRUE,
				 "optimize_coding", TRUE, NULL) == 0) {
		part.size = (uint32_t)size;
		added = answer->add(answer, &part, sizeof(part)) &&
			answer->add(answer, bytes, size);
	}
	g_free(bytes);
	return added;
}

/* The smaller one is made from the larger, so that the original is decoded once. */
static bool add_parts(struct bf_press_answer *answer, VipsImage *full)
{
	VipsImage *thumb = NULL;
	bool added = vips_thumbnail_image(full, &thumb, BF_PICTURE_THUMB, "height",
					  BF_PICTURE_THUMB, "size", VIPS_SIZE_DOWN, NULL) == 0 &&
		     add_part(answer, thumb, BF_PICTURE_THUMB) &&
		     add_part(answer, full, BF_PICTURE_FULL);

	g_clear_object(&thumb);
	return added;
}

static bool work(const void *request, size_t size, struct bf_press_answer *answer)
{
	VipsImage *header = open_picture(request, size), *full;
	const char *fault = header ? fault_of(header) : "not_a_picture";
	bool made;

	if (fault) {
		g_clear_object(&header);
		return refuse(answer, fault);
	}
	full = whole_picture(request, size, header);
	made = full && add_parts(answer, full);
	g_clear_object(&full);
	g_clear_object(&header);
	vips_error_clear();
	return made || refuse(answer, "cannot_be_read");
}

BF_PRESS_MODULE(.name = "picture", .cpu_ms = 4000, .wall_ms = 20000, .request_max = REQUEST_MAX,
		.answer_max = ANSWER_MAX, .memory_mib = 64, .ready = ready, .work = work);
