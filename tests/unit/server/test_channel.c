/* channel: messages whole, senders known, nonsense refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/channel.h"

static int ends[2];

static int open_channel(void **state)
{
	(void)state;
	return bf_channel_pair(ends) ? 0 : -1;
}

static int close_channel(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static void carries_messages_in_order(void **state)
{
	struct bf_message message = { .kind = BF_MESSAGE_FORK };
	pid_t sender;

	(void)state;
	assert_int_equal(bf_channel_receive(ends[1], false, &message, &sender), BF_CHANNEL_NOTHING);
	for (uint32_t i = 0; i < 3; i++) {
		message.slot = i;
		assert_true(bf_channel_send(ends[0], &message));
	}
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(bf_channel_receive(ends[1], true, &message, &sender),
				 BF_CHANNEL_MESSAGE);
		assert_int_equal(message.slot, i);
	}
}

static void tells_who_sent(void **state)
{
	struct bf_message message = { .kind = BF_MESSAGE_STARTED, .slot = 9 };
	pid_t child = fork(), sender = 0;

	(void)state;
	if (child == 0)
		_exit(bf_channel_send(ends[1], &message) ? 0 : 1);
	waitpid(child, NULL, 0);
	assert_int_equal(bf_channel_receive(ends[0], false, &message, &sender), BF_CHANNEL_MESSAGE);
	assert_int_equal(sender, child);
	assert_int_equal(message.slot, 9);
}

static void closes_on_nonsense(void **state)
{
	struct bf_message message = { .kind = BF_MESSAGE_KIND__MAX };
	pid_t sender;

	(void)state;
	assert_int_equal(send(ends[1], "short", 5, 0), 5);
	assert_int_equal(bf_channel_receive(ends[0], false, &message, &sender), BF_CHANNEL_CLOSED);
	message.kind = BF_MESSAGE_KIND__MAX;
	assert_true(bf_channel_send(ends[1], &message));
	assert_int_equal(bf_channel_receive(ends[0], false, &message, &sender), BF_CHANNEL_CLOSED);
}

static void knows_the_end(void **state)
{
	struct bf_message message = { .kind = BF_MESSAGE_READY };
	pid_t sender;

	(void)state;
	close(ends[1]);
	assert_int_equal(bf_channel_receive(ends[0], true, &message, &sender), BF_CHANNEL_CLOSED);
	message.kind = BF_MESSAGE_READY;
	assert_false(bf_channel_send(ends[0], &message));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(carries_messages_in_order, open_channel,
						close_channel),
		cmocka_unit_test_setup_teardown(tells_who_sent, open_channel, close_channel),
		cmocka_unit_test_setup_teardown(closes_on_nonsense, open_channel, close_channel),
		cmocka_unit_test_setup_teardown(knows_the_end, open_channel, close_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
