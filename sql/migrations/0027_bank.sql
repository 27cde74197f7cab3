-- Settings have a direction: of a cap the smallest value of all levels is the tightest, of a wait the
-- largest one.

CREATE TABLE IF NOT EXISTS setting_kind (
	name VARCHAR(48) NOT NULL PRIMARY KEY,
	unit ENUM ('fen', 'days', 'hours', 'posts', 'rows') NOT NULL,
	stricter ENUM ('smaller', 'larger') NOT NULL
		COMMENT 'which way a narrower region, or one kind of aid, may change it'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin
	COMMENT = 'a setting without a row here has no value';

INSERT IGNORE INTO setting_kind (name, unit, stricter) VALUES
	('cap_necessities_fen', 'fen', 'smaller'),
	('cap_other_fen', 'fen', 'smaller'),
	('cap_production_fen', 'fen', 'smaller'),
	('cap_employment_fen', 'fen', 'smaller'),
	('cap_training_fen', 'fen', 'smaller'),
	('cap_disaster_fen', 'fen', 'smaller'),
	('cap_education_fen', 'fen', 'smaller'),
	('cap_housing_fen', 'fen', 'smaller'),
	('cap_medical_fen', 'fen', 'smaller'),
	('household_open_posts', 'posts', 'smaller'),
	('post_deadline_days', 'days', 'smaller'),
	-- what offices have to keep to is stricter when it is shorter
	('step_village_days', 'days', 'smaller'),
	('step_township_days', 'days', 'smaller'),
	('step_county_days', 'days', 'smaller'),
	('escalation_days', 'days', 'smaller'),
	('escalation_answer_days', 'days', 'smaller'),
	('escalation_extension_days', 'days', 'smaller'),
	('export_rows_alone', 'rows', 'smaller'),
	('export_hours', 'hours', 'smaller'),
	-- what people may take their time for, and what protects money and names, when it is longer
	('appeal_days', 'days', 'larger'),
	('payee_wait_hours', 'hours', 'larger'),
	('publicity_days', 'days', 'larger'),
	('rest_choice_days', 'days', 'larger'),
	('rest_family_days', 'days', 'larger');
