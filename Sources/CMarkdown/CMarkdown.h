// SPDX-License-Identifier: Apache-2.0
#ifndef SOPWRIGHT_CMARKDOWN_H
#define SOPWRIGHT_CMARKDOWN_H

#include <md4c.h>

#endif
