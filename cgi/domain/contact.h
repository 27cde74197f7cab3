/*
 * contact: finds in words what would let two people reach each other past the platform: telephone
 * numbers and other long numbers, names in chat programs, addresses of the web and of mail. Also
 * where digits are spaced, full-width or Chinese. What it does not know, a person finds who reads
 * the words before they are shown.
 */
#ifndef BF_DOMAIN_CONTACT_H
#define BF_DOMAIN_CONTACT_H

#include "base/str.h"

enum bf_contact {
	BF_CONTACT_NONE,
	BF_CONTACT_NUMBER, /* of a telephone, a bank card, an identity card */
	BF_CONTACT_CHAT,   /* WeChat, QQ */
	BF_CONTACT_WEB,
	BF_CONTACT_MAIL,
	BF_CONTACT__MAX
};

/* What of it stands in words, which are valid UTF-8. */
enum bf_contact bf_contact_find(struct bf_str words);

#endif
