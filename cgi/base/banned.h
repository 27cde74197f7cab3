/*
 * banned.h: functions that must not be called, turned into compile errors that say so.
 * Given to every file of ours by the Makefile (-include), after which the system headers
 * that declare these names must not come first.
 */
#ifndef BF_BANNED_H
#define BF_BANNED_H

/* The declarations must be seen before the names go away. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The library of the database names it in a macro, which poisoning would not allow. */
#define strcpy(to, from) strcpy_is_banned

#pragma GCC poison strcat sprintf vsprintf strtok gets gmtime localtime asctime ctime
#pragma GCC poison atoi atol atoll dlclose

#endif
