#!/bin/sh
# bangfu as a plain CGI program, for hosts without FastCGI: one process a request. The web server
# tells where the program and its settings are, or they are where a package puts them.
exec "${BANGFU:-/usr/bin/bangfu}" cgi --config "${BANGFU_CONFIG:-/etc/bangfu/bangfu.conf}"
