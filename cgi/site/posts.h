/*
 * posts: the core's pages for those who write and check help posts, whatever the kind of aid: my
 * posts, the queue of an office, a post to be decided. Writing itself is the plugin's page.
 */
#ifndef BF_SITE_POSTS_H
#define BF_SITE_POSTS_H

#include "bangfu.h"

extern const struct bf_param bf_posts_list_params[1];
extern const struct bf_param bf_posts_post_params[1];
extern const struct bf_param bf_posts_withdraw_params[3];
extern const struct bf_param bf_posts_end_early_params[2];
extern const struct bf_param bf_posts_rest_params[2];
extern const struct bf_param bf_posts_appeal_params[3];
extern const struct bf_param bf_posts_step_params[2];
extern const struct bf_param bf_posts_approve_params[12];
extern const struct bf_param bf_posts_return_params[5];
extern const struct bf_param bf_posts_reject_params[5];
extern const struct bf_param bf_posts_outcome_params[4];
extern const struct bf_param bf_posts_second_params[4];
extern const struct bf_param bf_posts_find_params[1];
extern const struct bf_param bf_posts_answer_params[3];
extern const struct bf_param bf_posts_suspend_params[3];
extern const struct bf_param bf_posts_end_params[3];
extern const struct bf_param bf_posts_duplicate_params[2];

bf_handler bf_posts_mine;      /* of the person, or written by them */
bf_handler bf_posts_mine_post; /* where one stands, and why */
bf_handler bf_posts_withdraw, bf_posts_appeal;
bf_handler bf_posts_end_early;   /* before its time, with what was given */
bf_handler bf_posts_rest;        /* what becomes of it */
bf_handler bf_posts_review;      /* what waits at the person's offices */
bf_handler bf_posts_review_post; /* all that is to be checked, and the decisions */
bf_handler bf_posts_take, bf_posts_declare;
bf_handler bf_posts_approve, bf_posts_send_back, bf_posts_reject;
bf_handler bf_posts_second; /* the other person of a rejection */
bf_handler bf_posts_decide_appeal;
bf_handler bf_posts_answer; /* of the county, where a post is not met */
bf_handler bf_posts_find;   /* by its number */
bf_handler bf_posts_suspend, bf_posts_end, bf_posts_duplicate;

/* Sentences for people, ended by NULL. */
extern const char *const bf_posts_texts[];

#endif
