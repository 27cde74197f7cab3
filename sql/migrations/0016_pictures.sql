-- Pictures of help posts: one row each, the files lie in a folder beside the database.

CREATE TABLE IF NOT EXISTS picture (
	id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'in the order they are shown',
	post_id BIGINT NOT NULL,
	name CHAR(32) NOT NULL COMMENT 'of its files, 128 bits drawn at random',
	alt VARCHAR(120) NOT NULL COMMENT 'what is on it, for who cannot see it',
	state ENUM ('uploaded', 'ready', 'refused') NOT NULL DEFAULT 'uploaded',
	reason VARCHAR(48) NULL COMMENT 'why it was refused, of the enumeration picture_refusal',
	added_by BIGINT NOT NULL COMMENT 'account',
	consented_at DATETIME(3) NOT NULL
		COMMENT 'when the family agreed that it is shown; who takes that back deletes the row',
	UNIQUE KEY name (name),
	KEY post (post_id, state),
	KEY state (state, id),
	CONSTRAINT picture_of_post FOREIGN KEY (post_id) REFERENCES post (id),
	CONSTRAINT picture_by FOREIGN KEY (added_by) REFERENCES account (id),
	CONSTRAINT refused_has_reason CHECK ((state = 'refused') = (reason IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'pictures of posts, each with the consent to show it';
