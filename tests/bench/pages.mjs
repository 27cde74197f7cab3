// The pages that figures are taken of. Of each: its address; the named queries behind it, from a
// file, with the values of their parameters; where its rows are shown, in the order of the page
// (what is around them is fixed); names of codes that the filter of the list does not tell.
const city = 430500; // Shaoyang
const list_address = '/shaoyang/donations/';

const file = 'plugins/donations/sql/posts.sql';

// One row more than the page shows tells whether there is a next one.
async function list() {
	const values = { city, state: 'open', lang: 'zh', page_rows: 21 };

	return {
		address: list_address,
		file,
		queries: { posts: values, posts_total: values },
		rows: [
			/<h2 class="bf-count">共 <b>(.*?)<\/b>/,
			/<ul class="bf-cards">\n(.*?)\n<\/ul>/,
		],
		names: {},
	};
}

// The oldest post that is open and asks for money, with a story that may be shown, at least five
// gifts, and help that has come with thanks that may be shown.
async function postWithAll(site) {
	const rows = await site.sql(`SELECT p.id, p.ref
		FROM post p
		JOIN post_text x ON x.post_id = p.id
		WHERE p.plugin = 'donations' AND p.city = ${city} AND p.listed = 'open'
		  AND p.form = 'money' AND x.story_consent_at IS NOT NULL
		  AND (SELECT COUNT(*) FROM gift g WHERE g.post_id = p.id AND NOT g.returned) >= 5
		  AND EXISTS (SELECT 1 FROM delivery d
		               WHERE d.post_id = p.id AND d.thanks IS NOT NULL AND d.thanks_shown)
		ORDER BY p.opened_at, p.id
		LIMIT 1;`);

	if (!rows.length)
		throw new Error('no post of the demo has all that its page can show');
	return { id: Number(rows[0][0]), ref: rows[0][1] };
}

async function post(site) {
	const { id, ref } = await postWithAll(site);
	const of_post = { post: id, lang: 'zh' };

	return {
		address: `${list_address}posts/${ref}`,
		file,
		queries: {
			post: { city, ref, lang: 'zh' },
			post_steps: of_post, post_gifts: of_post, post_deliveries: of_post,
		},
		rows: [
			/<title>(.*?)<\/title>/,
			/<header class="bf-post__head">\n(.*?)<\/header>/,
			/id="state-title">[^<]*<\/h2>\n(.*?)<\/section>/,
			/id="story-title">[^<]*<\/h2>\n(.*?)<\/section>/,
			/<ol>\n(.*?)\n<\/ol>/,
			/<dl class="bf-facts">\n(.*?)\n<div><dt>如果/,
			/id="gifts-title">[^<]*<\/h2>\n<ul>\n(.*?)\n<\/ul>/,
			/id="arrived-title">[^<]*<\/h2>\n<ul>\n(.*?)\n<\/ul>/,
		],
		names: { village: '村', township: '乡镇', county: '县' },
	};
}

export const pages = { list, post };
