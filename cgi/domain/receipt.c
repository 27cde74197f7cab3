#include "domain/receipt.h"

#include <sodium.h>

enum { DIGITS_MAX = 18, BITS_A_CHARACTER = 5 };

static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum bf_rc bf_receipt_of(struct bf_ask *ask, int64_t payment, struct bf_receipt *ret_receipt,
			 struct bf_err *err)
{
	const struct bf_value *row;
	enum bf_rc rc =
		bf_ask_row(ask, "receipt_of", BF_ARGS(bf_arg_int("payment", payment)), &row, err);

	if (rc != BF_OK)
		return rc;
	snprintf(ret_receipt->issuer, sizeof(ret_receipt->issuer), "%s",
		 bf_row_text(row, "issuer"));
	ret_receipt->year = bf_row_int(row, "year");
	ret_receipt->number = bf_row_int(row, "number");
	return BF_OK;
}

/* Draws the next number; *ret_matched 0: the year has no counter yet. */
static enum bf_rc draw(struct bf_ask *ask, const char *issuer, int64_t *ret_matched,
		       struct bf_err *err)
{
	return bf_ask_change(ask, "receipt_draw", BF_ARGS(bf_arg_text("issuer", issuer)),
			     ret_matched, err);
}

enum bf_rc bf_receipt_issue(struct bf_ask *ask, const char *issuer, int64_t payment,
			    struct bf_receipt *ret_receipt, struct bf_err *err)
{
	int64_t matched = 0;
	enum bf_rc rc = draw(ask, issuer, &matched, err);

	if (rc == BF_OK && !matched) {
		rc = bf_ask_exec(ask, "receipt_begin", BF_ARGS(bf_arg_text("issuer", issuer)), err);
		if (rc == BF_OK)
			rc = draw(ask, issuer, &matched, err);
	}
	if (rc == BF_OK)
		rc = bf_ask_exec(ask, "receipt_add",
				 BF_ARGS(bf_arg_text("issuer", issuer),
					 bf_arg_int("payment", payment)),
				 err);
	return rc == BF_OK ? bf_receipt_of(ask, payment, ret_receipt, err) : rc;
}

void bf_receipt_code(const unsigned char *key, const struct bf_receipt *receipt,
		     char ret_code[BF_RECEIPT_CODE_BYTES])
{
	unsigned char hash[crypto_generichash_BYTES_MIN];
	char text[96];
	uint64_t bits = 0;

	snprintf(text, sizeof(text), "receipt %s %lld %lld", receipt->issuer,
		 (long long)receipt->year, (long long)receipt->number);
	crypto_generichash(hash, sizeof(hash), (const unsigned char *)text, strlen(text), key,
			   BF_RECEIPT_KEY_BYTES);
	for (size_t i = 0; i < sizeof(bits); i++)
		bits = bits << 8 | hash[i];
	for (size_t i = 0; i < BF_RECEIPT_CODE_BYTES - 1; i++, bits >>= BITS_A_CHARACTER)
		ret_code[i] = digits[bits & 31];
	ret_code[BF_RECEIPT_CODE_BYTES - 1] = '\0';
}

const char *bf_receipt_text(struct bf_pool *pool, const unsigned char *key,
			    const struct bf_receipt *receipt)
{
	char code[BF_RECEIPT_CODE_BYTES];

	bf_receipt_code(key, receipt, code);
	return bf_pool_printf(pool, "%s-%lld-%lld-%s", receipt->issuer, (long long)receipt->year,
			      (long long)receipt->number, code);
}

/* Digits alone, none too many, no zero before them: each number has one spelling. */
static bool read_number(struct bf_str text, int64_t *ret_n)
{
	return text.len && text.len <= DIGITS_MAX && text.p[0] >= '1' && text.p[0] <= '9' &&
	       bf_str_int(text, ret_n);
}

bool bf_receipt_read(struct bf_str text, const unsigned char *key, struct bf_receipt *ret_receipt)
{
	struct bf_str rest = bf_str_trim(text), issuer, year, number, code;
	char typed[BF_RECEIPT_CODE_BYTES] = "", wanted[BF_RECEIPT_CODE_BYTES];
	struct bf_receipt receipt = { .year = 0 };

	if (!bf_str_cut(&rest, '-', &issuer) || !bf_str_cut(&rest, '-', &year) ||
	    !bf_str_cut(&rest, '-', &number) || !bf_str_cut(&rest, '-', &code) || rest.p)
		return false;
	if (!issuer.len || issuer.len >= sizeof(receipt.issuer) || code.len != sizeof(typed) - 1 ||
	    !read_number(year, &receipt.year) || !read_number(number, &receipt.number))
		return false;
	memcpy(receipt.issuer, issuer.p, issuer.len);
	for (size_t i = 0; i < code.len; i++)
		typed[i] = code.p[i] >= 'a' && code.p[i] <= 'z' ? (char)(code.p[i] - 'a' + 'A')
								: code.p[i];
	bf_receipt_code(key, &receipt, wanted);
	if (sodium_memcmp(typed, wanted, sizeof(wanted)) != 0)
		return false;
	*ret_receipt = receipt;
	return true;
}
