# bangfu: `make demo` shows it, `make check` proves it. Everything made lands below var/.
#
#   make                  the program, plugins, presses and assets, in var/build
#   make demo             installs, builds and runs the whole site until Ctrl-C
#   make demo-start       the same in the background; PORT=8080, SCALE=0.01|1|10|100, CACHE=1
#   make demo-stop        ends it and keeps its data; make demo-remove deletes them
#   make check            all tests; check-LANE runs one of them (tests/README.md)
#   make fuzz             the fuzz targets for longer: FUZZ_SECONDS=60 each
#   make faults           gifts while things die, ten times as often: SEED= repeats a run
#   make bench            how fast it is beside its peers; QUICK=1 (tests/bench/README.md)
#   make format           lays out the C by .clang-format
#   make install-packages the Debian packages of conf/packages-*.txt
#   make clean            removes var/
#
# V=1 shows the commands, WERROR=1 makes warnings errors, SANITIZE=1 builds for clang's
# sanitizers and fuzzer (give it a BUILD of its own).

BUILD ?= var/build
ifeq ($(origin CC),default)
CC = gcc
endif

# ---- flags ---------------------------------------------------------------------------

# Rows of tables may leave out their tail (bangfu.h, chapter 3).
WARNINGS = -Wall -Wextra -Wno-missing-field-initializers -Wshadow -Wconversion -Wsign-conversion \
	   -Wmissing-prototypes -Wvla $(if $(WERROR),-Werror)
ifdef SANITIZE
OPTIMISE = -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all \
	   -fsanitize=fuzzer-no-link,address,undefined
LDSANITIZE = -fsanitize=address,undefined
else
# Debian 12's clang takes no zero initialisation.
OPTIMISE = -O2 -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection \
	   $(if $(findstring clang,$(CC)),,-ftrivial-auto-var-init=zero) \
	   $(if $(filter x86_64,$(shell uname -m)),-fcf-protection)
endif
CFLAGS = -std=c11 -D_GNU_SOURCE -g $(OPTIMISE) $(WARNINGS) \
	 -fvisibility=hidden -include cgi/base/banned.h
CORE_CFLAGS = $(CFLAGS) -fPIE -Icgi -isystem /usr/include/libxml2 -isystem /usr/include/mariadb
LDFLAGS = -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDSANITIZE)
LIBS = -lfcgi -lmariadb -lxml2 -lpcre2-8 -lsodium -lutf8proc -linih -ljansson -lcurl -loath -lqrencode -lxlsxwriter -lseccomp

# A plugin sees bangfu.h and nothing else of the core, as one built outside this tree.
PLUGIN_CFLAGS = $(CFLAGS) -fPIC -I$(BUILD)/include
PLUGIN_LDFLAGS = -shared -Wl,-Bsymbolic -Wl,-z,relro,-z,now

# The press's modules: each has libraries that no server maps.
PRESS_LIBS_picture = vips

Q = $(if $(V),,@)
say = $(if $(V),@:,@printf '%-8s%s\n')

# ---- what there is -------------------------------------------------------------------

PRESSES = $(sort $(patsubst cgi/press/%.c,%,$(wildcard cgi/press/*.c)))
SOURCES = $(filter-out cgi/press/%,$(wildcard cgi/*/*.c))
OBJECTS = $(SOURCES:cgi/%.c=$(BUILD)/obj/%.o)
MAIN = $(BUILD)/obj/main.o
PLUGINS = $(sort $(patsubst plugins/%/,%,$(dir $(wildcard plugins/*/*.c))))
TEST_PLUGINS = $(sort $(patsubst tests/plugins/%/,%,$(dir $(wildcard tests/plugins/*/*.c))))
ASSETS = $(shell find templates/assets -type f 2>/dev/null)
UNIT_TESTS = $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/unit/*/test_*.c))
FUZZERS = $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))

all: $(BUILD)/bangfu plugins presses $(BUILD)/assets/assets.txt
	@:
presses: $(PRESSES:%=$(BUILD)/press/%.so)
	@:
plugins: $(PLUGINS:%=$(BUILD)/plugins/%.so)
	@:
test-plugins: $(TEST_PLUGINS:%=$(BUILD)/tests/plugins/%.so)
	@:
unit-tests: $(UNIT_TESTS)
	@:
fuzzers: $(FUZZERS)
	@:

# ---- the program ---------------------------------------------------------------------

$(BUILD)/obj/%.o: cgi/%.c Makefile
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CORE_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/bangfu: $(MAIN) $(OBJECTS) $(BUILD)/exports.list
	$(say) LINK $@
	$(Q)$(CC) $(LDFLAGS) -Wl,--dynamic-list=$(BUILD)/exports.list -o $@ $(MAIN) $(OBJECTS) $(LIBS)

# Unit tests may include the .c they test: an archive then leaves out that object.
$(BUILD)/libbangfu.a: $(OBJECTS)
	$(say) AR $@
	$(Q)rm -f $@ && ar rcs $@ $(OBJECTS)

# What plugins may use: the functions and data that bangfu.h declares, read from the header.
$(BUILD)/exports.list: cgi/bangfu.h Makefile
	$(Q)mkdir -p $(@D)
	$(Q){ echo '{'; $(CC) -E -P $< | sed '/^typedef/d' | \
		grep -oE '^extern .*;|\bbf_[a-z0-9_]+\(' | sed -E 's/^extern .* (bf_.*);/\1(/' | \
		sort -u | tr '(' ';'; echo '};'; } >$@

# ---- plugins -------------------------------------------------------------------------

$(BUILD)/include/bangfu.h: cgi/bangfu.h
	$(Q)mkdir -p $(@D) && cp $< $@

# $(1): the folder of plugins, $(2): the name, $(3): where it goes
define plugin_rule
$(3)/$(2).so: $(wildcard $(1)/$(2)/*.[ch]) $(BUILD)/include/bangfu.h Makefile
	$$(say) PLUGIN $$@
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(PLUGIN_CFLAGS) $$(PLUGIN_LDFLAGS) -o $$@ $$(filter %.c,$$^)
endef
$(foreach name,$(PLUGINS),$(eval $(call plugin_rule,plugins,$(name),$(BUILD)/plugins)))
$(foreach name,$(TEST_PLUGINS),\
	$(eval $(call plugin_rule,tests/plugins,$(name),$(BUILD)/tests/plugins)))

# ---- the press -------------------------------------------------------------------------

# $(1): the module, $(2): its libraries, as pkg-config knows them
define press_rule
$(BUILD)/press/$(1).so: cgi/press/$(1).c $(wildcard cgi/press/*.h) Makefile
	$$(say) PRESS $$@
	$$(Q)mkdir -p $$(@D)
	$$(Q)$$(CC) $$(CFLAGS) -fPIC -Icgi $$$$(pkg-config --cflags $(2) | sed 's/-I/-isystem /g') \
		$$(PLUGIN_LDFLAGS) -Wl,--as-needed -o $$@ $$< $$$$(pkg-config --libs $(2))
endef
$(foreach name,$(PRESSES),$(eval $(call press_rule,$(name),$(PRESS_LIBS_$(name)))))

# ---- assets --------------------------------------------------------------------------

$(BUILD)/assets/assets.txt: $(ASSETS) conf/build-assets.sh
	$(say) ASSETS $(@D)
	$(Q)conf/build-assets.sh templates/assets $(@D)

# ---- tests ---------------------------------------------------------------------------

$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libbangfu.a Makefile
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CORE_CFLAGS) -MMD -MP -MT $@ -MF $@.d $(LDFLAGS) -o $@ $< $(BUILD)/libbangfu.a \
		-lcmocka $(LIBS)

$(BUILD)/fuzz/%: tests/fuzz/%.c $(BUILD)/libbangfu.a Makefile
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CORE_CFLAGS) -MMD -MP -MT $@ -MF $@.d $(LDFLAGS) -fsanitize=fuzzer -o $@ $< \
		$(BUILD)/libbangfu.a $(LIBS)

$(BUILD)/bench/bare: $(wildcard tests/bench/bare/*.[ch]) Makefile
	$(say) LINK $@
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -fPIE -isystem /usr/include/mariadb $(LDFLAGS) -o $@ $(filter %.c,$^) \
		-lfcgi -lmariadb

# ---- the two commands ----------------------------------------------------------------

# What is missing is installed before the build asks for it; hence the second make.
ready:
	@conf/install-packages.sh run
	@$(MAKE) --no-print-directory -j$$(nproc) all

demo: ready
	@conf/stack.sh run var/demo
demo-start: ready
	@conf/stack.sh start var/demo
demo-stop:
	@conf/stack.sh stop var/demo
demo-remove:
	@conf/stack.sh remove var/demo

check:
	@tests/check.sh
check-%:
	@tests/check.sh $*
fuzz: export FUZZ_SECONDS ?= 60
fuzz:
	@tests/check.sh fuzz
faults: export LONG = 1
faults:
	@tests/check.sh faults

bench: ready
	@$(MAKE) --no-print-directory $(BUILD)/bench/bare
	@BUILD=$(BUILD) tests/bench/bench.sh

install-packages:
	@conf/install-packages.sh run test

format:
	@clang-format -i $(wildcard cgi/*.[ch] cgi/*/*.[ch] plugins/*/*.[ch] tests/*/*.[ch] \
		tests/*/*/*.[ch])

clean: demo-remove
	rm -rf var

export PORT SCALE CACHE QUICK

.PHONY: all presses plugins test-plugins unit-tests fuzzers ready demo demo-start demo-stop demo-remove \
	check fuzz faults bench install-packages format clean
.DELETE_ON_ERROR:
# Objects of tests are made by chains of rules and kept.
.SECONDARY:

-include $(OBJECTS:.o=.d) $(MAIN:.o=.d) $(UNIT_TESTS:=.d) $(FUZZERS:=.d)
