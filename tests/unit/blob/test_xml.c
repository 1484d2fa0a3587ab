// SPDX-License-Identifier: MIT
// What is read of answers in XML, and what is not.
#include "blob/xml.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
    const char *xml, *name, *text; // NULL: none
} cases[] = {
    {"<?xml version=\"1.0\"?><E><Code>NoSuchKey</Code></E>", "Code", "NoSuchKey"},
    {"<E><Codes>x</Codes><Code a=\"b\">y</Code ></E>", "Code", NULL},
    {"<E><Codes>x</Codes><Code a=\"b\">y</Code></E>", "Code", "y"},
    {"<E><Code/></E>", "Code", ""},
    {"<E><Code /><Code>x</Code></E>", "Code", ""},
    {"<K>a&amp;b&lt;&gt;&quot;&apos;&#65;&#x1F600;</K>", "K", "a&b<>\"'A\xf0\x9f\x98\x80"},
    {"<K>&nbsp;</K>", "K", NULL},
    {"<K>&#xD800;</K>", "K", NULL},
    {"<K>&#0;</K>", "K", NULL},
    {"<K>&#;</K>", "K", NULL},
    {"<K>&amp</K>", "K", NULL},
    {"<K><L>x</L></K>", "K", NULL},
    {"<K>no end", "K", NULL},
    {"<K", "K", NULL},
    {"<", "K", NULL},
    {"", "K", NULL},
    {"not < xml at all", "K", NULL},
};

static void test_texts_of_elements(void **state)
{
    (void)state;
    struct arena *a = arena_create(64 << 10);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        str text = xml_text(a, str_c(cases[i].xml), cases[i].name);
        if (str_some(text) != (cases[i].text != NULL) || !str_eq(text, str_c(cases[i].text)))
            fail_msg("%s: %.*s", cases[i].xml, STR_ARG(text));
    }
    arena_destroy(a);
}

static void test_elements_come_in_order(void **state)
{
    (void)state;
    str xml = STR("<L><C><K>1</K></C> <C><K>2</K></C><C></C><D/></L>"), inner;
    struct arena *a = arena_create(64 << 10);
    size_t from = 0, n = 0;
    for (; xml_next(xml, "C", &from, &inner); n++)
        if (n < 2)
            assert_true(str_eq(xml_text(a, inner, "K"), n ? STR("2") : STR("1")));
    assert_int_equal(n, 3);
    arena_destroy(a);
}

static void test_text_is_escaped(void **state)
{
    (void)state;
    struct arena *a = arena_create(64 << 10);
    assert_true(str_eq(xml_escape(a, STR("a<b>&c\"")), STR("a&lt;b&gt;&amp;c\"")));
    arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_of_elements),
        cmocka_unit_test(test_elements_come_in_order),
        cmocka_unit_test(test_text_is_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
