/* What the sources of our style sheet keep to; build.sh lint. */
export default {
	customSyntax: 'postcss-scss',
	rules: {
		'block-no-empty': true,
		'color-hex-length': 'short',
		'color-no-invalid-hex': true,
		'declaration-block-no-duplicate-properties': [true, { ignore: ['consecutive-duplicates'] }],
		'declaration-block-no-shorthand-property-overrides': true,
		'declaration-no-important': true,
		'font-family-no-duplicate-names': true,
		'length-zero-no-unit': true,
		'no-duplicate-at-import-rules': true,
		'no-duplicate-selectors': true,
		'no-invalid-double-slash-comments': true,
		'property-no-unknown': true,
		'property-no-vendor-prefix': true,
		'selector-class-pattern': '^bf-[a-z0-9]+(-[a-z0-9]+)*(__[a-z0-9]+(-[a-z0-9]+)*)?(--[a-z0-9]+)?$',
		'selector-pseudo-class-no-unknown': true,
		'selector-pseudo-element-no-unknown': true,
		'shorthand-property-no-redundant-values': true,
		'unit-no-unknown': true,
	},
};
