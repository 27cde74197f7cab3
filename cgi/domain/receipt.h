/*
 * receipt: numbers without a gap within issuer and year. The counter's row is locked from the
 * drawing to the end of the transaction: what is rolled back leaves no hole. The code beside the
 * number is keyed, so that a number with a changed digit, or one that was guessed, is not ours.
 */
#ifndef BF_DOMAIN_RECEIPT_H
#define BF_DOMAIN_RECEIPT_H

#include "domain/ask.h"

enum { BF_RECEIPT_KEY_BYTES = 32, BF_RECEIPT_CODE_BYTES = 9, BF_RECEIPT_ISSUER_BYTES = 33 };

struct bf_receipt {
	char issuer[BF_RECEIPT_ISSUER_BYTES]; /* [a-z0-9]{1,32} */
	int64_t year, number;
};

/* Gives a payment its receipt, in the caller's transaction. */
BF_MUST_CHECK enum bf_rc bf_receipt_issue(struct bf_ask *ask, const char *issuer, int64_t payment,
					  struct bf_receipt *ret_receipt, struct bf_err *err);
/* The receipt of a payment. BF_NOT_FOUND where there is none. */
BF_MUST_CHECK enum bf_rc bf_receipt_of(struct bf_ask *ask, int64_t payment,
				       struct bf_receipt *ret_receipt, struct bf_err *err);
/* The eight characters beside a number, by a secret of BF_RECEIPT_KEY_BYTES. */
void bf_receipt_code(const unsigned char *key, const struct bf_receipt *receipt,
		     char ret_code[BF_RECEIPT_CODE_BYTES]);
/* "bangfu-2026-17-2V7K0QXM" in the pool. */
const char *bf_receipt_text(struct bf_pool *pool, const unsigned char *key,
			    const struct bf_receipt *receipt);
/* Reads what a person typed or a code led to; small letters in the code and spaces around are
 * fine. False where it was not issued here. */
bool bf_receipt_read(struct bf_str text, const unsigned char *key, struct bf_receipt *ret_receipt);

#endif
