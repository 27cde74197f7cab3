-- Help posts: one table for every kind of aid, their texts, and who checked them.

CREATE TABLE IF NOT EXISTS post (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	ref CHAR(10) NOT NULL COMMENT 'public, drawn at random',
	plugin VARCHAR(32) NOT NULL COMMENT 'the kind of aid, by its sub-platform',
	household_id BIGINT NOT NULL,
	submitter_id BIGINT NOT NULL COMMENT 'account that wrote it, for the family or as the family',
	city BIGINT NOT NULL,
	county BIGINT NOT NULL,
	township BIGINT NOT NULL,
	village BIGINT NOT NULL,
	need_kind ENUM ('necessities', 'housing', 'production', 'employment', 'training',
		'education', 'medical', 'disaster', 'other') NOT NULL,
	form ENUM ('money', 'goods') NOT NULL,
	title VARCHAR(60) NOT NULL,
	item VARCHAR(60) NOT NULL COMMENT 'what is asked for, or what the money buys',
	unit VARCHAR(16) NULL,
	quantity INT NULL COMMENT 'asked, goods',
	target_fen BIGINT NULL COMMENT 'asked, money',
	urgency TINYINT NOT NULL COMMENT '0 to 3, set at review',
	state VARCHAR(24) NOT NULL,
	phase ENUM ('draft', 'review', 'open', 'full', 'met', 'ended', 'suspended') NOT NULL,
	listed ENUM ('open', 'full', 'met', 'ended') NULL
		COMMENT 'the phase under which visitors find it; NULL: they do not',
	rule_version INT NOT NULL DEFAULT 1 COMMENT 'of the state table it moves by',
	version INT NOT NULL DEFAULT 1 COMMENT 'raised at each change; a form carries it',
	live_fingerprint CHAR(64) NULL COMMENT 'household, need and episode, while not ended',
	created_at DATETIME(3) NOT NULL,
	submitted_at DATETIME(3) NULL,
	opened_at DATETIME(3) NULL COMMENT 'published, first time',
	deadline_at DATETIME(3) NULL,
	closed_at DATETIME(3) NULL,
	newest_key BIGINT NOT NULL DEFAULT 0 COMMENT 'order of lists: opened_at in ms',
	urgent_key BIGINT NOT NULL DEFAULT 0 COMMENT 'order of lists: urgency, then opened_at',
	seen BIGINT NOT NULL DEFAULT 0 COMMENT 'views, once a visitor a day',
	unseen_key BIGINT AS (1000000000000 - seen) PERSISTENT COMMENT 'order of lists: least seen',
	pending_fen BIGINT NOT NULL DEFAULT 0 COMMENT 'kept: open holds',
	taken_fen BIGINT NOT NULL DEFAULT 0 COMMENT 'kept: taken holds less returns',
	sent_fen BIGINT NOT NULL DEFAULT 0 COMMENT 'kept: payouts sent',
	confirmed_fen BIGINT NOT NULL DEFAULT 0 COMMENT 'kept: deliveries confirmed',
	pending_quantity INT NOT NULL DEFAULT 0,
	taken_quantity INT NOT NULL DEFAULT 0,
	sent_quantity INT NOT NULL DEFAULT 0,
	confirmed_quantity INT NOT NULL DEFAULT 0,
	gift_count INT NOT NULL DEFAULT 0 COMMENT 'kept: gifts taken and not wholly returned',
	UNIQUE KEY ref (ref),
	UNIQUE KEY one_live_need (live_fingerprint),
	KEY household (household_id),
	-- A list page reads its rows in order from one of these, whatever the filters.
	KEY newest (plugin, city, listed, newest_key),
	KEY urgent (plugin, city, listed, urgent_key),
	KEY unseen (plugin, city, listed, unseen_key),
	KEY need_newest (plugin, city, listed, need_kind, newest_key),
	KEY need_urgent (plugin, city, listed, need_kind, urgent_key),
	KEY need_unseen (plugin, city, listed, need_kind, unseen_key),
	KEY county_newest (plugin, county, listed, newest_key),
	KEY county_urgent (plugin, county, listed, urgent_key),
	KEY county_unseen (plugin, county, listed, unseen_key),
	KEY county_need_newest (plugin, county, listed, need_kind, newest_key),
	KEY county_need_urgent (plugin, county, listed, need_kind, urgent_key),
	KEY county_need_unseen (plugin, county, listed, need_kind, unseen_key),
	CONSTRAINT asks_one_thing CHECK (
		(form = 'money' AND target_fen > 0 AND quantity IS NULL)
		OR (form = 'goods' AND quantity > 0 AND unit IS NOT NULL AND target_fen IS NULL)),
	CONSTRAINT listed_is_public CHECK (
		listed IS NULL OR (opened_at IS NOT NULL AND listed = CAST(phase AS CHAR)))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS post_text (
	post_id BIGINT NOT NULL PRIMARY KEY,
	story VARCHAR(5000) NOT NULL,
	reason VARCHAR(1000) NOT NULL COMMENT 'why it cannot be had otherwise',
	price_source VARCHAR(200) NOT NULL COMMENT 'where the price comes from',
	story_consent_at DATETIME(3) NULL COMMENT 'NULL: the family does not want it shown'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS review_step (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
	post_id BIGINT NOT NULL,
	round INT NOT NULL,
	step INT NOT NULL COMMENT 'its place in the chain, from 1',
	level ENUM ('village', 'township', 'county') NOT NULL,
	office BIGINT NOT NULL COMMENT 'region of the office that checks',
	state ENUM ('waiting', 'open', 'assigned', 'approved', 'returned', 'rejected') NOT NULL,
	verifier_id BIGINT NULL COMMENT 'account',
	opened_at DATETIME(3) NULL,
	decided_at DATETIME(3) NULL,
	reason VARCHAR(200) NULL,
	UNIQUE KEY place (post_id, round, step),
	KEY queue (office, state, opened_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE IF NOT EXISTS post_gram (
	gram VARCHAR(16) NOT NULL COMMENT 'two characters of Chinese, or a word',
	sort_key BIGINT NOT NULL COMMENT 'open posts first, then the newest',
	post_id BIGINT NOT NULL,
	PRIMARY KEY (gram, sort_key, post_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'search: which listed posts contain a gram, best first';
