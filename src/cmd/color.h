/*
 * color - whether a stream gets colours
 *
 * Layer: cmd. The rules of no-color.org and of bixense.com/clicolors.
 */
#ifndef FORGE_CMD_COLOR_H
#define FORGE_CMD_COLOR_H

#include <stdbool.h>

struct world;

/* For one stream; the environment decides, then whether it is a terminal. */
bool color_wanted(struct world *world, bool is_terminal);

#endif
